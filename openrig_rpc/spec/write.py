"""Specs back to YAML: canonical, and the same spec when it is read again."""

from collections.abc import Mapping
from enum import Enum

import yaml

from ..model.marks import Part
from .fields import fields, key_of
from .node import Plain


def export(spec: Part) -> str:
    """The YAML of a rig or agent spec: fields in the format's order, what is only a default left out, unknown ones
    last. Reading it gives an equal spec.
    """
    return written(plain(spec))


def written(data: Mapping[str, Plain]) -> str:
    """Plain data as the YAML of a spec."""
    return yaml.dump(
        dict(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=False
    )


def plain(part: Part) -> dict[str, Plain]:
    """What a spec says, as plain data under the keys of files."""
    known = fields(type(part))
    taken: dict[str, Plain] = {}
    for name, info in type(part).model_fields.items():
        key, value = key_of(name, info), getattr(part, name)
        if value is not None and (known[key].required or value != known[key].default):
            taken[key] = _plain(value)
    for key, value in (part.model_extra or {}).items():
        taken[key] = _plain(value)
    return taken


def _plain(value: object) -> Plain:
    if isinstance(value, Part):
        return plain(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    assert value is None or isinstance(value, str | int | float | bool)
    return value


class _Dumper(yaml.SafeDumper):
    """Texts that some reader of YAML 1.1 or 1.2 could take for something else stand in quotes; lists are indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    lines = text.splitlines()
    block = (
        len(lines) > 1
        and text.isprintable() is False
        and all(line == line.rstrip() and (line.isprintable()) for line in lines)
    )
    if block and not text.startswith((" ", "\n")):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _bare(text) else '"')


def _bare(text: str) -> bool:
    """Whether a text may stand without quotes: it begins like a word and is none of YAML's own."""
    return bool(text) and text[0].isalpha() and text.isprintable() and text.lower() not in _WORDS


_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
_Dumper.add_representer(str, _text)

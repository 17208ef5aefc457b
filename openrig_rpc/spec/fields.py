"""What the models say of each field: the one source for checks, completion, hover and the JSON Schemas."""

import re
from dataclasses import dataclass
from enum import EnumMeta
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from ..model.marks import AsText, EnvNames, InRoot, Matches, NotEmpty, NotYet, Part, Renamed

Form = Literal["text", "boolean", "number", "choice", "list", "map", "part", "any"]


@dataclass(frozen=True, slots=True)
class Type:
    """What a value may be.

    `item` is a list's items, a map's values; `keys` a map's keys; `part` a mapping with fields of its own;
    `choices` the texts of a choice. `either` is a second form that is allowed too (a text or a list).
    """

    form: Form
    item: "Type | None" = None
    keys: "Type | None" = None
    part: type[Part] | None = None
    choices: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    matches: Matches | None = None
    in_root: bool = False
    as_text: bool = False
    not_empty: bool = False
    env: bool = False
    least: float | None = None
    most: float | None = None
    whole: bool = False
    either: "Type | None" = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a part, under the key that files use."""

    key: str
    type: Type
    required: bool
    default: object
    description: str
    not_yet: str | None = None


@cache
def fields(part: type[Part]) -> dict[str, Field]:
    """The fields of `part`, by key, in the models' order."""
    hints = get_type_hints(part, include_extras=True)
    return {key_of(name, info): _field(name, info, hints[name]) for name, info in part.model_fields.items()}


def key_of(name: str, info: FieldInfo) -> str:
    """The key in a file: the field's own alias where it has one, else its name."""
    return str(info.alias) if info.alias and info.alias_priority == 2 else name


@cache
def noun(part: type[Part]) -> str:
    """What people call a part: `MemberSpec` is a "member"."""
    words = re.findall(r"[A-Z][a-z]*", part.__name__)
    return " ".join(word.lower() for word in words if word != "Spec")


def _field(name: str, info: FieldInfo, hint: Any) -> Field:
    marks = list(info.metadata) + (list(get_args(hint)[1:]) if get_origin(hint) is Annotated else [])
    least = next((float(str(mark.ge)) for mark in marks if isinstance(mark, Ge)), None)
    most = next((float(str(mark.le)) for mark in marks if isinstance(mark, Le)), None)
    default = None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})
    return Field(
        key=key_of(name, info),
        type=_type(hint, {"least": least, "most": most}),
        required=info.is_required(),
        default=default,
        description=info.description or "",
        not_yet=next((mark.why for mark in marks if isinstance(mark, NotYet)), None),
    )


def _type(hint: Any, marks: dict[str, Any]) -> Type:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _type(arguments[0], {**marks, **_marks(arguments[1:])})
    if origin in (Union, UnionType):
        options = [option for option in arguments if option is not NoneType]
        either = _type(options[1], {}) if len(options) > 1 else None
        return _type(options[0], {**marks, "either": either})
    if origin is list:
        return Type("list", item=_type(arguments[0], {}), **_only(marks, "not_empty", "either"))
    if origin is dict:
        return Type(
            "map", keys=_type(arguments[0], {}), item=_type(arguments[1], {}), **_only(marks, "not_empty", "env")
        )
    if origin is Literal:
        return Type("choice", choices=tuple(str(value) for value in arguments), **_only(marks, "renamed"))
    if isinstance(hint, EnumMeta):
        return Type("choice", choices=tuple(str(value.value) for value in hint), **_only(marks, "renamed"))  # type: ignore[var-annotated]
    if isinstance(hint, type) and issubclass(hint, Part):
        return Type("part", part=hint)
    if hint is bool:
        return Type("boolean")
    if hint in (int, float):
        return Type("number", whole=hint is int, **_only(marks, "least", "most"))
    if hint is str:
        return Type("text", **_only(marks, "matches", "in_root", "as_text", "either"))
    return Type("any")


def _marks(found: tuple[Any, ...]) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    for mark in found:
        if isinstance(mark, Matches):
            marks["matches"] = mark
        elif isinstance(mark, InRoot):
            marks["in_root"] = True
        elif isinstance(mark, AsText):
            marks["as_text"] = True
        elif isinstance(mark, NotEmpty):
            marks["not_empty"] = True
        elif isinstance(mark, EnvNames):
            marks["env"] = True
        elif isinstance(mark, Renamed):
            marks["renamed"] = mark.names
    return marks


def _only(marks: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: marks[name] for name in names if marks.get(name) is not None}

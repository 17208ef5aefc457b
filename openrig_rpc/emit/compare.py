"""What a new contract would break for clients of an old one: within a major version it only grows.

Params are what clients give: the new side must take all that the old one took. Results and events are what they are
given: the new side may say more, never less or otherwise; they ignore members and values that they don't know.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .shape import REF, Schema

Document = Mapping[str, Any]
LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def breaks(old: Document, new: Document) -> list[str]:
    """Every place where a client of `old` would be wronged by `new`, in words."""
    return [*_methods(old, new), *_errors(old, new), *_events(old, new)]


def _methods(old: Document, new: Document) -> Iterator[str]:
    there = {row["name"]: row for row in new["methods"]}
    for row in old["methods"]:
        name, now = row["name"], there.get(row["name"])
        if now is None:
            yield f"{name} is gone"
            continue
        for mark in ("x-tier", "x-keyed"):
            if row[mark] != now[mark]:
                yield f"{name}: {mark} was {row[mark]!r} and is {now[mark]!r}"
        before = {param["name"]: param for param in row["params"]}
        after = {param["name"]: param for param in now["params"]}
        for param in (each for each in after.values() if each["required"]):
            if not before.get(param["name"], {}).get("required"):
                yield f"{name}: {param['name']} must be given now"
        for param in before.values():
            if param["name"] not in after:
                yield f"{name}: {param['name']} is not taken any more"
            else:
                sides = _Sides(old, new, given=True)
                yield from sides.compare(param["schema"], after[param["name"]]["schema"], f"{name}: {param['name']}")
        sides = _Sides(old, new, given=False)
        yield from sides.compare(row["result"]["schema"], now["result"]["schema"], f"{name}: its result")


def _errors(old: Document, new: Document) -> Iterator[str]:
    there = new["components"]["errors"]
    for kind, error in old["components"]["errors"].items():
        if kind not in there:
            yield f"the error {kind} is gone"
        elif there[kind]["code"] != error["code"]:
            yield f"the error {kind} had the code {error['code']} and has {there[kind]['code']}"


def _events(old: Document, new: Document) -> Iterator[str]:
    for key, word in (("x-events", "event"), ("x-notifications", "notification")):
        there = {row["name"]: row for row in new[key]}
        for row in old[key]:
            name, part = f"the {word} {row['name']}", "schema" if key == "x-events" else "params"
            if row["name"] not in there:
                yield f"{name} is gone"
                continue
            given = row.get("x-direction") == "toServer"
            yield from _Sides(old, new, given=given).compare(row[part], there[row["name"]][part], name)


class _Sides:
    """Two schemas, each with the document that its references are of. `given`: clients write it, else they read it."""

    def __init__(self, old: Document, new: Document, *, given: bool) -> None:
        self._old, self._new, self._given = old["components"]["schemas"], new["components"]["schemas"], given
        self._seen: set[tuple[str, str]] = set()

    def compare(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        """What is worse in `new`."""
        pair = (str(old.get("$ref")), str(new.get("$ref")))
        if pair != ("None", "None"):
            if pair in self._seen:
                return
            self._seen.add(pair)
        before, after = _options(old, self._old), _options(new, self._new)
        # Each of what may come must be met by one that is known on the other side.
        come, known = (before, after) if self._given else (after, before)
        for option in come:
            pairs = [(option, each) if self._given else (each, option) for each in known]
            found = [list(self._one(*pair, place)) for pair in pairs]
            if found and all(found):
                yield from min(found, key=len)

    def _one(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        if _kind(old) != _kind(new) and not (self._widened(old, new)):
            yield f"{place} was {_kind(old)} and is {_kind(new)}"
            return
        if self._given:
            yield from _bounds(old, new, place)
            gone = [value for value in old.get("enum", ()) if "enum" in new and value not in new["enum"]]
            if gone or ("enum" in new and "enum" not in old):
                yield f"{place} takes {'no more ' + ', '.join(map(repr, gone)) if gone else 'a few values only'} now"
        elif "const" in old and old.get("const") != new.get("const"):
            yield f"{place} was {old['const']!r} and is {new.get('const')!r}"
        if "items" in old and "items" in new:
            yield from self.compare(old["items"], new["items"], f"{place}[]")
        inner = (old.get("additionalProperties"), new.get("additionalProperties"))
        if isinstance(inner[0], dict) and isinstance(inner[1], dict):
            yield from self.compare(inner[0], inner[1], f"{place}{{}}")
        yield from self._members(old, new, place)

    def _members(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            if name not in after:
                yield f"{place}.{name} is gone"
            else:
                yield from self.compare(schema, after[name], f"{place}.{name}")
        must = (set(old.get("required", ())), set(new.get("required", ())))
        if self._given:
            yield from (f"{place}.{name} must be given now" for name in sorted(must[1] - must[0]))
        else:
            yield from (f"{place}.{name} may be missing now" for name in sorted((must[0] - must[1]) & set(after)))

    def _widened(self, old: Schema, new: Schema) -> bool:
        """Anything takes whatever came, and a number whatever whole number."""
        wide, narrow = (new, old) if self._given else (old, new)
        return _kind(wide) == "anything" or (_kind(wide), _kind(narrow)) == ("number", "integer")


def _options(schema: Schema, schemas: Mapping[str, Schema]) -> list[Schema]:
    """The schema without references, as its alternatives; what `allOf` adds is part of it."""
    if "$ref" in schema:
        return _options(schemas[schema["$ref"].removeprefix(REF)], schemas)
    if "anyOf" in schema:
        return [option for part in schema["anyOf"] for option in _options(part, schemas)]
    out = dict(schema)
    for part in schema.get("allOf", ()):
        (more,) = _options(part, schemas)
        out = {
            **more,
            **out,
            "properties": {**more.get("properties", {}), **out.get("properties", {})},
            "required": [*more.get("required", ()), *out.get("required", ())],
        }
    kinds = out.get("type")
    return [{**out, "type": kind} for kind in kinds] if isinstance(kinds, list) else [out]


def _kind(schema: Schema) -> str:
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    said = schema.get("type") or ("string" if values and all(isinstance(value, str) for value in values) else None)
    return str(said or "anything")


def _bounds(old: Schema, new: Schema, place: str) -> Iterator[str]:
    sides: list[tuple[tuple[str, ...], Callable[[float, float], bool]]] = [
        (LEAST, lambda before, after: after > before),
        (MOST, lambda before, after: after < before),
    ]
    for keys, worse in sides:
        for key in keys:
            if key in new and (key not in old or worse(old[key], new[key])):
                yield f"{place}: {key} was {old.get(key, 'free')} and is {new[key]}"
    if new.get("pattern") is not None and new.get("pattern") != old.get("pattern"):
        yield f"{place}: its pattern is another"

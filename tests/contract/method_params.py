"""Params made from a method's own schema: mostly such that fit, some that nearly do, some that don't at all."""

import random
from typing import Any

Schema = dict[str, Any]

JUNK: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**31, 2**53, 2**63, -(2**63), 1e308, "", " ", "\0", "x" * 300, "é\u0301😀\u202e",
    "../../etc/passwd", "/", "/dev/null", "/proc/self/mem", "~", "#(true)", "#{pid}", "%1", "=x:", "-1", "--", ";",
    "'\"`$(x)", "\x1b[201~\n", "\ud7ff", "a@b@c", "*@*", "human@fuzz", "*", "p.*@fuzz", "p-a,p-b,human@fuzz", "@", ".",
    [], {}, [[]], [None], {"": None}, {"x": {"y": [1]}}, ["x"] * 50,
]  # fmt: skip
KNOWN: dict[str, list[Any]] = {
    "agent": ["p-a@fuzz", "p.b@fuzz", "p-a", "a", "p-nobody@fuzz", "p-a@nowhere"],
    "to": ["p-a@fuzz", "*@fuzz", "human@fuzz", "p-a,p-b", "p-nobody@fuzz"],
    "rig": ["fuzz", "nowhere"],
    "name": ["fuzz", "nowhere", "ci"],
    "pod": ["p", "q"],
    "member": ["a", "b", "c"],
    "kinds": [["message.accepted"], ["rig.up", "nothing"]],
    "runtime": ["scripted", "terminal", "claude-code", "nothing"],
    "token": ["nobody", "x" * 43],
}
"""What gets further than chance would, by the param's name."""
SECONDS = 0.02
"""Nobody waits longer here."""


class Maker:
    """Params of one method, again and again."""

    def __init__(self, schema: Schema, seed: str, ids: list[str]) -> None:
        self._schema = schema
        self._defs: dict[str, Schema] = schema.get("$defs", {})
        self._random = random.Random(seed)
        self.ids = ids
        """Ids that were seen in results; `id`s are drawn from these."""

    def params(self) -> Any:
        """The next params."""
        if self._chance(0.04):
            return self._random.choice([*JUNK, [self._any("x") for _ in range(3)]])
        found = self._object(self._schema, 0)
        if self._chance(0.05):
            found[self._random.choice(["extra", "", "workDoneToken", "__proto__"])] = self._any("x")
        for name in found:
            if name.endswith("Seconds") and isinstance(found[name], int | float) and found[name] > SECONDS:
                found[name] = SECONDS
        return found

    def _chance(self, part: float) -> bool:
        return self._random.random() < part

    def _any(self, name: str) -> Any:
        known = [*KNOWN.get(name, []), *(self.ids if name.lower().endswith("id") else [])]
        return self._random.choice(known) if known and self._chance(0.6) else self._random.choice(JUNK)

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        return {
            name: self._value(inner, name, depth + 1)
            for name, inner in schema.get("properties", {}).items()
            if self._chance(0.97 if name in required else 0.45)
        }

    def _value(self, schema: Schema, name: str, depth: int) -> Any:
        if self._chance(0.08) or depth > 8:
            return self._any(name)
        if "$ref" in schema:
            return self._value(self._defs[schema["$ref"].rpartition("/")[2]], name, depth)
        for union in ("anyOf", "oneOf", "allOf"):
            if union in schema:
                return self._value(self._random.choice(schema[union]), name, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                if "properties" in schema:
                    return self._object(schema, depth)
                inner = schema.get("additionalProperties")
                value = inner if isinstance(inner, dict) else {}
                return {str(self._any("x"))[:20]: self._value(value, "x", depth + 1) for _ in range(2)}
            case "array":
                count = self._random.choice([schema.get("minItems", 0), 1, 1, 2, 5])
                return [self._value(schema.get("items", {}), name, depth + 1) for _ in range(count)]
            case "string":
                return self._text(schema, name)
            case "integer":
                low, high = schema.get("minimum", -3), schema.get("maximum", 1000)
                return self._random.choice(
                    [low, high, 0, 1, self._random.randint(int(low), int(high)), low - 1, high + 1]
                )
            case "number":
                return self._random.choice([0, 0.01, SECONDS, 1, -1, 3.7])
            case "boolean":
                return self._chance(0.5)
            case "null":
                return None
        return self._any(name)

    def _text(self, schema: Schema, name: str) -> str:
        known = [each for each in KNOWN.get(name, []) if isinstance(each, str)]
        if self.ids and ("id" in name.lower() or name in ("cursor", "hash", "since")) and self._chance(0.7):
            return self._random.choice(self.ids)
        if known and self._chance(0.85):
            return self._random.choice(known)
        length = self._random.choice([schema.get("minLength", 0), 1, 5, 40, schema.get("maxLength", 200)])
        letters = "ab-.@*/ \n\té😀#{}()$`;'\"\\\x1b\x00" if self._chance(0.3) else "abcdefgh"
        return "".join(self._random.choice(letters) for _ in range(min(int(length), 2000)))


def ids_in(value: Any, name: str = "") -> list[str]:
    """Every id in a result."""
    if isinstance(value, dict):
        return [each for key, inner in value.items() for each in ids_in(inner, key)]
    if isinstance(value, list):
        return [each for inner in value for each in ids_in(inner, name)]
    return [value] if isinstance(value, str) and (name == "id" or name.endswith("Id")) else []

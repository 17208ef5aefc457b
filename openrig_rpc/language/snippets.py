"""Texts with gaps to fill: a pod, a member, an edge, and what follows a key."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.marks import Part
from ..model.spec import BUILTINS, EdgeSpec, MemberSpec, PodSpec
from ..spec.fields import Field, Type, fields, noun
from .schema import forms


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text in LSP's snippet syntax; lines after the first are indented from where it is put."""

    label: str
    detail: str
    text: str


POD = Snippet(
    "pod",
    "agents that share context",
    "id: ${1:dev}\nlabel: ${2:Development}\nmembers:\n  - id: ${3:lead}\n    agent_ref: ${4:local:agents/lead}\n"
    "    profile: ${5:default}\n    runtime: ${6:claude-code}\n    cwd: ${7:.}",
)
MEMBER = Snippet(
    "member",
    "an agent of the pod",
    "id: ${1:name}\nagent_ref: ${2:local:agents/$1}\nprofile: ${3:default}\nruntime: ${4:claude-code}\ncwd: ${5:.}",
)
TERMINAL = Snippet(
    "terminal member",
    "a shell of the pod",
    f"id: ${{1:shell}}\nagent_ref: {BUILTINS['terminal']}\nprofile: none\nruntime: terminal\ncwd: ${{2:.}}",
)
EDGE = Snippet(
    "edge",
    "who may do what to whom",
    "kind: ${1|delegates_to,spawned_by,can_observe,collaborates_with,escalates_to|}\nfrom: ${2:from}\nto: ${3:to}",
)


def items(part: type[Part]) -> list[Snippet]:
    """What an item of a list of `part` may begin with."""
    if part is PodSpec:
        return [POD]
    if part is MemberSpec:
        return [MEMBER, TERMINAL]
    if part is EdgeSpec:
        return [EDGE]
    return [Snippet(noun(part), "its required fields", required(part))] if required(part) else []


def required(part: type[Part]) -> str:
    """The required fields of a part, as lines."""
    keys = [field.key for field in fields(part).values() if field.required]
    return "\n".join(f"{key}: ${{{number}}}" for number, key in enumerate(keys, 1))


def after(field: Field) -> str:
    """What is put with a key, as a snippet: a space, or the beginning of its block."""
    kind = field.type
    if kind.form == "choice" and not kind.either:
        return f": ${{1|{','.join(kind.choices)}|}}"
    if kind.form == "boolean":
        return ": ${1|true,false|}"
    if kind.form == "list":
        return f":\n  - {_indented(_item(kind), 4)}"
    if kind.form in ("part", "map"):
        return ":\n  $0"
    return ": $0"


def _item(kind: Type) -> str:
    part = next((form.part for form in forms(kind.item) if form.part is not None), None) if kind.item else None
    found = items(part) if part is not None else []
    return found[0].text if found else "$0"


def _indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)

"""Permission policies: built in, or a Markdown file whose front matter says what it is."""

from ..model.spec import NO_PROFILE, Posture
from .document import read
from .node import Kind, Node

BUILT_IN: dict[str, Posture] = {
    "builtin:locked": Posture.LOCKED,
    "builtin:standard": Posture.OWN,
    "builtin:open": Posture.EDITS,
    "builtin:yolo": Posture.BYPASS,
    "builtin:auto": Posture.AUTO,
    NO_PROFILE: Posture.OWN,
}
"""What each means at launch. `standard` has lists of its own words, which no harness knows; a person is asked."""

LAUNCH: dict[str, Posture] = {"floor": Posture.OWN, "auto": Posture.AUTO, "full_bypass": Posture.BYPASS}
"""`launch_posture` of a file with `surface: flag`."""


def front_matter(text: str) -> tuple[Node | None, str]:
    """The mapping between the `---` lines that a Markdown file begins with, if there is one, and the rest."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    if not lines or lines[0].rstrip() != "---":
        return None, text
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            root = read("".join(lines[1:number])).root
            found = root if root is not None and root.kind is Kind.MAPPING else None
            return found, "".join(lines[number + 1 :])
    return None, text


def read_policy(text: str) -> Posture | str:
    """What a policy file means at launch, or why it can't be told."""
    said, _ = front_matter(text)
    if said is None:
        return "it does not begin with front matter between two lines of `---`"
    surface = said.text("surface")
    if surface == "config":
        return Posture.OWN
    if surface != "flag":
        return "its `surface` is neither `flag` nor `config`"
    posture = LAUNCH.get(said.text("launch_posture") or "")
    return posture or f"its `launch_posture` is none of {', '.join(LAUNCH)}"

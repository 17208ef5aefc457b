"""How much a member's harness may do without asking: its permission policy, as the harness can honour it."""

from ..model.spec import Posture
from ..runtimes.given import NotGiven
from ..spec.loaded import ResolvedMember
from ..spec.policy import BUILT_IN, read_policy
from .projection import read

LOOSENED: dict[Posture, str] = {
    Posture.EDITS: "changes files in its working folder without asking",
    Posture.AUTO: "has its harness's own review decide what it may do, instead of you",
    Posture.BYPASS: "does everything without asking, outside any sandbox",
}
"""What a person has to trust a spec for, in words that follow the agent's name."""


def posture(member: ResolvedMember) -> Posture:
    """The posture of a member; without a policy, or with one that can't be read, the harness's own. Reads a file."""
    if member.policy_file is None:
        return BUILT_IN.get(member.permission_policy or "", Posture.OWN)
    try:
        found = read_policy(read(member.policy_file))
    except NotGiven:
        return Posture.OWN
    return found if isinstance(found, Posture) else Posture.OWN

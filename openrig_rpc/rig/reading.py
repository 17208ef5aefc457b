"""What a member's files say, read once: what is judged is what is started."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.spec import Posture
from ..runtimes.given import Given
from ..spec.loaded import ResolvedMember
from .posture import posture
from .projection import given
from .startup import Said, texts


@dataclass(frozen=True, slots=True)
class Reading:
    """What it is given, what it may be told, and how far it may go."""

    given: Given
    said: Sequence[Said]
    posture: Posture


def reading(member: ResolvedMember) -> Reading:
    """Read them: call it in a thread. Raises NotGiven for what is named and is not there."""
    return Reading(given(member), texts(member), posture(member))

"""What a runtime is: how a harness is found, started, spoken to, and how its hooks read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ..model.agent import AgentState, ContextUse, PromptKind
from ..model.message import Turn
from ..model.spec import Posture
from ..model.system import RuntimeInfo
from .given import NOTHING, Given
from .rulefile import RuleFile


@dataclass(frozen=True, slots=True)
class Seat:
    """A member about to be started. `env` is its whole environment so far; `folder` a private one of its own.

    conversation: the id to go on with where `resume`, else one that never began and may be used.
    profile: a configuration profile of the person's own, where the harness has such. warned: the person has read what
    the harness warns of where it bypasses permissions.
    """

    agent_id: str
    generation: int
    address: str
    cwd: Path
    env: Mapping[str, str]
    folder: Path
    reporter: Sequence[str]
    model: str | None = None
    effort: str | None = None
    command: Sequence[str] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    conversation: str | None = None
    resume: bool = False
    given: Given = NOTHING
    posture: Posture = Posture.OWN
    profile: str | None = None
    warned: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start. `conversation` is the id it will have, where the harness lets us choose."""

    argv: Sequence[str]
    env: Mapping[str, str]
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Manners:
    """How one types to a harness.

    submit: the key that sends while idle. queue: the key that lines a message up while busy (None: hold it), and what
    becomes of it. now: the same for `when: now`. composer: text stands in a composer that can be read back. invisible:
    it takes characters that nobody sees. pause: seconds that a paste must have been seen before a key sends it. escape:
    characters that a backslash takes their meaning from. fold: a text of more lines than the first is filled with
    blanks to as many characters as the second; then it is drawn as one line that counts them, and not out of sight.
    """

    envelope: bool = True
    composer: bool = True
    invisible: bool = True
    submit: str = "Enter"
    queue: str | None = None
    queued: Turn = "queued"
    now: str | None = None
    steered: Turn = "steered"
    interrupt: Sequence[str] = ("Escape",)
    pause: float = 0.0
    escape: str = ""
    fold: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """What one hook report means. `state` None: it says nothing of the state."""

    detail: str
    state: AgentState | None = None
    submitted: str | None = None
    conversation: str | None = None
    prompt_kind: PromptKind | None = None
    question: str | None = None
    use: ContextUse | None = None
    ended: bool = False


class Runtime(Protocol):
    """A harness."""

    name: str
    summary: str
    manners: Manners
    hooks: bool
    """It reports by itself; the screen then only fills in what hooks miss."""

    @property
    def screens(self) -> str | RuleFile | None:
        """Its screen rules: the name of a TOML file beside this module, or what another one said."""

    def find(self, environ: Mapping[str, str]) -> RuntimeInfo:
        """Whether it is installed here, as panes with this environment would find it. Starts nothing."""

    def launch(self, seat: Seat) -> Launch:
        """What to start. Writes only into `seat.folder`. Raises RuntimeMissing, NotGiven."""

    def signal(self, event: str, payload: Mapping[str, Any]) -> Signal | None:
        """What a hook report means; None for one that means nothing."""

"""What an agent is told when it starts: its startup files and actions, layer by layer, as messages of the daemon's.

They go through the same outbox and the same gate as any message: held while it starts or asks, typed once, each after
the one before. They are written down with the start itself, so a crash between loses none. A start that goes on with
a conversation is a restore: what is for a fresh start only was said there already, unless it still waits to be typed.
"""

import logging
from collections.abc import Collection

from ..delivery.post import Letter
from ..delivery.text import clean
from ..model.errors import RpcError
from ..model.startup import ActionType, DeliveryHint, Phase, When
from ..spec.loaded import ResolvedMember
from .projection import means, text_of

log = logging.getLogger(__name__)

TYPED = (ActionType.SEND_TEXT, ActionType.SLASH_COMMAND)
Said = tuple[str, frozenset[When]]
"""A text, and the starts it is for."""


def texts(member: ResolvedMember) -> list[Said]:
    """Everything that may be typed at a start, in order: files, actions after the files, actions once it is ready.

    A terminal gets its member's own actions only: what is meant for agents would run in a shell. Guidance and skills
    are not typed. Reads files: call it in a thread. Raises NotGiven for a required file that is not there.
    """
    found: list[Said] = []
    if member.runtime != "terminal":
        for file in member.files:
            text = text_of(file) if means(file, member.runtime) is DeliveryHint.SEND_TEXT else None
            if text is not None:
                found.append((text, frozenset(file.applies_on)))
    actions = [each for each in member.actions if member.runtime != "terminal" or each.layer == "member"]
    for phase in Phase:
        found += [
            (each.action.value, frozenset(each.action.applies_on))
            for each in actions
            if each.action.phase is phase and each.action.type in TYPED
        ]
    return [(text, when) for written, when in found if (text := _cleaned(member, written)) is not None]


def letters(said: Collection[Said], start: When, waiting: Collection[str] = ()) -> list[Letter]:
    """The texts of one start. `waiting`: what an earlier start left untyped."""
    found: list[Letter] = []
    for text, when in said:
        if start in when or (When.FRESH_START in when and text in waiting):
            # One at a time: what a harness would queue it may also merge.
            found.append(Letter(text, when="idle" if found else "auto", raw=True))
    return found


def _cleaned(member: ResolvedMember, text: str) -> str | None:
    try:
        return clean(text)
    except RpcError as error:
        log.warning("%s: a startup text is left out: %s", member.key, error.message)
        return None

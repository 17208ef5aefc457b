"""What an agent is told when it starts: its startup files and actions, layer by layer, as messages of the daemon's.

They go through the same outbox and the same gate as any message: held while it starts or asks, typed once, each after
the one before. They are written down with the start itself, so a crash between loses none.
"""

import logging
from collections.abc import Sequence

from ..delivery.post import Letter
from ..delivery.text import clean
from ..model.errors import RpcError
from ..model.startup import ActionType, DeliveryHint, Phase, When
from ..spec.loaded import ResolvedAction, ResolvedFile, ResolvedMember

log = logging.getLogger(__name__)

TEXTS = (DeliveryHint.AUTO, DeliveryHint.SEND_TEXT)
TYPED = (ActionType.SEND_TEXT, ActionType.SLASH_COMMAND)


def letters(member: ResolvedMember, start: When) -> list[Letter]:
    """The texts of one start, in order: files, actions after the files, actions once it is ready.

    A terminal gets its member's own actions only: what is meant for agents would run in a shell. Guidance and skills
    are not typed; a harness gets those by its own flags. Reads files: call it in a thread.
    """
    files: Sequence[ResolvedFile] = member.files
    actions: Sequence[ResolvedAction] = member.actions
    if member.runtime == "terminal":
        files, actions = (), [action for action in actions if action.layer == "member"]
    texts = [_text(file) for file in files if start in file.applies_on and file.delivery_hint in TEXTS]
    for phase in Phase:
        texts += [
            each.action.value
            for each in actions
            if each.action.phase is phase and each.action.type in TYPED and start in each.action.applies_on
        ]
    found: list[Letter] = []
    for text in texts:
        try:
            # One at a time: what a harness would queue it may also merge.
            found.append(Letter(clean(text), when="idle" if found else "auto", raw=True))
        except RpcError as error:
            log.warning("%s: a startup text is left out: %s", member.key, error.message)
    return found


def _text(file: ResolvedFile) -> str:
    try:
        return file.path.read_text("utf-8", "replace")
    except OSError as error:
        log.warning("the startup file %s can't be read: %s", file.path, error)
        return ""

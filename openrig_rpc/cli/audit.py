"""audit verify, audit export: the journal as an audit log."""

from .call import Call
from .faults import FAILED, OK, Json


def verify(call: Call) -> int:
    """Check the chain of hashes."""
    result = call.ask("audit/verify")
    call.show(result, _told)
    return OK if result["ok"] else FAILED


def _told(call: Call, result: Json) -> None:
    if result["ok"]:
        call.say(f"{call.paint('whole', 'green')}: {result['rows']} mutations, each as it was written")
    else:
        call.say(f"{call.paint('broken', 'red', 'bold')} at {result['brokenAt']}: {result['why']}")


def export(call: Call) -> int:
    """Print every mutation, a line of JSON each."""
    since: int | None = int(call.options.get("since", 0))
    while since is not None:
        page = call.ask("audit/export", {"since": since, "limit": 1000})
        for row in page["events"]:
            call.dump(row, compact=True)
        since = page.get("nextSince")
    return OK

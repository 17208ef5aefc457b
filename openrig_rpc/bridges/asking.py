"""One request to the daemon from code that awaits."""

import asyncio
from typing import Any

from ..cli.faults import Fault
from ..cli.line import PATIENCE, Line
from ..home import Home


async def ask(home: Home, method: str, **params: object) -> dict[str, Any]:
    """A request on a connection of its own; what is None is left out. Raises Fault."""
    given = {name: value for name, value in params.items() if value is not None}
    return await asyncio.to_thread(_ask, home, method, given)


def _ask(home: Home, method: str, params: dict[str, object]) -> dict[str, Any]:
    waits = params.get("timeoutSeconds")
    patience = PATIENCE + (waits if isinstance(waits, int | float) else 0)
    line = Line.open(home, start=False)
    try:
        found = line.ask(method, params, patience=patience)
    finally:
        line.close()
    return found if isinstance(found, dict) else {"result": found}


def told(fault: Fault) -> str:
    """What, why and what to do, in a line."""
    return "; ".join(part for part in (fault.what, fault.why, fault.fix) if part)

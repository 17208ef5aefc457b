"""Points at which a test may kill the daemon: `OPENRIG_RPC_FAULT=POINT[:N]`, at its Nth passing (1)."""

import os

_named, _, _count = os.environ.get("OPENRIG_RPC_FAULT", "").partition(":")
_left = int(_count or 1)


def point(name: str) -> None:
    """Die here, at once and without cleaning up, when the environment says so."""
    global _left
    if name == _named:
        _left -= 1
        if _left == 0:
            os._exit(9)

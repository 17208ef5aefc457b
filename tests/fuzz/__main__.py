"""`make fuzz [FUZZ_SECONDS=600]`: libFuzzer, through atheris, at where bytes become messages and messages params.

A crash is an exception that nobody thought of; what was found is kept in `.cache/fuzz`.
"""

import importlib
import sys
from pathlib import Path
from typing import Any

CORPUS = Path(".cache/fuzz")
SEEDS = [
    b"\x00\x05" + b'{"jsonrpc":"2.0","id":1,"method":"agent/get","params":{"agent":"p-a@x"}}\n[1,{}]\n',
    b"\x01\x03" + b'Content-Length: 52\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"rig/list","params":{}}',
    b"\x02\xff"
    + b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer t\r\n"
    + b'Content-Length: 43\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"rig/list"}',
    b"\x02\x10" + b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
    b"\x03\xff"
    + b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: openrig.v1\r\n\r\n"
    + b"\x01\x82\0\0\0\0[1\x80\x81\0\0\0\0]\x89\x80\0\0\0\0\x88\x82\0\0\0\0\x03\xe8",
]
"""The first byte says which framing, the second how large the pieces are that come."""


def main() -> None:
    """Fuzz until told to stop; libFuzzer's own options are taken."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["openrig_rpc.wire", "openrig_rpc.model", "h11", "wsproto"]):
        from .target import one
    CORPUS.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (CORPUS / f"seed-{number}").write_bytes(seed)
    atheris.Setup([sys.argv[0], *sys.argv[1:], f"-artifact_prefix={CORPUS}/", str(CORPUS)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

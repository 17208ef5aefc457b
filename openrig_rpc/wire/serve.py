"""A daemon's life between its lock and its end: open the engine, let clients in, close when told to."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING, Final

from ..engine import Engine
from ..model.errors import RpcError
from ..version import VERSION
from .dispatch import Dispatcher
from .forward import pump
from .listen import Listener, UnsafeAddress

if TYPE_CHECKING:
    from ..daemon import Options, Place, Starter

log = logging.getLogger(__name__)

WARM_SECONDS: Final = 2.0
"""How long nobody must have asked anything until the LSP door is imported, if no editor came before. That takes half a
second in a thread, and whoever asks meanwhile waits for it at each step: 30 ms for one message."""


def serve(place: Place, options: Options, starter: Starter) -> int:
    """Serve until told to stop. Returns the exit status. Raises CannotStart."""
    from ..daemon import CannotStart

    async def life() -> int:
        try:
            opened = await _open(place, options)
        except RpcError as error:
            raise CannotStart(f"{error.message} ({error.fix})" if error.fix else error.message) from error
        except UnsafeAddress as error:
            raise CannotStart(str(error)) from error
        engine, listener = opened
        try:
            # What was imported never dies: collecting it again and again takes 40 ms each time.
            gc.freeze()
            starter.tell("ready")
            log.info("openrig-rpc %s serves as process %d: %s", VERSION, os.getpid(), engine.endpoints)
            if options.stdio:
                return await _with_own_client(engine, listener)
            warming = asyncio.create_task(_warm(listener))
            await engine.stopping.wait()
            warming.cancel()
            return 0
        finally:
            log.info("stopping")
            place.shut()
            await listener.close()
            await engine.close()

    return asyncio.run(life())


async def _warm(listener: Listener) -> None:
    """Import the LSP door once it is quiet."""
    loop = asyncio.get_running_loop()
    left = WARM_SECONDS
    while left > 0:
        await asyncio.sleep(left)
        left = listener.dispatcher.asked_at + WARM_SECONDS - loop.time()
    await listener.lsp()


async def _open(place: Place, options: Options) -> tuple[Engine, Listener]:
    engine = await Engine.open(place.home, place.path.parent)
    try:
        _stop_on_signals(engine)
        listener = Listener(Dispatcher(engine))
        engine.endpoints["unix"] = str(place.path)
        for scheme, host, port in options.listen:
            if scheme == "tcp":
                engine.endpoints["tcp"] = await listener.tcp(host, port, insecure=options.insecure)
            else:
                engine.endpoints["http"] = url = await listener.http(host, port, insecure=options.insecure)
                engine.endpoints["ws"] = url.replace("http:", "ws:", 1)
        await listener.unix(place.listening)
        place.announce(engine.endpoints)
    except BaseException:
        await engine.close()
        raise
    return engine, listener


def _stop_on_signals(engine: Engine) -> None:
    """The first SIGTERM or SIGINT stops us cleanly, the next at once."""
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        loop.remove_signal_handler(number)
        engine.stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)


async def _with_own_client(engine: Engine, listener: Listener) -> int:
    """Serve our own stdin and stdout until they end, whatever kind of file they are. Returns the session's status."""
    ours, theirs = socket.socketpair()
    front = await listener.own(ours)
    loop = asyncio.get_running_loop()

    def carry() -> None:
        with theirs:
            pump(theirs)
        with contextlib.suppress(RuntimeError):  # the loop may have ended
            loop.call_soon_threadsafe(engine.stopping.set)

    threading.Thread(target=carry, daemon=True, name="stdio").start()
    await engine.stopping.wait()
    return front.status

"""The engine: every room, opened in order and closed in the opposite one. What methods call."""

import asyncio
import logging
import os
import resource
import secrets
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from .coordination.finding import Finding
from .coordination.inbox import Inbox
from .coordination.rooms import Rooms
from .coordination.tasks import Tasks
from .coordination.transcripts import Transcripts
from .coordination.watchdogs import Watchdogs
from .delivery.answers import Answers
from .delivery.post import Post
from .home import Home, write_private
from .model.errors import NotPermitted
from .model.event import DaemonState, Refusal
from .model.principal import OPERATOR, Principal, Token
from .observe.observer import Observer
from .observe.processes import ancestor_among, facts, terminal_of, variable_of
from .observe.sight import Eyes, Sight
from .observe.streams import Streams
from .rig.crashes import Crashes
from .rig.evolve import Evolution
from .rig.launch import Launcher
from .rig.leftovers import TOKEN_FILE, end_leftovers
from .rig.policy import Policy
from .rig.reconcile import reconcile
from .rig.restore import Restores
from .rig.snapshots import Snapshots
from .rig.source import Sources
from .rig.topology import Rigs
from .rig.trust import Trust
from .rig.waiting import Waiting
from .rpc import Method
from .runtimes import copies
from .runtimes.environment import login_environment
from .runtimes.shelf import Shelf
from .store.desk import token_hash
from .store.directory import Directory
from .store.feed import Feed
from .store.rows import AgentRow
from .store.search import Search
from .store.store import Store
from .store.writer import Tx
from .tmux.pane import Modes
from .tmux.server import Tmux
from .version import VERSION

log = logging.getLogger(__name__)

DESCRIPTORS = 8192
MODE_SETTLES = 0.5
"""Seconds until a pane's wish for bracketed paste is written down: shells change it with every command."""
REFUSED_ONCE_IN = 60.0
"""Seconds in which the same refusal is journalled once."""
MOST_REFUSALS = 4096


class Engine:
    """One a daemon. The rooms are public: methods call them."""

    def __init__(self, home: Home, store: Store, tmux: Tmux) -> None:
        self.home = home
        self.store = store
        self.tmux = tmux
        self.endpoints: dict[str, str] = {}
        self.stopping = asyncio.Event()
        self.started_at = time.monotonic()
        self.copies = copies.make(home.runtime_copies)
        self.shelf = Shelf(self.copies, home.runtime_files)
        self.eyes = Eyes(tmux)
        self.observer = Observer(store, self.eyes, self.shelf)
        self.transcripts = Transcripts(home.transcripts)
        self.search = Search(home.state / "search.db")
        self.finding = Finding(self.transcripts, self.search)
        self.streams = Streams(self.transcripts.end)
        self.waiting = Waiting(store.roster)
        self.directory = Directory(store.roster)
        self.policy = Policy(store.roster, self.directory)
        self.post = Post(store, tmux, self.eyes, self.observer, self.shelf)
        self.answers = Answers(store, tmux, self.eyes, self.observer, self.shelf)
        self.tasks = Tasks(store, self.directory, self.post, self.policy.steerers)
        self.inbox = Inbox(store, self.tasks)
        self.rooms = Rooms(store, self.directory, self.post)
        self.watchdogs = Watchdogs(store, self.post)
        self.sources = Sources(self.directory, self.shelf.known)
        self._environment = asyncio.create_task(login_environment(), name="login-environment")
        self.trust = Trust(store)
        self.launcher = Launcher(
            store,
            tmux,
            self.shelf,
            self.observer,
            self.post,
            self.waiting,
            home,
            self.copies,
            self.environment,
            self.endpoints,
            self.trust,
        )
        self.snapshots = Snapshots(store)
        self.rigs = Rigs(store, self.sources, self.launcher, self.snapshots, self.trust)
        self.restores = Restores(store, self.rigs, self.launcher, self.snapshots)
        self.evolution = Evolution(store, self.rigs)
        self.crashes = Crashes(self.rigs, self.observer, self._spawn)
        self.feeds: dict[tuple[int, str], Feed] = {}
        self._refusals: dict[tuple[str, str, str], float] = {}
        self._mode_timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, home: Home, sockets: Path) -> "Engine":
        """Open every room. `sockets`: the short private folder for tmux's socket. Raises Storage, TmuxUnavailable."""
        # One descriptor a pane and one a client.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        # SQLite's threads wait for the interpreter behind the loop; by default up to 5 ms each time.
        sys.setswitchinterval(0.0005)
        store = await Store.open(home.database)
        tmux = Tmux(sockets / "tmux", home.state)
        self = cls(home, store, tmux)
        self._connect()
        try:
            await tmux.start()
            await end_leftovers(store.roster.each(), tmux.pid, home.tokens)
            await reconcile(store, tmux, self.observer)
            await self.operator_token()
            await self.post.open()
            await self.tasks.open()
            await self.watchdogs.open()
            await self.rigs.sweep()
            self._spawn(self._look_for_harnesses())
            self._spawn(self.snapshots.keep_taking())
            for row in list(store.roster.each()):
                self.crashes.changed(row)  # It ended while nobody was there.
            state = DaemonState(version=VERSION, pid=os.getpid())
            await store.write("daemon", lambda tx: _note(tx, "system.started", state))
        except BaseException:
            self._environment.cancel()
            await tmux.close()
            await store.close()
            raise
        return self

    async def close(self) -> None:
        """Close every room. Agents live on."""
        state = DaemonState(version=VERSION, pid=os.getpid())
        await self.store.write("daemon", lambda tx: _note(tx, "system.stopping", state))
        self._environment.cancel()
        for timer in self._mode_timers.values():
            timer.cancel()
        self.tasks.close()
        self.watchdogs.close()
        await self.post.close()
        self.observer.close()
        for feed in self.feeds.values():
            feed.stop()
        for task in list(self._tasks):
            task.cancel()
        await self.tmux.close()
        self.transcripts.close()
        await asyncio.to_thread(self.search.close)
        await self.store.close()

    async def environment(self) -> Mapping[str, str]:
        """The environment of panes, read once from a login shell."""
        self.shelf.environ = await asyncio.shield(self._environment)
        return self.shelf.environ

    async def _look_for_harnesses(self) -> None:
        """From now on harnesses are looked for where panes will find them."""
        await self.environment()

    # Who asks.

    def guard(self, principal: Principal, method: Method, params: BaseModel) -> None:
        """Raise NotPermitted when `principal` may not call `method` with `params`."""
        self.policy.check(principal, method.tier, method.name, params)

    def refused(self, principal: Principal, method: str, error: NotPermitted) -> None:
        """Journal what an agent was refused; the same again within a minute is not."""
        row = self.store.roster.agents.get(principal.agent_id or "")
        needs, at = str(error.facts.get("needs", "")), time.monotonic()
        key = (str(principal), method, f"{needs} {error.why}")
        if row is None or at - self._refusals.get(key, -REFUSED_ONCE_IN) < REFUSED_ONCE_IN:
            return
        if len(self._refusals) > MOST_REFUSALS:
            self._refusals.clear()
        self._refusals[key] = at
        noun = Refusal(principal=str(principal), method=method, why=error.why, needs=needs)
        self._spawn(self._journal_refusal(noun, row))

    async def _journal_refusal(self, noun: Refusal, row: AgentRow) -> None:
        async def unit(tx: Tx) -> None:
            tx.emit("agent.refused", noun, rig=row.rig, agent=row.address)

        await self.store.write(noun.principal, unit)

    def principal_of_process(self, pid: int) -> Principal | None:
        """Who a process of our own user is: an agent, if it descends from an agent's pane, shares its terminal or
        was given its token; else the operator. None when the process is gone: nobody can tell."""
        panes = {row.pane.pid: row for row in self.store.roster.each() if row.pane is not None}
        above = ancestor_among(pid, panes)
        if above is not None:
            return agent_principal(panes[above])
        if facts(pid) is None and Path("/proc/self").exists():
            return None
        terminal = terminal_of(pid)
        row = next((row for row in panes.values() if row.pane is not None and row.pane.tty == terminal), None)
        if row is not None:
            return agent_principal(row)
        named = self._named_in_environment(pid)
        return agent_principal(named) if named is not None else OPERATOR

    def token(self, secret: str) -> Token | None:
        """The token with that secret, if it lives."""
        return self.store.desk.token(secret)

    def allows_origin(self, origin: str) -> bool:
        """True where some token lets pages of `origin` in."""
        return any(origin in token.origins for token in self.store.desk.tokens())

    def on_revoked(self, told: Callable[[frozenset[str]], None]) -> None:
        """Who is told the ids of tokens that end before their time."""
        self.store.desk.on_revoked = told

    def _named_in_environment(self, pid: int) -> AgentRow | None:
        """The agent whose token file a process was given: a child of a pane that left its terminal and its parent."""
        file = Path(variable_of(pid, TOKEN_FILE) or "/")
        return self.store.roster.agents.get(file.name) if file.parent == self.home.tokens else None

    async def operator_token(self) -> None:
        """The operator's token, made where there is none that lives; its file is 0600."""
        file = self.home.tokens / "operator"
        token = file.read_text("ascii") if file.is_file() else secrets.token_urlsafe(32)
        if self.store.desk.token(token) is None:
            token = secrets.token_urlsafe(32)

            async def unit(tx: Tx) -> None:
                await self.store.desk.put_token(tx, token, OPERATOR, "operator")
                await self.store.desk.revoke_tokens(tx, "operator", but=token_hash(token))

            await self.store.write("daemon", unit)
            write_private(file, token.encode())

    # What tmux and the observer tell.

    def _connect(self) -> None:
        self.tmux.on_output = self._printed
        self.tmux.on_exit = self._exited
        self.tmux.on_change = lambda pane, change: self._stirred(pane)
        self.tmux.on_attached = self._attached
        self.tmux.on_modes = self._modes
        self.tmux.on_gone = self._gone
        self.observer.on_sight = self._seen
        self.tasks.on_change = self.watchdogs.task_changed
        self.store.roster.on_agent = self._changed
        self.observer.on_signal = self.post.signalled
        self.observer.on_state = self._state

    def _printed(self, pane: str, data: bytes, gap: bool) -> None:
        agent_id = self.observer.agent_of(pane)
        if agent_id is not None:
            self.streams.printed(agent_id, data, gap)
            self.transcripts.append(agent_id, data)
            self.observer.printed(pane)
            self.post.stir(agent_id)

    def _stirred(self, pane: str) -> None:
        agent_id = self.observer.agent_of(pane)
        if agent_id is not None:
            self.observer.printed(pane)
            self.post.wake(agent_id)

    def _attached(self, session: str, humans: int) -> None:
        agent_id = session.rpartition("-")[0]
        if agent_id in self.store.roster.agents:
            self.post.wake(agent_id)

    def _modes(self, pane: str, modes: Modes) -> None:
        agent_id = self.observer.agent_of(pane)
        if agent_id is None:
            return
        timer = self._mode_timers.pop(agent_id, None)
        if timer is not None:
            timer.cancel()
        keep = partial(self._mode_kept, agent_id, bool(modes.bracketed))
        self._mode_timers[agent_id] = asyncio.get_running_loop().call_later(MODE_SETTLES, keep)
        self.post.stir(agent_id)

    def _mode_kept(self, agent_id: str, bracketed: bool) -> None:
        self._mode_timers.pop(agent_id, None)
        row = self.store.roster.agents.get(agent_id)
        if row is not None and row.bracketed != bracketed:
            self._spawn(self._keep_mode(agent_id, bracketed))

    async def _keep_mode(self, agent_id: str, bracketed: bool) -> None:
        """Only output tells whether a pane wants bracketed paste, so a restart must not forget it."""

        async def unit(tx: Tx) -> None:
            row = self.store.roster.agent_in(tx, agent_id)
            if row is not None and row.bracketed != bracketed:
                await self.store.roster.put_agent(tx, row.model_copy(update={"bracketed": bracketed}))

        await self.store.write("daemon", unit)
        self.post.wake(agent_id)

    def _exited(self, pane: str, code: int | None) -> None:
        self._spawn(self.observer.exited(pane, code))

    def _gone(self) -> None:
        self.launcher.steady.clear()
        self._spawn(self._again())

    async def _again(self) -> None:
        """The tmux server died, and every pane with it: say so, and start a new one."""
        log.warning("the tmux server is gone")
        try:
            rows = [row for row in self.store.roster.each() if row.pane is not None]
            for row in rows:
                if row.pane is not None:
                    await self.observer.exited(row.pane.pane, None, vanished=True)
                    self.observer.forget(row.id)
            if not self.stopping.is_set():
                await self.tmux.start()
                await end_leftovers(rows, self.tmux.pid, self.home.tokens)
                await reconcile(self.store, self.tmux, self.observer)
        finally:
            self.launcher.steady.set()  # Also where there is no new one: then whoever starts something is told.

    def _seen(self, agent_id: str, sight: Sight) -> None:
        self.post.wake(agent_id)

    def _state(self, row: AgentRow) -> None:
        self.waiting.changed(row.id)
        self.post.wake(row.id)

    def _changed(self, row: AgentRow) -> None:
        """However an agent ended, or got a new generation: what it held is free, and its reminders count anew."""
        self.watchdogs.agent_changed(row)
        if self.tasks.holds(row.id):
            self._spawn(self.tasks.lost(row.id))
        self.crashes.changed(row)

    def _spawn(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_logged(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def agent_principal(row: AgentRow) -> Principal:
    """An agent as a principal."""
    return Principal(kind="agent", name=row.address, agent_id=row.id, generation=row.generation)


async def _logged(job: Coroutine[Any, Any, None]) -> None:
    try:
        await job
    except Exception:
        log.exception("something in the background failed")


async def _note(tx: Tx, kind: str, noun: BaseModel) -> None:
    tx.emit(kind, noun)

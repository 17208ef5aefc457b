"""Starting and stopping agents: rows first, then processes, then the binding; every step can be found again."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from ..delivery.post import Letter, Post
from ..home import Home, private_folder, write_private
from ..model.agent import AgentOutcome, AgentState, Evidence, Outcome
from ..model.base import now
from ..model.errors import RpcError
from ..model.principal import DAEMON, Principal
from ..model.startup import When
from ..observe.asking import follow
from ..observe.observer import Observer
from ..runtimes.copies import Copies
from ..runtimes.runtime import Launch, Seat
from ..runtimes.shelf import Shelf
from ..spec.loaded import ResolvedMember
from ..store.desk import token_hash
from ..store.directory import Recipient
from ..store.rows import AgentRow, PaneRow
from ..store.store import Store
from ..store.writer import Tx
from ..tmux.pane import Pane, Spawn, SpawnFailed
from ..tmux.server import Tmux
from .members import options
from .startup import letters
from .waiting import Waiting

log = logging.getLogger(__name__)

READY = 30.0
"""Seconds that an agent may take until it is ready; after that it goes on starting, and the outcome says so."""


class Launcher:
    """Starts and stops the processes behind agents."""

    def __init__(
        self,
        store: Store,
        tmux: Tmux,
        shelf: Shelf,
        observer: Observer,
        post: Post,
        waiting: Waiting,
        home: Home,
        copies: Copies,
        environment: Callable[[], Awaitable[Mapping[str, str]]],
        endpoints: Mapping[str, str],
    ) -> None:
        self._store = store
        self._tmux = tmux
        self._shelf = shelf
        self._observer = observer
        self._post = post
        self._waiting = waiting
        self._home = home
        self._copies = copies
        self._environment = environment
        self._endpoints = endpoints

    async def start(self, starts: Sequence[tuple[AgentRow, ResolvedMember]], actor: str) -> None:
        """Start these agents at once. What fails is in their rows afterwards."""
        if not starts:
            return
        await self.end([row for row, _ in starts if row.pane is not None])
        tokens = {row.id: secrets.token_urlsafe(32) for row, _ in starts}
        told = await asyncio.to_thread(lambda: {row.id: letters(member, When.FRESH_START) for row, member in starts})
        rows = await self._store.write(actor, lambda tx: self._begin(tx, [row for row, _ in starts], tokens, told))
        base = await self._environment()
        spawns: list[Spawn] = []
        launches: dict[str, Launch] = {}
        spawned: list[AgentRow] = []
        for row, (_, member) in zip(rows, starts, strict=True):
            self._waiting.changed(row.id)
            try:
                launch = self._launch(row, member, base, tokens[row.id])
                if not Path(row.cwd).is_dir():
                    raise SpawnFailed(f"its working folder {row.cwd} does not exist; make it, or mend `cwd`")
            except (RpcError, SpawnFailed, OSError) as error:
                await self._fail(row, error.message if isinstance(error, RpcError) else str(error))
                continue
            launches[row.id] = launch
            spawned.append(row)
            spawns.append(Spawn(session_name(row), launch.argv, Path(row.cwd), launch.env))
        panes = await self._tmux.spawn_many(spawns)
        bound: list[tuple[AgentRow, Pane]] = []
        for row, pane in zip(spawned, panes, strict=True):
            if isinstance(pane, SpawnFailed):
                await self._fail(row, str(pane))
            else:
                bound.append((row, pane))
        if bound:
            conversations = {agent_id: launch.conversation for agent_id, launch in launches.items()}
            for row in await self._store.write(actor, lambda tx: self._bind(tx, bound, conversations)):
                self._observer.watch(row)
                self._waiting.changed(row.id)

    async def ready(self, agent_ids: Sequence[str], seconds: float = READY) -> None:
        """Wait until each of these agents is past starting."""
        await asyncio.gather(
            *(
                self._waiting.until(each, lambda row: row.state is not AgentState.STARTING, seconds)
                for each in agent_ids
            )
        )

    async def stop(self, rows: Sequence[AgentRow], actor: str) -> None:
        """Stop these agents on purpose. Their processes are gone when this returns."""

        async def unit(tx: Tx) -> None:
            for row in rows:
                current = self._store.roster.agent_in(tx, row.id)
                if current is not None:
                    await self._store.roster.put_agent(tx, current.model_copy(update={"wanted": False}))

        await self._store.write(actor, unit)
        await self._tmux.kill(*(row.pane.pane for row in rows if row.pane is not None))
        await self._store.write(actor, lambda tx: self._stopped(tx, rows))
        for row in rows:
            self._observer.forget(row.id)
            self._waiting.changed(row.id)
            self._token_file(row.id).unlink(missing_ok=True)

    async def withdraw(self, tx: Tx, row: AgentRow) -> None:
        """Part of a unit of work: what waits for an agent that leaves its rig is taken back."""
        await self._post.withdraw(tx, row, None)

    async def end(self, rows: Sequence[AgentRow]) -> None:
        """End the processes of agents that left their rig, or get new ones."""
        for row in rows:
            self._observer.forget(row.id)
        await self._tmux.kill(*(row.pane.pane for row in rows if row.pane is not None))
        for row in rows:
            self._token_file(row.id).unlink(missing_ok=True)

    def outcome(self, agent_id: str, *, launched: Outcome = Outcome.LAUNCHED) -> AgentOutcome:
        """What became of an agent that was to be started."""
        row = self._store.roster.agents[agent_id]
        if row.state in (AgentState.FAILED, AgentState.EXITED):
            why = row.reason or row.evidence.detail
            hint = f"see what it printed: rig capture {row.address}; then: rig start {row.address}"
            return AgentOutcome(address=row.address, outcome=Outcome.FAILED, state=row.state, reason=why, next=hint)
        if row.state is AgentState.STARTING:
            hint = f"look at it: rig attach {row.address}"
            why = "it is not ready yet"
            return AgentOutcome(address=row.address, outcome=launched, state=row.state, reason=why, next=hint)
        if row.state is AgentState.NEEDS_INPUT and row.prompt is not None:
            why = f"it asks: {row.prompt.question}"
            hint = f"answer it: rig answer {row.address}"
            return AgentOutcome(address=row.address, outcome=launched, state=row.state, reason=why, next=hint)
        return AgentOutcome(address=row.address, outcome=launched, state=row.state)

    # The steps.

    async def _begin(
        self,
        tx: Tx,
        rows: Sequence[AgentRow],
        tokens: Mapping[str, str],
        told: Mapping[str, Sequence[Letter]],
    ) -> list[AgentRow]:
        """A new generation of each: wanted, starting, with its own token and what it is told first.

        It is found again by its session's name, whatever happens between here and its process.
        """
        begun = []
        for given in rows:
            old = self._store.roster.agent_in(tx, given.id) or given
            at = now()
            new = old.model_copy(
                update={
                    "generation": old.generation + 1,
                    "wanted": True,
                    "state": AgentState.STARTING,
                    "state_since": at,
                    "evidence": Evidence(source="process", at=at, detail="it is being started"),
                    "pane": None,
                    "prompt": None,
                    "exit_code": None,
                    "reason": None,
                    "bracketed": False,
                    "conversation": given.conversation,
                    "context": old.context if given.conversation is not None else None,
                    "token": token_hash(tokens[old.id]),
                }
            )
            await self._store.roster.put_agent(tx, new)
            await follow(self._store, tx, old, new)
            principal = Principal(kind="agent", name=new.address, agent_id=new.id, generation=new.generation)
            await self._store.desk.revoke_tokens(tx, new.id)
            await self._store.desk.put_token(tx, tokens[old.id], principal, new.id)
            roster = self._store.roster
            tx.emit(
                "agent.stateChanged",
                roster.agent_noun(new),
                rig=new.rig,
                agent=new.address,
                before=roster.agent_noun(old),
            )
            await self._post.withdraw(tx, new, str(DAEMON))
            recipient = Recipient(roster.rigs[new.rig_id], new)
            for letter in told[new.id]:
                await self._post.accept(tx, letter, [recipient], DAEMON)
            begun.append(new)
        return begun

    def _launch(self, row: AgentRow, member: ResolvedMember, base: Mapping[str, str], token: str) -> Launch:
        runtime = self._shelf.get(row.runtime)
        token_file = self._token_file(row.id)
        write_private(token_file, token.encode())
        folder = self._home.state / "agents" / row.id
        private_folder(folder)
        env = {
            **base,
            **member.env,
            "PATH": f"{self._copies.bin}:{base.get('PATH', '')}",
            "OPENRIG_RPC_HOME": str(self._home.state),
            "OPENRIG_RPC_SOCKET": self._endpoints.get("unix", ""),
            "OPENRIG_RPC_TOKEN_FILE": str(token_file),
            "OPENRIG_RPC_AGENT": row.address,
            "OPENRIG_RPC_RIG": row.rig,
        }
        seat = Seat(
            agent_id=row.id,
            generation=row.generation,
            address=row.address,
            cwd=Path(row.cwd),
            env=env,
            folder=folder,
            reporter=self._copies.reporter,
            model=row.model,
            effort=row.effort,
            command=member.command,
            options=options(member),
            conversation=row.conversation,
        )
        return runtime.launch(seat)

    async def _bind(
        self, tx: Tx, bound: Sequence[tuple[AgentRow, Pane]], conversations: Mapping[str, str | None]
    ) -> list[AgentRow]:
        rows = []
        for row, pane in bound:
            current = self._store.roster.agent_in(tx, row.id)
            if current is None or current.generation != row.generation:
                continue
            new = current.model_copy(
                update={
                    "pane": pane_row(pane, self._tmux.pid),
                    "conversation": conversations.get(row.id) or current.conversation,
                }
            )
            await self._store.roster.put_agent(tx, new)
            rows.append(new)
        return rows

    async def _fail(self, row: AgentRow, why: str) -> None:
        log.warning("%s could not be started: %s", row.address, why)
        await self._observer.show(row.id, row.generation, AgentState.FAILED, "process", why, reason=why, wanted=False)
        self._waiting.changed(row.id)

    async def _stopped(self, tx: Tx, rows: Sequence[AgentRow]) -> None:
        roster = self._store.roster
        for row in rows:
            old = roster.agent_in(tx, row.id)
            if old is None:
                continue
            at = now()
            changes: dict[str, object] = {"pane": None, "prompt": None, "wanted": False}
            if old.state is not AgentState.STOPPED:
                evidence = Evidence(source="process", at=at, detail="it was stopped on purpose")
                changes |= {"state": AgentState.STOPPED, "state_since": at, "evidence": evidence}
            new = old.model_copy(update=changes)
            await roster.put_agent(tx, new)
            await follow(self._store, tx, old, new)
            await self._store.desk.revoke_tokens(tx, new.id)
            if new.state is not old.state:
                noun, before = roster.agent_noun(new), roster.agent_noun(old)
                tx.emit("agent.stateChanged", noun, rig=new.rig, agent=new.address, before=before)

    def _token_file(self, agent_id: str) -> Path:
        return self._home.tokens / agent_id


def session_name(row: AgentRow) -> str:
    """The tmux session of this generation: opaque, and the same after a crash between spawning and binding."""
    return f"{row.id}-{row.generation}"


def pane_row(pane: Pane, server: int) -> PaneRow:
    """Where a process lives, as it is stored."""
    return PaneRow(pane=pane.id, window=pane.window, session=pane.name, pid=pane.pid, tty=pane.tty, server=server)

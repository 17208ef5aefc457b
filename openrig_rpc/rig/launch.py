"""Starting and stopping agents: rows first, then processes, then the binding; every step can be found again."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from ..delivery import faults
from ..delivery.post import Post
from ..home import Home, private_folder, write_private
from ..model.agent import AgentOutcome, AgentState, Evidence
from ..model.base import now
from ..model.errors import RpcError
from ..model.principal import DAEMON, Principal
from ..model.startup import When
from ..observe.asking import follow
from ..observe.observer import Observer
from ..runtimes.conversations import Place
from ..runtimes.copies import Copies
from ..runtimes.given import NotGiven
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
from .arrival import outcome, unproven
from .blocks import Blocks
from .comeback import Start, archive_of, way
from .leftovers import TOKEN_FILE
from .members import options
from .reading import Reading, reading
from .startup import letters
from .trust import Trust
from .waiting import Waiting
from .wishes import wishes_of

log = logging.getLogger(__name__)

PROVING = 5.0
"""Seconds that a harness may take, once it is ready, to show which conversation it goes on with."""
LOOKING = 0.1
"""Seconds between two looks for that, where no hook tells."""
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
        trust: Trust,
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
        self._trust = trust
        self.blocks = Blocks(home.state / "blocks")
        """What stands in the project because a spec asked for it."""
        self.steady = asyncio.Event()
        """Cleared while a tmux server that died is replaced: nothing is started or ended meanwhile."""
        self.steady.set()

    async def way(
        self, row: AgentRow, member: ResolvedMember, *, fresh: bool = False, conversation: str | None = None
    ) -> Start:
        """How an agent is to be started now: `fresh`, with a named conversation, or as it was."""
        place = self._place(row, member, await self._environment())
        found = await asyncio.to_thread(way, row, member, place, fresh=fresh, conversation=conversation)
        return Start(row, member, found)

    async def start(self, wanted: Sequence[Start], actor: str) -> None:
        """Start these agents at once, but not those for which something has to be decided: of these, one that runs
        goes on as it is. What fails is in their rows afterwards."""
        starts = [start for start in wanted if start.way.starts]
        if len(starts) < len(wanted):
            await self._store.write(actor, lambda tx: self._await(tx, wanted))
        if not starts:
            return
        await self.steady.wait()
        await self.end([start.row for start in starts if start.row.pane is not None])
        tokens = {start.row.id: secrets.token_urlsafe(32) for start in starts}
        read = {start.row.id: await self._read(start) for start in starts}
        rows = await self._store.write(actor, lambda tx: self._begin(tx, starts, tokens, read))
        faults.point("after_begin")
        base = await self._environment()
        spawns: list[Spawn] = []
        launches: dict[str, Launch] = {}
        spawned: list[AgentRow] = []
        for row, start in zip(rows, starts, strict=True):
            self._waiting.changed(row.id)
            try:
                if not Path(row.cwd).is_dir():
                    raise SpawnFailed(f"its working folder {row.cwd} does not exist; make it, or mend `cwd`")
                launch = await asyncio.to_thread(self._launch, row, start, base, tokens[row.id], read[row.id])
            except (RpcError, SpawnFailed, NotGiven, OSError) as error:
                await self._fail(row, error.message if isinstance(error, RpcError) else str(error))
                continue
            launches[row.id] = launch
            spawned.append(row)
            spawns.append(Spawn(session_name(row), launch.argv, Path(row.cwd), launch.env))
        panes = await self._tmux.spawn_many(spawns)
        faults.point("after_spawn")
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
            faults.point("after_bind")

    async def ready(self, starts: Sequence[Start], seconds: float = READY) -> None:
        """Wait until each of these agents is past starting, and shows whether it goes on with its conversation."""
        await asyncio.gather(*(self._ready(start, seconds) for start in starts if start.way.starts))

    async def _ready(self, start: Start, seconds: float) -> None:
        await self._waiting.until(start.row.id, lambda row: row.state is not AgentState.STARTING, seconds)
        archive = archive_of(start.row)
        if not start.way.resume or start.way.conversation is None or archive is None:
            return
        place = self._place(start.row, start.member, await self._environment())
        clock = asyncio.get_running_loop().time
        end = clock() + PROVING
        while clock() < end:
            row = self._store.roster.agents.get(start.row.id)
            if row is None or not unproven(row):
                return
            assert row.pane is not None
            said = await asyncio.to_thread(archive.proof, place, start.way.conversation, row.pane.pid)
            if said is not None:
                await self._store.write("daemon", partial(self._proven, row=row, said=said))
                return
            await self._waiting.until(row.id, lambda row: not unproven(row), LOOKING)

    async def stop(self, rows: Sequence[AgentRow], actor: str) -> None:
        """Stop these agents on purpose. Their processes are gone when this returns."""

        async def unit(tx: Tx) -> None:
            for row in rows:
                current = self._store.roster.agent_in(tx, row.id)
                if current is not None:
                    await self._store.roster.put_agent(tx, current.model_copy(update={"wanted": False}))

        await self._store.write(actor, unit)
        faults.point("after_unwanted")
        await self._kill(rows)
        faults.point("after_kill")
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
        await self._kill(rows)
        for row in rows:
            self._token_file(row.id).unlink(missing_ok=True)

    async def _kill(self, rows: Sequence[AgentRow]) -> None:
        """End their panes. Another tmux server gives the same ids to other panes."""
        await self.steady.wait()
        panes = [row.pane for row in rows if row.pane is not None]
        await self._tmux.kill(*(pane.pane for pane in panes if pane.server == self._tmux.pid))

    def outcome(self, start: Start) -> AgentOutcome:
        """What became of an agent that was to be started."""
        return outcome(self._store.roster.agents[start.row.id], start.way)

    # The steps.

    async def _begin(
        self,
        tx: Tx,
        starts: Sequence[Start],
        tokens: Mapping[str, str],
        read: Mapping[str, Reading | str],
    ) -> list[AgentRow]:
        """A new generation of each: wanted, starting, with its own token and what it is told first.

        It is found again by its session's name, whatever happens between here and its process.
        """
        begun = []
        for start in starts:
            old = self._store.roster.agent_in(tx, start.row.id) or start.row
            at = now()
            how = start.way
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
                    "conversation": how.conversation,
                    "context": old.context if how.resume else None,
                    "begun": how.resume,
                    "resumes": how.conversation if how.resume else None,
                    "proof": None,
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
            # What an earlier start left untyped is told again in its place, or not at all.
            waiting = {each.text for each in await self._store.messages.waiting_from(tx, new.id, str(DAEMON))}
            await self._post.withdraw(tx, new, str(DAEMON))
            recipient = Recipient(roster.rigs[new.rig_id], new)
            found = read[new.id]
            for letter in letters(found.said, when(start), waiting) if isinstance(found, Reading) else ():
                await self._post.accept(tx, letter, [recipient], DAEMON)
            begun.append(new)
        return begun

    async def _await(self, tx: Tx, starts: Sequence[Start]) -> None:
        """Those that wait for a decision say why."""
        roster = self._store.roster
        for start in starts:
            old = roster.agent_in(tx, start.row.id)
            if start.way.starts or old is None or old.running:
                continue
            changes: dict[str, object] = {"wanted": False, "reason": f"it waits for a decision: {start.way.why}"}
            if old.state is not AgentState.STOPPED:
                at = now()
                evidence = Evidence(source="process", at=at, detail="it waits for a decision")
                changes |= {"state": AgentState.STOPPED, "state_since": at, "evidence": evidence, "prompt": None}
            new = old.model_copy(update=changes)
            if new == old:
                continue
            await roster.put_agent(tx, new)
            await follow(self._store, tx, old, new)
            noun, before = roster.agent_noun(new), roster.agent_noun(old)
            tx.emit("agent.stateChanged", noun, rig=new.rig, agent=new.address, before=before)

    async def _proven(self, tx: Tx, row: AgentRow, said: str) -> None:
        current = self._store.roster.agent_in(tx, row.id)
        if current is not None and current.generation == row.generation and current.proof is None:
            await self._store.roster.put_agent(tx, current.model_copy(update={"proof": said}))

    def _place(self, row: AgentRow, member: ResolvedMember, base: Mapping[str, str]) -> Place:
        return Place({**base, **member.env}, Path(row.cwd), self._folder(row))

    def _folder(self, row: AgentRow) -> Path:
        return self._home.state / "agents" / row.id

    async def _read(self, start: Start) -> Reading | str:
        """What a member's files say, or why it can't be started by them."""
        try:
            found = await asyncio.to_thread(reading, start.member)
        except NotGiven as error:
            return str(error)
        untrusted = await self._trust.lacking(start.row.rig, list(wishes_of(start.member, found)))
        if untrusted is None:
            return found
        why = f"its spec changed, and nobody trusted that it {untrusted.shown.partition(' ')[2]}"
        return f"{why}; bring the rig up again: rig up {start.row.rig}"

    def _launch(self, row: AgentRow, start: Start, base: Mapping[str, str], token: str, found: Reading | str) -> Launch:
        """Writes files: called in a thread. Raises NotGiven, RpcError."""
        if isinstance(found, str):
            raise NotGiven(found)
        member = start.member
        runtime = self._shelf.get(row.runtime)
        token_file = self._token_file(row.id)
        write_private(token_file, token.encode())
        folder = self._folder(row)
        private_folder(folder)
        env = {
            **base,
            **member.env,
            "PATH": f"{self._copies.bin}:{base.get('PATH', '')}",
            "OPENRIG_RPC_HOME": str(self._home.state),
            "OPENRIG_RPC_SOCKET": self._endpoints.get("unix", ""),
            TOKEN_FILE: str(token_file),
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
            conversation=start.way.conversation,
            resume=start.way.resume,
            given=found.given,
            posture=found.posture,
            profile=member.codex_config_profile,
            warned=member.non_interruptive,
        )
        launch = runtime.launch(seat)
        self.blocks.put(row.rig_id, row.rig, member)
        return launch

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


def when(start: Start) -> When:
    """Which startup files and actions the start is for."""
    return When.RESTORE if start.way.resume else When.FRESH_START


def session_name(row: AgentRow) -> str:
    """The tmux session of this generation: opaque, and the same after a crash between spawning and binding."""
    return f"{row.id}-{row.generation}"


def pane_row(pane: Pane, server: int) -> PaneRow:
    """Where a process lives, as it is stored."""
    return PaneRow(pane=pane.id, window=pane.window, session=pane.name, pid=pane.pid, tty=pane.tty, server=server)

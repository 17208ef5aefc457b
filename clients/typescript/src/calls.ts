// Every method, by noun. Written by `make generate` from the table of methods; not to be edited.
import type * as t from "./types.js";

/** What goes along with a call. */
export interface Options {
  /** Ends the waiting, never what was already done. */
  signal?: AbortSignal;
}

export type Ask = <M extends keyof t.Methods>(
  method: M,
  params: t.Methods[M]["params"],
  options?: Options,
) => Promise<t.Methods[M]["result"]>;

/** `agent/…` */
export class Agent {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Answer exactly that prompt; refused when it changed or was answered.
   *
   * `choice` is one of the prompt's choices, by id or label; `text` does the same, or goes along with a denial to a
   * harness whose hook waits.
   *
   * Answers exactly that prompt, by one of its choices or by text.
   */
  answer(params: t.AgentAnswer, options?: Options): Promise<t.AgentResult> {
    return this.#ask("agent/answer", params, options);
  }

  /**
   * The command that shows the agent's session in any terminal.
   *
   * `readOnly` shows without typing.
   */
  attach(params: t.AgentAttach, options?: Options): Promise<t.Attachment> {
    return this.#ask("agent/attach", params, options);
  }

  /**
   * What the agent's pane shows, without secrets of known shapes.
   *
   * The visible screen, or the last `lines` with `history`; `ansi` keeps colours.
   */
  capture(params: t.AgentCapture, options?: Options): Promise<t.Captured> {
    return this.#ask("agent/capture", params, options);
  }

  /**
   * What looks like an agent in the user's other tmux servers; none is touched.
   *
   * A candidate is `certain` where its program and its harness's own files agree, `likely` by one of both, and a
   * `guess` by a name alone. Shells are candidates, too.
   *
   * `draft` also writes a rig file from what was found.
   */
  discover(params: t.Discover = {}, options?: Options): Promise<t.Discovered> {
    return this.#ask("agent/discover", params, options);
  }

  /**
   * Which rule or signal decided the state, and what the composer holds.
   *
   * An agent, or a recorded screen (`capture-pane -e`) of a runtime.
   */
  explain(params: t.AgentExplain = {}, options?: Options): Promise<t.Explained> {
    return this.#ask("agent/explain", params, options);
  }

  /**
   * One agent and what is known of it now.
   *
   * An agent by address.
   */
  get(params: t.AgentRef, options?: Options): Promise<t.AgentResult> {
    return this.#ask("agent/get", params, options);
  }

  /**
   * Stop the agent's current turn, as its harness does on Escape.
   *
   * An agent by address.
   */
  interrupt(params: t.AgentRef, options?: Options): Promise<t.AgentResult> {
    return this.#ask("agent/interrupt", params, options);
  }

  /**
   * Type raw keys into the pane, on purpose; journalled.
   *
   * tmux key names (`"Enter"`, `"C-c"`), and `{text}` typed as it is.
   */
  keys(params: t.AgentKeys, options?: Options): Promise<t.AgentResult> {
    return this.#ask("agent/keys", params, options);
  }

  /**
   * Agents with their state and the evidence for it.
   *
   * Agents of all rigs the caller may see, or of one rig, pod or state.
   */
  list(params: t.AgentList = {}, options?: Options): Promise<t.Agents> {
    return this.#ask("agent/list", params, options);
  }

  /**
   * The open question in the agent's pane.
   *
   * An agent by address.
   */
  prompt(params: t.AgentRef, options?: Options): Promise<t.PromptResult> {
    return this.#ask("agent/prompt", params, options);
  }

  /**
   * What the agent's own harness reports; accepted only from the agent itself.
   *
   * With `waits`, a permission is answered when somebody answers it, or when it is over.
   *
   * What a harness's hook says; `payload` is the hook's own JSON, bounded.
   */
  report(params: t.AgentReport, options?: Options): Promise<t.Reported> {
    return this.#ask("agent/report", params, options);
  }

  /**
   * Stop and start an agent, by default with the same conversation.
   *
   * `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says.
   */
  restart(params: t.AgentStart, options?: Options): Promise<t.AgentOutcomeResult> {
    return this.#ask("agent/restart", params, options);
  }

  /**
   * Start a stopped, exited or failed agent, by default with the conversation it had.
   *
   * `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says.
   */
  start(params: t.AgentStart, options?: Options): Promise<t.AgentOutcomeResult> {
    return this.#ask("agent/start", params, options);
  }

  /**
   * Stop an agent on purpose; its messages are held.
   *
   * An agent by address.
   */
  stop(params: t.AgentRef, options?: Options): Promise<t.AgentOutcomeResult> {
    return this.#ask("agent/stop", params, options);
  }

  /**
   * No more `agent/output` for this agent on this connection.
   *
   * An agent by address.
   */
  unwatch(params: t.AgentRef, options?: Options): Promise<t.Empty> {
    return this.#ask("agent/unwatch", params, options);
  }

  /**
   * Wait until the agent is in one of the states.
   *
   * Until the agent is in one of `state`, at most `timeoutSeconds`.
   */
  wait(params: t.AgentWait, options?: Options): Promise<t.Waited> {
    return this.#ask("agent/wait", params, options);
  }

  /**
   * The screen now, then `agent/output` as the pane prints.
   *
   * At most `maxRate` notifications a second.
   */
  watch(params: t.AgentWatch, options?: Options): Promise<t.Watched> {
    return this.#ask("agent/watch", params, options);
  }

  /** Who the caller is, its peers and edges, and what it may do. */
  whoami(options?: Options): Promise<t.Whoami> {
    return this.#ask("agent/whoami", {}, options);
  }
}

/** `audit/…` */
export class Audit {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * The journal's mutations, a page at a time.
   *
   * Mutations after `since`.
   */
  export(params: t.AuditExport = {}, options?: Options): Promise<t.AuditPage> {
    return this.#ask("audit/export", params, options);
  }

  /**
   * Check the journal's chain of hashes from its first row.
   *
   * Finds a row that was edited, removed or moved; a body that was purged leaves the chain whole.
   */
  verify(options?: Options): Promise<t.Verified> {
    return this.#ask("audit/verify", {}, options);
  }
}

/** `event/…` */
export class Event {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * The journal, a page at a time.
   *
   * A page of events after `since`.
   */
  list(params: t.EventList = {}, options?: Options): Promise<t.Events> {
    return this.#ask("event/list", params, options);
  }

  /**
   * Be pushed `event/published` for everything after `since`.
   *
   * Events after `since` (exclusive; now where it is left out), of some kinds, of one rig.
   */
  subscribe(params: t.EventSubscribe = {}, options?: Options): Promise<t.Subscribed> {
    return this.#ask("event/subscribe", params, options);
  }

  /**
   * End a subscription of this connection.
   *
   * The subscription that ends.
   */
  unsubscribe(params: t.EventUnsubscribe, options?: Options): Promise<t.Empty> {
    return this.#ask("event/unsubscribe", params, options);
  }
}

/** `inbox/…` */
export class Inbox {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Put an item of the inbox away; a message is `submitted` by that.
   *
   * An item by id.
   */
  done(params: t.InboxRef, options?: Options): Promise<t.Empty> {
    return this.#ask("inbox/done", params, options);
  }

  /**
   * Prompts, messages, tasks and uncertain deliveries that wait for the person.
   *
   * Of all rigs, or one.
   */
  list(params: t.InboxList = {}, options?: Options): Promise<t.Inbox> {
    return this.#ask("inbox/list", params, options);
  }
}

/** `message/…` */
export class Message {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Send a text to every agent of a rig or a pod but the sender.
   *
   * To everybody in a rig or pod: the sender's own rig unless one is named.
   */
  broadcast(params: t.MessageBroadcast, options?: Options): Promise<t.Sent> {
    return this.#ask("message/broadcast", params, options);
  }

  /**
   * Take back a message that has not been typed yet.
   *
   * A message by id.
   */
  cancel(params: t.MessageRef, options?: Options): Promise<t.MessageResult> {
    return this.#ask("message/cancel", params, options);
  }

  /**
   * One message with its receipt.
   *
   * A message by id.
   */
  get(params: t.MessageRef, options?: Options): Promise<t.MessageResult> {
    return this.#ask("message/get", params, options);
  }

  /**
   * Messages, newest first.
   *
   * Newest first; to or from an agent, of a rig, in a state.
   */
  list(params: t.MessageList = {}, options?: Options): Promise<t.Messages> {
    return this.#ask("message/list", params, options);
  }

  /**
   * Deliver an indeterminate, failed or expired message again, on a person's word.
   *
   * It keeps its id, and waits at the gate like a new one, without an end. One that waits already, or is on its way, is
   * left as it is.
   *
   * A message by id.
   */
  retry(params: t.MessageRef, options?: Options): Promise<t.MessageResult> {
    return this.#ask("message/retry", params, options);
  }

  /**
   * Send a text to agents or to the person; answered when it is durable.
   *
   * It is typed into the recipient's pane when its gate opens, and never twice. `wait` waits for more than
   * `accepted`, at most `timeoutSeconds`; when that ends, the delivery goes on.
   *
   * To an address, a group, a comma list, or `human@rig`.
   */
  send(params: t.MessageSend, options?: Options): Promise<t.Sent> {
    return this.#ask("message/send", params, options);
  }
}

/** `rig/…` */
export class Rig {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Add a pod or a member to a rig; nothing else is restarted.
   *
   * A pod, or a member of one, in the rig file's own form.
   */
  add(params: t.RigAdd, options?: Options): Promise<t.AgentsResult> {
    return this.#ask("rig/add", params, options);
  }

  /**
   * Forget a stopped rig; its journal stays.
   *
   * A rig by name.
   */
  delete(params: t.RigRef, options?: Options): Promise<t.Empty> {
    return this.#ask("rig/delete", params, options);
  }

  /**
   * What it would take to make the running rig equal its file; changes nothing.
   *
   * A rig by name.
   */
  diff(params: t.RigRef, options?: Options): Promise<t.Plan> {
    return this.#ask("rig/diff", params, options);
  }

  /**
   * Take a rig down, with what is needed to bring the same conversations back.
   *
   * Take down by name; `snapshot` keeps what is needed to come back.
   */
  down(params: t.RigDown, options?: Options): Promise<t.RigStopped> {
    return this.#ask("rig/down", params, options);
  }

  /**
   * The rig as a file that loads to the same rig.
   *
   * A rig by name.
   */
  export(params: t.RigRef, options?: Options): Promise<t.Exported> {
    return this.#ask("rig/export", params, options);
  }

  /**
   * A rig whole: pods, agents, edges and services.
   *
   * A rig by name.
   */
  get(params: t.RigRef, options?: Options): Promise<t.RigResult> {
    return this.#ask("rig/get", params, options);
  }

  /**
   * Every version of a rig's spec, who made it and when.
   *
   * A rig by name.
   */
  history(params: t.RigRef, options?: Options): Promise<t.History> {
    return this.#ask("rig/history", params, options);
  }

  /**
   * Known rigs, running or stopped.
   *
   * Known rigs, running or stopped.
   */
  list(params: t.RigList = {}, options?: Options): Promise<t.Rigs> {
    return this.#ask("rig/list", params, options);
  }

  /**
   * What `rig/up` would do; changes nothing.
   *
   * Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`.
   */
  plan(params: t.RigSource = {}, options?: Options): Promise<t.Plan> {
    return this.#ask("rig/plan", params, options);
  }

  /**
   * Remove a pod or a member; refused while work would be lost.
   *
   * The error `work-held` names what, and a plan; with its `planId` it is done all the same.
   *
   * A pod, or one member of it.
   */
  remove(params: t.RigRemove, options?: Options): Promise<t.AgentsResult> {
    return this.#ask("rig/remove", params, options);
  }

  /**
   * Bring an earlier version of the spec back, by plan.
   *
   * The error `rig-changed` names the plan; with its `planId` it is done, as a new revision.
   *
   * Back to a revision, as a new one.
   */
  rollback(params: t.Rollback, options?: Options): Promise<t.AgentsResult> {
    return this.#ask("rig/rollback", params, options);
  }

  /** The rigs that ship with OpenRig RPC. */
  starters(options?: Options): Promise<t.Starters> {
    return this.#ask("rig/starters", {}, options);
  }

  /**
   * Trust a spec that runs commands or loosens permissions, by its hash.
   *
   * With `path` or `rig` it is looked whether the hash still is of what that would do.
   *
   * The hash that `needs-trust` named.
   */
  trust(params: t.RigTrust, options?: Options): Promise<t.Empty> {
    return this.#ask("rig/trust", params, options);
  }

  /**
   * Bring a rig up, or start what is missing of it; every agent has an outcome.
   *
   * Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`.
   */
  up(params: t.RigSource = {}, options?: Options): Promise<t.RigUp> {
    return this.#ask("rig/up", params, options);
  }

  /**
   * Everything that is wrong with a rig file, all at once, with line and column.
   *
   * A rig file by absolute path, or as text (then `path` says where it would lie).
   */
  validate(params: t.RigText = {}, options?: Options): Promise<t.Validated> {
    return this.#ask("rig/validate", params, options);
  }
}

/** `room/…` */
export class Room {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * What was said in a room: after `since`, or without it the last posts.
   *
   * Posts after number `since`, without it the last ones.
   */
  history(params: t.RoomHistory, options?: Options): Promise<t.Posts> {
    return this.#ask("room/history", params, options);
  }

  /**
   * The rooms of a rig.
   *
   * A rig by name.
   */
  list(params: t.RigRef, options?: Options): Promise<t.Rooms> {
    return this.#ask("room/list", params, options);
  }

  /**
   * Post to a room of a rig; whom it mentions (`@pod-member`, `@human`) gets it as a message, too.
   *
   * A post; mentions (`@pod-member`) are also sent as messages.
   */
  post(params: t.RoomPost, options?: Options): Promise<t.Posted> {
    return this.#ask("room/post", params, options);
  }

  /**
   * Wait for the next post; said again with the same `since`, nothing is missed, also after a restart.
   *
   * Until there is a post after `since`.
   */
  wait(params: t.RoomWait, options?: Options): Promise<t.Posts> {
    return this.#ask("room/wait", params, options);
  }
}

/** `rpc/…` */
export class Rpc {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** This interface as an OpenRPC document. */
  discover(options?: Options): Promise<t.OpenRpcDocument> {
    return this.#ask("rpc.discover", {}, options);
  }
}

/** `session/…` */
export class Session {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Say who connects, and learn who the daemon takes it for.
   *
   * Optional on the unix socket, where the peer's process decides; the first and only thing allowed elsewhere.
   * A token can name another principal, but never lift an agent above itself.
   *
   * `token` names the operator, an agent or a service; `attention` opts in to questions for the person.
   */
  open(params: t.SessionOpen = {}, options?: Options): Promise<t.SessionOpened> {
    return this.#ask("session/open", params, options);
  }
}

/** `snapshot/…` */
export class Snapshot {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Take a snapshot of a rig now.
   *
   * A rig by name.
   */
  create(params: t.RigRef, options?: Options): Promise<t.SnapshotResult> {
    return this.#ask("snapshot/create", params, options);
  }

  /**
   * What changed between two snapshots, or since one.
   *
   * Against another snapshot, or against now.
   */
  diff(params: t.SnapshotDiff, options?: Options): Promise<t.SnapshotChanges> {
    return this.#ask("snapshot/diff", params, options);
  }

  /**
   * One snapshot.
   *
   * A snapshot by id.
   */
  get(params: t.SnapshotRef, options?: Options): Promise<t.SnapshotResult> {
    return this.#ask("snapshot/get", params, options);
  }

  /**
   * Snapshots of a rig, newest first.
   *
   * Of one rig, newest first.
   */
  list(params: t.SnapshotList, options?: Options): Promise<t.Snapshots> {
    return this.#ask("snapshot/list", params, options);
  }

  /**
   * Bring agents back as a snapshot has them, by plan.
   *
   * Where a running agent would be stopped, the error `rig-changed` names the plan; with its `planId` it is done.
   *
   * Of every agent, or of some.
   */
  restore(params: t.SnapshotRestore, options?: Options): Promise<t.Restored> {
    return this.#ask("snapshot/restore", params, options);
  }
}

/** `system/…` */
export class System {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Check everything a rig needs here, with the exact command that mends what is missing.
   *
   * `restore` names a rig to check for restoring; `fix` does what can safely be done.
   */
  doctor(params: t.Doctor = {}, options?: Options): Promise<t.DoctorResult> {
    return this.#ask("system/doctor", params, options);
  }

  /** Version, endpoints and harnesses of this daemon, and how late its event loop runs. */
  info(options?: Options): Promise<t.SystemInfo> {
    return this.#ask("system/info", {}, options);
  }

  /**
   * Stop the daemon; agents live on in tmux unless asked otherwise.
   *
   * Agents outlive the daemon unless `keepAgents` is false.
   */
  shutdown(params: t.Shutdown = {}, options?: Options): Promise<t.Empty> {
    return this.#ask("system/shutdown", params, options);
  }
}

/** `task/…` */
export class Task {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Become the owner of a task; its `fence` proves it from then on.
   *
   * Who holds it already gets it again. A refusal says who holds it, since when, and who may act.
   *
   * A task by id.
   */
  claim(params: t.TaskRef, options?: Options): Promise<t.TaskResult> {
    return this.#ask("task/claim", params, options);
  }

  /**
   * Become the owner of the next task that is for you.
   *
   * The most urgent one; or the one that you have in progress already, so that saying it again is safe. Where several
   * ask, nobody gets far ahead of the others.
   *
   * The fairest next task for the caller; of one rig, or with a tag.
   */
  claimNext(params: t.TaskClaimNext = {}, options?: Options): Promise<t.TaskResult> {
    return this.#ask("task/claimNext", params, options);
  }

  /**
   * Remark on a task; its owner and its maker are told.
   *
   * A remark by anybody who may talk.
   */
  comment(params: t.TaskComment, options?: Options): Promise<t.TaskResult> {
    return this.#ask("task/comment", params, options);
  }

  /**
   * Create a task for an agent, a group or the person.
   *
   * Whom it is for is told by a message; of a group, the one with the least to do. One for `human@RIG` is a question in
   * the inbox; its answer comes back as a message.
   *
   * For an agent, a group or `human@rig`. Due by its urgency, unless `dueInSeconds` says when.
   */
  create(params: t.TaskCreate, options?: Options): Promise<t.TaskResult> {
    return this.#ask("task/create", params, options);
  }

  /**
   * Take a task from its owner, with a reason.
   *
   * Somebody who may takes it from its owner, and says why.
   */
  forceRelease(params: t.TaskForceRelease, options?: Options): Promise<t.TaskResult> {
    return this.#ask("task/forceRelease", params, options);
  }

  /**
   * One task, with all that was said of it.
   *
   * A task by id.
   */
  get(params: t.TaskRef, options?: Options): Promise<t.TaskResult> {
    return this.#ask("task/get", params, options);
  }

  /**
   * Close your task and hand its successor to somebody else, in one step.
   *
   * Closes this task and creates its successor in one transaction.
   */
  handoff(params: t.TaskHandoff, options?: Options): Promise<t.HandedOff> {
    return this.#ask("task/handoff", params, options);
  }

  /**
   * Tasks, most urgent first.
   *
   * By rig, owner, destination, state or tag.
   */
  list(params: t.TaskList = {}, options?: Options): Promise<t.Tasks> {
    return this.#ask("task/list", params, options);
  }

  /**
   * Give a task back.
   *
   * The owner gives it back, proven by its fence.
   */
  release(params: t.TaskRelease, options?: Options): Promise<t.TaskResult> {
    return this.#ask("task/release", params, options);
  }

  /**
   * Change a task you own, or close it.
   *
   * Its maker may change and cancel it while nobody holds it; the person may always. `deleted` puts it out of the lists,
   * or back.
   *
   * The owner's changes, proven by its fence. `comment` goes with them: to a task for the person it is the answer.
   */
  update(params: t.TaskUpdate, options?: Options): Promise<t.TaskResult> {
    return this.#ask("task/update", params, options);
  }
}

/** `token/…` */
export class Token {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** The tokens that live, without their secrets. */
  list(options?: Options): Promise<t.Tokens> {
    return this.#ask("token/list", {}, options);
  }

  /**
   * Make a token for a service, with scopes, an end, and the web pages that may use it.
   *
   * `name` is who comes with it: `service:NAME`. It may do what its scopes say, in one rig where that is named.
   */
  mint(params: t.TokenMint, options?: Options): Promise<t.TokenMinted> {
    return this.#ask("token/mint", params, options);
  }

  /**
   * End a token, and every connection that was opened with it, at once.
   *
   * A token by its id, or all of a name; `operator` makes a new one in its file.
   */
  revoke(params: t.TokenRevoke, options?: Options): Promise<t.Empty> {
    return this.#ask("token/revoke", params, options);
  }
}

/** `transcript/…` */
export class Transcript {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * What an agent's pane printed, by offset.
   *
   * Offsets count the pane's bytes, as those of `agent/watch` do, and go on after a restart; `text` is without escape
   * sequences, and without secrets of known shapes. Go on from `nextOffset`. What is very old is gone: then `offset` is
   * the first that is kept.
   *
   * From byte `offset`, at most so many `lines`; without it the last `lines` (200).
   */
  read(params: t.TranscriptRead, options?: Options): Promise<t.TranscriptResult> {
    return this.#ask("transcript/read", params, options);
  }

  /**
   * Search what agents' panes printed; the best lines first.
   *
   * `rank` is lower the better a line fits; `offset` is where it begins: read on from there with `transcript/read`. What
   * was printed since the last search is indexed first, which takes a while where it is much.
   *
   * Words, as SQLite's FTS5 reads them.
   */
  search(params: t.TranscriptSearch, options?: Options): Promise<t.Hits> {
    return this.#ask("transcript/search", params, options);
  }
}

/** `watchdog/…` */
export class Watchdog {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * The reminders of a rig.
   *
   * Of all rigs, or one.
   */
  list(params: t.WatchdogList = {}, options?: Options): Promise<t.Watchdogs> {
    return this.#ask("watchdog/list", params, options);
  }

  /**
   * Stop a reminder, until its rig comes up again.
   *
   * A watchdog by id.
   */
  stop(params: t.WatchdogRef, options?: Options): Promise<t.WatchdogResult> {
    return this.#ask("watchdog/stop", params, options);
  }
}

/** All nouns. */
export class Calls {
  readonly agent: Agent;
  readonly audit: Audit;
  readonly event: Event;
  readonly inbox: Inbox;
  readonly message: Message;
  readonly rig: Rig;
  readonly room: Room;
  readonly rpc: Rpc;
  readonly session: Session;
  readonly snapshot: Snapshot;
  readonly system: System;
  readonly task: Task;
  readonly token: Token;
  readonly transcript: Transcript;
  readonly watchdog: Watchdog;

  constructor(ask: Ask) {
    this.agent = new Agent(ask);
    this.audit = new Audit(ask);
    this.event = new Event(ask);
    this.inbox = new Inbox(ask);
    this.message = new Message(ask);
    this.rig = new Rig(ask);
    this.room = new Room(ask);
    this.rpc = new Rpc(ask);
    this.session = new Session(ask);
    this.snapshot = new Snapshot(ask);
    this.system = new System(ask);
    this.task = new Task(ask);
    this.token = new Token(ask);
    this.transcript = new Transcript(ask);
    this.watchdog = new Watchdog(ask);
  }
}

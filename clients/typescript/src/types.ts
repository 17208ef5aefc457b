// What travels. Written by `make generate` from the table of methods; not to be edited.
// Readers ignore members and values that they don't know: a newer daemon may send more than is written here.

/** One step of a plan, in the order it would be taken. */
export interface Action {
  kind: "start" | "stop" | "restart" | "add" | "remove" | "change" | "keep" | "service" | "await";
  agent?: string | null;
  detail: string;
}

/** One member of a rig and what is known of it now. */
export interface Agent {
  id: string;
  generation: number;
  address: string;
  rig: string;
  pod: string;
  member: string;
  runtime: string;
  label?: string | null;
  model?: string | null;
  cwd: string;
  state: AgentState;
  stateSince: string;
  evidence: Evidence;
  unread?: number;
  held?: number;
  conversation?: string | null;
  context?: ContextUse | null;
  prompt?: Prompt | null;
  exitCode?: number | null;
  reason?: string | null;
}

/** One agent's outcome; `reason` and `next` say why and what to do where it isn't plain success. */
export interface AgentOutcome {
  address: string;
  outcome: Outcome;
  state: AgentState;
  reason?: string | null;
  next?: string | null;
}

/** One agent and what became of it. */
export interface AgentOutcomeResult {
  agent: Agent;
  outcome: AgentOutcome;
}

/** The address and id that are gone. */
export interface AgentRemoved {
  address: string;
  id: string;
}

/** One agent. */
export interface AgentResult {
  seq?: number;
  agent: Agent;
}

/** What an agent does. `unknown` is an answer. */
export type AgentState =
  | "starting"
  | "idle"
  | "busy"
  | "needsInput"
  | "stopped"
  | "exited"
  | "failed"
  | "unknown";

/** A page of agents. */
export interface Agents {
  seq?: number;
  nextCursor?: string | null;
  agents: Agent[];
}

/** What became of each agent. */
export interface AgentsResult {
  agents: AgentOutcome[];
}

/** Run `argv` with `env` added (null: removed) in `cwd`, in any terminal. */
export interface Attachment {
  argv: string[];
  env: Record<string, string | null>;
  cwd: string;
}

/** A page of mutations with their hashes. */
export interface AuditPage {
  events: AuditRow[];
  nextSince?: number | null;
}

/**
 * A mutation with the digests of its noun before and after, and its hash.
 *
 * `hash` is SHA-256 over the JSON list of the hash before ("" at first), seq, time, kind, rig, agent, actor, before,
 * and after. `purged`: the body was removed; its digest stays.
 */
export interface AuditRow {
  seq: number;
  time: string;
  kind: string;
  rig?: string | null;
  agent?: string | null;
  actor: string;
  data?: Record<string, unknown>;
  before?: string | null;
  after: string;
  hash: string;
  purged?: boolean | null;
}

/** A process that looks like an agent, found outside any rig. */
export interface Candidate {
  id: string;
  runtime: string;
  confidence: "certain" | "likely" | "guess";
  evidence: string[];
  socket: string;
  pane: string;
  pid: number;
  cwd: string;
  conversation?: string | null;
}

/** A pane's text. */
export interface Captured {
  seq?: number;
  text: string;
  columns: number;
  rows: number;
  cursor: Cursor;
  truncated?: boolean;
}

/** One line of `system/doctor`; `fix` is the exact command or step that mends it. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
  fix?: string | null;
}

/** One answer a prompt offers; `key` is what the pane would be given. */
export interface Choice {
  id: string;
  label: string;
  key?: string | null;
}

/** The program that connects. */
export interface ClientInfo {
  name: string;
  version?: string | null;
}

/** A remark on a task. */
export interface Comment {
  actor: string;
  text: string;
  at: string;
}

/** How full an agent's context is, and what it cost, where its harness tells. */
export interface ContextUse {
  usedTokens?: number | null;
  windowTokens?: number | null;
  usedPercent?: number | null;
  costUsd?: number | null;
  at: string;
}

/** 0-based column and row of the visible screen. */
export interface Cursor {
  x: number;
  y: number;
}

/** Version and process id of the daemon. */
export interface DaemonState {
  version: string;
  pid: number;
}

/** A person's answer to a permission, for the hook to hand on. */
export interface Decision {
  behavior: "allow" | "deny";
  message?: string | null;
}

/** One finding. `code` is stable and documented; `path` is set when it is not the file asked about. */
export interface Diagnostic {
  range: Range;
  severity: Severity;
  code: string;
  message: string;
  path?: string | null;
  fix?: Fix | null;
}

/** What looks like an agent outside any rig. */
export interface Discovered {
  seq?: number;
  candidates: Candidate[];
  yaml?: string | null;
}

/** Every check that was made. */
export interface DoctorResult {
  seq?: number;
  checks: Check[];
}

/** A directed edge between two addresses. */
export interface Edge {
  kind: EdgeKind;
  source: string;
  target: string;
}

/** The five kinds of the RigSpec. */
export type EdgeKind =
  | "delegates_to"
  | "spawned_by"
  | "can_observe"
  | "collaborates_with"
  | "escalates_to";

/** Edges that touch the caller; `in` on the wire. */
export interface EdgesOf {
  in: Edge[];
  out: Edge[];
}

/** A result that says only that it happened. */
export type Empty = Record<string, unknown>;

/** Events in order; go on with `since` = the last one's `seq`. */
export interface Events {
  seq?: number;
  events: Event[];
}

/** Why a state is shown: which source said so, when, and what it said. */
export interface Evidence {
  source: "hook" | "file" | "screen" | "process";
  at: string;
  detail: string;
}

/** Which rule or signal decided, and what the composer holds. */
export interface Explained {
  seq?: number;
  state: AgentState;
  reason: string;
  rule?: string | null;
  sources: Evidence[];
  draft?: string | null;
  prompt?: ScreenPrompt | null;
}

/** A rig file that loads to the same rig. */
export interface Exported {
  yaml: string;
}

/** A text edit that mends the diagnostic: replace `range` by `new_text`. */
export interface Fix {
  title: string;
  range: Range;
  newText: string;
}

/** What a rig can grant an agent: a whole tier, or one action of it. */
export type Grant =
  | "read"
  | "talk"
  | "steer"
  | "shape"
  | "message"
  | "observe"
  | "assign"
  | "answer"
  | "keys"
  | "interrupt"
  | "start"
  | "stop"
  | "up"
  | "down"
  | "add"
  | "remove"
  | "adopt"
  | "rollback"
  | "services"
  | "discover";

/** The closed task and its successor. */
export interface HandedOff {
  closed: Task;
  task: Task;
}

/** Revisions from 0. */
export interface History {
  seq?: number;
  revisions: Revision[];
}

/** A ranked search hit. */
export interface Hit {
  agent: string;
  offset: number;
  at?: string | null;
  excerpt: string;
  rank: number;
}

/** Ranked hits. */
export interface Hits {
  seq?: number;
  hits: Hit[];
}

/** Oldest first. */
export interface Inbox {
  seq?: number;
  nextCursor?: string | null;
  items: InboxItem[];
}

/** The item, and whether it is still open. */
export interface InboxChange {
  item: InboxItem;
  open: boolean;
}

/** One thing that needs a person; `ref` is the id of the prompt, message or task behind it. */
export interface InboxItem {
  id: string;
  kind: "prompt" | "message" | "task" | "heldLong" | "indeterminate";
  rig: string;
  agent?: string | null;
  ref: string;
  title: string;
  text: string;
  prompt?: Prompt | null;
  since: string;
}

/** `event/lagged`: the subscriber read too slowly; it catches up from `from`. */
export interface Lagged {
  subscription: string;
  from: number;
}

/** How late the event loop ran at worst in the last seconds, in milliseconds. */
export interface Loop {
  lagMs: number;
}

/** One text to one recipient, with its receipt. `sender` is `from` on the wire. */
export interface Message {
  id: string;
  to: string;
  from: string;
  text: string;
  state: MessageState;
  createdAt: string;
  deliveredAt?: string | null;
  submittedAt?: string | null;
  turn?: "started" | "queued" | "steered" | null;
  attempts?: number;
  reason?: string | null;
  replyTo?: string | null;
  when?: "auto" | "idle" | "now";
  raw?: boolean;
  expiresAt?: string | null;
}

/** One message with its receipt. */
export interface MessageResult {
  seq?: number;
  message: Message;
}

/** The receipt. Nothing says more than was seen. */
export type MessageState =
  | "accepted"
  | "held"
  | "delivering"
  | "delivered"
  | "submitted"
  | "failed"
  | "expired"
  | "cancelled"
  | "indeterminate";

/** A page of messages. */
export interface Messages {
  seq?: number;
  nextCursor?: string | null;
  messages: Message[];
}

/** An OpenRPC document. */
export type OpenRpcDocument = Record<string, unknown>;

/** What became of an agent in an operation; the same words everywhere. */
export type Outcome =
  | "launched"
  | "resumed"
  | "fresh"
  | "adopted"
  | "alreadyRunning"
  | "awaitingDecision"
  | "failed"
  | "skipped"
  | "stopped";

/** `agent/output`: what a watched pane printed; `gap` when something before it was dropped. */
export interface PaneOutput {
  agent: string;
  offset: number;
  data: string;
  gap?: boolean | null;
}

/** What would be done. `planId` is bound to the spec and the rig as they are now. */
export interface Plan {
  planId: string;
  actions: Action[];
}

/** Agents that share a context. */
export interface Pod {
  id: string;
  label: string;
  summary?: string | null;
  agents?: string[];
}

/** 0-based line and character; characters are utf-16 units unless LSP negotiated others. */
export interface Position {
  line: number;
  character: number;
}

/** One post; `number` counts in its room from 1. */
export interface Post {
  rig: string;
  room: string;
  number: number;
  from: string;
  text: string;
  topic?: string | null;
  mentions?: string[];
  at: string;
}

/** The post with its number. */
export interface Posted {
  post: Post;
}

/** Posts in order. */
export interface Posts {
  seq?: number;
  posts: Post[];
  timedOut?: boolean | null;
}

/** `operator`, `agent:ADDRESS`, `service:NAME` or `daemon`; never taken from a parameter. */
export interface Principal {
  kind: "operator" | "agent" | "service" | "daemon";
  name?: string;
  agentId?: string | null;
  generation?: number | null;
  scopes?: Tier[] | null;
  rig?: string | null;
}

/** Progress of a request that carried a `workDoneToken`. */
export interface Progress {
  token: string | number;
  value: Record<string, unknown>;
}

/** An open question in an agent's pane. `question` has the whole command or text asked about. */
export interface Prompt {
  id: string;
  kind: PromptKind;
  question: string;
  choices?: Choice[];
  openedAt: string;
  by?: "hook" | "screen";
}

/** What a person is asked for in an agent's pane. */
export type PromptKind =
  | "permission"
  | "question"
  | "trust"
  | "login"
  | "update"
  | "hookReview"
  | "apiKey";

/** The open prompt, or none. */
export interface PromptResult {
  seq?: number;
  prompt?: Prompt | null;
}

/** From `start` up to, not including, `end`. */
export interface Range {
  start: Position;
  end: Position;
}

/** An agent asked for what it may not do; said once a minute where it asks again. `needs` as in `not-permitted`. */
export interface Refusal {
  principal: string;
  method: string;
  why: string;
  needs: string;
}

/** Empty, or the answer that a waiting hook asked for. */
export interface Reported {
  decision?: Decision | null;
}

/** An outcome for every agent. */
export interface Restored {
  agents: AgentOutcome[];
}

/** One version of a rig's spec; `diff` is what it changed in the one before, line by line. */
export interface Revision {
  revision: number;
  digest: string;
  actor: string;
  at: string;
  summary: string;
  diff?: string | null;
}

/** A rig whole. */
export interface RigResult {
  rig: RigSummary;
  pods: Pod[];
  agents: Agent[];
  edges: Edge[];
  services?: Service[];
  seq?: number;
}

/** `up` while it is meant to run, `stopped` after a down; `partial` when some of its agents are not running. */
export type RigState =
  | "up"
  | "partial"
  | "stopped";

/** What became of each agent, and the snapshot that was taken. */
export interface RigStopped {
  agents: AgentOutcome[];
  snapshotId?: string | null;
}

/** One line of `rig/list`. */
export interface RigSummary {
  name: string;
  state: RigState;
  revision: number;
  path?: string | null;
  cwd: string;
  summary?: string | null;
  agents: number;
  needsInput: number;
  createdAt: string;
  upSince?: string | null;
}

/** The rig and what became of each agent; `rigs` has one of each where `all` was asked for. */
export interface RigUp {
  rig: string;
  agents: AgentOutcome[];
  rigs?: string[] | null;
}

/** A page of rigs. */
export interface Rigs {
  seq?: number;
  nextCursor?: string | null;
  rigs: RigSummary[];
}

/** A room of a rig. */
export interface Room {
  rig: string;
  name: string;
  posts: number;
  lastAt?: string | null;
}

/** Rooms of a rig. */
export interface Rooms {
  seq?: number;
  rooms: Room[];
}

/** A harness this daemon knows, and whether it is installed here. `verified`: with what it was tried, and how. */
export interface RuntimeInfo {
  name: string;
  summary: string;
  installed: boolean;
  version?: string | null;
  detail?: string | null;
  verified?: string;
}

/** A prompt as a screen shows it. */
export interface ScreenPrompt {
  kind: string;
  question: string;
  choices: string[];
}

/** One message a recipient; `timedOut` when `wait` was not reached in time. */
export interface Sent {
  messages: Message[];
  timedOut?: boolean | null;
}

/** One service of a rig with the evidence for its state. */
export interface Service {
  rig: string;
  name: string;
  kind: "compose" | "process";
  state: ServiceState;
  evidence: string;
  stateSince: string;
  surfaces?: Surface[];
}

/** What a service does, by its readiness checks. */
export type ServiceState =
  | "starting"
  | "healthy"
  | "unhealthy"
  | "exited"
  | "stopped";

/** Who the connection is from now on. */
export interface SessionOpened {
  principal: Principal;
  protocolVersion: string;
  seq: number;
}

/** LSP's DiagnosticSeverity. */
export type Severity =
  | 1
  | 2
  | 3
  | 4;

/** Topology, conversation ids and cwd of every agent; no transcripts, no files. */
export interface Snapshot {
  id: string;
  rig: string;
  kind: SnapshotKind;
  revision: number;
  at: string;
  actor: string;
  agents?: SnapshotAgent[];
}

/** One agent as the snapshot knows it. */
export interface SnapshotAgent {
  address: string;
  runtime: string;
  cwd: string;
  state: AgentState;
  conversation?: string | null;
}

/** One difference between two snapshots, or a snapshot and now. */
export interface SnapshotChange {
  address: string;
  change: "added" | "removed" | "changed";
  detail: string;
}

/** What differs. */
export interface SnapshotChanges {
  seq?: number;
  changes: SnapshotChange[];
}

/** Why it was taken. */
export type SnapshotKind =
  | "down"
  | "preRestore"
  | "periodic"
  | "manual";

/** Which snapshot was restored into which rig. */
export interface SnapshotRestored {
  snapshot: Snapshot;
  agents: string[];
}

/** One snapshot. */
export interface SnapshotResult {
  seq?: number;
  snapshot: Snapshot;
}

/** A page of snapshots. */
export interface Snapshots {
  seq?: number;
  nextCursor?: string | null;
  snapshots: Snapshot[];
}

/** A rig that ships with us. */
export interface Starter {
  name: string;
  summary: string;
}

/** Rigs that ship with us. */
export interface Starters {
  starters: Starter[];
}

/**
 * Somebody typed keys into an agent's pane on purpose; texts are told by their length alone.
 *
 * action: `interrupt`, `keys`, `answer`, or `answerWithdrawn` when the prompt changed before the key was pressed. For
 * an answer: the whole `prompt` and the `answer`'s label; no keys where it went through the harness's hook.
 */
export interface Steered {
  agent: string;
  action: string;
  keys: string[];
  prompt?: Prompt | null;
  answer?: string | null;
}

/** `seq` is the `prev` of the first event that will come. */
export interface Subscribed {
  subscription: string;
  seq: number;
}

/** A URL a service shows to people. */
export interface Surface {
  name: string;
  url: string;
}

/** What runs here. */
export interface SystemInfo {
  seq?: number;
  version: string;
  pid: number;
  uptimeSeconds: number;
  tmuxVersion: string;
  loop: Loop;
  endpoints: Record<string, string>;
  runtimes: RuntimeInfo[];
}

/**
 * One piece of work. `fence` is given to its owner alone and goes stale with the claim.
 *
 * `dueAt`: until when it should be taken, and once it is taken, until when it should be closed. `comments`: all of
 * them where one task is asked for, elsewhere the latest. `closureTarget` of a handed off one is its successor.
 */
export interface Task {
  id: string;
  rig: string;
  title: string;
  body?: string;
  state: TaskState;
  creator: string;
  destination: string;
  owner?: string | null;
  fence?: number | null;
  priority?: number;
  urgency?: "fast" | "routine" | "deep" | "critical";
  tags?: string[];
  parent?: string | null;
  handedFrom?: string | null;
  blockers?: string[];
  evidence?: string | null;
  closureReason?: "handedOff" | "blockedOn" | "denied" | "cancelled" | "noFollowOn" | "escalation" | null;
  closureTarget?: string | null;
  dueAt?: string | null;
  claimedAt?: string | null;
  createdAt: string;
  changedAt: string;
  deletedAt?: string | null;
  comments?: Comment[];
}

/** One task, or none where there was none to claim; `why` where there are some, but not now for the caller. */
export interface TaskResult {
  seq?: number;
  task?: Task | null;
  why?: string | null;
}

/** The enforced state machine. */
export type TaskState =
  | "pending"
  | "inProgress"
  | "blocked"
  | "done"
  | "failed"
  | "cancelled"
  | "handedOff";

/** A page of tasks. */
export interface Tasks {
  seq?: number;
  nextCursor?: string | null;
  tasks: Task[];
}

/** What a method needs. `open` methods need nothing, `report` only the agent itself. */
export type Tier =
  | "open"
  | "read"
  | "talk"
  | "steer"
  | "shape"
  | "report";

/**
 * What names a principal. Its secret is known to its holder alone; `id` is the start of the secret's hash.
 *
 * `origins`: the web pages that may use it (`https://example.org`); none may where it is empty.
 */
export interface Token {
  id: string;
  name: string;
  principal: Principal;
  createdAt: string;
  expiresAt?: string | null;
  origins?: string[];
}

/** `secret` is shown this once; only its hash is kept. */
export interface TokenMinted {
  token: Token;
  secret: string;
}

/** Every token that lives; agents' are not listed, they come and go with their agents. */
export interface Tokens {
  seq?: number;
  tokens: Token[];
}

/** A piece of a transcript: `text` covers bytes `offset` up to `nextOffset`. */
export interface Transcript {
  agent: string;
  offset: number;
  nextOffset: number;
  text: string;
  truncated?: boolean;
}

/** A piece of a transcript. */
export interface TranscriptResult {
  seq?: number;
  transcript: Transcript;
}

/** Text typed as it is. */
export interface TypedText {
  text: string;
}

/** Everything that is wrong with the file, with positions in it. */
export interface Validated {
  ok: boolean;
  diagnostics: Diagnostic[];
}

/** Whether the chain is whole; `brokenAt` is the first row that does not fit. */
export interface Verified {
  ok: boolean;
  rows: number;
  brokenAt?: number | null;
  why?: string | null;
}

/** How long it took, and whether the time ran out first. */
export interface Waited {
  seq?: number;
  agent: Agent;
  waitedSeconds: number;
  timedOut: boolean;
}

/** A rule that nudges an agent after a time, when it is idle, or when nobody touches a task. */
export interface Watchdog {
  id: string;
  rig: string;
  agent: string;
  rule: "every" | "idle" | "untouched";
  seconds: number;
  text: string;
  active: boolean;
  fired: number;
  lastFiredAt?: string | null;
}

/** One reminder. */
export interface WatchdogResult {
  seq?: number;
  watchdog: Watchdog;
}

/** Every reminder with how often it fired. */
export interface Watchdogs {
  seq?: number;
  watchdogs: Watchdog[];
}

/** The screen now; `agent/output` goes on from `offset` (bytes the pane has printed). */
export interface Watched {
  seq?: number;
  screen: string;
  offset: number;
  columns: number;
  rows: number;
}

/** Who the caller is, whom it can reach and what it may. */
export interface Whoami {
  seq?: number;
  principal: Principal;
  agent?: Agent | null;
  rig?: string | null;
  peers: Agent[];
  edges: EdgesOf;
  grants: Grant[];
}

/** Answers exactly that prompt, by one of its choices or by text. */
export interface AgentAnswer {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent: string;
  /** The prompt that is answered. */
  promptId: string;
  /** The id of one of its choices. */
  choice?: string;
  /** The answer, where the prompt takes text. */
  text?: string;
}

/** `readOnly` shows without typing. */
export interface AgentAttach {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent: string;
  /** Show, and take no keys. */
  readOnly?: boolean;
}

/** The visible screen, or the last `lines` with `history`; `ansi` keeps colours. */
export interface AgentCapture {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent: string;
  /** At most so many lines, the last ones. */
  lines?: number;
  /** Also what has scrolled off the screen. */
  history?: boolean;
  /** Keep colours and attributes, as SGR sequences. */
  ansi?: boolean;
}

/** An agent, or a recorded screen (`capture-pane -e`) of a runtime. */
export interface AgentExplain {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent?: string;
  /** The harness a recorded screen is of. */
  runtime?: string;
  /** A recorded screen, as `capture-pane -e` prints it. */
  screen?: string;
  /** The recorded pane's title. */
  title?: string;
}

/** tmux key names (`"Enter"`, `"C-c"`), and `{text}` typed as it is. */
export interface AgentKeys {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent: string;
  /** Names of tmux's keys (`Enter`, `C-c`), and text to type as it is. */
  keys: (string | TypedText)[];
}

/** Agents of all rigs the caller may see, or of one rig, pod or state. */
export interface AgentList {
  /** At most so many, 1 to 1000. */
  limit?: number;
  /** Where to go on: the last page's `nextCursor`. */
  cursor?: string;
  /** Only agents of this rig. */
  rig?: string;
  /** Only agents of this pod. */
  pod?: string;
  /** Only those in this state. */
  state?: AgentState;
}

/** An agent by address. */
export interface AgentRef {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent: string;
}

/** What a harness's hook says; `payload` is the hook's own JSON, bounded. */
export interface AgentReport {
  event: string;
  at?: string;
  pid?: number;
  harness?: string;
  payload?: Record<string, unknown>;
  waits?: boolean;
}

/** `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says. */
export interface AgentStart {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent: string;
  /** Start a new conversation, on purpose. */
  fresh?: boolean;
  /** Go on with this conversation of the harness. */
  conversation?: string;
}

/** Until the agent is in one of `state`, at most `timeoutSeconds`. */
export interface AgentWait {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent: string;
  /** Until it is in one of these states. */
  state: AgentState[];
  /** Wait at most so long, seconds. */
  timeoutSeconds: number;
}

/** At most `maxRate` notifications a second. */
export interface AgentWatch {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent: string;
  /** At most so many updates a second. */
  maxRate?: number;
}

/** Mutations after `since`. */
export interface AuditExport {
  /** Rows after this number. */
  since?: number;
  /** At most so many, 1 to 1000. */
  limit?: number;
}

/** `draft` also writes a rig file from what was found. */
export interface Discover {
  /** Also write a rig file from what was found. */
  draft?: boolean;
}

/** `restore` names a rig to check for restoring; `fix` does what can safely be done. */
export interface Doctor {
  /** Also check whether this rig can be brought back. */
  restore?: string;
  /** Mend what can safely be mended. */
  fix?: boolean;
}

/** A page of events after `since`. */
export interface EventList {
  /** Events after this number. */
  since?: number;
  /** Only events of these kinds. */
  kinds?: string[];
  /** Only events of this rig. */
  rig?: string;
  /** At most so many, 1 to 1000. */
  limit?: number;
}

/** Events after `since` (exclusive; now where it is left out), of some kinds, of one rig. */
export interface EventSubscribe {
  /** Events after this number; without it, from now on. */
  since?: number;
  /** Only events of these kinds. */
  kinds?: string[];
  /** Only events of this rig. */
  rig?: string;
}

/** The subscription that ends. */
export interface EventUnsubscribe {
  /** The subscription's id. */
  subscription: string;
}

/** Of all rigs, or one. */
export interface InboxList {
  /** At most so many, 1 to 1000. */
  limit?: number;
  /** Where to go on: the last page's `nextCursor`. */
  cursor?: string;
  /** Only what this rig waits for. */
  rig?: string;
}

/** An item by id. */
export interface InboxRef {
  /** The id. */
  id: string;
}

/** To everybody in a rig or pod: the sender's own rig unless one is named. */
export interface MessageBroadcast {
  /** The text, at most 1 MiB. */
  text: string;
  /** `auto`: now, or by the harness's own queue while busy; `idle`: when idle; `now`: while busy too. */
  when?: "auto" | "idle" | "now";
  /** The id of the message this one answers. */
  replyTo?: string;
  /** Type the text as it is, without the envelope that says from whom it comes. */
  raw?: boolean;
  /** Give the message up when it is not delivered by then, seconds. */
  expiresInSeconds?: number;
  /** Answer when the messages are so far. */
  wait?: "accepted" | "delivered" | "submitted";
  /** Wait at most so long, seconds. */
  timeoutSeconds?: number;
  /** Said again with the same key, it happens once; kept for ever. */
  idempotencyKey?: string;
  /** To this rig; without it, your own. */
  rig?: string;
  /** Only to this pod. */
  pod?: string;
}

/** Newest first; to or from an agent, of a rig, in a state. */
export interface MessageList {
  /** At most so many, 1 to 1000. */
  limit?: number;
  /** Where to go on: the last page's `nextCursor`. */
  cursor?: string;
  /** Only messages from or to this agent. */
  agent?: string;
  /** Only messages of this rig. */
  rig?: string;
  /** Only those in this state. */
  state?: MessageState;
}

/** A message by id. */
export interface MessageRef {
  /** The id. */
  id: string;
}

/** To an address, a group, a comma list, or `human@rig`. */
export interface MessageSend {
  /** The text, at most 1 MiB. */
  text: string;
  /** An address, a group (`*@rig`, `pod.*@rig`, `*@*`), a comma list, or `human@rig`. */
  to: string;
  /** `auto`: now, or by the harness's own queue while busy; `idle`: when idle; `now`: while busy too. */
  when?: "auto" | "idle" | "now";
  /** The id of the message this one answers. */
  replyTo?: string;
  /** Type the text as it is, without the envelope that says from whom it comes. */
  raw?: boolean;
  /** Give the message up when it is not delivered by then, seconds. */
  expiresInSeconds?: number;
  /** Answer when the message is so far. */
  wait?: "accepted" | "delivered" | "submitted";
  /** Wait at most so long, seconds. */
  timeoutSeconds?: number;
  /** Said again with the same key, it happens once; kept for ever. */
  idempotencyKey?: string;
}

/** A pod, or a member of one, in the rig file's own form. */
export interface RigAdd {
  /** A rig's name. */
  rig: string;
  /** A pod as a rig file says it, or the id of the one the member joins. */
  pod: string | Record<string, unknown>;
  /** A member's id. */
  member?: Record<string, unknown>;
  /** Edges between it and others, as a rig file says them. */
  edges?: Record<string, unknown>[];
  /** Do exactly what this plan says. */
  planId?: string;
}

/** Take down by name; `snapshot` keeps what is needed to come back. */
export interface RigDown {
  /** A rig's name. */
  rig: string;
  /** Keep what is needed to bring the same conversations back. */
  snapshot?: boolean;
}

/** Known rigs, running or stopped. */
export interface RigList {
  /** At most so many, 1 to 1000. */
  limit?: number;
  /** Where to go on: the last page's `nextCursor`. */
  cursor?: string;
  /** Only those in this state. */
  state?: RigState;
}

/** A rig by name. */
export interface RigRef {
  /** A rig's name. */
  rig: string;
}

/** A pod, or one member of it. */
export interface RigRemove {
  /** A rig's name. */
  rig: string;
  /** A pod's id. */
  pod: string;
  /** A member's id. */
  member?: string;
  /** Do exactly what this plan says. */
  planId?: string;
}

/** Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`. */
export interface RigSource {
  /** A rig file, absolute. */
  path?: string;
  /** A known rig, else a starter; `starter:NAME` is always a starter. */
  name?: string;
  /** The rig file itself. */
  text?: string;
  /** Every known rig that is meant to run. */
  all?: boolean;
  /** An absolute folder that agents work in, instead of the rig file's. */
  cwd?: string;
  /** Only these agents. */
  only?: string[];
  /** These agents start a new conversation, on purpose. */
  fresh?: string[];
  /** Do exactly what this plan says. */
  planId?: string;
  /** Wait for an answer until it is done. */
  wait?: boolean;
}

/** A rig file by absolute path, or as text (then `path` says where it would lie). */
export interface RigText {
  /** A rig file, absolute. */
  path?: string;
  /** The rig file itself; `path` then says where it would lie. */
  text?: string;
}

/** The hash that `needs-trust` named. */
export interface RigTrust {
  /** The hash that `needs-trust` named. */
  hash: string;
  /** The known rig whose hash it must be. */
  rig?: string;
  /** The rig file whose hash it must be, absolute. */
  path?: string;
}

/** Back to a revision, as a new one. */
export interface Rollback {
  /** A rig's name. */
  rig: string;
  /** The revision to bring back, from 0. */
  revision: number;
  /** Do exactly what this plan says. */
  planId?: string;
}

/** Posts after number `since`, without it the last ones. */
export interface RoomHistory {
  /** A rig's name. */
  rig: string;
  /** A room of the rig. */
  room?: string;
  /** Posts after this number; without it, the last ones. */
  since?: number;
  /** Posts of one topic. */
  topic?: string;
  /** At most so many, 1 to 1000. */
  limit?: number;
}

/** A post; mentions (`@pod-member`) are also sent as messages. */
export interface RoomPost {
  /** A rig's name. */
  rig: string;
  /** The text, at most 1 MiB. */
  text: string;
  /** A room of the rig. */
  room?: string;
  /** What the post is about. */
  topic?: string;
  /** Said again with the same key, it happens once; kept for ever. */
  idempotencyKey?: string;
}

/** Until there is a post after `since`. */
export interface RoomWait {
  /** A rig's name. */
  rig: string;
  /** Posts after this number. */
  since: number;
  /** Wait at most so long, seconds. */
  timeoutSeconds: number;
  /** A room of the rig. */
  room?: string;
  /** Posts of one topic. */
  topic?: string;
  /** At most so many, 1 to 1000. */
  limit?: number;
}

/** `token` names the operator, an agent or a service; `attention` opts in to questions for the person. */
export interface SessionOpen {
  /** The program that connects. */
  client?: ClientInfo;
  /** Names the operator, an agent or a service. */
  token?: string;
  /** Offer this client for questions to the person. */
  attention?: boolean;
  /** The protocol version the client was written for. */
  protocolVersion?: string;
}

/** Agents outlive the daemon unless `keepAgents` is false. */
export interface Shutdown {
  /** Leave the agents running in tmux. */
  keepAgents?: boolean;
}

/** Against another snapshot, or against now. */
export interface SnapshotDiff {
  /** The id. */
  id: string;
  /** Another snapshot; without it, the rig as it is now. */
  other?: string;
}

/** Of one rig, newest first. */
export interface SnapshotList {
  /** A rig's name. */
  rig: string;
  /** At most so many, 1 to 1000. */
  limit?: number;
  /** Where to go on: the last page's `nextCursor`. */
  cursor?: string;
}

/** A snapshot by id. */
export interface SnapshotRef {
  /** The id. */
  id: string;
}

/** Of every agent, or of some. */
export interface SnapshotRestore {
  /** The id. */
  id: string;
  /** Only these agents. */
  only?: string[];
  /** These agents start a new conversation, on purpose. */
  fresh?: string[];
  /** Do exactly what this plan says. */
  planId?: string;
}

/** The fairest next task for the caller; of one rig, or with a tag. */
export interface TaskClaimNext {
  /** A rig's name. */
  rig?: string;
  /** Only a task with this tag. */
  tag?: string;
}

/** A remark by anybody who may talk. */
export interface TaskComment {
  /** The id. */
  id: string;
  /** The text, at most 1 MiB. */
  text: string;
}

/** For an agent, a group or `human@rig`. Due by its urgency, unless `dueInSeconds` says when. */
export interface TaskCreate {
  /** A rig's name. */
  rig: string;
  /** What is to be done, in a line. */
  title: string;
  /** An agent, a group or `human@rig`. */
  to: string;
  /** What is to be done, at length. */
  body?: string;
  /** Higher is sooner. */
  priority?: number;
  /** How fast somebody should see to it. */
  urgency?: "fast" | "routine" | "deep" | "critical";
  /** Words to find it by. */
  tags?: string[];
  /** The task this one is a part of. */
  parent?: string;
  /** Ids of tasks this one waits for. */
  blockers?: string[];
  /** What shows that it is done. */
  evidence?: string;
  /** When it is due, seconds from now and again from each claim; without it, by urgency. */
  dueInSeconds?: number;
  /** Said again with the same key, it happens once; kept for ever. */
  idempotencyKey?: string;
}

/** Somebody who may takes it from its owner, and says why. */
export interface TaskForceRelease {
  /** The id. */
  id: string;
  /** The reason, for its owner and the journal. */
  why: string;
}

/** Closes this task and creates its successor in one transaction. */
export interface TaskHandoff {
  /** The id. */
  id: string;
  /** An agent, a group or `human@rig`. */
  to: string;
  /** The number the claim gave; proves that the claim still holds. */
  fence?: number;
  /** What is to be done, in a line. */
  title?: string;
  /** What is to be done, at length. */
  body?: string;
  /** Said again with the same key, it happens once; kept for ever. */
  idempotencyKey?: string;
}

/** By rig, owner, destination, state or tag. */
export interface TaskList {
  /** At most so many, 1 to 1000. */
  limit?: number;
  /** Where to go on: the last page's `nextCursor`. */
  cursor?: string;
  /** A rig's name. */
  rig?: string;
  /** Only tasks of this owner. */
  owner?: string;
  /** Only tasks for this destination. */
  to?: string;
  /** Only those in this state. */
  state?: TaskState;
  /** Only tasks with this tag. */
  tag?: string;
}

/** A task by id. */
export interface TaskRef {
  /** The id. */
  id: string;
}

/** The owner gives it back, proven by its fence. */
export interface TaskRelease {
  /** The id. */
  id: string;
  /** The number the claim gave; proves that the claim still holds. */
  fence?: number;
}

/** The owner's changes, proven by its fence. `comment` goes with them: to a task for the person it is the answer. */
export interface TaskUpdate {
  /** The id. */
  id: string;
  /** The number the claim gave; proves that the claim still holds. */
  fence?: number;
  /** Only those in this state. */
  state?: TaskState;
  /** What is to be done, in a line. */
  title?: string;
  /** What is to be done, at length. */
  body?: string;
  /** Higher is sooner. */
  priority?: number;
  /** How fast somebody should see to it. */
  urgency?: "fast" | "routine" | "deep" | "critical";
  /** Words to find it by. */
  tags?: string[];
  /** Ids of tasks this one waits for. */
  blockers?: string[];
  /** What shows that it is done. */
  evidence?: string;
  /** Why the task is closed. */
  closureReason?: "handedOff" | "blockedOn" | "denied" | "cancelled" | "noFollowOn" | "escalation";
  /** What the reason points to: a task, an agent. */
  closureTarget?: string;
  /** Said with the change; to a task for the person it is the answer. */
  comment?: string;
  /** Put it out of every list, or (false) back. */
  deleted?: boolean;
}

/** `name` is who comes with it: `service:NAME`. It may do what its scopes say, in one rig where that is named. */
export interface TokenMint {
  /** Who comes with it; it is then `service:NAME`. */
  name: string;
  /** What it may do: any of read, talk, steer, shape. */
  scopes?: ("read" | "talk" | "steer" | "shape")[];
  /** The one rig it may reach; every rig where it is left out. */
  rig?: string;
  /** Web pages that may use it, as `https://HOST` or `http://HOST:PORT`. */
  origins?: string[];
  /** It ends after so long, and every connection opened with it, seconds. */
  expiresInSeconds?: number;
}

/** A token by its id, or all of a name; `operator` makes a new one in its file. */
export interface TokenRevoke {
  /** A token's id, or the name of all that end. */
  token: string;
}

/** From byte `offset`, at most so many `lines`; without it the last `lines` (200). */
export interface TranscriptRead {
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent: string;
  /** From this byte of what the pane printed. */
  offset?: number;
  /** At most so many lines, the last ones. */
  lines?: number;
}

/** Words, as SQLite's FTS5 reads them. */
export interface TranscriptSearch {
  /** Words to look for. */
  query: string;
  /** A rig's name. */
  rig?: string;
  /** An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits. */
  agent?: string;
  /** At most so many, 1 to 1000. */
  limit?: number;
}

/** Of all rigs, or one. */
export interface WatchdogList {
  /** A rig's name. */
  rig?: string;
}

/** A watchdog by id. */
export interface WatchdogRef {
  /** The id. */
  id: string;
}

/** What every event has. */
export interface Happened {
  seq: number;
  time: string;
  rig?: string | null;
  agent?: string | null;
  actor: string;
  subscription: string;
  prev: number;
}

/** The noun that each kind of event carries. */
export interface Events {
  /** A rig was brought up. */
  "rig.up": RigSummary;
  /** A rig was taken down. */
  "rig.down": RigSummary;
  /** A rig's spec or trust changed. */
  "rig.changed": RigSummary;
  /** A rig was deleted; its journal stays. */
  "rig.deleted": RigSummary;
  /** An agent joined a rig. */
  "agent.added": Agent;
  /** An agent left its rig. */
  "agent.removed": AgentRemoved;
  /** An agent's state changed. */
  "agent.stateChanged": Agent;
  /** A prompt opened in an agent's pane. */
  "agent.promptOpened": Agent;
  /** The prompt in an agent's pane is over. */
  "agent.promptClosed": Agent;
  /** An agent's context use or cost changed. */
  "agent.contextChanged": Agent;
  /** Somebody interrupted an agent, answered its prompt, or typed raw keys. */
  "agent.steered": Steered;
  /** An agent asked for what it may not do. */
  "agent.refused": Refusal;
  /** A message is durable. */
  "message.accepted": Message;
  /** A message waits at the gate; `reason` says why. */
  "message.held": Message;
  /** A message is about to be typed. */
  "message.delivering": Message;
  /** A message's text is in the pane. */
  "message.delivered": Message;
  /** The harness took the message. */
  "message.submitted": Message;
  /** A message could not be delivered. */
  "message.failed": Message;
  /** A message was not delivered in time. */
  "message.expired": Message;
  /** A message was cancelled before delivery. */
  "message.cancelled": Message;
  /** Nobody can know whether the message arrived. */
  "message.indeterminate": Message;
  /** Something for the person came or was dealt with. */
  "inbox.changed": InboxChange;
  /** Somebody posted to a room. */
  "room.posted": Post;
  /** A task was created. */
  "task.created": Task;
  /** A task has an owner. */
  "task.claimed": Task;
  /** A task changed. */
  "task.changed": Task;
  /** A snapshot was taken. */
  "snapshot.created": Snapshot;
  /** A snapshot was restored. */
  "snapshot.restored": SnapshotRestored;
  /** A service's state changed. */
  "service.changed": Service;
  /** A watchdog nudged an agent. */
  "watchdog.fired": Watchdog;
  /** The daemon started. */
  "system.started": DaemonState;
  /** The daemon is stopping. */
  "system.stopping": DaemonState;
}

export type EventKind = keyof Events;

/** An event, told apart by its `kind`. */
export type Event = { [K in EventKind]: Happened & { kind: K; data: Events[K] } }[EventKind];

/** Every method, its params and its result. */
export interface Methods {
  "agent/answer": { params: AgentAnswer; result: AgentResult };
  "agent/attach": { params: AgentAttach; result: Attachment };
  "agent/capture": { params: AgentCapture; result: Captured };
  "agent/discover": { params: Discover; result: Discovered };
  "agent/explain": { params: AgentExplain; result: Explained };
  "agent/get": { params: AgentRef; result: AgentResult };
  "agent/interrupt": { params: AgentRef; result: AgentResult };
  "agent/keys": { params: AgentKeys; result: AgentResult };
  "agent/list": { params: AgentList; result: Agents };
  "agent/prompt": { params: AgentRef; result: PromptResult };
  "agent/report": { params: AgentReport; result: Reported };
  "agent/restart": { params: AgentStart; result: AgentOutcomeResult };
  "agent/start": { params: AgentStart; result: AgentOutcomeResult };
  "agent/stop": { params: AgentRef; result: AgentOutcomeResult };
  "agent/unwatch": { params: AgentRef; result: Empty };
  "agent/wait": { params: AgentWait; result: Waited };
  "agent/watch": { params: AgentWatch; result: Watched };
  "agent/whoami": { params: NoParams; result: Whoami };
  "audit/export": { params: AuditExport; result: AuditPage };
  "audit/verify": { params: NoParams; result: Verified };
  "event/list": { params: EventList; result: Events };
  "event/subscribe": { params: EventSubscribe; result: Subscribed };
  "event/unsubscribe": { params: EventUnsubscribe; result: Empty };
  "inbox/done": { params: InboxRef; result: Empty };
  "inbox/list": { params: InboxList; result: Inbox };
  "message/broadcast": { params: MessageBroadcast; result: Sent };
  "message/cancel": { params: MessageRef; result: MessageResult };
  "message/get": { params: MessageRef; result: MessageResult };
  "message/list": { params: MessageList; result: Messages };
  "message/retry": { params: MessageRef; result: MessageResult };
  "message/send": { params: MessageSend; result: Sent };
  "rig/add": { params: RigAdd; result: AgentsResult };
  "rig/delete": { params: RigRef; result: Empty };
  "rig/diff": { params: RigRef; result: Plan };
  "rig/down": { params: RigDown; result: RigStopped };
  "rig/export": { params: RigRef; result: Exported };
  "rig/get": { params: RigRef; result: RigResult };
  "rig/history": { params: RigRef; result: History };
  "rig/list": { params: RigList; result: Rigs };
  "rig/plan": { params: RigSource; result: Plan };
  "rig/remove": { params: RigRemove; result: AgentsResult };
  "rig/rollback": { params: Rollback; result: AgentsResult };
  "rig/starters": { params: NoParams; result: Starters };
  "rig/trust": { params: RigTrust; result: Empty };
  "rig/up": { params: RigSource; result: RigUp };
  "rig/validate": { params: RigText; result: Validated };
  "room/history": { params: RoomHistory; result: Posts };
  "room/list": { params: RigRef; result: Rooms };
  "room/post": { params: RoomPost; result: Posted };
  "room/wait": { params: RoomWait; result: Posts };
  "rpc.discover": { params: NoParams; result: OpenRpcDocument };
  "session/open": { params: SessionOpen; result: SessionOpened };
  "snapshot/create": { params: RigRef; result: SnapshotResult };
  "snapshot/diff": { params: SnapshotDiff; result: SnapshotChanges };
  "snapshot/get": { params: SnapshotRef; result: SnapshotResult };
  "snapshot/list": { params: SnapshotList; result: Snapshots };
  "snapshot/restore": { params: SnapshotRestore; result: Restored };
  "system/doctor": { params: Doctor; result: DoctorResult };
  "system/info": { params: NoParams; result: SystemInfo };
  "system/shutdown": { params: Shutdown; result: Empty };
  "task/claim": { params: TaskRef; result: TaskResult };
  "task/claimNext": { params: TaskClaimNext; result: TaskResult };
  "task/comment": { params: TaskComment; result: TaskResult };
  "task/create": { params: TaskCreate; result: TaskResult };
  "task/forceRelease": { params: TaskForceRelease; result: TaskResult };
  "task/get": { params: TaskRef; result: TaskResult };
  "task/handoff": { params: TaskHandoff; result: HandedOff };
  "task/list": { params: TaskList; result: Tasks };
  "task/release": { params: TaskRelease; result: TaskResult };
  "task/update": { params: TaskUpdate; result: TaskResult };
  "token/list": { params: NoParams; result: Tokens };
  "token/mint": { params: TokenMint; result: TokenMinted };
  "token/revoke": { params: TokenRevoke; result: Empty };
  "transcript/read": { params: TranscriptRead; result: TranscriptResult };
  "transcript/search": { params: TranscriptSearch; result: Hits };
  "watchdog/list": { params: WatchdogList; result: Watchdogs };
  "watchdog/stop": { params: WatchdogRef; result: WatchdogResult };
}

export type NoParams = Record<string, never>;

/** What the daemon says by itself. */
export interface Notifications {
  "event/published": Event;
  "event/lagged": Lagged;
  "agent/output": PaneOutput;
  "$/progress": Progress;
}

/** `data.kind` of an error. */
export type ErrorKind =
  | "cancelled"
  | "parse-error"
  | "internal-error"
  | "invalid-params"
  | "method-not-found"
  | "invalid-request"
  | "not-initialized"
  | "rig-not-found"
  | "agent-not-found"
  | "message-not-found"
  | "task-not-found"
  | "snapshot-not-found"
  | "service-not-found"
  | "candidate-gone"
  | "ambiguous-address"
  | "spec-invalid"
  | "rig-changed"
  | "plan-stale"
  | "needs-trust"
  | "rig-not-up"
  | "agent-not-running"
  | "prompt-open"
  | "prompt-changed"
  | "already-answered"
  | "not-permitted"
  | "unauthenticated"
  | "idempotency-conflict"
  | "mailbox-full"
  | "payload-too-large"
  | "task-held"
  | "fence-stale"
  | "transition-refused"
  | "work-held"
  | "since-too-old"
  | "runtime-missing"
  | "tmux-unavailable"
  | "storage"
  | "snapshot-unusable"
  | "incompatible-daemon";

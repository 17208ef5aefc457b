---@meta
-- Written by `make generate` from the table of methods; not to be edited.

--- One step of a plan, in the order it would be taken.
---@class openrig.Action
---@field kind "start"|"stop"|"restart"|"add"|"remove"|"change"|"keep"|"service"|"await"
---@field agent? string
---@field detail string

--- One member of a rig and what is known of it now.
---@class openrig.Agent
---@field id string
---@field generation integer
---@field address string
---@field rig string
---@field pod string
---@field member string
---@field runtime string
---@field label? string
---@field model? string
---@field cwd string
---@field state openrig.AgentState
---@field stateSince string
---@field evidence openrig.Evidence
---@field unread? integer
---@field held? integer
---@field conversation? string
---@field context? openrig.ContextUse
---@field prompt? openrig.Prompt
---@field exitCode? integer
---@field reason? string

--- One agent's outcome; `reason` and `next` say why and what to do where it isn't plain success.
---@class openrig.AgentOutcome
---@field address string
---@field outcome openrig.Outcome
---@field state openrig.AgentState
---@field reason? string
---@field next? string

--- One agent and what became of it.
---@class openrig.AgentOutcomeResult
---@field agent openrig.Agent
---@field outcome openrig.AgentOutcome

--- The address and id that are gone.
---@class openrig.AgentRemoved
---@field address string
---@field id string

--- One agent.
---@class openrig.AgentResult
---@field seq? integer
---@field agent openrig.Agent

--- What an agent does. `unknown` is an answer.
---@alias openrig.AgentState
---| "starting"
---| "idle"
---| "busy"
---| "needsInput"
---| "stopped"
---| "exited"
---| "failed"
---| "unknown"

--- A page of agents.
---@class openrig.Agents
---@field seq? integer
---@field nextCursor? string
---@field agents openrig.Agent[]

--- What became of each agent.
---@class openrig.AgentsResult
---@field agents openrig.AgentOutcome[]

--- Run `argv` with `env` added (null: removed) in `cwd`, in any terminal.
---@class openrig.Attachment
---@field argv string[]
---@field env table<string, string|nil>
---@field cwd string

--- A page of mutations with their hashes.
---@class openrig.AuditPage
---@field events openrig.AuditRow[]
---@field nextSince? integer

--- A mutation with the digests of its noun before and after, and its hash.
---
--- `hash` is SHA-256 over the JSON list of the hash before ("" at first), seq, time, kind, rig, agent, actor, before,
--- and after. `purged`: the body was removed; its digest stays.
---@class openrig.AuditRow
---@field seq integer
---@field time string
---@field kind string
---@field rig? string
---@field agent? string
---@field actor string
---@field data? table<string, any>
---@field before? string
---@field after string
---@field hash string
---@field purged? boolean

--- A process that looks like an agent, found outside any rig.
---@class openrig.Candidate
---@field id string
---@field runtime string
---@field confidence "certain"|"likely"|"guess"
---@field evidence string[]
---@field socket string
---@field pane string
---@field pid integer
---@field cwd string
---@field conversation? string

--- A pane's text.
---@class openrig.Captured
---@field seq? integer
---@field text string
---@field columns integer
---@field rows integer
---@field cursor openrig.Cursor
---@field truncated? boolean

--- One line of `system/doctor`; `fix` is the exact command or step that mends it.
---@class openrig.Check
---@field name string
---@field ok boolean
---@field detail string
---@field fix? string

--- One answer a prompt offers; `key` is what the pane would be given.
---@class openrig.Choice
---@field id string
---@field label string
---@field key? string

--- The program that connects.
---@class openrig.ClientInfo
---@field name string
---@field version? string

--- A remark on a task.
---@class openrig.Comment
---@field actor string
---@field text string
---@field at string

--- How full an agent's context is, and what it cost, where its harness tells.
---@class openrig.ContextUse
---@field usedTokens? integer
---@field windowTokens? integer
---@field usedPercent? number
---@field costUsd? number
---@field at string

--- 0-based column and row of the visible screen.
---@class openrig.Cursor
---@field x integer
---@field y integer

--- Version and process id of the daemon.
---@class openrig.DaemonState
---@field version string
---@field pid integer

--- A person's answer to a permission, for the hook to hand on.
---@class openrig.Decision
---@field behavior "allow"|"deny"
---@field message? string

--- One finding. `code` is stable and documented; `path` is set when it is not the file asked about.
---@class openrig.Diagnostic
---@field range openrig.Range
---@field severity openrig.Severity
---@field code string
---@field message string
---@field path? string
---@field fix? openrig.Fix

--- What looks like an agent outside any rig.
---@class openrig.Discovered
---@field seq? integer
---@field candidates openrig.Candidate[]
---@field yaml? string

--- Every check that was made.
---@class openrig.DoctorResult
---@field seq? integer
---@field checks openrig.Check[]

--- A directed edge between two addresses.
---@class openrig.Edge
---@field kind openrig.EdgeKind
---@field source string
---@field target string

--- The five kinds of the RigSpec.
---@alias openrig.EdgeKind
---| "delegates_to"
---| "spawned_by"
---| "can_observe"
---| "collaborates_with"
---| "escalates_to"

--- Edges that touch the caller; `in` on the wire.
---@class openrig.EdgesOf
---@field ["in"] openrig.Edge[]
---@field out openrig.Edge[]

--- A result that says only that it happened.
---@alias openrig.Empty table<string, any>

--- Events in order; go on with `since` = the last one's `seq`.
---@class openrig.Events
---@field seq? integer
---@field events openrig.Event[]

--- Why a state is shown: which source said so, when, and what it said.
---@class openrig.Evidence
---@field source "hook"|"file"|"screen"|"process"
---@field at string
---@field detail string

--- Which rule or signal decided, and what the composer holds.
---@class openrig.Explained
---@field seq? integer
---@field state openrig.AgentState
---@field reason string
---@field rule? string
---@field sources openrig.Evidence[]
---@field draft? string
---@field prompt? openrig.ScreenPrompt

--- A rig file that loads to the same rig.
---@class openrig.Exported
---@field yaml string

--- A text edit that mends the diagnostic: replace `range` by `new_text`.
---@class openrig.Fix
---@field title string
---@field range openrig.Range
---@field newText string

--- What a rig can grant an agent: a whole tier, or one action of it.
---@alias openrig.Grant
---| "read"
---| "talk"
---| "steer"
---| "shape"
---| "message"
---| "observe"
---| "assign"
---| "answer"
---| "keys"
---| "interrupt"
---| "start"
---| "stop"
---| "up"
---| "down"
---| "add"
---| "remove"
---| "adopt"
---| "rollback"
---| "services"
---| "discover"

--- The closed task and its successor.
---@class openrig.HandedOff
---@field closed openrig.Task
---@field task openrig.Task

--- Revisions from 0.
---@class openrig.History
---@field seq? integer
---@field revisions openrig.Revision[]

--- A ranked search hit.
---@class openrig.Hit
---@field agent string
---@field offset integer
---@field at? string
---@field excerpt string
---@field rank number

--- Ranked hits.
---@class openrig.Hits
---@field seq? integer
---@field hits openrig.Hit[]

--- Oldest first.
---@class openrig.Inbox
---@field seq? integer
---@field nextCursor? string
---@field items openrig.InboxItem[]

--- The item, and whether it is still open.
---@class openrig.InboxChange
---@field item openrig.InboxItem
---@field open boolean

--- One thing that needs a person; `ref` is the id of the prompt, message or task behind it.
---@class openrig.InboxItem
---@field id string
---@field kind "prompt"|"message"|"task"|"heldLong"|"indeterminate"
---@field rig string
---@field agent? string
---@field ref string
---@field title string
---@field text string
---@field prompt? openrig.Prompt
---@field since string

--- `event/lagged`: the subscriber read too slowly; it catches up from `from`.
---@class openrig.Lagged
---@field subscription string
---@field from integer

--- How late the event loop ran at worst in the last seconds, in milliseconds.
---@class openrig.Loop
---@field lagMs number

--- One text to one recipient, with its receipt. `sender` is `from` on the wire.
---@class openrig.Message
---@field id string
---@field to string
---@field from string
---@field text string
---@field state openrig.MessageState
---@field createdAt string
---@field deliveredAt? string
---@field submittedAt? string
---@field turn? "started"|"queued"|"steered"
---@field attempts? integer
---@field reason? string
---@field replyTo? string
---@field when? "auto"|"idle"|"now"
---@field raw? boolean
---@field expiresAt? string

--- One message with its receipt.
---@class openrig.MessageResult
---@field seq? integer
---@field message openrig.Message

--- The receipt. Nothing says more than was seen.
---@alias openrig.MessageState
---| "accepted"
---| "held"
---| "delivering"
---| "delivered"
---| "submitted"
---| "failed"
---| "expired"
---| "cancelled"
---| "indeterminate"

--- A page of messages.
---@class openrig.Messages
---@field seq? integer
---@field nextCursor? string
---@field messages openrig.Message[]

--- An OpenRPC document.
---@alias openrig.OpenRpcDocument table<string, any>

--- What became of an agent in an operation; the same words everywhere.
---@alias openrig.Outcome
---| "launched"
---| "resumed"
---| "fresh"
---| "adopted"
---| "alreadyRunning"
---| "awaitingDecision"
---| "failed"
---| "skipped"
---| "stopped"

--- `agent/output`: what a watched pane printed; `gap` when something before it was dropped.
---@class openrig.PaneOutput
---@field agent string
---@field offset integer
---@field data string
---@field gap? boolean

--- What would be done. `planId` is bound to the spec and the rig as they are now.
---@class openrig.Plan
---@field planId string
---@field actions openrig.Action[]

--- Agents that share a context.
---@class openrig.Pod
---@field id string
---@field label string
---@field summary? string
---@field agents? string[]

--- 0-based line and character; characters are utf-16 units unless LSP negotiated others.
---@class openrig.Position
---@field line integer
---@field character integer

--- One post; `number` counts in its room from 1.
---@class openrig.Post
---@field rig string
---@field room string
---@field number integer
---@field from string
---@field text string
---@field topic? string
---@field mentions? string[]
---@field at string

--- The post with its number.
---@class openrig.Posted
---@field post openrig.Post

--- Posts in order.
---@class openrig.Posts
---@field seq? integer
---@field posts openrig.Post[]
---@field timedOut? boolean

--- `operator`, `agent:ADDRESS`, `service:NAME` or `daemon`; never taken from a parameter.
---@class openrig.Principal
---@field kind "operator"|"agent"|"service"|"daemon"
---@field name? string
---@field agentId? string
---@field generation? integer
---@field scopes? openrig.Tier[]
---@field rig? string

--- Progress of a request that carried a `workDoneToken`.
---@class openrig.Progress
---@field token string|integer
---@field value table<string, any>

--- An open question in an agent's pane. `question` has the whole command or text asked about.
---@class openrig.Prompt
---@field id string
---@field kind openrig.PromptKind
---@field question string
---@field choices? openrig.Choice[]
---@field openedAt string
---@field by? "hook"|"screen"

--- What a person is asked for in an agent's pane.
---@alias openrig.PromptKind
---| "permission"
---| "question"
---| "trust"
---| "login"
---| "update"
---| "hookReview"
---| "apiKey"

--- The open prompt, or none.
---@class openrig.PromptResult
---@field seq? integer
---@field prompt? openrig.Prompt

--- From `start` up to, not including, `end`.
---@class openrig.Range
---@field start openrig.Position
---@field ["end"] openrig.Position

--- An agent asked for what it may not do; said once a minute where it asks again. `needs` as in `not-permitted`.
---@class openrig.Refusal
---@field principal string
---@field method string
---@field why string
---@field needs string

--- Empty, or the answer that a waiting hook asked for.
---@class openrig.Reported
---@field decision? openrig.Decision

--- An outcome for every agent.
---@class openrig.Restored
---@field agents openrig.AgentOutcome[]

--- One version of a rig's spec; `diff` is what it changed in the one before, line by line.
---@class openrig.Revision
---@field revision integer
---@field digest string
---@field actor string
---@field at string
---@field summary string
---@field diff? string

--- A rig whole.
---@class openrig.RigResult
---@field rig openrig.RigSummary
---@field pods openrig.Pod[]
---@field agents openrig.Agent[]
---@field edges openrig.Edge[]
---@field services? openrig.Service[]
---@field seq? integer

--- `up` while it is meant to run, `stopped` after a down; `partial` when some of its agents are not running.
---@alias openrig.RigState
---| "up"
---| "partial"
---| "stopped"

--- What became of each agent, and the snapshot that was taken.
---@class openrig.RigStopped
---@field agents openrig.AgentOutcome[]
---@field snapshotId? string

--- One line of `rig/list`.
---@class openrig.RigSummary
---@field name string
---@field state openrig.RigState
---@field revision integer
---@field path? string
---@field cwd string
---@field summary? string
---@field agents integer
---@field needsInput integer
---@field createdAt string
---@field upSince? string

--- The rig and what became of each agent; `rigs` has one of each where `all` was asked for.
---@class openrig.RigUp
---@field rig string
---@field agents openrig.AgentOutcome[]
---@field rigs? string[]

--- A page of rigs.
---@class openrig.Rigs
---@field seq? integer
---@field nextCursor? string
---@field rigs openrig.RigSummary[]

--- A room of a rig.
---@class openrig.Room
---@field rig string
---@field name string
---@field posts integer
---@field lastAt? string

--- Rooms of a rig.
---@class openrig.Rooms
---@field seq? integer
---@field rooms openrig.Room[]

--- A harness this daemon knows, and whether it is installed here. `verified`: with what it was tried, and how.
---@class openrig.RuntimeInfo
---@field name string
---@field summary string
---@field installed boolean
---@field version? string
---@field detail? string
---@field verified? string

--- A prompt as a screen shows it.
---@class openrig.ScreenPrompt
---@field kind string
---@field question string
---@field choices string[]

--- One message a recipient; `timedOut` when `wait` was not reached in time.
---@class openrig.Sent
---@field messages openrig.Message[]
---@field timedOut? boolean

--- One service of a rig with the evidence for its state.
---@class openrig.Service
---@field rig string
---@field name string
---@field kind "compose"|"process"
---@field state openrig.ServiceState
---@field evidence string
---@field stateSince string
---@field surfaces? openrig.Surface[]

--- What a service does, by its readiness checks.
---@alias openrig.ServiceState
---| "starting"
---| "healthy"
---| "unhealthy"
---| "exited"
---| "stopped"

--- Who the connection is from now on.
---@class openrig.SessionOpened
---@field principal openrig.Principal
---@field protocolVersion string
---@field seq integer

--- LSP's DiagnosticSeverity.
---@alias openrig.Severity
---| 1
---| 2
---| 3
---| 4

--- Topology, conversation ids and cwd of every agent; no transcripts, no files.
---@class openrig.Snapshot
---@field id string
---@field rig string
---@field kind openrig.SnapshotKind
---@field revision integer
---@field at string
---@field actor string
---@field agents? openrig.SnapshotAgent[]

--- One agent as the snapshot knows it.
---@class openrig.SnapshotAgent
---@field address string
---@field runtime string
---@field cwd string
---@field state openrig.AgentState
---@field conversation? string

--- One difference between two snapshots, or a snapshot and now.
---@class openrig.SnapshotChange
---@field address string
---@field change "added"|"removed"|"changed"
---@field detail string

--- What differs.
---@class openrig.SnapshotChanges
---@field seq? integer
---@field changes openrig.SnapshotChange[]

--- Why it was taken.
---@alias openrig.SnapshotKind
---| "down"
---| "preRestore"
---| "periodic"
---| "manual"

--- Which snapshot was restored into which rig.
---@class openrig.SnapshotRestored
---@field snapshot openrig.Snapshot
---@field agents string[]

--- One snapshot.
---@class openrig.SnapshotResult
---@field seq? integer
---@field snapshot openrig.Snapshot

--- A page of snapshots.
---@class openrig.Snapshots
---@field seq? integer
---@field nextCursor? string
---@field snapshots openrig.Snapshot[]

--- A rig that ships with us.
---@class openrig.Starter
---@field name string
---@field summary string

--- Rigs that ship with us.
---@class openrig.Starters
---@field starters openrig.Starter[]

--- Somebody typed keys into an agent's pane on purpose; texts are told by their length alone.
---
--- action: `interrupt`, `keys`, `answer`, or `answerWithdrawn` when the prompt changed before the key was pressed. For
--- an answer: the whole `prompt` and the `answer`'s label; no keys where it went through the harness's hook.
---@class openrig.Steered
---@field agent string
---@field action string
---@field keys string[]
---@field prompt? openrig.Prompt
---@field answer? string

--- `seq` is the `prev` of the first event that will come.
---@class openrig.Subscribed
---@field subscription string
---@field seq integer

--- A URL a service shows to people.
---@class openrig.Surface
---@field name string
---@field url string

--- What runs here.
---@class openrig.SystemInfo
---@field seq? integer
---@field version string
---@field pid integer
---@field uptimeSeconds number
---@field tmuxVersion string
---@field loop openrig.Loop
---@field endpoints table<string, string>
---@field runtimes openrig.RuntimeInfo[]

--- One piece of work. `fence` is given to its owner alone and goes stale with the claim.
---
--- `dueAt`: until when it should be taken, and once it is taken, until when it should be closed. `comments`: all of
--- them where one task is asked for, elsewhere the latest. `closureTarget` of a handed off one is its successor.
---@class openrig.Task
---@field id string
---@field rig string
---@field title string
---@field body? string
---@field state openrig.TaskState
---@field creator string
---@field destination string
---@field owner? string
---@field fence? integer
---@field priority? integer
---@field urgency? "fast"|"routine"|"deep"|"critical"
---@field tags? string[]
---@field parent? string
---@field handedFrom? string
---@field blockers? string[]
---@field evidence? string
---@field closureReason? "handedOff"|"blockedOn"|"denied"|"cancelled"|"noFollowOn"|"escalation"
---@field closureTarget? string
---@field dueAt? string
---@field claimedAt? string
---@field createdAt string
---@field changedAt string
---@field deletedAt? string
---@field comments? openrig.Comment[]

--- One task, or none where there was none to claim; `why` where there are some, but not now for the caller.
---@class openrig.TaskResult
---@field seq? integer
---@field task? openrig.Task
---@field why? string

--- The enforced state machine.
---@alias openrig.TaskState
---| "pending"
---| "inProgress"
---| "blocked"
---| "done"
---| "failed"
---| "cancelled"
---| "handedOff"

--- A page of tasks.
---@class openrig.Tasks
---@field seq? integer
---@field nextCursor? string
---@field tasks openrig.Task[]

--- What a method needs. `open` methods need nothing, `report` only the agent itself.
---@alias openrig.Tier
---| "open"
---| "read"
---| "talk"
---| "steer"
---| "shape"
---| "report"

--- What names a principal. Its secret is known to its holder alone; `id` is the start of the secret's hash.
---
--- `origins`: the web pages that may use it (`https://example.org`); none may where it is empty.
---@class openrig.Token
---@field id string
---@field name string
---@field principal openrig.Principal
---@field createdAt string
---@field expiresAt? string
---@field origins? string[]

--- `secret` is shown this once; only its hash is kept.
---@class openrig.TokenMinted
---@field token openrig.Token
---@field secret string

--- Every token that lives; agents' are not listed, they come and go with their agents.
---@class openrig.Tokens
---@field seq? integer
---@field tokens openrig.Token[]

--- A piece of a transcript: `text` covers bytes `offset` up to `nextOffset`.
---@class openrig.Transcript
---@field agent string
---@field offset integer
---@field nextOffset integer
---@field text string
---@field truncated? boolean

--- A piece of a transcript.
---@class openrig.TranscriptResult
---@field seq? integer
---@field transcript openrig.Transcript

--- Text typed as it is.
---@class openrig.TypedText
---@field text string

--- Everything that is wrong with the file, with positions in it.
---@class openrig.Validated
---@field ok boolean
---@field diagnostics openrig.Diagnostic[]

--- Whether the chain is whole; `brokenAt` is the first row that does not fit.
---@class openrig.Verified
---@field ok boolean
---@field rows integer
---@field brokenAt? integer
---@field why? string

--- How long it took, and whether the time ran out first.
---@class openrig.Waited
---@field seq? integer
---@field agent openrig.Agent
---@field waitedSeconds number
---@field timedOut boolean

--- A rule that nudges an agent after a time, when it is idle, or when nobody touches a task.
---@class openrig.Watchdog
---@field id string
---@field rig string
---@field agent string
---@field rule "every"|"idle"|"untouched"
---@field seconds number
---@field text string
---@field active boolean
---@field fired integer
---@field lastFiredAt? string

--- One reminder.
---@class openrig.WatchdogResult
---@field seq? integer
---@field watchdog openrig.Watchdog

--- Every reminder with how often it fired.
---@class openrig.Watchdogs
---@field seq? integer
---@field watchdogs openrig.Watchdog[]

--- The screen now; `agent/output` goes on from `offset` (bytes the pane has printed).
---@class openrig.Watched
---@field seq? integer
---@field screen string
---@field offset integer
---@field columns integer
---@field rows integer

--- Who the caller is, whom it can reach and what it may.
---@class openrig.Whoami
---@field seq? integer
---@field principal openrig.Principal
---@field agent? openrig.Agent
---@field rig? string
---@field peers openrig.Agent[]
---@field edges openrig.EdgesOf
---@field grants openrig.Grant[]

--- Answers exactly that prompt, by one of its choices or by text.
---@class openrig.AgentAnswer
---@field agent string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field promptId string The prompt that is answered.
---@field choice? string The id of one of its choices.
---@field text? string The answer, where the prompt takes text.

--- `readOnly` shows without typing.
---@class openrig.AgentAttach
---@field agent string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field readOnly? boolean Show, and take no keys.

--- The visible screen, or the last `lines` with `history`; `ansi` keeps colours.
---@class openrig.AgentCapture
---@field agent string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field lines? integer At most so many lines, the last ones.
---@field history? boolean Also what has scrolled off the screen.
---@field ansi? boolean Keep colours and attributes, as SGR sequences.

--- An agent, or a recorded screen (`capture-pane -e`) of a runtime.
---@class openrig.AgentExplain
---@field agent? string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field runtime? string The harness a recorded screen is of.
---@field screen? string A recorded screen, as `capture-pane -e` prints it.
---@field title? string The recorded pane's title.

--- tmux key names (`"Enter"`, `"C-c"`), and `{text}` typed as it is.
---@class openrig.AgentKeys
---@field agent string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field keys (string|openrig.TypedText)[] Names of tmux's keys (`Enter`, `C-c`), and text to type as it is.

--- Agents of all rigs the caller may see, or of one rig, pod or state.
---@class openrig.AgentList
---@field limit? integer At most so many, 1 to 1000.
---@field cursor? string Where to go on: the last page's `nextCursor`.
---@field rig? string Only agents of this rig.
---@field pod? string Only agents of this pod.
---@field state? openrig.AgentState Only those in this state.

--- An agent by address.
---@class openrig.AgentRef
---@field agent string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.

--- What a harness's hook says; `payload` is the hook's own JSON, bounded.
---@class openrig.AgentReport
---@field event string
---@field at? string
---@field pid? integer
---@field harness? string
---@field payload? table<string, any>
---@field waits? boolean

--- `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says.
---@class openrig.AgentStart
---@field agent string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field fresh? boolean Start a new conversation, on purpose.
---@field conversation? string Go on with this conversation of the harness.

--- Until the agent is in one of `state`, at most `timeoutSeconds`.
---@class openrig.AgentWait
---@field agent string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field state openrig.AgentState[] Until it is in one of these states.
---@field timeoutSeconds number Wait at most so long, seconds.

--- At most `maxRate` notifications a second.
---@class openrig.AgentWatch
---@field agent string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field maxRate? number At most so many updates a second.

--- Mutations after `since`.
---@class openrig.AuditExport
---@field since? integer Rows after this number.
---@field limit? integer At most so many, 1 to 1000.

--- `draft` also writes a rig file from what was found.
---@class openrig.Discover
---@field draft? boolean Also write a rig file from what was found.

--- `restore` names a rig to check for restoring; `fix` does what can safely be done.
---@class openrig.Doctor
---@field restore? string Also check whether this rig can be brought back.
---@field fix? boolean Mend what can safely be mended.

--- A page of events after `since`.
---@class openrig.EventList
---@field since? integer Events after this number.
---@field kinds? string[] Only events of these kinds.
---@field rig? string Only events of this rig.
---@field limit? integer At most so many, 1 to 1000.

--- Events after `since` (exclusive; now where it is left out), of some kinds, of one rig.
---@class openrig.EventSubscribe
---@field since? integer Events after this number; without it, from now on.
---@field kinds? string[] Only events of these kinds.
---@field rig? string Only events of this rig.

--- The subscription that ends.
---@class openrig.EventUnsubscribe
---@field subscription string The subscription's id.

--- Of all rigs, or one.
---@class openrig.InboxList
---@field limit? integer At most so many, 1 to 1000.
---@field cursor? string Where to go on: the last page's `nextCursor`.
---@field rig? string Only what this rig waits for.

--- An item by id.
---@class openrig.InboxRef
---@field id string The id.

--- To everybody in a rig or pod: the sender's own rig unless one is named.
---@class openrig.MessageBroadcast
---@field text string The text, at most 1 MiB.
---@field when? "auto"|"idle"|"now" `auto`: now, or by the harness's own queue while busy; `idle`: when idle; `now`: while busy too.
---@field replyTo? string The id of the message this one answers.
---@field raw? boolean Type the text as it is, without the envelope that says from whom it comes.
---@field expiresInSeconds? number Give the message up when it is not delivered by then, seconds.
---@field wait? "accepted"|"delivered"|"submitted" Answer when the messages are so far.
---@field timeoutSeconds? number Wait at most so long, seconds.
---@field idempotencyKey? string Said again with the same key, it happens once; kept for ever.
---@field rig? string To this rig; without it, your own.
---@field pod? string Only to this pod.

--- Newest first; to or from an agent, of a rig, in a state.
---@class openrig.MessageList
---@field limit? integer At most so many, 1 to 1000.
---@field cursor? string Where to go on: the last page's `nextCursor`.
---@field agent? string Only messages from or to this agent.
---@field rig? string Only messages of this rig.
---@field state? openrig.MessageState Only those in this state.

--- A message by id.
---@class openrig.MessageRef
---@field id string The id.

--- To an address, a group, a comma list, or `human@rig`.
---@class openrig.MessageSend
---@field text string The text, at most 1 MiB.
---@field to string An address, a group (`*@rig`, `pod.*@rig`, `*@*`), a comma list, or `human@rig`.
---@field when? "auto"|"idle"|"now" `auto`: now, or by the harness's own queue while busy; `idle`: when idle; `now`: while busy too.
---@field replyTo? string The id of the message this one answers.
---@field raw? boolean Type the text as it is, without the envelope that says from whom it comes.
---@field expiresInSeconds? number Give the message up when it is not delivered by then, seconds.
---@field wait? "accepted"|"delivered"|"submitted" Answer when the message is so far.
---@field timeoutSeconds? number Wait at most so long, seconds.
---@field idempotencyKey? string Said again with the same key, it happens once; kept for ever.

--- A pod, or a member of one, in the rig file's own form.
---@class openrig.RigAdd
---@field rig string A rig's name.
---@field pod string|table<string, any> A pod as a rig file says it, or the id of the one the member joins.
---@field member? table<string, any> A member's id.
---@field edges? table<string, any>[] Edges between it and others, as a rig file says them.
---@field planId? string Do exactly what this plan says.

--- Take down by name; `snapshot` keeps what is needed to come back.
---@class openrig.RigDown
---@field rig string A rig's name.
---@field snapshot? boolean Keep what is needed to bring the same conversations back.

--- Known rigs, running or stopped.
---@class openrig.RigList
---@field limit? integer At most so many, 1 to 1000.
---@field cursor? string Where to go on: the last page's `nextCursor`.
---@field state? openrig.RigState Only those in this state.

--- A rig by name.
---@class openrig.RigRef
---@field rig string A rig's name.

--- A pod, or one member of it.
---@class openrig.RigRemove
---@field rig string A rig's name.
---@field pod string A pod's id.
---@field member? string A member's id.
---@field planId? string Do exactly what this plan says.

--- Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`.
---@class openrig.RigSource
---@field path? string A rig file, absolute.
---@field name? string A known rig, else a starter; `starter:NAME` is always a starter.
---@field text? string The rig file itself.
---@field all? boolean Every known rig that is meant to run.
---@field cwd? string An absolute folder that agents work in, instead of the rig file's.
---@field only? string[] Only these agents.
---@field fresh? string[] These agents start a new conversation, on purpose.
---@field planId? string Do exactly what this plan says.
---@field wait? boolean Wait for an answer until it is done.

--- A rig file by absolute path, or as text (then `path` says where it would lie).
---@class openrig.RigText
---@field path? string A rig file, absolute.
---@field text? string The rig file itself; `path` then says where it would lie.

--- The hash that `needs-trust` named.
---@class openrig.RigTrust
---@field hash string The hash that `needs-trust` named.
---@field rig? string The known rig whose hash it must be.
---@field path? string The rig file whose hash it must be, absolute.

--- Back to a revision, as a new one.
---@class openrig.Rollback
---@field rig string A rig's name.
---@field revision integer The revision to bring back, from 0.
---@field planId? string Do exactly what this plan says.

--- Posts after number `since`, without it the last ones.
---@class openrig.RoomHistory
---@field rig string A rig's name.
---@field room? string A room of the rig.
---@field since? integer Posts after this number; without it, the last ones.
---@field topic? string Posts of one topic.
---@field limit? integer At most so many, 1 to 1000.

--- A post; mentions (`@pod-member`) are also sent as messages.
---@class openrig.RoomPost
---@field rig string A rig's name.
---@field text string The text, at most 1 MiB.
---@field room? string A room of the rig.
---@field topic? string What the post is about.
---@field idempotencyKey? string Said again with the same key, it happens once; kept for ever.

--- Until there is a post after `since`.
---@class openrig.RoomWait
---@field rig string A rig's name.
---@field since integer Posts after this number.
---@field timeoutSeconds number Wait at most so long, seconds.
---@field room? string A room of the rig.
---@field topic? string Posts of one topic.
---@field limit? integer At most so many, 1 to 1000.

--- `token` names the operator, an agent or a service; `attention` opts in to questions for the person.
---@class openrig.SessionOpen
---@field client? openrig.ClientInfo The program that connects.
---@field token? string Names the operator, an agent or a service.
---@field attention? boolean Offer this client for questions to the person.
---@field protocolVersion? string The protocol version the client was written for.

--- Agents outlive the daemon unless `keepAgents` is false.
---@class openrig.Shutdown
---@field keepAgents? boolean Leave the agents running in tmux.

--- Against another snapshot, or against now.
---@class openrig.SnapshotDiff
---@field id string The id.
---@field other? string Another snapshot; without it, the rig as it is now.

--- Of one rig, newest first.
---@class openrig.SnapshotList
---@field rig string A rig's name.
---@field limit? integer At most so many, 1 to 1000.
---@field cursor? string Where to go on: the last page's `nextCursor`.

--- A snapshot by id.
---@class openrig.SnapshotRef
---@field id string The id.

--- Of every agent, or of some.
---@class openrig.SnapshotRestore
---@field id string The id.
---@field only? string[] Only these agents.
---@field fresh? string[] These agents start a new conversation, on purpose.
---@field planId? string Do exactly what this plan says.

--- The fairest next task for the caller; of one rig, or with a tag.
---@class openrig.TaskClaimNext
---@field rig? string A rig's name.
---@field tag? string Only a task with this tag.

--- A remark by anybody who may talk.
---@class openrig.TaskComment
---@field id string The id.
---@field text string The text, at most 1 MiB.

--- For an agent, a group or `human@rig`. Due by its urgency, unless `dueInSeconds` says when.
---@class openrig.TaskCreate
---@field rig string A rig's name.
---@field title string What is to be done, in a line.
---@field to string An agent, a group or `human@rig`.
---@field body? string What is to be done, at length.
---@field priority? integer Higher is sooner.
---@field urgency? "fast"|"routine"|"deep"|"critical" How fast somebody should see to it.
---@field tags? string[] Words to find it by.
---@field parent? string The task this one is a part of.
---@field blockers? string[] Ids of tasks this one waits for.
---@field evidence? string What shows that it is done.
---@field dueInSeconds? number When it is due, seconds from now and again from each claim; without it, by urgency.
---@field idempotencyKey? string Said again with the same key, it happens once; kept for ever.

--- Somebody who may takes it from its owner, and says why.
---@class openrig.TaskForceRelease
---@field id string The id.
---@field why string The reason, for its owner and the journal.

--- Closes this task and creates its successor in one transaction.
---@class openrig.TaskHandoff
---@field id string The id.
---@field to string An agent, a group or `human@rig`.
---@field fence? integer The number the claim gave; proves that the claim still holds.
---@field title? string What is to be done, in a line.
---@field body? string What is to be done, at length.
---@field idempotencyKey? string Said again with the same key, it happens once; kept for ever.

--- By rig, owner, destination, state or tag.
---@class openrig.TaskList
---@field limit? integer At most so many, 1 to 1000.
---@field cursor? string Where to go on: the last page's `nextCursor`.
---@field rig? string A rig's name.
---@field owner? string Only tasks of this owner.
---@field to? string Only tasks for this destination.
---@field state? openrig.TaskState Only those in this state.
---@field tag? string Only tasks with this tag.

--- A task by id.
---@class openrig.TaskRef
---@field id string The id.

--- The owner gives it back, proven by its fence.
---@class openrig.TaskRelease
---@field id string The id.
---@field fence? integer The number the claim gave; proves that the claim still holds.

--- The owner's changes, proven by its fence. `comment` goes with them: to a task for the person it is the answer.
---@class openrig.TaskUpdate
---@field id string The id.
---@field fence? integer The number the claim gave; proves that the claim still holds.
---@field state? openrig.TaskState Only those in this state.
---@field title? string What is to be done, in a line.
---@field body? string What is to be done, at length.
---@field priority? integer Higher is sooner.
---@field urgency? "fast"|"routine"|"deep"|"critical" How fast somebody should see to it.
---@field tags? string[] Words to find it by.
---@field blockers? string[] Ids of tasks this one waits for.
---@field evidence? string What shows that it is done.
---@field closureReason? "handedOff"|"blockedOn"|"denied"|"cancelled"|"noFollowOn"|"escalation" Why the task is closed.
---@field closureTarget? string What the reason points to: a task, an agent.
---@field comment? string Said with the change; to a task for the person it is the answer.
---@field deleted? boolean Put it out of every list, or (false) back.

--- `name` is who comes with it: `service:NAME`. It may do what its scopes say, in one rig where that is named.
---@class openrig.TokenMint
---@field name string Who comes with it; it is then `service:NAME`.
---@field scopes? ("read"|"talk"|"steer"|"shape")[] What it may do: any of read, talk, steer, shape.
---@field rig? string The one rig it may reach; every rig where it is left out.
---@field origins? string[] Web pages that may use it, as `https://HOST` or `http://HOST:PORT`.
---@field expiresInSeconds? number It ends after so long, and every connection opened with it, seconds.

--- A token by its id, or all of a name; `operator` makes a new one in its file.
---@class openrig.TokenRevoke
---@field token string A token's id, or the name of all that end.

--- From byte `offset`, at most so many `lines`; without it the last `lines` (200).
---@class openrig.TranscriptRead
---@field agent string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field offset? integer From this byte of what the pane printed.
---@field lines? integer At most so many lines, the last ones.

--- Words, as SQLite's FTS5 reads them.
---@class openrig.TranscriptSearch
---@field query string Words to look for.
---@field rig? string A rig's name.
---@field agent? string An agent's address: `pod-member@rig`; without `@rig`, in your own rig or the only one it fits.
---@field limit? integer At most so many, 1 to 1000.

--- Of all rigs, or one.
---@class openrig.WatchdogList
---@field rig? string A rig's name.

--- A watchdog by id.
---@class openrig.WatchdogRef
---@field id string The id.

---@class openrig.Happened
---@field seq integer
---@field time string
---@field rig? string
---@field agent? string
---@field actor string
---@field subscription string
---@field prev integer

--- A rig was brought up.
---@class openrig.RigUpEvent: openrig.Happened
---@field kind "rig.up"
---@field data openrig.RigSummary

--- A rig was taken down.
---@class openrig.RigDownEvent: openrig.Happened
---@field kind "rig.down"
---@field data openrig.RigSummary

--- A rig's spec or trust changed.
---@class openrig.RigChangedEvent: openrig.Happened
---@field kind "rig.changed"
---@field data openrig.RigSummary

--- A rig was deleted; its journal stays.
---@class openrig.RigDeletedEvent: openrig.Happened
---@field kind "rig.deleted"
---@field data openrig.RigSummary

--- An agent joined a rig.
---@class openrig.AgentAddedEvent: openrig.Happened
---@field kind "agent.added"
---@field data openrig.Agent

--- An agent left its rig.
---@class openrig.AgentRemovedEvent: openrig.Happened
---@field kind "agent.removed"
---@field data openrig.AgentRemoved

--- An agent's state changed.
---@class openrig.AgentStateChangedEvent: openrig.Happened
---@field kind "agent.stateChanged"
---@field data openrig.Agent

--- A prompt opened in an agent's pane.
---@class openrig.AgentPromptOpenedEvent: openrig.Happened
---@field kind "agent.promptOpened"
---@field data openrig.Agent

--- The prompt in an agent's pane is over.
---@class openrig.AgentPromptClosedEvent: openrig.Happened
---@field kind "agent.promptClosed"
---@field data openrig.Agent

--- An agent's context use or cost changed.
---@class openrig.AgentContextChangedEvent: openrig.Happened
---@field kind "agent.contextChanged"
---@field data openrig.Agent

--- Somebody interrupted an agent, answered its prompt, or typed raw keys.
---@class openrig.AgentSteeredEvent: openrig.Happened
---@field kind "agent.steered"
---@field data openrig.Steered

--- An agent asked for what it may not do.
---@class openrig.AgentRefusedEvent: openrig.Happened
---@field kind "agent.refused"
---@field data openrig.Refusal

--- A message is durable.
---@class openrig.MessageAcceptedEvent: openrig.Happened
---@field kind "message.accepted"
---@field data openrig.Message

--- A message waits at the gate; `reason` says why.
---@class openrig.MessageHeldEvent: openrig.Happened
---@field kind "message.held"
---@field data openrig.Message

--- A message is about to be typed.
---@class openrig.MessageDeliveringEvent: openrig.Happened
---@field kind "message.delivering"
---@field data openrig.Message

--- A message's text is in the pane.
---@class openrig.MessageDeliveredEvent: openrig.Happened
---@field kind "message.delivered"
---@field data openrig.Message

--- The harness took the message.
---@class openrig.MessageSubmittedEvent: openrig.Happened
---@field kind "message.submitted"
---@field data openrig.Message

--- A message could not be delivered.
---@class openrig.MessageFailedEvent: openrig.Happened
---@field kind "message.failed"
---@field data openrig.Message

--- A message was not delivered in time.
---@class openrig.MessageExpiredEvent: openrig.Happened
---@field kind "message.expired"
---@field data openrig.Message

--- A message was cancelled before delivery.
---@class openrig.MessageCancelledEvent: openrig.Happened
---@field kind "message.cancelled"
---@field data openrig.Message

--- Nobody can know whether the message arrived.
---@class openrig.MessageIndeterminateEvent: openrig.Happened
---@field kind "message.indeterminate"
---@field data openrig.Message

--- Something for the person came or was dealt with.
---@class openrig.InboxChangedEvent: openrig.Happened
---@field kind "inbox.changed"
---@field data openrig.InboxChange

--- Somebody posted to a room.
---@class openrig.RoomPostedEvent: openrig.Happened
---@field kind "room.posted"
---@field data openrig.Post

--- A task was created.
---@class openrig.TaskCreatedEvent: openrig.Happened
---@field kind "task.created"
---@field data openrig.Task

--- A task has an owner.
---@class openrig.TaskClaimedEvent: openrig.Happened
---@field kind "task.claimed"
---@field data openrig.Task

--- A task changed.
---@class openrig.TaskChangedEvent: openrig.Happened
---@field kind "task.changed"
---@field data openrig.Task

--- A snapshot was taken.
---@class openrig.SnapshotCreatedEvent: openrig.Happened
---@field kind "snapshot.created"
---@field data openrig.Snapshot

--- A snapshot was restored.
---@class openrig.SnapshotRestoredEvent: openrig.Happened
---@field kind "snapshot.restored"
---@field data openrig.SnapshotRestored

--- A service's state changed.
---@class openrig.ServiceChangedEvent: openrig.Happened
---@field kind "service.changed"
---@field data openrig.Service

--- A watchdog nudged an agent.
---@class openrig.WatchdogFiredEvent: openrig.Happened
---@field kind "watchdog.fired"
---@field data openrig.Watchdog

--- The daemon started.
---@class openrig.SystemStartedEvent: openrig.Happened
---@field kind "system.started"
---@field data openrig.DaemonState

--- The daemon is stopping.
---@class openrig.SystemStoppingEvent: openrig.Happened
---@field kind "system.stopping"
---@field data openrig.DaemonState

--- An event, told apart by its `kind`.
---@alias openrig.Event
---| openrig.RigUpEvent
---| openrig.RigDownEvent
---| openrig.RigChangedEvent
---| openrig.RigDeletedEvent
---| openrig.AgentAddedEvent
---| openrig.AgentRemovedEvent
---| openrig.AgentStateChangedEvent
---| openrig.AgentPromptOpenedEvent
---| openrig.AgentPromptClosedEvent
---| openrig.AgentContextChangedEvent
---| openrig.AgentSteeredEvent
---| openrig.AgentRefusedEvent
---| openrig.MessageAcceptedEvent
---| openrig.MessageHeldEvent
---| openrig.MessageDeliveringEvent
---| openrig.MessageDeliveredEvent
---| openrig.MessageSubmittedEvent
---| openrig.MessageFailedEvent
---| openrig.MessageExpiredEvent
---| openrig.MessageCancelledEvent
---| openrig.MessageIndeterminateEvent
---| openrig.InboxChangedEvent
---| openrig.RoomPostedEvent
---| openrig.TaskCreatedEvent
---| openrig.TaskClaimedEvent
---| openrig.TaskChangedEvent
---| openrig.SnapshotCreatedEvent
---| openrig.SnapshotRestoredEvent
---| openrig.ServiceChangedEvent
---| openrig.WatchdogFiredEvent
---| openrig.SystemStartedEvent
---| openrig.SystemStoppingEvent

---@alias openrig.EventKind
---| "rig.up"
---| "rig.down"
---| "rig.changed"
---| "rig.deleted"
---| "agent.added"
---| "agent.removed"
---| "agent.stateChanged"
---| "agent.promptOpened"
---| "agent.promptClosed"
---| "agent.contextChanged"
---| "agent.steered"
---| "agent.refused"
---| "message.accepted"
---| "message.held"
---| "message.delivering"
---| "message.delivered"
---| "message.submitted"
---| "message.failed"
---| "message.expired"
---| "message.cancelled"
---| "message.indeterminate"
---| "inbox.changed"
---| "room.posted"
---| "task.created"
---| "task.claimed"
---| "task.changed"
---| "snapshot.created"
---| "snapshot.restored"
---| "service.changed"
---| "watchdog.fired"
---| "system.started"
---| "system.stopping"

--- `data.kind` of an error.
---@alias openrig.ErrorKind
---| "cancelled"
---| "parse-error"
---| "internal-error"
---| "invalid-params"
---| "method-not-found"
---| "invalid-request"
---| "not-initialized"
---| "rig-not-found"
---| "agent-not-found"
---| "message-not-found"
---| "task-not-found"
---| "snapshot-not-found"
---| "service-not-found"
---| "candidate-gone"
---| "ambiguous-address"
---| "spec-invalid"
---| "rig-changed"
---| "plan-stale"
---| "needs-trust"
---| "rig-not-up"
---| "agent-not-running"
---| "prompt-open"
---| "prompt-changed"
---| "already-answered"
---| "not-permitted"
---| "unauthenticated"
---| "idempotency-conflict"
---| "mailbox-full"
---| "payload-too-large"
---| "task-held"
---| "fence-stale"
---| "transition-refused"
---| "work-held"
---| "since-too-old"
---| "runtime-missing"
---| "tmux-unavailable"
---| "storage"
---| "snapshot-unusable"
---| "incompatible-daemon"

---@class openrig.agent
local agent = {}

--- Answer exactly that prompt; refused when it changed or was answered.
---
--- `choice` is one of the prompt's choices, by id or label; `text` does the same, or goes along with a denial to a
--- harness whose hook waits.
---
--- Answers exactly that prompt, by one of its choices or by text.
---@param params openrig.AgentAnswer
---@param callback fun(err?: openrig.Error, result?: openrig.AgentResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentAnswer): openrig.AgentResult
function agent.answer(params, callback) end

--- The command that shows the agent's session in any terminal.
---
--- `readOnly` shows without typing.
---@param params openrig.AgentAttach
---@param callback fun(err?: openrig.Error, result?: openrig.Attachment)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentAttach): openrig.Attachment
function agent.attach(params, callback) end

--- What the agent's pane shows, without secrets of known shapes.
---
--- The visible screen, or the last `lines` with `history`; `ansi` keeps colours.
---@param params openrig.AgentCapture
---@param callback fun(err?: openrig.Error, result?: openrig.Captured)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentCapture): openrig.Captured
function agent.capture(params, callback) end

--- What looks like an agent in the user's other tmux servers; none is touched.
---
--- A candidate is `certain` where its program and its harness's own files agree, `likely` by one of both, and a
--- `guess` by a name alone. Shells are candidates, too.
---
--- `draft` also writes a rig file from what was found.
---@param params? openrig.Discover
---@param callback fun(err?: openrig.Error, result?: openrig.Discovered)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.Discover): openrig.Discovered
function agent.discover(params, callback) end

--- Which rule or signal decided the state, and what the composer holds.
---
--- An agent, or a recorded screen (`capture-pane -e`) of a runtime.
---@param params? openrig.AgentExplain
---@param callback fun(err?: openrig.Error, result?: openrig.Explained)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.AgentExplain): openrig.Explained
function agent.explain(params, callback) end

--- One agent and what is known of it now.
---
--- An agent by address.
---@param params openrig.AgentRef
---@param callback fun(err?: openrig.Error, result?: openrig.AgentResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentRef): openrig.AgentResult
function agent.get(params, callback) end

--- Stop the agent's current turn, as its harness does on Escape.
---
--- An agent by address.
---@param params openrig.AgentRef
---@param callback fun(err?: openrig.Error, result?: openrig.AgentResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentRef): openrig.AgentResult
function agent.interrupt(params, callback) end

--- Type raw keys into the pane, on purpose; journalled.
---
--- tmux key names (`"Enter"`, `"C-c"`), and `{text}` typed as it is.
---@param params openrig.AgentKeys
---@param callback fun(err?: openrig.Error, result?: openrig.AgentResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentKeys): openrig.AgentResult
function agent.keys(params, callback) end

--- Agents with their state and the evidence for it.
---
--- Agents of all rigs the caller may see, or of one rig, pod or state.
---@param params? openrig.AgentList
---@param callback fun(err?: openrig.Error, result?: openrig.Agents)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.AgentList): openrig.Agents
function agent.list(params, callback) end

--- The open question in the agent's pane.
---
--- An agent by address.
---@param params openrig.AgentRef
---@param callback fun(err?: openrig.Error, result?: openrig.PromptResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentRef): openrig.PromptResult
function agent.prompt(params, callback) end

--- What the agent's own harness reports; accepted only from the agent itself.
---
--- With `waits`, a permission is answered when somebody answers it, or when it is over.
---
--- What a harness's hook says; `payload` is the hook's own JSON, bounded.
---@param params openrig.AgentReport
---@param callback fun(err?: openrig.Error, result?: openrig.Reported)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentReport): openrig.Reported
function agent.report(params, callback) end

--- Stop and start an agent, by default with the same conversation.
---
--- `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says.
---@param params openrig.AgentStart
---@param callback fun(err?: openrig.Error, result?: openrig.AgentOutcomeResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentStart): openrig.AgentOutcomeResult
function agent.restart(params, callback) end

--- Start a stopped, exited or failed agent, by default with the conversation it had.
---
--- `fresh` starts a new conversation, `conversation` a named one; neither: as its restore policy says.
---@param params openrig.AgentStart
---@param callback fun(err?: openrig.Error, result?: openrig.AgentOutcomeResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentStart): openrig.AgentOutcomeResult
function agent.start(params, callback) end

--- Stop an agent on purpose; its messages are held.
---
--- An agent by address.
---@param params openrig.AgentRef
---@param callback fun(err?: openrig.Error, result?: openrig.AgentOutcomeResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentRef): openrig.AgentOutcomeResult
function agent.stop(params, callback) end

--- No more `agent/output` for this agent on this connection.
---
--- An agent by address.
---@param params openrig.AgentRef
---@param callback fun(err?: openrig.Error, result?: openrig.Empty)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentRef): openrig.Empty
function agent.unwatch(params, callback) end

--- Wait until the agent is in one of the states.
---
--- Until the agent is in one of `state`, at most `timeoutSeconds`.
---@param params openrig.AgentWait
---@param callback fun(err?: openrig.Error, result?: openrig.Waited)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentWait): openrig.Waited
function agent.wait(params, callback) end

--- The screen now, then `agent/output` as the pane prints.
---
--- At most `maxRate` notifications a second.
---@param params openrig.AgentWatch
---@param callback fun(err?: openrig.Error, result?: openrig.Watched)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentWatch): openrig.Watched
function agent.watch(params, callback) end

--- Who the caller is, its peers and edges, and what it may do.
---@param params? nil
---@param callback fun(err?: openrig.Error, result?: openrig.Whoami)
---@return fun() cancel ends the waiting
---@overload fun(params?: nil): openrig.Whoami
function agent.whoami(params, callback) end

---@class openrig.audit
local audit = {}

--- The journal's mutations, a page at a time.
---
--- Mutations after `since`.
---@param params? openrig.AuditExport
---@param callback fun(err?: openrig.Error, result?: openrig.AuditPage)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.AuditExport): openrig.AuditPage
function audit.export(params, callback) end

--- Check the journal's chain of hashes from its first row.
---
--- Finds a row that was edited, removed or moved; a body that was purged leaves the chain whole.
---@param params? nil
---@param callback fun(err?: openrig.Error, result?: openrig.Verified)
---@return fun() cancel ends the waiting
---@overload fun(params?: nil): openrig.Verified
function audit.verify(params, callback) end

---@class openrig.event
local event = {}

--- The journal, a page at a time.
---
--- A page of events after `since`.
---@param params? openrig.EventList
---@param callback fun(err?: openrig.Error, result?: openrig.Events)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.EventList): openrig.Events
function event.list(params, callback) end

--- Be pushed `event/published` for everything after `since`.
---
--- Events after `since` (exclusive; now where it is left out), of some kinds, of one rig.
---@param params? openrig.EventSubscribe
---@param callback fun(err?: openrig.Error, result?: openrig.Subscribed)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.EventSubscribe): openrig.Subscribed
function event.subscribe(params, callback) end

--- End a subscription of this connection.
---
--- The subscription that ends.
---@param params openrig.EventUnsubscribe
---@param callback fun(err?: openrig.Error, result?: openrig.Empty)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.EventUnsubscribe): openrig.Empty
function event.unsubscribe(params, callback) end

---@class openrig.inbox
local inbox = {}

--- Put an item of the inbox away; a message is `submitted` by that.
---
--- An item by id.
---@param params openrig.InboxRef
---@param callback fun(err?: openrig.Error, result?: openrig.Empty)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.InboxRef): openrig.Empty
function inbox.done(params, callback) end

--- Prompts, messages, tasks and uncertain deliveries that wait for the person.
---
--- Of all rigs, or one.
---@param params? openrig.InboxList
---@param callback fun(err?: openrig.Error, result?: openrig.Inbox)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.InboxList): openrig.Inbox
function inbox.list(params, callback) end

---@class openrig.message
local message = {}

--- Send a text to every agent of a rig or a pod but the sender.
---
--- To everybody in a rig or pod: the sender's own rig unless one is named.
---@param params openrig.MessageBroadcast
---@param callback fun(err?: openrig.Error, result?: openrig.Sent)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.MessageBroadcast): openrig.Sent
function message.broadcast(params, callback) end

--- Take back a message that has not been typed yet.
---
--- A message by id.
---@param params openrig.MessageRef
---@param callback fun(err?: openrig.Error, result?: openrig.MessageResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.MessageRef): openrig.MessageResult
function message.cancel(params, callback) end

--- One message with its receipt.
---
--- A message by id.
---@param params openrig.MessageRef
---@param callback fun(err?: openrig.Error, result?: openrig.MessageResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.MessageRef): openrig.MessageResult
function message.get(params, callback) end

--- Messages, newest first.
---
--- Newest first; to or from an agent, of a rig, in a state.
---@param params? openrig.MessageList
---@param callback fun(err?: openrig.Error, result?: openrig.Messages)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.MessageList): openrig.Messages
function message.list(params, callback) end

--- Deliver an indeterminate, failed or expired message again, on a person's word.
---
--- It keeps its id, and waits at the gate like a new one, without an end. One that waits already, or is on its way, is
--- left as it is.
---
--- A message by id.
---@param params openrig.MessageRef
---@param callback fun(err?: openrig.Error, result?: openrig.MessageResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.MessageRef): openrig.MessageResult
function message.retry(params, callback) end

--- Send a text to agents or to the person; answered when it is durable.
---
--- It is typed into the recipient's pane when its gate opens, and never twice. `wait` waits for more than
--- `accepted`, at most `timeoutSeconds`; when that ends, the delivery goes on.
---
--- To an address, a group, a comma list, or `human@rig`.
---@param params openrig.MessageSend
---@param callback fun(err?: openrig.Error, result?: openrig.Sent)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.MessageSend): openrig.Sent
function message.send(params, callback) end

---@class openrig.rig
local rig = {}

--- Add a pod or a member to a rig; nothing else is restarted.
---
--- A pod, or a member of one, in the rig file's own form.
---@param params openrig.RigAdd
---@param callback fun(err?: openrig.Error, result?: openrig.AgentsResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigAdd): openrig.AgentsResult
function rig.add(params, callback) end

--- Forget a stopped rig; its journal stays.
---
--- A rig by name.
---@param params openrig.RigRef
---@param callback fun(err?: openrig.Error, result?: openrig.Empty)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigRef): openrig.Empty
function rig.delete(params, callback) end

--- What it would take to make the running rig equal its file; changes nothing.
---
--- A rig by name.
---@param params openrig.RigRef
---@param callback fun(err?: openrig.Error, result?: openrig.Plan)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigRef): openrig.Plan
function rig.diff(params, callback) end

--- Take a rig down, with what is needed to bring the same conversations back.
---
--- Take down by name; `snapshot` keeps what is needed to come back.
---@param params openrig.RigDown
---@param callback fun(err?: openrig.Error, result?: openrig.RigStopped)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigDown): openrig.RigStopped
function rig.down(params, callback) end

--- The rig as a file that loads to the same rig.
---
--- A rig by name.
---@param params openrig.RigRef
---@param callback fun(err?: openrig.Error, result?: openrig.Exported)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigRef): openrig.Exported
function rig.export(params, callback) end

--- A rig whole: pods, agents, edges and services.
---
--- A rig by name.
---@param params openrig.RigRef
---@param callback fun(err?: openrig.Error, result?: openrig.RigResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigRef): openrig.RigResult
function rig.get(params, callback) end

--- Every version of a rig's spec, who made it and when.
---
--- A rig by name.
---@param params openrig.RigRef
---@param callback fun(err?: openrig.Error, result?: openrig.History)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigRef): openrig.History
function rig.history(params, callback) end

--- Known rigs, running or stopped.
---
--- Known rigs, running or stopped.
---@param params? openrig.RigList
---@param callback fun(err?: openrig.Error, result?: openrig.Rigs)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.RigList): openrig.Rigs
function rig.list(params, callback) end

--- What `rig/up` would do; changes nothing.
---
--- Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`.
---@param params? openrig.RigSource
---@param callback fun(err?: openrig.Error, result?: openrig.Plan)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.RigSource): openrig.Plan
function rig.plan(params, callback) end

--- Remove a pod or a member; refused while work would be lost.
---
--- The error `work-held` names what, and a plan; with its `planId` it is done all the same.
---
--- A pod, or one member of it.
---@param params openrig.RigRemove
---@param callback fun(err?: openrig.Error, result?: openrig.AgentsResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigRemove): openrig.AgentsResult
function rig.remove(params, callback) end

--- Bring an earlier version of the spec back, by plan.
---
--- The error `rig-changed` names the plan; with its `planId` it is done, as a new revision.
---
--- Back to a revision, as a new one.
---@param params openrig.Rollback
---@param callback fun(err?: openrig.Error, result?: openrig.AgentsResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.Rollback): openrig.AgentsResult
function rig.rollback(params, callback) end

--- The rigs that ship with OpenRig RPC.
---@param params? nil
---@param callback fun(err?: openrig.Error, result?: openrig.Starters)
---@return fun() cancel ends the waiting
---@overload fun(params?: nil): openrig.Starters
function rig.starters(params, callback) end

--- Trust a spec that runs commands or loosens permissions, by its hash.
---
--- With `path` or `rig` it is looked whether the hash still is of what that would do.
---
--- The hash that `needs-trust` named.
---@param params openrig.RigTrust
---@param callback fun(err?: openrig.Error, result?: openrig.Empty)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigTrust): openrig.Empty
function rig.trust(params, callback) end

--- Bring a rig up, or start what is missing of it; every agent has an outcome.
---
--- Exactly one of `path`, `name` (a known rig, else a starter; `starter:NAME`), `text`, `all: true`.
---@param params? openrig.RigSource
---@param callback fun(err?: openrig.Error, result?: openrig.RigUp)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.RigSource): openrig.RigUp
function rig.up(params, callback) end

--- Everything that is wrong with a rig file, all at once, with line and column.
---
--- A rig file by absolute path, or as text (then `path` says where it would lie).
---@param params? openrig.RigText
---@param callback fun(err?: openrig.Error, result?: openrig.Validated)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.RigText): openrig.Validated
function rig.validate(params, callback) end

---@class openrig.room
local room = {}

--- What was said in a room: after `since`, or without it the last posts.
---
--- Posts after number `since`, without it the last ones.
---@param params openrig.RoomHistory
---@param callback fun(err?: openrig.Error, result?: openrig.Posts)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RoomHistory): openrig.Posts
function room.history(params, callback) end

--- The rooms of a rig.
---
--- A rig by name.
---@param params openrig.RigRef
---@param callback fun(err?: openrig.Error, result?: openrig.Rooms)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigRef): openrig.Rooms
function room.list(params, callback) end

--- Post to a room of a rig; whom it mentions (`@pod-member`, `@human`) gets it as a message, too.
---
--- A post; mentions (`@pod-member`) are also sent as messages.
---@param params openrig.RoomPost
---@param callback fun(err?: openrig.Error, result?: openrig.Posted)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RoomPost): openrig.Posted
function room.post(params, callback) end

--- Wait for the next post; said again with the same `since`, nothing is missed, also after a restart.
---
--- Until there is a post after `since`.
---@param params openrig.RoomWait
---@param callback fun(err?: openrig.Error, result?: openrig.Posts)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RoomWait): openrig.Posts
function room.wait(params, callback) end

---@class openrig.rpc
local rpc = {}

--- This interface as an OpenRPC document.
---@param params? nil
---@param callback fun(err?: openrig.Error, result?: openrig.OpenRpcDocument)
---@return fun() cancel ends the waiting
---@overload fun(params?: nil): openrig.OpenRpcDocument
function rpc.discover(params, callback) end

---@class openrig.session
local session = {}

--- Say who connects, and learn who the daemon takes it for.
---
--- Optional on the unix socket, where the peer's process decides; the first and only thing allowed elsewhere.
--- A token can name another principal, but never lift an agent above itself.
---
--- `token` names the operator, an agent or a service; `attention` opts in to questions for the person.
---@param params? openrig.SessionOpen
---@param callback fun(err?: openrig.Error, result?: openrig.SessionOpened)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.SessionOpen): openrig.SessionOpened
function session.open(params, callback) end

---@class openrig.snapshot
local snapshot = {}

--- Take a snapshot of a rig now.
---
--- A rig by name.
---@param params openrig.RigRef
---@param callback fun(err?: openrig.Error, result?: openrig.SnapshotResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.RigRef): openrig.SnapshotResult
function snapshot.create(params, callback) end

--- What changed between two snapshots, or since one.
---
--- Against another snapshot, or against now.
---@param params openrig.SnapshotDiff
---@param callback fun(err?: openrig.Error, result?: openrig.SnapshotChanges)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.SnapshotDiff): openrig.SnapshotChanges
function snapshot.diff(params, callback) end

--- One snapshot.
---
--- A snapshot by id.
---@param params openrig.SnapshotRef
---@param callback fun(err?: openrig.Error, result?: openrig.SnapshotResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.SnapshotRef): openrig.SnapshotResult
function snapshot.get(params, callback) end

--- Snapshots of a rig, newest first.
---
--- Of one rig, newest first.
---@param params openrig.SnapshotList
---@param callback fun(err?: openrig.Error, result?: openrig.Snapshots)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.SnapshotList): openrig.Snapshots
function snapshot.list(params, callback) end

--- Bring agents back as a snapshot has them, by plan.
---
--- Where a running agent would be stopped, the error `rig-changed` names the plan; with its `planId` it is done.
---
--- Of every agent, or of some.
---@param params openrig.SnapshotRestore
---@param callback fun(err?: openrig.Error, result?: openrig.Restored)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.SnapshotRestore): openrig.Restored
function snapshot.restore(params, callback) end

---@class openrig.system
local system = {}

--- Check everything a rig needs here, with the exact command that mends what is missing.
---
--- `restore` names a rig to check for restoring; `fix` does what can safely be done.
---@param params? openrig.Doctor
---@param callback fun(err?: openrig.Error, result?: openrig.DoctorResult)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.Doctor): openrig.DoctorResult
function system.doctor(params, callback) end

--- Version, endpoints and harnesses of this daemon, and how late its event loop runs.
---@param params? nil
---@param callback fun(err?: openrig.Error, result?: openrig.SystemInfo)
---@return fun() cancel ends the waiting
---@overload fun(params?: nil): openrig.SystemInfo
function system.info(params, callback) end

--- Stop the daemon; agents live on in tmux unless asked otherwise.
---
--- Agents outlive the daemon unless `keepAgents` is false.
---@param params? openrig.Shutdown
---@param callback fun(err?: openrig.Error, result?: openrig.Empty)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.Shutdown): openrig.Empty
function system.shutdown(params, callback) end

---@class openrig.task
local task = {}

--- Become the owner of a task; its `fence` proves it from then on.
---
--- Who holds it already gets it again. A refusal says who holds it, since when, and who may act.
---
--- A task by id.
---@param params openrig.TaskRef
---@param callback fun(err?: openrig.Error, result?: openrig.TaskResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TaskRef): openrig.TaskResult
function task.claim(params, callback) end

--- Become the owner of the next task that is for you.
---
--- The most urgent one; or the one that you have in progress already, so that saying it again is safe. Where several
--- ask, nobody gets far ahead of the others.
---
--- The fairest next task for the caller; of one rig, or with a tag.
---@param params? openrig.TaskClaimNext
---@param callback fun(err?: openrig.Error, result?: openrig.TaskResult)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.TaskClaimNext): openrig.TaskResult
function task.claimNext(params, callback) end

--- Remark on a task; its owner and its maker are told.
---
--- A remark by anybody who may talk.
---@param params openrig.TaskComment
---@param callback fun(err?: openrig.Error, result?: openrig.TaskResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TaskComment): openrig.TaskResult
function task.comment(params, callback) end

--- Create a task for an agent, a group or the person.
---
--- Whom it is for is told by a message; of a group, the one with the least to do. One for `human@RIG` is a question in
--- the inbox; its answer comes back as a message.
---
--- For an agent, a group or `human@rig`. Due by its urgency, unless `dueInSeconds` says when.
---@param params openrig.TaskCreate
---@param callback fun(err?: openrig.Error, result?: openrig.TaskResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TaskCreate): openrig.TaskResult
function task.create(params, callback) end

--- Take a task from its owner, with a reason.
---
--- Somebody who may takes it from its owner, and says why.
---@param params openrig.TaskForceRelease
---@param callback fun(err?: openrig.Error, result?: openrig.TaskResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TaskForceRelease): openrig.TaskResult
function task.forceRelease(params, callback) end

--- One task, with all that was said of it.
---
--- A task by id.
---@param params openrig.TaskRef
---@param callback fun(err?: openrig.Error, result?: openrig.TaskResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TaskRef): openrig.TaskResult
function task.get(params, callback) end

--- Close your task and hand its successor to somebody else, in one step.
---
--- Closes this task and creates its successor in one transaction.
---@param params openrig.TaskHandoff
---@param callback fun(err?: openrig.Error, result?: openrig.HandedOff)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TaskHandoff): openrig.HandedOff
function task.handoff(params, callback) end

--- Tasks, most urgent first.
---
--- By rig, owner, destination, state or tag.
---@param params? openrig.TaskList
---@param callback fun(err?: openrig.Error, result?: openrig.Tasks)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.TaskList): openrig.Tasks
function task.list(params, callback) end

--- Give a task back.
---
--- The owner gives it back, proven by its fence.
---@param params openrig.TaskRelease
---@param callback fun(err?: openrig.Error, result?: openrig.TaskResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TaskRelease): openrig.TaskResult
function task.release(params, callback) end

--- Change a task you own, or close it.
---
--- Its maker may change and cancel it while nobody holds it; the person may always. `deleted` puts it out of the lists,
--- or back.
---
--- The owner's changes, proven by its fence. `comment` goes with them: to a task for the person it is the answer.
---@param params openrig.TaskUpdate
---@param callback fun(err?: openrig.Error, result?: openrig.TaskResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TaskUpdate): openrig.TaskResult
function task.update(params, callback) end

---@class openrig.token
local token = {}

--- The tokens that live, without their secrets.
---@param params? nil
---@param callback fun(err?: openrig.Error, result?: openrig.Tokens)
---@return fun() cancel ends the waiting
---@overload fun(params?: nil): openrig.Tokens
function token.list(params, callback) end

--- Make a token for a service, with scopes, an end, and the web pages that may use it.
---
--- `name` is who comes with it: `service:NAME`. It may do what its scopes say, in one rig where that is named.
---@param params openrig.TokenMint
---@param callback fun(err?: openrig.Error, result?: openrig.TokenMinted)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TokenMint): openrig.TokenMinted
function token.mint(params, callback) end

--- End a token, and every connection that was opened with it, at once.
---
--- A token by its id, or all of a name; `operator` makes a new one in its file.
---@param params openrig.TokenRevoke
---@param callback fun(err?: openrig.Error, result?: openrig.Empty)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TokenRevoke): openrig.Empty
function token.revoke(params, callback) end

---@class openrig.transcript
local transcript = {}

--- What an agent's pane printed, by offset.
---
--- Offsets count the pane's bytes, as those of `agent/watch` do, and go on after a restart; `text` is without escape
--- sequences, and without secrets of known shapes. Go on from `nextOffset`. What is very old is gone: then `offset` is
--- the first that is kept.
---
--- From byte `offset`, at most so many `lines`; without it the last `lines` (200).
---@param params openrig.TranscriptRead
---@param callback fun(err?: openrig.Error, result?: openrig.TranscriptResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TranscriptRead): openrig.TranscriptResult
function transcript.read(params, callback) end

--- Search what agents' panes printed; the best lines first.
---
--- `rank` is lower the better a line fits; `offset` is where it begins: read on from there with `transcript/read`. What
--- was printed since the last search is indexed first, which takes a while where it is much.
---
--- Words, as SQLite's FTS5 reads them.
---@param params openrig.TranscriptSearch
---@param callback fun(err?: openrig.Error, result?: openrig.Hits)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.TranscriptSearch): openrig.Hits
function transcript.search(params, callback) end

---@class openrig.watchdog
local watchdog = {}

--- The reminders of a rig.
---
--- Of all rigs, or one.
---@param params? openrig.WatchdogList
---@param callback fun(err?: openrig.Error, result?: openrig.Watchdogs)
---@return fun() cancel ends the waiting
---@overload fun(params?: openrig.WatchdogList): openrig.Watchdogs
function watchdog.list(params, callback) end

--- Stop a reminder, until its rig comes up again.
---
--- A watchdog by id.
---@param params openrig.WatchdogRef
---@param callback fun(err?: openrig.Error, result?: openrig.WatchdogResult)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.WatchdogRef): openrig.WatchdogResult
function watchdog.stop(params, callback) end

--- All nouns.
---@class openrig.Calls
---@field agent openrig.agent
---@field audit openrig.audit
---@field event openrig.event
---@field inbox openrig.inbox
---@field message openrig.message
---@field rig openrig.rig
---@field room openrig.room
---@field rpc openrig.rpc
---@field session openrig.session
---@field snapshot openrig.snapshot
---@field system openrig.system
---@field task openrig.task
---@field token openrig.token
---@field transcript openrig.transcript
---@field watchdog openrig.watchdog

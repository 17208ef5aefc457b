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

--- Run `argv` with `env` added (null: removed) in `cwd`, in any terminal.
---@class openrig.Attachment
---@field argv string[]
---@field env table<string, string|nil>
---@field cwd string

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

--- `operator`, `agent:ADDRESS`, `service:NAME` or `daemon`; never taken from a parameter.
---@class openrig.Principal
---@field kind "operator"|"agent"|"service"|"daemon"
---@field name? string
---@field agentId? string
---@field generation? integer
---@field scopes? openrig.Tier[]

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

--- Empty, or the answer that a waiting hook asked for.
---@class openrig.Reported
---@field decision? openrig.Decision

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

--- A harness this daemon knows, and whether it is installed here.
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
---@field blockers? string[]
---@field evidence? string
---@field closureReason? "handedOff"|"blockedOn"|"denied"|"cancelled"|"noFollowOn"|"escalation"
---@field closureTarget? string
---@field dueAt? string
---@field claimedAt? string
---@field createdAt string
---@field changedAt string
---@field comments? openrig.Comment[]

--- The enforced state machine.
---@alias openrig.TaskState
---| "pending"
---| "inProgress"
---| "blocked"
---| "done"
---| "failed"
---| "cancelled"
---| "handedOff"

--- What a method needs. `open` methods need nothing, `report` only the agent itself.
---@alias openrig.Tier
---| "open"
---| "read"
---| "talk"
---| "steer"
---| "shape"
---| "report"

--- Text typed as it is.
---@class openrig.TypedText
---@field text string

--- Everything that is wrong with the file, with positions in it.
---@class openrig.Validated
---@field ok boolean
---@field diagnostics openrig.Diagnostic[]

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
---@field grants openrig.Tier[]

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

--- `token` names the operator, an agent or a service; `attention` opts in to questions for the person.
---@class openrig.SessionOpen
---@field client? openrig.ClientInfo The program that connects.
---@field token? string Names the operator, an agent or a service.
---@field attention? boolean Offer this client for questions to the person.
---@field protocolVersion? string The protocol version the client was written for.

--- Agents outlive the daemon unless `keepAgents` is false.
---@class openrig.Shutdown
---@field keepAgents? boolean Leave the agents running in tmux.

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

--- What the agent's pane shows.
---
--- The visible screen, or the last `lines` with `history`; `ansi` keeps colours.
---@param params openrig.AgentCapture
---@param callback fun(err?: openrig.Error, result?: openrig.Captured)
---@return fun() cancel ends the waiting
---@overload fun(params: openrig.AgentCapture): openrig.Captured
function agent.capture(params, callback) end

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

--- Start a stopped, exited or failed agent.
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

--- The rigs that ship with OpenRig RPC.
---@param params? nil
---@param callback fun(err?: openrig.Error, result?: openrig.Starters)
---@return fun() cancel ends the waiting
---@overload fun(params?: nil): openrig.Starters
function rig.starters(params, callback) end

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

--- All nouns.
---@class openrig.Calls
---@field agent openrig.agent
---@field event openrig.event
---@field inbox openrig.inbox
---@field message openrig.message
---@field rig openrig.rig
---@field rpc openrig.rpc
---@field session openrig.session
---@field system openrig.system

"""The verbs, as data: what each takes, and the function that does it. Options and their help come from the table."""

from typing import NamedTuple

from .table import Table


class Flag(NamedTuple):
    """An option of the command line's own. `type` as in the table; its value goes to `Call.flags`."""

    name: str
    doc: str
    type: str = "boolean"
    short: str = ""
    metavar: str = ""


class Verb(NamedTuple):
    """One verb. `run` is `module:function`; `takes` are params of `method` that are no options here."""

    name: str
    group: str
    run: str
    words: str = ""
    method: str = ""
    takes: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    shorts: tuple[tuple[str, str], ...] = ()
    summary: str = ""
    more: str = ""
    prose: bool = False
    """The last words are free text: what begins with `-` and is no option of ours is part of it."""


JSON = Flag("json", "Print the result as one JSON value, errors too (on stderr).")
HOME = Flag("home", "The state folder of the daemon to talk to (OPENRIG_RPC_HOME).", "string", metavar="DIR")
HELP = Flag("help", "Show this.", short="h")
HOST = Flag(
    "host", "The machine whose daemon to talk to, through ssh; paths are its own.", "string", metavar="[USER@]HOST"
)
COMMON = (JSON, HOME, HOST, HELP)

FOLLOW = Flag("follow", "Go on with what happens from now on.", short="f")

SOURCE = """\
FILE|NAME: an existing file, or anything with a / or ending in .yaml or .yml, is a file; all else is the name of a
rig, or of a starter. Without it, ./rig.yaml. `-` reads the rig file from stdin."""

VERBS: tuple[Verb, ...] = (
    Verb(
        "up",
        "rigs",
        "rigs:up",
        "[FILE|NAME]",
        "rig/up",
        takes=("path", "name", "text"),
        flags=(Flag("trust", "Trust the commands it would run and the permissions it loosens, without asking."),),
        more=SOURCE,
    ),
    Verb("down", "rigs", "rigs:down", "NAME", "rig/down", takes=("rig",)),
    Verb(
        "ps",
        "rigs",
        "ps:ps",
        "[RIG]",
        "agent/list",
        takes=("rig", "limit", "cursor"),
        flags=(
            Flag("watch", "Keep it up to date as things happen.", short="w"),
            Flag("verbose", "Also runtime, folder and the evidence for each state.", short="v"),
        ),
        summary="Rigs and their agents, those that need you first.",
    ),
    Verb(
        "plan",
        "rigs",
        "rigs:plan",
        "[FILE|NAME]",
        "rig/plan",
        takes=("path", "name", "text", "wait"),
        more=SOURCE,
    ),
    Verb(
        "validate",
        "rigs",
        "rigs:validate",
        "[FILE]",
        "rig/validate",
        takes=("path", "text"),
        more="Without FILE, ./rig.yaml; `-` reads stdin. Exit status 1 when there are errors; warnings are none.",
    ),
    Verb("starters", "rigs", "rigs:starters", "", "rig/starters"),
    Verb(
        "export",
        "rigs",
        "rigs:export",
        "RIG",
        "rig/export",
        takes=("rig",),
        flags=(Flag("output", "Write it there; an existing file is not overwritten.", "string", "o", "FILE"),),
    ),
    Verb(
        "history",
        "rigs",
        "rigs:history",
        "RIG",
        "rig/history",
        takes=("rig",),
        flags=(Flag("diff", "Also what each version changed.", short="d"),),
        more="Go back to one with: rig rollback RIG REVISION",
    ),
    Verb(
        "send",
        "messages",
        "messages:send",
        "TO [TEXT…]",
        "message/send",
        takes=("to", "text"),
        prose=True,
        more="""\
TO: an address (team-lead@demo, team.lead, lead's own rig without @), a group (*@demo, team.*@demo), a comma list, or
human@demo. Without TEXT, or with `-`, the text is read from stdin. Options may stand before or after the text;
`--` ends them.""",
    ),
    Verb(
        "broadcast",
        "messages",
        "messages:broadcast",
        "[TEXT…]",
        "message/broadcast",
        takes=("text",),
        prose=True,
        more="Without TEXT, or with `-`, the text is read from stdin.",
    ),
    Verb(
        "messages",
        "messages",
        "messages:messages",
        "[AGENT]",
        "message/list",
        takes=("agent", "cursor"),
        shorts=(("n", "limit"),),
    ),
    Verb("message", "messages", "messages:message", "ID", "message/get", takes=("id",)),
    Verb("cancel", "messages", "messages:cancel", "ID", "message/cancel", takes=("id",)),
    Verb(
        "retry",
        "messages",
        "messages:retry",
        "ID",
        "message/retry",
        takes=("id",),
        more="Look at the agent first: only you can know whether it got the message.",
    ),
    Verb(
        "chatroom",
        "messages",
        "rooms:chatroom",
        "[RIG]",
        "room/history",
        takes=("rig",),
        flags=(FOLLOW,),
        shorts=(("n", "limit"),),
        more="Without RIG, your own, or the only one that is up. Without --since, the last 50 posts (-n says more).",
    ),
    Verb(
        "post",
        "messages",
        "rooms:post",
        "[TEXT…]",
        "room/post",
        takes=("text", "rig"),
        flags=(Flag("rig", "The rig whose room it is.", "string", metavar="RIG"),),
        prose=True,
        more="""\
Without --rig, in your own, or the only one that is up. `@pod-member` and `@human` in the text are also sent as
messages. Without TEXT, or with `-`, the text is read from stdin.""",
    ),
    Verb(
        "inbox",
        "messages",
        "prompts:inbox",
        "[RIG]",
        "inbox/list",
        takes=("rig", "limit", "cursor"),
        summary="What waits for you: questions, messages, uncertain deliveries.",
        more="Put an item away with: rig inbox done ID",
    ),
    Verb(
        "answer",
        "agents",
        "prompts:answer",
        "AGENT [CHOICE|TEXT…]",
        "agent/answer",
        takes=("agent", "promptId", "choice", "text"),
        flags=(Flag("prompt-id", "Answer only this very prompt.", "string", metavar="ID"),),
        prose=True,
        more="""\
CHOICE: a choice's id or label; what follows a denial goes along with it, where the harness takes that. Without
CHOICE the question is shown.""",
    ),
    Verb("prompt", "agents", "prompts:prompt", "AGENT", "agent/prompt", takes=("agent",)),
    Verb(
        "explain",
        "agents",
        "prompts:explain",
        "[AGENT]",
        "agent/explain",
        more="""\
An agent, or with --runtime and --screen FILE a picture that `tmux capture-pane -e` wrote (`-`: from stdin).""",
    ),
    Verb("capture", "agents", "agents:capture", "AGENT", "agent/capture", takes=("agent",), shorts=(("n", "lines"),)),
    Verb(
        "attach",
        "agents",
        "attach:attach",
        "AGENT",
        "agent/attach",
        takes=("agent",),
        summary="Show the agent's own session in this terminal.",
        more="With --json the command is printed, not run. Detach with tmux's own keys (C-b d).",
    ),
    Verb(
        "watch",
        "agents",
        "watch:watch",
        "AGENT",
        "agent/watch",
        takes=("agent",),
        summary="See what the agent's pane shows, live; C-c ends it.",
        more="""\
On a terminal: a mirror of the pane that takes no keys. Elsewhere the text that the pane prints, without escape
sequences; with --json each `agent/output` as a line of JSON.""",
    ),
    Verb("start", "agents", "agents:start", "AGENT", "agent/start", takes=("agent",)),
    Verb("restart", "agents", "agents:restart", "AGENT", "agent/restart", takes=("agent",)),
    Verb("stop", "agents", "agents:stop", "AGENT", "agent/stop", takes=("agent",)),
    Verb("interrupt", "agents", "agents:interrupt", "AGENT", "agent/interrupt", takes=("agent",)),
    Verb(
        "keys",
        "agents",
        "agents:keys",
        "AGENT [KEY…]",
        "agent/keys",
        takes=("agent", "keys"),
        flags=(Flag("text", "Type this text as it is, in its place among the keys.", "string", "t", "TEXT"),),
        more="KEY: a name of tmux's, as Enter, Escape, Up, C-c, M-x. Example: rig keys lead -t 'ls -l' Enter",
    ),
    Verb(
        "wait",
        "agents",
        "agents:wait",
        "AGENT",
        "agent/wait",
        takes=("agent",),
        more="Without --state: until it is idle. Without --timeout: 300 s. Exit status 1 when the time ran out.",
    ),
    Verb("whoami", "agents", "agents:whoami", "", "agent/whoami"),
    Verb(
        "events",
        "daemon",
        "events:events",
        "",
        "event/list",
        flags=(FOLLOW,),
        shorts=(("n", "limit"),),
        summary="What happened, and with --follow what happens.",
        more="""\
Without --since: the last 50 (-n says how many). With --since and --follow: all after it. With --json: a line of JSON
for each event.""",
    ),
    Verb(
        "audit verify",
        "daemon",
        "audit:verify",
        "",
        "audit/verify",
        more="Exit status 1 where a row was edited, removed or moved.",
    ),
    Verb(
        "audit export",
        "daemon",
        "audit:export",
        "",
        "audit/export",
        takes=("limit",),
        summary="The journal's mutations with their hashes, a line of JSON each.",
    ),
    Verb("doctor", "daemon", "system:doctor", "", "system/doctor"),
    Verb(
        "shutdown",
        "daemon",
        "system:shutdown",
        "",
        "system/shutdown",
        more="The next `rig` starts it again and finds the same rigs. With --no-keep-agents agents end too.",
    ),
    Verb(
        "autostart",
        "daemon",
        "autostart:autostart",
        "install|remove|show",
        summary="Start the daemon and what was up with your login (systemd, launchd).",
        more="""\
install writes a systemd user unit, on macOS a launchd job, and enables it; agents outlive the unit. show prints the
file and changes nothing.""",
    ),
    Verb(
        "rpc",
        "daemon",
        "system:rpc",
        "METHOD [JSON]",
        flags=(Flag("follow", "Also print the notifications that come, a line of JSON each.", short="f"),),
        summary="Call any method with its params as JSON (`-` reads them from stdin); prints the result as JSON.",
    ),
    Verb("version", "daemon", "system:version", "", summary="This version, and that of the daemon where one runs."),
    Verb(
        "completion",
        "daemon",
        "shells:completion",
        "SHELL",
        summary="What bash, zsh or fish needs to complete verbs, options and live addresses.",
        more="""\
In ~/.bashrc: eval "$(rig completion bash)" · in ~/.zshrc: eval "$(rig completion zsh)" · in fish's config.fish:
rig completion fish | source""",
    ),
    Verb("complete", "", "complete:complete", "[WORD…]", summary="What may stand in place of the last word."),
    Verb("help", "daemon", "help:help", "[VERB…]", summary="Explain a verb."),
)

ALIASES = {"list": "ps"}
GROUPS = {"rigs": "Rigs", "messages": "Messages", "agents": "Agents", "daemon": "Daemon"}
NOUNS_WITHOUT_NAMING = ("rig", "agent", "message")
"""`rig trust` is `rig/trust`: methods of these nouns are verbs without their noun."""


def find(name: str, table: Table) -> Verb | None:
    """The verb called `name`, where this version has it."""
    name = ALIASES.get(name, name)
    for verb in VERBS:
        if verb.name == name and (not verb.method or verb.method in table):
            return verb
    return None


def names(table: Table) -> list[str]:
    """All words that can come first."""
    own = [verb.name for verb in VERBS if verb.group and " " not in verb.name and find(verb.name, table)]
    nouns = {method.partition("/")[0] for method in table if "/" in method}
    short = {kebab(method.partition("/")[2]) for method in table if method.startswith(NOUNS_WITHOUT_NAMING)}
    return [*own, *ALIASES, *sorted((nouns | short) - set(own) - set(ALIASES))]


def method_verb(words: list[str], table: Table) -> tuple[Verb, int] | None:
    """The verb of two words, or made of a method that has none of its own: `audit export`, `task create`, `trust`; and
    how many words name it."""
    if len(words) > 1:
        verb = find(" ".join(words[:2]), table)
        if verb is not None:
            return verb, 2
        method = f"{words[0]}/{camel(words[1])}"
        if method in table:
            return _made(f"{words[0]} {words[1]}", method, table), 2
    for noun in NOUNS_WITHOUT_NAMING:
        method = f"{noun}/{camel(words[0])}"
        if method in table:
            return _made(words[0], method, table), 1
    return None


def _made(name: str, method: str, table: Table) -> Verb:
    params = table[method].get("params", {})
    required = [param for param, row in params.items() if row.get("required")]
    words = " ".join(kebab(param).upper() for param in required)
    return Verb(name, "", "plain:plain", words, method, takes=tuple(required))


def kebab(name: str) -> str:
    """`replyTo` as an option says it: `reply-to`."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name)


def camel(name: str) -> str:
    """`claim-next` as the wire says it: `claimNext`."""
    first, *rest = name.split("-")
    return first + "".join(part.title() for part in rest)

"""The scripted harness: a small program that behaves like a coding harness in a pane, and does what it is told.

    python -I -S scripted_harness.py ['{"name": "seven", "busy_enter": "steer"}']

For demos, tests and people without a login. It draws a banner, what was said, and a composer between two rules with
`❯` and a no-break space before the draft; its title is `✳ NAME`, or `◐ NAME` while it works. Standard library only;
it draws in about 30 ms. `scripted/` has its parts, `scripted.toml` says how its screens read.

Keys: Enter submits, or while busy queues or steers; Tab submits, or while busy queues; Ctrl-J starts a line; Esc
interrupts the turn; Ctrl-C interrupts or empties the draft, twice in 2 s ends it; Ctrl-U, Backspace, Delete, arrows,
Home (Ctrl-A) and End (Ctrl-E) edit; Ctrl-L redraws. In a question digits answer, arrows and Enter choose, Esc calls
off; other typing is lost and a paste is swallowed, so that blind typing does the same harm as with the real ones.
`/exit` ends it, `/clear` begins
another session. Pastes are bracketed; CR becomes LF in them, all else is kept as it came.

**Directives** stand anywhere in what is submitted; of two with one name the last counts; they are done in this order:

    [[delay=S]]             be busy for S seconds
    [[hang]]                be busy until interrupted
    [[crash=CODE]]          die at once with this exit code, no hooks, the terminal left as it is
    [[ask=QUESTION|A|B]]    ask a question with choices; the reply is what was chosen
    [[bash=COMMAND]]        ask for permission, then run COMMAND; refused, say so
    [[run=COMMAND]]         run COMMAND without asking
    [[slow=N]]              say N words, 20 a second
    [[fail=TEXT]]           the turn fails: an error is shown, and no Stop is reported
    [[reply=TEXT]]          say TEXT instead of `ECHO: ` and what was submitted
    [[exit=CODE]]           after the reply, end properly with this exit code
    [[mute=EVENT,EVENT]]    in this turn, don't report these hooks

A COMMAND is an argv, split as a shell would and run without one, in the harness's folder with its environment, no
standard input; what it prints is shown. It may hold directives for somebody else: `[[run=rig send b "[[delay=2]]"]]`.

**Options** are the members of one JSON object, the only argument. An unknown or mistyped one ends it with code 2.

    name            shown in the rule and the title; default: OPENRIG_RPC_AGENT, else "scripted"
    directives      put before everything that is submitted: defaults for what isn't said there
    log             file that gets a line of JSON for each submitted text, when it is submitted:
                    {"at", "text", "how": "enter" | "tab", "turn": "started" | "queued" | "steered"}
    answer_log      file that gets {"at", "prompt", "answer", "by": "pane" | "hook"} for each answered question
    behaviour       "steady"; "drop-first-enter": the first Enter after each paste is lost;
                    "late-draw": what is typed or pasted is drawn late
    late_seconds    how late (0.3)
    slow_start      seconds in which there is nothing but `Starting…` (0); what is typed waits in the terminal
    start_prompt    "trust": ask whether the folder is trusted, "No, exit" selected, before the session starts
    type_draft      a draft that is there at the start
    ghost           dim text in the empty composer ("" for none)
    collapse        show pastes of 1,200 characters or 11 lines as `[Pasted text #1 +10 lines]` (true)
    busy_enter      "queue": a turn of its own afterwards; "steer": the answer is cut and the new text answered; a
                    running tool ends first
    restore_on_interrupt   Esc before there was any output puts the text back into the composer (false)
    alternate       draw on the alternate screen (false: what was said goes into the terminal's history)
    permission      "hook": dialog and a waiting hook, the first answer counts; "hook-first": the dialog only when
                    the hook said nothing; "plain": no hook
    hotkeys         permissions take `y`, `p` and Esc at once, without Enter (false)
    bell            ring when a question opens (false)
    report          "hooks", or "screen-only": none at all
    reporter        argv that gets the event's name appended and the hook's JSON on stdin; default: reporter.py
    queued_report   a queued text's UserPromptSubmit is reported "when-queued" or "when-started"
    mute            list of events that are never reported
    session_id      the hooks' session_id; default: random
    sessions        folder in which what is said is kept, as SESSION_ID.jsonl; a session that is there goes on, and its
                    SessionStart says "resume"

**Hooks**, one after the other, in the shape of Claude Code's: SessionStart(source), UserPromptSubmit(prompt),
PreToolUse and PostToolUse (tool_name, tool_input, tool_response), PermissionRequest(tool_name, tool_input), which may
answer allow or deny, Stop(last_assistant_message), Interrupt, SessionEnd(reason). A question is a PermissionRequest
of AskUserQuestion; a hook can deny it, not answer it.
"""

import sys
import types

PACKAGE = "openrig_rpc.runtimes.scripted"


def stand_alone() -> None:
    """Make our own package importable under `-I -S` without running `openrig_rpc`, whose dependencies are hidden."""
    here = __file__.rpartition("/")[0]
    names = PACKAGE.split(".")
    for depth, path in enumerate((here.rpartition("/")[0], here, f"{here}/scripted"), 1):
        package = types.ModuleType(".".join(names[:depth]))
        package.__path__ = [path]
        sys.modules[package.__name__] = package


if __name__ == "__main__":
    stand_alone()
    from openrig_rpc.runtimes.scripted.harness import main

    sys.exit(main(sys.argv[1:]))

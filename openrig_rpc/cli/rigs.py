"""up, down, plan, validate, starters, export, history."""

from pathlib import Path

from . import show, text
from .call import Call, stdin_is_terminal, stdin_text
from .faults import FAILED, OK, Json, Missing, Refused, Usage
from .parse import absolute
from .progress import Progress

HERE = "rig.yaml"


def up(call: Call) -> int:
    """Bring a rig up, saying on a terminal how far it is."""
    params = {**call.options, **source(call)}
    progress = Progress(call) if call.tty and not call.json and params.get("wait", True) else None
    if progress:
        progress.begin()
    try:
        try:
            result = call.ask("rig/up", params, heard=progress.heard if progress else None)
        except Refused as refused:
            if refused.kind != "needs-trust" or not _trusts(call, refused):
                raise
            result = call.ask("rig/up", params, heard=progress.heard if progress else None)
    except Refused as refused:
        if refused.kind == "needs-trust" and not call.json:
            refused.fix = f"if that is what you want: rig up {_again(call)} --trust"
        if refused.kind == "rig-changed" and refused.facts.get("planId") and not call.json:
            refused.fix = f"rig up {_again(call)} --plan-id {refused.facts['planId']}   (does exactly that)"
        raise
    call.show(result, lambda call, result: _up(call, result, progress))
    return FAILED if any(agent["outcome"] in show.TROUBLE for agent in result["agents"]) else OK


def _trusts(call: Call, refused: Refused) -> bool:
    """Whether the person trusts what is listed: said on the command line, or asked on a terminal."""
    listed = [text.line(str(each)) for each in refused.facts.get("runs") or ()]
    if not call.flags.get("trust"):
        if call.json or not call.tty or not stdin_is_terminal():
            return False
        call.say(f"{text.line(refused.what)}:", now=True)
        for line in listed:
            call.say(f"  {line}", now=True)
        try:
            answer = input("Trust this? It is asked again when any of it changes. [y/N] ")
        except EOFError:
            answer = ""
        if answer.strip().lower() not in ("y", "yes"):
            return False
    call.ask("rig/trust", {"hash": refused.facts["hash"]})
    if call.flags.get("trust") and not call.json:
        for line in listed:
            call.say(f"trusted: {line}")
    return True


def _up(call: Call, result: Json, progress: Progress | None) -> None:
    shown = progress.shown if progress else set()
    rest = [agent for agent in result["agents"] if agent["address"] not in shown or agent.get("reason")]
    show.outcomes(call, rest)
    counts: dict[str, int] = {}
    for agent in result["agents"]:
        counts[agent["outcome"]] = counts.get(agent["outcome"], 0) + 1
    what = ", ".join(f"{number} {show.words(outcome)}" for outcome, number in counts.items()) or "no agents"
    names = result.get("rigs")
    if names == []:
        call.say("no rig is meant to run; rig ps shows the stopped ones")
        return
    names = names or [result["rig"]]
    call.say(f"{call.paint(text.line(', '.join(names)), 'bold')}: {what}")


def down(call: Call) -> int:
    """Take a rig down."""
    name = call.words[0]
    result = call.ask("rig/down", {**call.options, "rig": name})

    def human(call: Call, result: Json) -> None:
        show.outcomes(call, result["agents"])
        call.say(f"{call.paint(text.line(name), 'bold')} is down; `rig up {text.line(name)}` brings it back")

    call.show(result, human)
    return FAILED if any(agent["outcome"] == "failed" for agent in result["agents"]) else OK


def plan(call: Call) -> int:
    """Say what `up` would do."""
    result = call.ask("rig/plan", {**call.options, **source(call)})

    def human(call: Call, result: Json) -> None:
        show.table(call, [[step["kind"], step.get("agent") or "", step["detail"]] for step in result["actions"]])
        if all(step["kind"] == "keep" for step in result["actions"]):
            call.say("nothing to do")
            return
        call.say(f"do it: rig up {_again(call)} --plan-id {text.line(result['planId'])}")

    call.show(result, human)
    return OK


def validate(call: Call) -> int:
    """Say everything that is wrong with a rig file."""
    word = call.words[0] if call.words else None
    params = dict(call.options)
    if word == "-":
        params["text"] = stdin_text()
    else:
        params["path"] = _file(word)
    result = call.ask("rig/validate", params)

    def human(call: Call, result: Json) -> None:
        path = word if word and word != "-" else ("" if word else HERE)
        for found in result["diagnostics"]:
            line = show.diagnostic(found, path)
            call.say(call.paint(line, "red") if found.get("severity", 1) == 1 else line)
        if result["ok"]:
            call.say(f"{text.line(path) or 'the rig'} is valid")

    call.show(result, human)
    return OK if result["ok"] else FAILED


def starters(call: Call) -> int:
    """List the rigs that ship."""
    result = call.ask("rig/starters")

    def human(call: Call, result: Json) -> None:
        show.table(call, [[(row["name"], ("bold",)), row["summary"]] for row in result["starters"]])

    call.show(result, human)
    return OK


def export(call: Call) -> int:
    """Print a rig as a file, or write it."""
    result = call.ask("rig/export", {"rig": call.words[0]})
    path = call.flags.get("output")
    if path is None:
        # A file is printed as it is, but for a terminal, which would obey it.
        call.show(result, lambda call, result: call.say((text.block if call.tty else str)(result["yaml"]).rstrip("\n")))
        return OK
    target = absolute(path)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(result["yaml"])
    except FileExistsError:
        raise Usage(f"{path} is there already", "an export overwrites nothing", "name another file") from None
    except OSError as why:
        raise Missing(f"{path} can't be written", why.strerror or str(why), "name another file") from None
    call.show({"path": str(target)}, lambda call, _: call.say(f"wrote {text.line(path)}"))
    return OK


def history(call: Call) -> int:
    """Every version of a rig's spec, the newest last."""
    result = call.ask("rig/history", {"rig": call.words[0]})

    def human(call: Call, result: Json) -> None:
        for row in result["revisions"]:
            show.table(call, [[(str(row["revision"]), ("bold",)), row["at"], row["actor"], row["summary"]]])
            if call.flags.get("diff") and row.get("diff"):
                call.say("\n".join(f"    {line}" for line in text.block(row["diff"]).split("\n")))

    call.show(result, human)
    return OK


def source(call: Call) -> dict[str, Json]:
    """Which rig is meant: `path`, `name` or `text`; empty where `--all` says it."""
    word = call.words[0] if call.words else None
    if call.options.get("all"):
        if word is not None:
            raise Usage(f"both {word!r} and --all were given", "one says which rig, the other all", "leave one out")
        return {}
    here = {} if "cwd" in call.options or call.host is not None else {"cwd": str(Path.cwd())}
    if word == "-":
        return {"text": stdin_text(), **here}
    if call.host is not None:
        return _afar(word)
    if word is None or Path(word).is_file() or "/" in word or word.endswith((".yaml", ".yml")):
        return {"path": _file(word)}
    # A starter has no folder of its own: its agents work where it was asked for.
    return {"name": word, **(here if _ships(word) else {})}


def _afar(word: str | None) -> dict[str, Json]:
    """A file of the other machine, which only it can look for, or a name."""
    if word is not None and word.startswith("/"):
        return {"path": word}
    if word is None or "/" in word or word.endswith((".yaml", ".yml")):
        raise Usage(
            f"{word or HERE} is relative",
            "with --host, files are the other machine's",
            "give its path from / on, a rig's name, or - and the file on stdin, with --cwd",
        )
    return {"name": word}


def _ships(name: str) -> bool:
    return (Path(__file__).parents[1] / "starters" / name.removeprefix("starter:") / HERE).is_file()


def _file(word: str | None) -> str:
    path = absolute(word or HERE)
    if path.is_dir():
        path /= HERE
    if path.exists():
        return str(path)
    if word is None:
        raise Missing(
            f"there is no {HERE} here",
            "without a name, `rig` takes the file in the current folder",
            "rig up FILE, rig up NAME, or rig starters for what ships",
            path=str(path),
        )
    name = Path(word).name
    raise Missing(
        f"{word} is not there", "a / or .yaml makes it a file's name", f"a rig goes by its name: {name}", path=str(path)
    )


def _again(call: Call) -> str:
    """The words that name the same rig once more, fit for a shell."""
    from shlex import join as shell

    return text.line(shell(call.words)) if call.words else ("--all" if call.options.get("all") else HERE)

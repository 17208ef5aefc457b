"""`rig`: find the verb, do it, and end with the status that `faults` documents."""

import os
import sys

from .faults import CLOSED, INTERRUPTED, OK, Fault


def main(arguments: list[str] | None = None) -> int:
    """Run one command line (without the program's name); returns the exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(words)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Nobody reads; nor may the interpreter complain about it while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED


def _run(arguments: list[str]) -> int:
    call = None
    try:
        from . import table
        from .call import Call
        from .parse import parse
        from .verbs import find, method_verb

        before, words = _common(arguments)
        rows = table.load()
        if not words:
            words = ["help"]
        verb, used = find(words[0], rows), 1
        made = method_verb(words, rows)
        if made is not None and (verb is None or made[1] == 2):
            verb, used = made
        if verb is None:
            from .help import unknown

            raise unknown(words, rows)
        parsed = parse(verb, [*before, *words[used:]], rows)
        if parsed.flags.get("home"):
            os.environ["OPENRIG_RPC_HOME"] = parsed.flags["home"]
        call = Call(*parsed, rows)
        if parsed.flags.get("help"):
            from .help import overview, verb_page

            wide = call.columns() or 100
            asked = overview(rows, wide) if verb.name == "help" else verb_page(verb, rows, wide)
            call.say("\n".join(asked))
            return OK
        return _do(verb.run, call, verb.method)
    except Fault as wrong:
        _complain(wrong, call, "--json" in arguments)
        return wrong.status
    except KeyboardInterrupt:
        if call is not None:
            call.hang_up(cancel=True)
            call = None
        return INTERRUPTED
    finally:
        if call is not None:
            call.hang_up()


def _common(arguments: list[str]) -> tuple[list[str], list[str]]:
    """The options before the verb, and the rest."""
    words = list(arguments)
    before: list[str] = []
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word in ("-V", "--version"):
            return before, ["version"]
        before.append(word)
        if word in ("--home", "--host") and words:
            before.append(words.pop(0))
    return before, words


def _do(run: str, call, method: str) -> int:  # type: ignore[no-untyped-def]
    module, _, name = run.partition(":")
    from importlib import import_module

    function = getattr(import_module(f"openrig_rpc.cli.{module}"), name)
    status: int = function(call, method) if module == "plain" else function(call)
    return status


def _complain(wrong: Fault, call: object, as_json: bool) -> None:
    """Say on stderr what went wrong; what was printed so far comes first."""
    from . import show, text
    from .call import Call

    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    if as_json:
        import json

        print(text.json_safe(json.dumps({"error": wrong.error()}, ensure_ascii=False)), file=sys.stderr)
        return
    colours = call if isinstance(call, Call) and call.colour and sys.stderr.isatty() else None
    print(show.fault(colours, wrong), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

"""`openrig-rpc` and `python -m openrig_rpc`. Imports nothing heavy before it knows what is wanted."""

import sys

USAGE = """\
usage: openrig-rpc stdio [--standalone]     what an editor runs: JSON-RPC or LSP on stdin and stdout
       openrig-rpc stdio --host [USER@]HOST the same for another machine's daemon, through ssh
       openrig-rpc daemon [--listen URL]    serve this user's rigs (stdio starts it by itself)
       openrig-rpc token mint NAME          a token for TCP, HTTP or WebSocket; also token list, token revoke ID|NAME
       openrig-rpc cli ...                  the command line, where another program is called `rig`
       openrig-rpc mcp                      our talk methods as MCP tools on stdio, for an agent's harness
       openrig-rpc acp --agent ADDRESS      that agent, for an editor that speaks ACP on stdio
       openrig-rpc --version | --help

stdio --standalone serves in one process, without a daemon; for tests.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; returns the exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    match words:
        case ["stdio"]:
            from .home import Home
            from .wire.forward import stdio

            return stdio(Home.find())
        case ["stdio", "--host", host]:
            from .wire.remote import stdio as remote

            return remote(host)
        case ["stdio", "--standalone"]:
            from .daemon import Options, run

            return run(Options(stdio=True))
        case ["daemon", *rest]:
            from .daemon import main as daemon

            return daemon(rest)
        case ["cli", *rest]:
            from .cli.main import main as rig

            return rig(rest)
        case ["token", *_]:
            from .cli.main import main as rig

            return rig(words)
        case ["mcp"]:
            from .bridges.mcp import main as mcp

            return mcp()
        case ["acp", *rest]:
            try:
                from .bridges.acp import main as acp
            except ModuleNotFoundError as missing:
                if missing.name != "acp":
                    raise
                sys.stderr.write("ACP's SDK is not installed: pip install 'openrig-rpc[acp]'\n")
                return 1
            return acp(rest)
        case ["--version" | "-V"]:
            from .version import VERSION

            sys.stdout.write(f"openrig-rpc {VERSION}\n")
            return 0
        case ["--help" | "-h" | "help"]:
            sys.stdout.write(USAGE)
            return 0
    sys.stderr.write(USAGE)
    return 2


if __name__ == "__main__":
    sys.exit(main())

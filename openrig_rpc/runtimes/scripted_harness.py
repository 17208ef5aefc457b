"""The scripted harness."""

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

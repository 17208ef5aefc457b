"""The door of this room: a rig file in, everything that is known or wrong of it out."""

from collections.abc import Collection, Mapping
from pathlib import Path

from .loaded import LoadedRig
from .positions import UTF16, Encoding


def load_rig(
    path: Path | None = None,
    text: str | None = None,
    *,
    root: Path | None = None,
    cwd: Path | None = None,
    known_runtimes: Mapping[str, bool] | Collection[str],
    overlays: Mapping[Path, str] | None = None,
    encoding: Encoding = UTF16,
) -> LoadedRig:
    """Read and check a rig file, and every agent file it names. Never raises for what is in them, never runs anything.

    `path` is read unless `text` is given; `root` (by default the file's folder) is where its paths begin; without
    either, nothing on disk is looked at. `cwd` replaces every member's working folder, as `rig up --cwd` does.
    `known_runtimes` maps each runtime to whether it is installed here (a plain collection: all are). `overlays` are
    files as an editor has them, by absolute path. `encoding` counts the characters of diagnostics. Blocking reads:
    call it in a thread.
    """
    raise NotImplementedError

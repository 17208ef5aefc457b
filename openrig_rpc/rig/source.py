"""Which rig file is meant: a path, a known rig, a starter, or a text."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..model.errors import InvalidParams, RigNotFound, SpecInvalid
from ..spec.load import load_rig
from ..spec.loaded import LoadedRig
from ..starters import starters
from ..store.directory import Directory
from ..store.rows import RigRow

STARTER = "starter:"


@dataclass(frozen=True, slots=True)
class Source:
    """A valid rig file, and the rig of that name where it is known."""

    loaded: LoadedRig
    known: RigRow | None
    cwd: str

    @property
    def name(self) -> str:
        assert self.loaded.spec is not None
        return self.loaded.spec.name


class Sources:
    """Reads rig files; blocking work is done in a thread."""

    def __init__(self, directory: Directory, runtimes: Callable[[], Mapping[str, bool]]) -> None:
        self._directory = directory
        self._runtimes = runtimes

    async def read(self, path: str | None = None, text: str | None = None, cwd: str | None = None) -> LoadedRig:
        """Read and check; never raises for what is in the file, InvalidParams for a path that can't be one."""
        place = absolute(path, "path") if path is not None else None
        root = absolute(cwd, "cwd") if cwd is not None else None
        if place is not None and text is None and not await asyncio.to_thread(place.is_file):
            raise InvalidParams(
                f"there is no rig file {path!r}",
                "the path does not name a file",
                "give the path of a rig.yaml, or the name of a rig or starter: rig starters",
                errors=[{"path": "path", "message": "not a file"}],
            )
        return await asyncio.to_thread(
            load_rig, place, text, root=None if place is not None else root, cwd=root, known_runtimes=self._runtimes()
        )

    async def of(
        self, *, path: str | None = None, name: str | None = None, text: str | None = None, cwd: str | None = None
    ) -> Source:
        """The valid rig file that is meant. Raises SpecInvalid, RigNotFound, InvalidParams."""
        if name is not None:
            return await self._named(name, cwd)
        loaded = await self.read(path, text, cwd)
        return self._checked(loaded, cwd)

    async def again(self, rig: RigRow, text: str | None = None) -> LoadedRig:
        """A known rig's own spec, as it was brought up; `text`: another one in its place."""
        path = Path(rig.path) if rig.path is not None else None
        moved = Path(rig.cwd) if rig.path is None or Path(rig.cwd) != Path(rig.root) else None
        return await asyncio.to_thread(
            load_rig,
            path,
            rig.spec if text is None else text,
            root=Path(rig.root),
            cwd=moved,
            known_runtimes=self._runtimes(),
        )

    async def _named(self, name: str, cwd: str | None) -> Source:
        if not name.startswith(STARTER):
            try:
                known = self._directory.rig(name)
            except RigNotFound as missing:
                found = _starter(name)
                if found is None:
                    raise RigNotFound(
                        missing.what, f"{missing.why}; starters are {', '.join(_names())}", missing.fix, **missing.facts
                    ) from None
            else:
                _same_place(known, cwd)
                return Source(await self.again(known), known, known.cwd)
        else:
            found = _starter(name.removeprefix(STARTER))
            if found is None:
                raise RigNotFound(
                    f"there is no starter {name.removeprefix(STARTER)!r}",
                    f"there are {', '.join(_names())}",
                    "see `rig starters`",
                    near=_names(),
                )
        loaded = await self.read(str(found), None, cwd)
        return self._checked(loaded, cwd)

    def _checked(self, loaded: LoadedRig, cwd: str | None) -> Source:
        if not loaded.ok or loaded.spec is None:
            raise invalid(loaded)
        try:
            known = self._directory.rig(loaded.spec.name)
        except RigNotFound:
            known = None
        return Source(loaded, known, cwd or str(loaded.root or Path.home()))


def _same_place(known: RigRow, cwd: str | None) -> None:
    """A known rig keeps its working folder; only a starter's name may come with another one, which is ignored."""
    if cwd is None or cwd == known.cwd or any(str(path) == known.path for _, _, path in starters()):
        return
    raise InvalidParams(
        f"the rig {known.name!r} works in {known.cwd}",
        f"`cwd` names another folder, {cwd}",
        f"leave `cwd` out, or forget the rig first: rig down {known.name}; rig delete {known.name}",
        errors=[{"path": "cwd", "message": "differs from the known rig's"}],
    )


def invalid(loaded: LoadedRig) -> SpecInvalid:
    """Everything that is wrong with a file, as an error."""
    errors = loaded.errors
    first = errors[0]
    where = f"line {first.range.start.line + 1}, column {first.range.start.character + 1}"
    return SpecInvalid(
        f"the rig file has {len(errors)} error{'s' if len(errors) != 1 else ''}",
        f"{where}: {first.message}",
        "see all of them: rig validate FILE",
        diagnostics=[found.model_dump(by_alias=True, exclude_none=True, mode="json") for found in loaded.diagnostics],
    )


def absolute(text: str, field: str) -> Path:
    """An absolute path without NUL. Raises InvalidParams."""
    if "\0" in text or not Path(text).is_absolute():
        raise InvalidParams(
            f"`{field}` is not an absolute path: {text!r}",
            "the daemon has no working folder of yours",
            "clients make paths absolute",
            errors=[{"path": field, "message": "not an absolute path"}],
        )
    return Path(text)


def _names() -> list[str]:
    return [name for name, _, _ in starters()]


def _starter(name: str) -> Path | None:
    return next((path for entry, _, path in starters() if entry == name), None)

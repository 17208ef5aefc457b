"""Marks on the fields of spec files: what a field may hold beyond its type.

A mark stands in `Annotated[...]`; pydantic passes it by, `openrig_rpc.spec.shape` reads it and reports with
positions.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict

from .base import Model


@dataclass(frozen=True)
class Matches:
    """A text must match `pattern` whole; `says` finishes the sentence "use ..."."""

    pattern: str
    says: str


@dataclass(frozen=True)
class InRoot:
    """A path inside the folder of its own file: relative, without `..`."""


@dataclass(frozen=True)
class AsText:
    """A number or boolean is taken as it is written."""


@dataclass(frozen=True)
class NotEmpty:
    """At least one item."""


@dataclass(frozen=True)
class EnvNames:
    """The keys are environment variables that a spec may set."""


@dataclass(frozen=True)
class Renamed:
    """Values that have a new name: old to new."""

    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NotYet:
    """Read and kept, without effect so far; `why` says what happens instead."""

    why: str


Ident = Annotated[
    str,
    Matches(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", "1 to 64 letters, digits, - and _, beginning with a letter or digit"),
]
DottedName = Annotated[
    str,
    Matches(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", "1 to 64 letters, digits, - _ and ., beginning with a letter or digit"),
]
ProjectName = Annotated[str, Matches(r"[a-z0-9][a-z0-9_-]*", "small letters, digits, - and _")]
RelativePath = Annotated[str, InRoot()]
Written = Annotated[str, AsText()]
Argv = Annotated[list[str], NotEmpty()]
Environment = Annotated[dict[str, Written], EnvNames()]


class Part(Model):
    """A mapping of a spec file; unknown fields stay with it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")

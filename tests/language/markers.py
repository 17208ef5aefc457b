"""Data files for language features, in gopls' manner: files with marked places, and what must be true there.

`=== title` begins a case. `--- path` begins a file (without one: `rig.yaml`), `--- want path` what it must be like
after the case's `rename` or `format`. In a text `⟦name⟧` marks a point, `⟦name|text⟧` a range. A line that begins with
`#@ ` is a check, and no part of the text:

    diag NAME CODE [REGEX]          a diagnostic with exactly this range; all of a file's errors must be named
    complete NAME LABEL...          these are offered, in this order
    complete-only NAME [LABEL...]   these and nothing else
    complete-not NAME LABEL...      none of these is offered
    accept NAME LABEL TEXT          choosing it makes the cursor's line (and what comes with it) TEXT; `\\n` is a break
    doc NAME LABEL REGEX            its documentation or detail
    hover NAME REGEX...             all of these are in it;  `hover-none NAME`
    def NAME TARGET...              a place by name, or a file;  `def-none NAME`
    refs NAME TARGET...             without the declaration;  `highlights NAME TARGET...`
    rename NAME NEW                 compared with the `want` files;  `rename-refused NAME NEW REGEX`; `rename-none NAME`
    symbols LINE...                 name (detail), indented by dots
    folds FIRST-LAST...             1-based lines
    links NAME=FILE...              all of them
    select NAME TEXT...             from the inside out, the whole file left out
    format                          compared with `want`;  `format-none`
    actions NAME TITLE...           the titles of the quick fixes there
    client WORD...                  utf-8, utf-32, no-snippets, no-indent, flat: another kind of editor
    given PATH                      an empty file beside the others
"""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

_MARK = re.compile(r"⟦(\w+)(?:\|([^⟧]*))?⟧")


@dataclass
class Marked:
    """A text without its marks, and where they are."""

    text: str = ""
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    checks: list[list[str]] = field(default_factory=list)
    cares: bool = False


@dataclass
class Case:
    """One case."""

    title: str
    source: str
    files: dict[str, Marked] = field(default_factory=dict)
    want: dict[str, str] = field(default_factory=dict)
    client: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.source}: {self.title}"

    def place(self, name: str) -> tuple[str, int, int]:
        """The file and the offsets of a mark."""
        for path, file in self.files.items():
            if name in file.places:
                return path, *file.places[name]
        raise AssertionError(f"{self}: there is no mark {name!r}")


def read_cases(folder: Path) -> list[Case]:
    """The cases of every data file."""
    found: list[Case] = []
    for path in sorted(folder.glob("*.txt")):
        parts = re.split(r"^=== ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
        found += [_case(path.stem, part) for part in parts]
    return found


def _case(source: str, part: str) -> Case:
    title, _, body = part.partition("\n")
    case = Case(title.strip(), source)
    name = "rig.yaml"
    lines: list[str] = []
    for line in [*body.rstrip("\n").split("\n"), "--- end"]:
        if line.startswith("--- "):
            _file(case, name, lines)
            name, lines = line.removeprefix("--- "), []
        else:
            lines.append(line)
    return case


def _file(case: Case, name: str, lines: list[str]) -> None:
    while lines and not lines[-1]:
        lines.pop()
    if not lines and name != "rig.yaml":
        return
    if name.startswith("want "):
        case.want[name.removeprefix("want ")] = "".join(f"{line}\n" for line in lines)
        return
    marked = Marked()
    for line in lines:
        if line.lstrip().startswith("#@ "):
            words = shlex.split(line.lstrip().removeprefix("#@ "))
            if words[0] == "client":
                case.client = tuple(words[1:])
            else:
                marked.checks.append(words)
                marked.cares = True
        else:
            _line(marked, line.replace("␉", "\t").replace("·", " "))
    if not lines:
        return
    case.files[name] = marked


def _line(marked: Marked, line: str) -> None:
    at = 0
    for found in _MARK.finditer(line):
        marked.text += line[at : found.start()]
        start = len(marked.text)
        marked.text += found[2] or ""
        marked.places[found[1]] = (start, len(marked.text))
        marked.cares = True
        at = found.end()
    marked.text += line[at:] + "\n"

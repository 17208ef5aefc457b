"""The lines that the README gives for each editor: what a person would copy is what the tests run."""

import re
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
EDITORS = ("Neovim", "Emacs", "Helix", "Zed", "Sublime Text", "VS Code")


def lines_for(editor: str) -> tuple[str, str]:
    """The language and the text of the block behind the paragraph that begins with this editor's name."""
    section = README.read_text("utf-8").partition("\n## Any LSP editor\n")[2].partition("\n## ")[0]
    block = re.search(r"^```(\w+)\n(.*?)^```$", section.partition(f"\n{editor}")[2], re.MULTILINE | re.DOTALL)
    assert block is not None, f"the README has no lines for {editor}"
    return block[1], block[2]

"""The golden tables that the Rust tests read."""

from pathlib import Path

DATA = Path(__file__).parents[2] / "tests" / "data"


def rows(path, columns):
    """The cases of a table, each with its line."""
    for number, line in enumerate((DATA / path).read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            cells = line.split("\t")
            assert len(cells) == columns, f"{path}:{number}"
            yield f"{path}:{number}", cells

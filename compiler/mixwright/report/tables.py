"""Tables for a terminal."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text


def text_table(*columns: str) -> Table:
    """Return a table without lines; `<` marks columns of text, `…` one that is cut to fit, `↵` one that is broken."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        cut = column.startswith("…")
        table.add_column(
            Text(column.lstrip("<…↵")),
            justify="left" if column[0] in "<…↵" else "right",
            no_wrap=not column.startswith("↵"),
            overflow="ellipsis",
            ratio=1 if cut else None,
        )
    return table

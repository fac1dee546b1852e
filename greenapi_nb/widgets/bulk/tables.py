"""Tables as HTML: only the first rows, everything escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from greenapi_nb.values import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["cell", "table"]

_LONGEST = 300


def table(caption: str, names: Sequence[object], rows: Iterable[Sequence[object]], *, whole: bool = False) -> str:
    """Lay out rows under names; what is too wide or too long scrolls.

    Parameters
    ----------
    caption
        What the table shows, for screen readers.
    names
        The columns' names; the first column names its row.
    rows
        Their cells, few enough to be shown.
    whole
        Whether it is shown in its whole length.

    Examples
    --------
    >>> "<td>&lt;b&gt;</td>" in table("Rows", ["row", "name"], [[2, "<b>"]])
    True
    """
    head = "".join(f'<th scope="col">{cell(name)}</th>' for name in names)
    body = "".join(
        f'<tr><th scope="row">{cell(first)}</th>{"".join(f"<td>{cell(value)}</td>" for value in rest)}</tr>'
        for first, *rest in rows
    )
    kind = "greenapi-scroll greenapi-whole" if whole else "greenapi-scroll"
    return (
        f'<div class="{kind}" tabindex="0" role="group" aria-label="{escape(caption)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def cell(value: object) -> str:
    """Write a value as it is seen in a cell: escaped, cut short, nothing for what is missing.

    Examples
    --------
    >>> cell("a" * 500)[-3:], cell(None), cell(7)
    ('aa…', '', '7')
    """
    if is_missing(value):
        return ""
    text = str(value)
    return escape(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")

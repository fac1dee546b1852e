r"""CSV that a spreadsheet program shows and never runs.

A cell that begins with ``=``, ``+``, ``-``, ``@`` or a control character is a formula to spreadsheet programs, and
so is what follows a separator where a program splits at another separator than the file's. Such places get an
apostrophe, which these programs take for "this is text". The rule, in full: an apostrophe is put

- at the beginning of a cell, before ``= + - @`` (also in their full-width forms), with or without blanks before
  them, and before a tab, carriage return or line feed;
- inside a cell, after each ``, ; |``, tab, carriage return or line feed that ``= + - @`` follow at once;

and apostrophes that stand there already do not count, so that taking one away at each of these places gives every
text back exactly: `read_safe_csv` does. Numbers of a number column are written as they are.
Source: OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import Any

import pandas as pd

__all__ = ["read_safe_csv", "safe_csv"]

_SIGNS = "=+\\-@＝＋－＠"  # noqa: RUF001 - the full-width signs are meant
_PLACE = rf"(?:\A(?='*(?:\s*[{_SIGNS}]|[\t\r\n]))|(?<=[,;|\t\r\n])(?='*[{_SIGNS}]))"
_UNSAFE = re.compile(_PLACE)
_ESCAPED = re.compile(_PLACE + "'")


def safe_csv(frame: pd.DataFrame, *, index: bool = False) -> str:
    r"""Write a frame as CSV without anything that a spreadsheet program takes for a formula.

    Parameters
    ----------
    frame
        Any frame; names of columns and labels of rows are made safe too.
    index
        Whether the labels of the rows come first.

    Returns
    -------
    str
        Comma-separated, ``\r\n`` at the ends of rows, a missing value as an empty cell. In a file, encode it as
        ``"utf-8-sig"``: Excel takes it for another encoding without the mark.

    Examples
    --------
    >>> import pandas as pd
    >>> safe_csv(pd.DataFrame({"to": ["+79001234567"], "text": ["=1+1"], "n": [-5]}))
    "to,text,n\r\n'+79001234567,'=1+1,-5\r\n"
    """
    table = frame.reset_index(allow_duplicates=True) if index else frame
    columns = [_cells(table.iloc[:, place]) for place in range(table.shape[1])]
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([_safe(str(name)) for name in table.columns])
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def read_safe_csv(text: str | bytes) -> pd.DataFrame:
    r"""Read what `safe_csv` wrote, every cell as the text it was.

    Parameters
    ----------
    text
        The file's content, as text or encoded in UTF-8.

    Returns
    -------
    DataFrame
        All columns string; an empty cell is missing, as CSV cannot tell an empty text from no text.

    Raises
    ------
    ValueError
        It is no CSV with as many cells in each row.

    Examples
    --------
    >>> read_safe_csv("to,text\r\n'+79001234567,'=1+1\r\n").values.tolist()
    [['+79001234567', '=1+1']]
    """
    content = text.decode("utf-8-sig") if isinstance(text, bytes) else text.removeprefix("\ufeff")
    try:
        header, *rows = [[_restored(cell) for cell in row] for row in csv.reader(StringIO(content, newline=""))]
        columns = list(zip(header, *rows, strict=True))
    except (csv.Error, ValueError) as error:
        raise ValueError(f"This is not CSV that safe_csv wrote: {error}.") from None
    series = [pd.Series([cell or None for cell in cells], dtype="string") for _, *cells in columns]
    return pd.DataFrame(dict(enumerate(series))).set_axis(header, axis="columns")


def _cells(column: pd.Series[Any]) -> list[Any]:
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column):
        return [None if missing else value for value, missing in zip(column, column.isna(), strict=True)]
    texts = column.astype("object").where(column.notna(), None)
    return [None if cell is None else _safe(str(cell)) for cell in texts]


def _safe(text: str) -> str:
    return _UNSAFE.sub("'", text)


def _restored(text: str) -> str:
    return _ESCAPED.sub("", text)

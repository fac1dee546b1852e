"""A file that somebody uploads becomes a frame of texts: CSV, TSV or Excel, in whatever encoding it came."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from greenapi_nb.bulk.excel import read_excel_rows
from greenapi_nb.bulk.uploads import UploadError
from greenapi_nb.errors import MessageRejected
from greenapi_nb.recipients import read_recipient

if TYPE_CHECKING:
    from collections.abc import Iterable

    Cells = list[str | None]

__all__ = ["MAX_BYTES", "Table", "read_table"]

MAX_BYTES = 50 * 1024 * 1024
"""The largest file that is taken through the browser."""

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_SAMPLE_CHARACTERS, _SAMPLE_ROWS = 64 * 1024, 50
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


class Table(NamedTuple):
    """What a file held.

    Attributes
    ----------
    frame
        All columns string, an empty cell missing; each row labelled with its number in the file, the names of
        the columns being row 1. Rows without anything in them are left out.
    format
        How it was read, in words.
    has_names
        Whether the first row named the columns; otherwise they are ``column 1``, ``column 2``, ...
    """

    frame: pd.DataFrame
    format: str
    has_names: bool


def read_table(name: str, content: bytes) -> Table:
    r"""Read an uploaded file; every cell stays the text it is, so no digit of a phone number is lost.

    Parameters
    ----------
    name
        The file's name.
    content
        CSV or TSV in UTF-8, UTF-16 or Windows-1251, separated by commas, semicolons or tabs; or XLSX, of which
        the first sheet that holds anything is read.

    Raises
    ------
    UploadError
        It cannot be read; the text says why, and what to do.

    Examples
    --------
    >>> table = read_table("people.csv", "phone;name\n+79001234567;Ann\n".encode("utf-16"))
    >>> table.frame.to_dict("index"), table.format
    ({2: {'phone': '+79001234567', 'name': 'Ann'}}, 'CSV, UTF-16, separated by semicolon')
    """
    if len(content) > MAX_BYTES:
        raise UploadError(too_large(name, len(content)))
    if content.startswith(_OLD_EXCEL):
        raise UploadError(
            f"{name} is an Excel file of the old kind (.xls), or one with a password. In Excel, save it as .xlsx "
            "without a password, or as CSV UTF-8, and upload that. Nothing was sent."
        )
    if content.startswith(_ZIP):
        rows, how = read_excel_rows(name, content)
        return _table(name, rows, how)
    text, encoding = _decoded(name, content)
    rows, separator = _rows(name, text)
    return _table(name, rows, f"CSV, {encoding}, separated by {_SEPARATORS[separator]}")


def too_large(name: str, size: int) -> str:
    """Say that a file is too large for the browser, and the way round.

    Examples
    --------
    >>> too_large("people.csv", 60 * 1024 * 1024)
    'people.csv has 60 MB, and a browser should not carry more than 50 MB. Read it with pandas ...
    """
    megabytes = 1024 * 1024
    return (
        f"{name} has {size / megabytes:,.0f} MB, and a browser should not carry more than {MAX_BYTES // megabytes} MB. "
        "Read it with pandas instead, and hand the frame over: "
        f'BulkSendForm(pandas.read_csv("{name}", dtype=str)). Nothing was sent.'
    )


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = [("utf-16", "UTF-16")]
    else:
        candidates = [("utf-8-sig", "UTF-8"), ("cp1251", "Windows-1251")]
    for codec, words in candidates:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, words
    raise UploadError(
        f"{name} is not a table of text. Upload a CSV, TSV or XLSX file; from a spreadsheet program, save it as "
        "XLSX or as CSV UTF-8. Nothing was sent."
    )


def _rows(name: str, text: str) -> tuple[list[Cells], str]:
    first, _, rest = text.partition("\n")
    told = first.strip().removeprefix("sep=")
    if told in _SEPARATORS and first.startswith("sep="):  # what Excel writes and reads as a first line
        return [[], *_parsed(name, rest, told)], told
    separator = _separator(text)
    return _parsed(name, text, separator), separator


def _separator(text: str) -> str:
    """Choose the separator with which the first rows have the same number of cells, and more than one."""

    def evenness(separator: str) -> tuple[float, int]:
        sample = csv.reader(StringIO(text[:_SAMPLE_CHARACTERS], newline=""), delimiter=separator)
        try:
            widths = [len(row) for row in islice(sample, _SAMPLE_ROWS) if row]
        except csv.Error:
            return (0.0, 0)
        width, rows = Counter(widths).most_common(1)[0] if widths else (0, 0)
        return (rows / len(widths), width) if width > 1 else (0.0, width)

    return max(_SEPARATORS, key=evenness)


def _parsed(name: str, text: str, separator: str) -> list[Cells]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Cells] = []
    try:
        rows.extend([cell if cell and not cell.isspace() else None for cell in row] for row in reader)
    except csv.Error as error:
        raise UploadError(
            f"{name} is broken in or after row {len(rows) + 1}: a quotation mark is not closed, or stands where none "
            f"may stand ({error}). Mend it, or save it as XLSX and upload that. Nothing was sent."
        ) from None
    return rows


def _table(name: str, rows: list[Cells], how: str) -> Table:
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(row)]
    if not numbered:
        raise UploadError(f"{name} holds nothing. Nothing was sent.")
    first = numbered[0][1]
    has_names = not any(map(_is_recipient, first))
    width = _width(first) if has_names else max(_width(row) for _, row in numbered)
    data = numbered[1:] if has_names else numbered
    for number, row in data:
        if len(row) > width and _width(row) > width:
            raise UploadError(
                f"{name} is broken in row {number}: it has {_width(row)} cells, and there are {width} names of "
                "columns. Give every column a name; and where a text holds the separator, put the text in quotation "
                "marks. Nothing was sent."
            )
    if not data:
        raise UploadError(f"{name} holds names of columns and no rows under them. Nothing was sent.")
    names = _names(first[:width] if has_names else [None] * width)
    padded = [(row + [None] * width)[:width] for _, row in data]
    index = pd.Index([number for number, _ in data], name="row")
    columns = {
        column: pd.array(cells, dtype="string") for column, cells in zip(names, zip(*padded, strict=True), strict=True)
    }
    return Table(pd.DataFrame(columns, index=index), how, has_names)


def _width(row: Cells) -> int:
    return next((place for place in range(len(row), 0, -1) if row[place - 1]), 0)


def _is_recipient(cell: str | None) -> bool:
    try:
        read_recipient(cell)
    except MessageRejected:
        return False
    return True


def _names(given: Iterable[str | None]) -> list[str]:
    """Give every column a name of its own: one without is called by its place, a repetition is numbered."""
    names: list[str] = []
    for place, cell in enumerate(given, 1):
        base = name = " ".join((cell or f"column {place}").split())
        number = 1
        while name in names:
            number += 1
            name = f"{base} ({number})"
        names.append(name)
    return names

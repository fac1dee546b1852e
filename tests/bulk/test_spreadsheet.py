"""Uploads: every encoding and separator, no digit lost, and a clear word about what is broken."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]

from greenapi_nb.bulk import spreadsheet
from greenapi_nb.bulk.spreadsheet import read_table
from greenapi_nb.bulk.uploads import UploadError

ROWS = [["phone", "имя", "note"], ["+79001234567", "Анна", 'says "hi", then; goes'], ["0079001234568", "Bob", "7"]]


def csv_of(rows: list[list[str]], separator: str = ",") -> str:
    """Write rows as CSV with every cell in quotation marks."""
    return "".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows)


def excel_of(*sheets: list[list[Any]]) -> bytes:
    """Write sheets as XLSX."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("codec", "words"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1251", "Windows-1251")],
)
def test_every_encoding_and_separator(codec: str, words: str, separator: str) -> None:
    """Texts and digits come through as they are, and the form can say how it read them."""
    table = read_table("people.csv", csv_of(ROWS, separator).encode(codec))

    assert ROWS == [table.frame.columns.tolist(), *table.frame.to_numpy().tolist()]
    assert [2, 3] == table.frame.index.tolist()
    assert words in table.format
    assert {",": "comma", ";": "semicolon", "\t": "tab"}[separator] in table.format


@pytest.mark.parametrize("byte_order", ["utf-16-le", "utf-16-be"])
def test_utf16_in_both_byte_orders(byte_order: str) -> None:
    """Excel's "Unicode text" is one of them."""
    table = read_table("people.txt", ("\ufeff" + csv_of(ROWS, "\t")).encode(byte_order))

    assert ROWS[1] == table.frame.iloc[0].tolist()


def test_the_separator_line_of_excel_is_heeded() -> None:
    """A first line of `sep=;` is no row, but it counts as one."""
    table = read_table("people.csv", b"sep=;\r\nto;name, first\r\n79001234567;Ann\r\n")

    assert [3] == table.frame.index.tolist()
    assert ["to", "name, first"] == table.frame.columns.tolist()


def test_one_column_is_a_table_too() -> None:
    """A plain list of numbers under a name."""
    table = read_table("people.csv", b"to\n79001234567\n79001234568\n")

    assert {"to": ["79001234567", "79001234568"]} == table.frame.to_dict("list")


def test_a_list_without_names_of_columns_loses_nobody() -> None:
    """A first row that holds a phone number is a person, not a name."""
    table = read_table("people.csv", b"79001234567,Ann\n79001234568,Bob,late\n")

    assert not table.has_names
    assert ["column 1", "column 2", "column 3"] == table.frame.columns.tolist()
    assert ["79001234567", "79001234568"] == table.frame["column 1"].tolist()
    assert [1, 2] == table.frame.index.tolist()


def test_empty_rows_are_left_out_and_counted() -> None:
    """Stray blank rows are not people, and the others keep the numbers they have in the spreadsheet."""
    table = read_table("people.csv", b"\nto,name\n,\n79001234567,Ann\n\n , \n79001234568,\n")

    assert [4, 7] == table.frame.index.tolist()
    assert table.frame.loc[7, "name"] is pd.NA


def test_nameless_and_repeated_columns_get_names_of_their_own() -> None:
    """A bulk send refuses two columns of one name, and nobody should have to edit the file for that."""
    table = read_table("people.csv", b"to,name,,name,name (2), a\n\nb\n79001234567,1,2,3,4,5\n".replace(b"\n\nb", b"b"))

    assert ["to", "name", "column 3", "name (2)", "name (2) (2)", "ab"] == table.frame.columns.tolist()


def test_a_cell_may_hold_lines() -> None:
    """Texts of several lines are usual; rows are counted as a spreadsheet counts them."""
    table = read_table("people.csv", b'to,text\n79001234567,"one\ntwo"\n79001234568,three\n')

    assert ["one\ntwo", "three"] == table.frame["text"].tolist()
    assert [2, 3] == table.frame.index.tolist()


def test_excel_keeps_every_digit_and_writes_values_plainly() -> None:
    """Numbers without a decimal point, days without a time, the first sheet with anything in it."""
    rows: list[list[Any]] = [
        ["phone", "total", "due", "seen", "yes"],
        [79001234567, 12.5, date(2026, 11, 5), datetime(2026, 11, 5, 9, 30, tzinfo=UTC).replace(tzinfo=None), True],
        ["0079001234568", None, "", 7.0, None],
    ]

    table = read_table("people.xlsx", excel_of([], rows, [["x"], ["y"]]))

    first, second = table.frame.to_numpy().tolist()
    assert ["79001234567", "12.5", "2026-11-05", "2026-11-05 09:30:00", "TRUE"] == first
    assert ["0079001234568", pd.NA, pd.NA, "7", pd.NA] == second
    assert "Excel, sheet “Sheet 2” of 3" == table.format


_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


@given(st.lists(st.lists(_CELLS, min_size=2, max_size=2), min_size=1, max_size=4))
@settings(max_examples=60)
def test_any_text_in_quotation_marks_comes_through(rows: list[list[str]]) -> None:
    """Whatever the cells hold."""
    table = read_table("people.csv", csv_of([["to", "text"], *rows, ["x", "y"]]).encode())

    expected = [[cell if not cell.isspace() else pd.NA for cell in row] for row in rows if "".join(row).strip()]
    assert expected == table.frame.iloc[:-1].to_numpy().tolist()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "a.csv holds nothing"),
        ("a.csv", b" \n , \n", "a.csv holds nothing"),
        ("a.csv", b"to,name\n", "no rows under them"),
        ("a.csv", b'to,name\n79001234567,"Ann\n79001234568,Bob\n', "row 2: a quotation mark"),
        ("a.csv", b"to,name\n79001234567,Ann\n79001234568,Bob,7\n", "row 3: it has 3 cells, and there are 2"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a table of text"),
        ("a.csv", "to\n79001234567".encode("utf-16-le"), "not a table of text"),
        ("a.csv", b"\xff\xfet", "not a table of text"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old kind"),
        ("a.xlsx", b"PK\x03\x04 and then nothing", "not an Excel file that can be read"),
        ("a.xlsx", excel_of([["to"], ["79001234567"]])[:-200], "not an Excel file that can be read"),
        ("a.xlsx", excel_of([]), "a.xlsx holds nothing"),
    ],
)
def test_a_broken_file_is_named_with_what_to_do(name: str, content: bytes, words: str) -> None:
    """The message names the file, the trouble, and that nothing was sent."""
    with pytest.raises(UploadError, match=words) as caught:
        read_table(name, content)

    assert str(caught.value).startswith(name)
    assert str(caught.value).endswith("Nothing was sent.")


def test_a_file_too_large_is_sent_round_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way round is pandas and the frame handed over."""
    monkeypatch.setattr(spreadsheet, "MAX_BYTES", 10)

    with pytest.raises(UploadError, match=r"BulkSendForm\(pandas.read_csv"):
        read_table("people.csv", b"to\n79001234567\n")


def test_a_file_that_unpacks_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file may claim gigabytes."""
    monkeypatch.setattr("greenapi_nb.bulk.excel._LARGEST_UNPACKED", 10)

    with pytest.raises(UploadError, match="MemoryError"):
        read_table("people.xlsx", excel_of(ROWS))


def test_without_openpyxl_csv_is_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is optional."""
    content = excel_of(ROWS)
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    with pytest.raises(UploadError, match="pip install openpyxl"):
        read_table("people.xlsx", content)

"""CSV for spreadsheet programs: nothing in it is a formula, and everything comes back."""

from __future__ import annotations

import csv
from io import StringIO

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenapi_nb.bulk.safe_csv import read_safe_csv, safe_csv

_SIGNS = "=+-@＝＋－＠\t\r\n"  # noqa: RUF001 - the full-width signs are meant
NASTY = [
    "=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1;2)", "\t=1", "\r=1", "\n=1", " =1", "  +1", "＝1", "＠a",  # noqa: RUF001
    "a,=1", "a;=1", "a\t=1", "a\n=1", "a\r\n=1", "a|=1", '"=1', '";=1', "a;'=1", "'=1", "''=1", "=", "\t\t=", ";=;=",
]  # fmt: skip
texts = st.text(st.sampled_from([*_SIGNS, *"'\",;| ab7🌍\0"]) | st.characters(codec="utf-8"), max_size=12)


def is_formula(cell: str) -> bool:
    """Say whether a spreadsheet program may take a cell for a formula."""
    return cell[:1] in set(_SIGNS) or cell.lstrip()[:1] in set(_SIGNS)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("nasty", NASTY)
def test_no_cell_is_a_formula(nasty: str, separator: str) -> None:
    """Neither read as it was written, nor by a program that splits at another separator."""
    text = safe_csv(pd.DataFrame({nasty: [nasty], "second": [nasty]}, index=pd.Index([nasty], name=nasty)), index=True)

    cells = [cell for row in csv.reader(StringIO(text, newline=""), delimiter=separator) for cell in row]

    assert [cell for cell in cells if is_formula(cell)] == []


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=4))
@settings(max_examples=150)
def test_every_text_comes_back(rows: list[tuple[str, str]]) -> None:
    """What was written is read again to the character; an empty text comes back missing."""
    frame = pd.DataFrame(rows, columns=["first", "second"])

    back = read_safe_csv(safe_csv(frame))

    assert [[cell or None for cell in row] for row in rows] == back.astype("object").where(
        back.notna(), None
    ).to_numpy().tolist()


@given(texts)
@settings(max_examples=150)
def test_no_text_becomes_a_formula(text: str) -> None:
    """Whatever it is made of."""
    [_, [cell]] = csv.reader(StringIO(safe_csv(pd.DataFrame({"a": [text + "."]})), newline=""))

    assert not is_formula(cell)


def test_numbers_stay_numbers_and_what_is_missing_stays_empty() -> None:
    """A number cannot be a formula, so error codes below zero keep their looks."""
    frame = pd.DataFrame(
        {
            "code": pd.array([-9, None], dtype="Int64"),
            "text": pd.array(["-9", None], dtype="string"),
            "share": [-0.5, float("nan")],
            "at": pd.to_datetime(pd.Series(["2026-11-05 10:00:00", None]), utc=True),
            "any": pd.Series([-9, None], dtype="object"),
        }
    )

    assert safe_csv(frame).splitlines() == [
        "code,text,share,at,any",
        "-9,'-9,-0.5,2026-11-05 10:00:00+00:00,'-9",
        ",,,,",
    ]


def test_a_result_keeps_its_categories() -> None:
    """A categorical column is written as its words."""
    assert safe_csv(pd.DataFrame({"status": pd.Categorical(["accepted", "unsent"])})).splitlines() == [
        "status",
        "accepted",
        "unsent",
    ]


def test_names_of_columns_come_back_too() -> None:
    """Two of the same name included."""
    frame = pd.DataFrame([["a", "b"]], columns=["=x", "=x"])

    assert read_safe_csv(safe_csv(frame)).columns.tolist() == ["=x", "=x"]


def test_bytes_with_a_mark_are_read() -> None:
    """As the download writes them."""
    assert read_safe_csv(safe_csv(pd.DataFrame({"a": ["é"]})).encode("utf-8-sig")).to_dict("list") == {"a": ["é"]}


@pytest.mark.parametrize("broken", ["a,b\r\n1\r\n", "", "a\r\n1,2\r\n"])
def test_what_is_no_such_csv_is_refused(broken: str) -> None:
    """A row with too few or too many cells would shift what it says."""
    with pytest.raises(ValueError, match="not CSV that safe_csv wrote"):
        read_safe_csv(broken)

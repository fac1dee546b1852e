"""Guesses: which column holds the recipients, and which the texts."""

from __future__ import annotations

import pandas as pd
import pytest

from greenapi_nb.bulk.columns import guess_recipient, guess_text

PHONES = ["79001234567", "+7 900 123-45-68"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"name": ["Ann", "Bob"], "x": PHONES}, "x"),
        ({"order": ["10000001", "10000002"], "phone": PHONES}, "phone"),
        ({"order": ["10000001", "10000002"], "Телефон": [PHONES[0], "none"]}, "Телефон"),
        ({"a": PHONES, "b": PHONES}, "a"),
        ({"phone": [79001234567.0, None]}, "phone"),
        ({"phone": ["Ann", "Bob"], "name": ["Ann", "Bob"]}, None),
        ({"phone": []}, None),
        ({}, None),
    ],
)
def test_the_recipients_are_found_by_what_the_column_holds(columns: dict[str, list[object]], expected: str) -> None:
    """Values decide, and the name where several columns could be."""
    guess = guess_recipient(pd.DataFrame(columns))

    assert expected == (guess.column if guess else None)


def test_national_numbers_count_with_their_region() -> None:
    """Numbers as they are dialled in one country."""
    frame = pd.DataFrame({"phone": ["030 901820"], "id": ["x"]})

    assert guess_recipient(frame) is None
    assert guess_recipient(frame, "DE") is not None


@pytest.mark.parametrize(("name", "found"), [("body", True), (" Текст", True), ("textile", False), (7, False)])
def test_texts_are_found_by_the_columns_name(name: object, *, found: bool) -> None:
    """Only by the usual names: a wrong text is worse than none."""
    assert (name if found else None) == guess_text(pd.DataFrame(columns=["to", name]))

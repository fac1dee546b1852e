"""Countries of phone numbers."""

from __future__ import annotations

import pytest

from greenapi_nb.widgets.places import country_of


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("79001234567", ["Russia"]),
        ("77012345678", ["Kazakhstan"]),
        ("4915112345678", ["Germany"]),
        ("7900123456", ["unusual length"]),
        ("0", []),
        ("99999999999", []),
    ],
)
def test_a_number_names_its_country(digits: str, expected: list[str]) -> None:
    """The country, a remark on a length it cannot have, or nothing."""
    assert country_of(digits) == expected

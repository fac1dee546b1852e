"""Spellings of recipients, and what is refused rather than guessed."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import NoReturn

import numpy as np
import pandas as pd
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.phones import MAX_DIGITS, MIN_DIGITS
from greenapi_nb.recipients import Recipient, check_region, read_recipient

PHONE = "79001234567"
GROUP = "79001234567-1581234048"
E164 = phonenumbers.PhoneNumberFormat.E164

phones = st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True)


class Unprintable:
    """An object that cannot say what it is."""

    def __repr__(self) -> NoReturn:
        raise RuntimeError


def refusal(value: object, region: str | None = None) -> MessageRejected:
    """Give the rejection that reading a value ends in."""
    with pytest.raises(MessageRejected) as caught:
        read_recipient(value, region=region)
    return caught.value


def read_or_refuse(value: object, region: str | None = None) -> Recipient | None:
    """Read a recipient; None if it is refused in one of the two documented ways."""
    try:
        return read_recipient(value, region=region)
    except MessageRejected as error:
        if error.code not in {ErrorCode.RECIPIENT_MISSING, ErrorCode.RECIPIENT_INVALID}:
            raise
        return None


@pytest.mark.parametrize(
    "spelling",
    [
        PHONE,
        f" {PHONE}\r\n",
        f"+{PHONE}",
        f"00{PHONE}",
        "+7 (900) 123-45-67",
        "(+7) 900 123-45-67",
        "+7 [900] 123.45.67",
        "7-900-123-45-67",
        "7-9001234567",
        "7.900.123.45.67",
        "00 7 900 123 45 67",
        "7900.1234567",
        "+7 900 123.4567",
        "+7 (0) 900 1234567",
        "+7(0)9001234567",
        f"'{PHONE}",
        f"{PHONE}.0",
        f"{PHONE}.00",
        f"+{PHONE}.0",
        f"{PHONE} .0",
        f"{PHONE}. 0",
        "7.9001234567E10",
        "7.9001234567e+10",
        "7.90012345670E10",
        f"{PHONE}@c.us",
        f"{PHONE}@C.US",
        f"+{PHONE} @ s.whatsapp.net",
        f"{PHONE}.0@c.us",
        "７９００１２３４５６７",  # noqa: RUF001 - full-width digits are the point
        "＋７（９００）１２３－４５－６７",  # noqa: RUF001 - as above
        "٧٩٠٠١٢٣٤٥٦٧",
        "+۷۹۰۰۱۲۳۴۵۶۷",
        "७९००१२३४५६७",
        "+7\N{NO-BREAK SPACE}900\N{NARROW NO-BREAK SPACE}123\N{IDEOGRAPHIC SPACE}4567",
        "+7\N{NON-BREAKING HYPHEN}900\N{EN DASH}123\N{EM DASH}45\N{MINUS SIGN}67",
        f"\N{LEFT-TO-RIGHT EMBEDDING}{PHONE}\N{POP DIRECTIONAL FORMATTING}",
        "\N{ZERO WIDTH NO-BREAK SPACE}790\N{ZERO WIDTH SPACE}0123\N{SOFT HYPHEN}4567\N{RIGHT-TO-LEFT MARK}",
        79001234567,
        79001234567.0,
        Decimal(79001234567),
        Decimal("79001234567.00"),
        Decimal("7.9001234567E+10"),
        Fraction(79001234567),
        np.int64(79001234567),
        np.uint64(79001234567),
        np.float64(79001234567),
        np.longdouble(79001234567),
        np.str_(PHONE),
    ],
    ids=repr,
)
def test_every_spelling_of_a_phone_number_is_read(spelling: object) -> None:
    """People and spreadsheets write one number in many ways; all name the same person."""
    assert Recipient(PHONE, "individual") == read_recipient(spelling)


@pytest.mark.parametrize(
    ("spelling", "identifier"),
    [
        (GROUP, GROUP),
        (f" +{GROUP} ", GROUP),
        (f"{GROUP}@g.us", GROUP),
        (f"{GROUP}@G.US", GROUP),
        ("79001234567 \N{EN DASH} 1581234048", GROUP),
        ("1234567-1581234048", "1234567-1581234048"),
        ("120363123456789012@g.us", "120363123456789012@g.us"),
        ("120363123456789012 @G.us\N{LEFT-TO-RIGHT MARK}", "120363123456789012@g.us"),
        ("12036312345678901234@g.us", "12036312345678901234@g.us"),
    ],
)
@pytest.mark.parametrize("region", [None, "RU"])
def test_groups_are_read_whatever_the_region(spelling: str, identifier: str, region: str | None) -> None:
    """A group keeps its identifier; older ones lose the suffix that v1 does not know, newer ones keep it."""
    assert Recipient(identifier, "group") == read_recipient(spelling, region=region)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "  ",
        "\N{NO-BREAK SPACE}\t\n",
        "\N{ZERO WIDTH SPACE}",
        "'",
        float("nan"),
        Decimal("NaN"),
        pd.NA,
        pd.NaT,
    ],
    ids=repr,
)
@pytest.mark.parametrize("region", [None, "RU"])
def test_no_value_is_a_missing_recipient(value: object, region: str | None) -> None:
    """An empty cell is told apart from a wrong one, and the text says that nothing was sent."""
    error = refusal(value, region)
    assert ErrorCode.RECIPIENT_MISSING == error.code
    assert "Nothing was sent" in str(error)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("abc", "'a' has no place"),
        ("-", "minus sign or a dash"),
        ("+", "no digits"),
        ("()", "no digits"),
        ("@c.us", "no digits"),
        ("123456", "6 digits"),
        ("1234567890123456", "16 digits"),
        ("120363123456789012", "@g.us"),
        ("089 1234567", "begins with 0"),
        ("(0)89 1234567", "begins with 0"),
        (f"000{PHONE}", "begins with 0"),
        (f"+00{PHONE}", "begins with 0"),
        (f"-{PHONE}", "minus sign"),
        (f"\N{MINUS SIGN}{PHONE}", "minus sign"),
        (f"++{PHONE}", "elsewhere than in front"),
        (f"{PHONE}+", "elsewhere than in front"),
        (f"{PHONE}, {PHONE}", "',' has no place"),
        ("7900123\n4567890", r"'\n' has no place"),
        ("7900123\t4567890", r"'\t' has no place"),
        ("7900123/4567", "'/' has no place"),
        (f"{PHONE} ext. 5", "'e' has no place"),
        (f"{PHONE}\N{SUPERSCRIPT ONE}", "has no place"),
        (f"{PHONE}\0", r"'\x00' has no place"),
        ("\ud800", "has no place"),
        (f"{PHONE}.5", "fraction"),
        (f"{PHONE}.01", "fraction"),
        ("7 900 123 45.00", "may be decimals"),
        ("7 900 123 4567.0", "may be decimals"),
        ("7.9E+10", "rounded"),
        ("7.90012345E+10", "rounded"),
        ("7.90012345671E10", "rounded"),
        (f"{PHONE}@lid", "@lid"),
        (f"{PHONE}@", "no ending"),
        (f"{PHONE}@c.us@c.us", "no ending"),
        (f"{PHONE}@g.us", "not a group's identifier"),
        ("12036312345678901@g.us", "not a group's identifier"),
        (f"{GROUP}@c.us", "ends in @g.us"),
        (f"{GROUP}-1", "22 digits"),
        ("79001234567-158123404", "20 digits"),
        ("89001234567-89007654321", "22 digits"),
        ("2024-01-15", "date"),
        ("15.01.2024", "date"),
        ("31-12-1999", "date"),
        ("２０２４－０１－１５", "date"),  # noqa: RUF001 - full-width digits
        (True, "type is bool"),
        (np.bool_(1), "type is bool"),
        (dt.date(2024, 1, 1), "type is date"),
        (pd.Timestamp(0), "type is Timestamp"),
        (np.datetime64("2024-01-01"), "type is datetime64"),
        (np.timedelta64(79001234567, "s"), "type is timedelta64"),
        (79001234567.5, "fraction"),
        (Decimal("79001234567.5"), "fraction"),
        (Fraction(1, 2), "fraction"),
        (float("inf"), "15 digits"),
        (float("-inf"), "negative"),
        (np.float32("inf"), "float32"),
        (Decimal("Infinity"), "15 digits"),
        (Decimal("1E+999999999"), "15 digits"),
        (-79001234567, "negative"),
        (0, "begins with 0"),
        (120363123456789012, "@g.us"),
        (10**6000, "15 digits"),
        (np.float32(79001234567), "float32"),
        (b"79001234567", "type is bytes"),
        ([PHONE], "type is list"),
        ({"to": PHONE}, "type is dict"),
        (np.array(79001234567), "type is ndarray"),
        (np.array([np.nan]), "type is ndarray"),
        (3 + 4j, "type is complex"),
        (Unprintable(), "Unprintable"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, int | Unprintable) else None,
)
def test_what_names_nobody_is_invalid_and_says_why(value: object, why: str) -> None:
    """A value that is no recipient, or could be two, is refused with the reason and what to do."""
    error = refusal(value)
    assert ErrorCode.RECIPIENT_INVALID == error.code
    assert why in str(error)
    assert "Nothing was sent. " in str(error)
    assert error.__suppress_context__


def test_the_value_is_named_and_cut() -> None:
    """The text shows the raw value, of a huge one only the beginning."""
    assert str(refusal(f"{PHONE}x")).startswith(f"'{PHONE}x' is not a recipient")
    assert len(str(refusal("x" * 100_000))) < 400


@pytest.mark.parametrize(
    ("spelling", "region", "identifier"),
    [
        ("8 (900) 123-45-67", "RU", PHONE),
        ("8 (900) 123-45-67", "ru", PHONE),
        (PHONE, "RU", PHONE),
        (9001234567, "RU", PHONE),
        (89001234567.0, "RU", PHONE),
        ("89001234567.0", "RU", PHONE),
        (f"+{PHONE}", "DE", PHONE),
        (f"00{PHONE}", "RU", PHONE),
        ("+49 (0)89 123456", "RU", "4989123456"),
        ("089 123456", "DE", "4989123456"),
        ("20 24 01 15", "DK", "4520240115"),
        ("+20 24-01-15", "DK", "20240115"),
        ("(0)89 123456", "DE", "4989123456"),
        ("0491 123456", "DE", "49491123456"),
        ("15123456789", "DE", "4915123456789"),
        ("49151", "DE", "4949151"),
        ("011 44 20 7946 0958", "US", "442079460958"),
        ("89001234567@c.us", "RU", "89001234567"),
    ],
)
def test_a_region_reads_national_numbers_only(spelling: object, region: str, identifier: str) -> None:
    """National numbers get their country code; what is international already stays."""
    assert identifier == read_recipient(spelling, region=region).identifier


@pytest.mark.parametrize(
    ("spelling", "region"),
    [("4915123456789", "DE"), (62812345678, "ID"), ("468 123 456", "SE"), ("38343201234", "XK")],
)
def test_a_country_code_is_never_doubled(spelling: object, region: str) -> None:
    """Digits that make a number of the region with its country code and without are refused, not sent to a stranger."""
    error = refusal(spelling, region)
    assert ErrorCode.RECIPIENT_INVALID == error.code
    assert "with its country code or without" in str(error)
    assert "Write a + in front" in str(error)
    digits = str(spelling).replace(" ", "")
    assert digits == read_recipient(f"+{digits}", region=region).identifier


def test_a_full_number_of_any_region_stays_as_it_is() -> None:
    """Whatever the region, its own full numbers are read as such or refused, and its national ones are completed."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        full = "" if number is None else phonenumbers.format_number(number, E164).removeprefix("+")
        if number is None or not MIN_DIGITS <= len(full) <= MAX_DIGITS:
            continue
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        assert full == read_recipient(national, region=region).identifier
        assert read_or_refuse(full, region) in {None, Recipient(full, "individual")}


@pytest.mark.parametrize(
    ("spelling", "region"),
    [
        ("123-45-67", "RU"),
        ("380671234567", "RU"),
        ("0", "RU"),
        ("1" * 40, "RU"),
        (12, "RU"),
        ("79001234567", "BY"),
        ("14155552671", "DE"),
        (79001234567.0, "IN"),
    ],
)
def test_what_a_region_cannot_have_is_invalid(spelling: object, region: str) -> None:
    """A number too short or too long for the region, a local one, and what is another country's are refused."""
    error = refusal(spelling, region)
    assert ErrorCode.RECIPIENT_INVALID == error.code
    assert f"region {region}" in str(error)
    assert "another country's" in str(error)


def test_without_a_region_no_country_is_guessed() -> None:
    """Eleven digits are taken as they are, though a Russian reader would see a national number."""
    assert "89001234567" == read_recipient("8 (900) 123-45-67").identifier


@pytest.mark.parametrize("region", [None, "RU", "de", "GB"])
def test_known_regions_pass(region: str | None) -> None:
    """Two letters of a country pass in capitals and small, and so does no region."""
    check_region(region)


@pytest.mark.parametrize("region", ["UK", "Russia", "", "7", "001", "+7", 7, True, ["RU"]])
def test_unknown_regions_raise_before_anything_is_read(region: object) -> None:
    """A wrong region is the caller's mistake, not the row's; the text names it and the choices."""
    with pytest.raises(ValueError, match=r"region=.* is not a region .* nothing was sent") as caught:
        check_region(region)
    assert repr(region) in str(caught.value)
    with pytest.raises(ValueError, match="is not a region"):
        read_recipient(PHONE, region=region)  # type: ignore[arg-type]


def test_phonenumbers_is_loaded_for_a_region_only() -> None:
    """Reading without a region needs the standard library alone."""
    code = (
        "import sys; from greenapi_nb.recipients import read_recipient as read; read('+7 900 1234567'); "
        "assert not {'phonenumbers', 'numpy'} & set(sys.modules); read('89001234567', region='RU'); "
        "assert 'phonenumbers' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(phones)
def test_digits_stay_as_they_are(phone: str) -> None:
    """Seven to fifteen digits with country code are an identifier, as text, int or float."""
    expected = Recipient(phone, "individual")
    assert [expected] * 4 == [read_recipient(v) for v in (phone, int(phone), float(phone), f"{float(phone):.1f}")]


@given(phones, st.lists(st.sampled_from([" ", "-", " (", ") ", "\N{NO-BREAK SPACE}", "\N{EN DASH}"]), max_size=15))
def test_separators_never_change_the_digits(phone: str, separators: list[str]) -> None:
    """However a number is broken up, its digits are sent and no others, or it is refused."""
    pairs = zip(phone, ["", *separators, *[""] * len(phone)], strict=False)
    spelling = "".join(mark + digit for digit, mark in pairs)
    recipient = read_or_refuse(spelling)
    assert recipient == (None if "(0)" in spelling.replace(" ", "") else Recipient(phone, "individual"))


@given(st.text(alphabet="0123456789+-. ()[]@cgus'\u200bEe٣７\u2011", max_size=30))  # noqa: RUF001 - as above
def test_any_text_is_read_or_rejected(text: str) -> None:
    """Whatever a cell holds gives an identifier of the documented form or a rejection, and reads back the same."""
    recipient = read_or_refuse(text)
    if recipient is not None:
        assert recipient == read_recipient(recipient.identifier)


@given(st.one_of(st.integers(), st.floats(), st.decimals(), st.fractions(), st.binary(), st.dates(), st.none()))
def test_any_object_is_read_or_rejected(value: object) -> None:
    """No cell of any type raises anything but a rejection."""
    recipient = read_or_refuse(value)
    if recipient is not None:
        assert int(recipient.identifier) == value

"""A phone number as people and spreadsheets write it -> its digits, country code first."""

from __future__ import annotations

import operator
import re
from decimal import Decimal
from numbers import Integral, Real
from typing import TYPE_CHECKING

from greenapi_nb.errors import ErrorCode
from greenapi_nb.values import shown

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

__all__ = ["MAX_DIGITS", "MIN_DIGITS", "UnreadableError", "check_region", "digits_of_number", "digits_of_text"]

MIN_DIGITS, MAX_DIGITS = 7, 15  # ITU-T E.164 allows 15 at most
_SINGLE_EXACT, _DOUBLE_BYTES = 2**24, 8  # a 32-bit float holds whole numbers only up to here

_SCIENTIFIC = re.compile(r"\+?([1-9])(?:\.([0-9]+))?[eE]\+?([0-9]{1,2})")
_DECIMAL = re.compile(r"([^.]*)\. *([0-9]+)")
_DATE = re.compile(r"(?:19|20)[0-9]{2}([.-])[01][0-9]\1[0-3][0-9]|[0-3][0-9]([.-])[01][0-9]\2(?:19|20)[0-9]{2}")
_UNBROKEN = re.compile(r"(?:\+|00)?[0-9]+")
_TRUNK_ZERO = re.compile(r"(?<=[0-9)\].-])\(0\)")
_STRAY = re.compile(r"[^0-9+ .()\[\]-]")
_SEPARATORS = str.maketrans("", "", " .()[]-")

_ONE_NUMBER = "Give one full number with country code, like 79001234567, and nothing else."
_MARK_COUNTRY = "Write + before the country code, and leave the (0) out."
_ADD_COUNTRY = 'Put the country code in front, or say which country it is, like region="DE".'


class UnreadableError(ValueError):
    """Why a spelling names nobody, and what to do about it.

    Examples
    --------
    >>> str(UnreadableError("it is negative", "Correct it."))
    'it is negative. Nothing was sent. Correct it.'
    """

    def __init__(self, why: str, advice: str = ErrorCode.RECIPIENT_INVALID.info.advice) -> None:
        super().__init__(f"{why}. Nothing was sent. {advice}")


def check_region(region: object) -> None:
    """Check that national phone numbers of this region can be read.

    Parameters
    ----------
    region
        Two letters, capital or small (ISO 3166-1 alpha-2), or None for no region.

    Raises
    ------
    ValueError
        If it is anything else, or a region the `phonenumbers` library does not know.

    Examples
    --------
    >>> check_region("ru")
    >>> check_region("Russia")
    Traceback (most recent call last):
        ...
    ValueError: region='Russia' is not a region whose phone numbers can be read; nothing was sent. ...
    """
    if region is None:
        return
    import phonenumbers

    if not isinstance(region, str) or region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(
            f"region={shown(region)} is not a region whose phone numbers can be read; nothing was sent. "
            'Give its two letters, like "RU", "DE" or "GB", or leave region out.'
        )


def digits_of_text(text: str, region: str | None = None) -> str:
    """Read the phone number a text spells in ASCII digits and marks.

    Parameters
    ----------
    text
        The text, without anything around the number.
    region
        The region that numbers without ``+`` or ``00`` belong to; None if they begin with a country code.

    Returns
    -------
    str
        7 to 15 digits.

    Raises
    ------
    UnreadableError
        If it spells no phone number, or could be read in two ways.

    Examples
    --------
    >>> digits_of_text("+44 (0) 20 7946-0958"), digits_of_text("79001234567.0")
    ('442079460958', '79001234567')
    """
    text = _without_decimals(_no_date(text)).replace(" ", "")
    if text.startswith("-"):
        raise UnreadableError("it begins with a minus sign or a dash")
    if stray := _STRAY.search(text):
        raise UnreadableError(f"{shown(stray[0])} has no place in a phone number", _ONE_NUMBER)
    prefix = next(filter(text.translate(_SEPARATORS).startswith, ("+", "00")), "")
    if region is None and not prefix and _TRUNK_ZERO.search(text):
        raise UnreadableError("a 0 in brackets is left out after a country code, and none is marked", _MARK_COUNTRY)
    compact = (_TRUNK_ZERO.sub("", text) if prefix else text).translate(_SEPARATORS)
    digits = compact.removeprefix(prefix)
    if "+" in digits:
        raise UnreadableError("a + stands elsewhere than in front")
    if region is not None and digits and not prefix:
        digits = _international(digits, region)
    if digits.startswith("0"):
        raise UnreadableError("it begins with 0, and no country code does", _ADD_COUNTRY)
    if len(digits) > MAX_DIGITS:
        raise UnreadableError(
            f"it has {len(digits)} digits, and a phone number has {MAX_DIGITS} at most",
            f"{_ONE_NUMBER} A newer group's identifier needs its @g.us.",
        )
    if not digits:
        raise UnreadableError("it holds no digits", _ONE_NUMBER)
    if len(digits) < MIN_DIGITS:
        raise UnreadableError(
            f"it has {len(digits)} digits, and a phone number has {MIN_DIGITS} at least", _ADD_COUNTRY
        )
    return digits


def _no_date(text: str) -> str:
    """Refuse a date: without its marks it would be somebody's number."""
    if _DATE.fullmatch(text):
        raise UnreadableError("it is a date", _ONE_NUMBER)
    return text


def _without_decimals(text: str) -> str:
    """Undo how spreadsheets write a number with decimals; refuse what may be decimals or digits."""
    if scientific := _SCIENTIFIC.fullmatch(text):
        mantissa, size = scientific[1] + (scientific[2] or ""), int(scientific[3]) + 1
        if len(mantissa) < size or mantissa[size:].strip("0"):
            raise UnreadableError(
                "it is a rounded number, whose last digits may be lost",
                "Format the column as text in the spreadsheet, and fill it in again.",
            )
        return mantissa[:size]
    decimal = _DECIMAL.fullmatch(text)
    if decimal is None:
        return text
    whole, decimals = decimal.groups()
    unbroken = _UNBROKEN.fullmatch(whole.strip())
    if not decimals.strip("0"):
        if unbroken:
            return whole.strip()
        raise UnreadableError("the zeros after its dot may be decimals or digits", "Write it without the dot.")
    if unbroken and len(whole) >= MIN_DIGITS:
        raise UnreadableError("it is a fraction", "If the dot only parts its digits, write the number without it.")
    return text


def _international(digits: str, region: str) -> str:
    """Complete a number of a region; one that has its country code already stays as it is."""
    import phonenumbers

    national, full = _possible(digits, region), _possible(f"+{digits}", region)
    valid = [number for number in (*national, *full) if phonenumbers.is_valid_number(number)]
    # The first digits of a number without its country code may look like one, of any country: (0)151 23..., 1 512 3...
    own = phonenumbers.country_code_for_region(region.upper())
    readings = [number for number in valid if number in national or number.country_code == own]
    identifiers = {_digits(number) for number in readings or ([] if valid else national)}
    if not identifiers:
        raise UnreadableError(
            f"it cannot be a phone number of region {region.upper()}",
            "Correct it, or write a + and the country code in front if it is another country's.",
        )
    if len(identifiers) > 1:
        raise UnreadableError(
            f"it could be a number of region {region.upper()} with its country code or without",
            "Write a + in front of the country code, or what is dialled in front of a number without, like 0.",
        )
    return identifiers.pop()


def _possible(text: str, region: str) -> list[PhoneNumber]:
    """Return the number that a text is in a region, if it can be one."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region.upper())
    except phonenumbers.NumberParseException:
        return []
    possible = phonenumbers.is_possible_number_with_reason(number)
    return [number] if possible == phonenumbers.ValidationResult.IS_POSSIBLE else []


def _digits(number: PhoneNumber) -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")


def digits_of_number(value: object, region: str | None = None) -> str:
    """Read the phone number that a number of Python, NumPy or Decimal is.

    Parameters
    ----------
    value
        The number; a float must be whole.
    region
        As in `digits_of_text`.

    Returns
    -------
    str
        7 to 15 digits.

    Raises
    ------
    UnreadableError
        If it is no whole number, or none a phone number can be.

    Examples
    --------
    >>> digits_of_number(79001234567.0)
    '79001234567'
    """
    number = _exact_number(value)
    if number is None:
        raise UnreadableError(f"its type is {type(value).__name__}, and only texts and whole numbers can be read")
    if number < 0:
        raise UnreadableError("it is negative")
    if number >= 10**MAX_DIGITS:
        raise UnreadableError(
            f"it is more than a phone number of {MAX_DIGITS} digits can be",
            f"{_ONE_NUMBER} A newer group's identifier must be a text with its @g.us.",
        )
    if number % 1:
        raise UnreadableError("it is a fraction")
    return digits_of_text(str(int(number)), region)


def _exact_number(value: object) -> int | float | Decimal | None:
    """Python's own number for a number of any library; None for what is no number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        return value
    try:
        if isinstance(value, Integral):
            return operator.index(value)
        number = float(value) if isinstance(value, Real) else None
    except (TypeError, ValueError, OverflowError):
        return None
    if number is None or number <= _SINGLE_EXACT or getattr(value, "itemsize", _DOUBLE_BYTES) >= _DOUBLE_BYTES:
        return number
    raise UnreadableError(
        f"a {type(value).__name__} cannot hold a phone number, its last digits are lost",
        "Read the column as text or as 64-bit numbers, and fill it in again.",
    )

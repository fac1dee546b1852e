"""Any human or spreadsheet spelling of a recipient -> the identifier the API takes.

A person is a phone number of 7 to 15 digits that begin with the country code. A group is the creator's
number, one hyphen and ten digits (the second it was made); together these are more digits than a phone number may
have, so no number written with dashes is ever mistaken for a group. Newer groups are 18 or more digits before
``@g.us``. No country is ever guessed, and a spelling with two readings is refused rather than sent to a stranger.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, NamedTuple

from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.phones import MAX_DIGITS, MIN_DIGITS, UnreadableError, check_region, digits_of_number, digits_of_text
from greenapi_nb.values import is_missing, shown

__all__ = ["Recipient", "RecipientType", "check_region", "read_recipient"]

RecipientType = Literal["individual", "group"]

_GROUP = re.compile(r"(?:\+|00)?([1-9][0-9]{6,14}-[0-9]{10})")
_NEW_GROUP = re.compile(r"[0-9]{18,32}")
_MARKS = frozenset("+()[].@")
_PERSON_SERVERS = frozenset({"c.us", "s.whatsapp.net"})


class Recipient(NamedTuple):
    """Who a message goes to.

    Attributes
    ----------
    identifier
        What the API takes as ``to``.
    kind
        ``"individual"`` or ``"group"``.

    Examples
    --------
    >>> read_recipient("+7 900 123-45-67").identifier
    '79001234567'
    """

    identifier: str
    kind: RecipientType


def read_recipient(value: object, *, region: str | None = None) -> Recipient:
    """Read a recipient as people and spreadsheets write it.

    Parameters
    ----------
    value
        A text or a number. In texts, spaces, dashes, dots, brackets, a leading ``+``, ``00`` or apostrophe,
        a bracketed trunk zero after the country code, invisible marks, digits of any script and the
        ``@c.us``, ``@s.whatsapp.net`` and ``@g.us`` spellings are understood; integral floats too, also as text.
    region
        Two letters of the country whose national numbers may occur, like ``"RU"``. It concerns only numbers
        without ``+``, ``00`` or ``@``; one that may have its country code or lack it is refused.

    Returns
    -------
    Recipient
        The identifier as the API takes it, and whether it is a person's or a group's.

    Raises
    ------
    MessageRejected
        RECIPIENT_MISSING if there is no value, RECIPIENT_INVALID if it names nobody; the text names the value.
    ValueError
        If `region` is not a region, as `check_region` says.

    Examples
    --------
    >>> read_recipient(79001234567.0)
    Recipient(identifier='79001234567', kind='individual')
    >>> read_recipient("79001234567-1581234048@g.us")
    Recipient(identifier='79001234567-1581234048', kind='group')
    >>> read_recipient("8 (900) 123-45-67", region="RU").identifier
    '79001234567'
    """
    if (
        type(value) is str
        and region is None
        and MIN_DIGITS <= len(value) <= MAX_DIGITS
        and value[0] != "0"
        and value.isascii()
        and value.isdigit()
    ):
        return Recipient(value, "individual")
    check_region(region)
    if is_missing(value):
        raise _missing()
    try:
        if isinstance(value, str):
            text = _tidied(value)
            if not text:
                raise _missing()
            return _read_text(text, region)
        return Recipient(digits_of_number(value, region), "individual")
    except UnreadableError as problem:
        raise MessageRejected(
            f"{shown(value)} is not a recipient: {problem}", code=ErrorCode.RECIPIENT_INVALID
        ) from None


def _missing() -> MessageRejected:
    return MessageRejected(
        "There is no recipient: the value is empty. Nothing was sent. Fill in the recipient.",
        code=ErrorCode.RECIPIENT_MISSING,
    )


def _tidied(text: str) -> str:
    """Write a text with ASCII digits and marks, and without what surrounds it or cannot be seen."""
    plain = text if text.isascii() else "".join(map(_plain, text))
    return plain.strip().removeprefix("'").lstrip()


def _plain(character: str) -> str:
    match unicodedata.category(character):
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case "Cf":  # zero-width and directional marks, the byte order mark
            return ""
    folded = unicodedata.normalize("NFKC", character)
    if folded == "\N{MINUS SIGN}":
        return "-"
    return folded if folded in _MARKS else character


def _read_text(text: str, region: str | None) -> Recipient:
    local, at, server = text.partition("@")
    server = server.strip().casefold()
    unspaced = local.replace(" ", "")
    group = _GROUP.fullmatch(unspaced)
    if server == "g.us":
        if group:
            return Recipient(group[1], "group")
        if _NEW_GROUP.fullmatch(unspaced):
            return Recipient(f"{unspaced}@g.us", "group")
        raise UnreadableError("what stands before @g.us is not a group's identifier")
    if at and server not in _PERSON_SERVERS:
        raise UnreadableError(f"@{shown(server, 24)[1:-1]} is no ending the API knows")
    if group and at:
        raise UnreadableError("a group's identifier ends in @g.us or in nothing")
    if group:
        return Recipient(group[1], "group")
    return Recipient(digits_of_text(local, None if at else region), "individual")

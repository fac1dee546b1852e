"""One text message: checked parts, and the body of the request that sends it."""

from __future__ import annotations

import unicodedata
from typing import Any, NamedTuple

from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.recipients import Recipient, RecipientType, read_recipient
from greenapi_nb.values import is_missing, shown

__all__ = ["MAX_BODY", "Message", "check_body", "check_recipient_type", "compose", "payload", "read_recipient_of_type"]

MAX_BODY = 4096
"""Most code points in a text; whether the API counts these or UTF-16 units, its documentation leaves open."""


class Message(NamedTuple):
    """A message that passed every local check.

    Attributes
    ----------
    to
        The recipient's identifier as the API takes it.
    body
        The text.
    recipient_type
        ``"individual"`` or ``"group"``.

    Examples
    --------
    >>> compose("+7 900 123-45-67", "Hello!")
    Message(to='79001234567', body='Hello!', recipient_type='individual')
    """

    to: str
    body: str
    recipient_type: RecipientType


def compose(to: object, body: object, *, recipient_type: str | None = None, region: str | None = None) -> Message:
    """Check the parts of a message and put them together.

    Parameters
    ----------
    to
        A recipient in any spelling `read_recipient` understands.
    body
        The text.
    recipient_type
        ``"individual"`` or ``"group"``, None to read it off the recipient.
    region
        Two letters of the country whose national phone numbers may occur.

    Returns
    -------
    Message
        Its text is exactly `body`.

    Raises
    ------
    MessageRejected
        If a part is missing or invalid; nothing was sent.
    ValueError
        If `region` is not a region.

    Examples
    --------
    >>> compose("79001234567-1581234048", "Hello, all!").recipient_type
    'group'
    """
    recipient = read_recipient_of_type(to, recipient_type, region=region)
    return Message(recipient.identifier, check_body(body), recipient.kind)


def read_recipient_of_type(to: object, recipient_type: str | None, *, region: str | None = None) -> Recipient:
    """Read a recipient, and check that it is of the type asked for; None asks for none.

    Raises
    ------
    MessageRejected
        RECIPIENT_MISSING or RECIPIENT_INVALID as `read_recipient`, or if it is of the other type;
        INVALID_PARAMETER if there is no such type.
    """
    recipient = read_recipient(to, region=region)
    if recipient_type is None:
        return recipient
    try:
        check_recipient_type(recipient_type)
    except ValueError as problem:
        raise MessageRejected(str(problem), code=ErrorCode.INVALID_PARAMETER) from None
    if recipient_type != recipient.kind:
        raise MessageRejected(
            f'{shown(to)} is the identifier of a recipient of type "{recipient.kind}", '
            f'but recipient_type is "{recipient_type}". Nothing was sent. '
            "Leave recipient_type out to have it read off the recipient.",
            code=ErrorCode.RECIPIENT_INVALID,
        )
    return recipient


def check_recipient_type(value: object) -> None:
    """Check a recipient type; None means that it is read off the recipient.

    Raises
    ------
    ValueError
        If it is neither ``"individual"`` nor ``"group"`` nor None.

    Examples
    --------
    >>> check_recipient_type("group")
    """
    if value is not None and not (isinstance(value, str) and value in {"individual", "group"}):
        raise ValueError(
            f"recipient_type={shown(value)} is no type of recipient; nothing was sent. "
            'Use "individual" or "group", or leave it out to have it read off the recipient.'
        )


def check_body(value: object) -> str:
    r"""Check a text, and give it back unchanged.

    Parameters
    ----------
    value
        The text.

    Returns
    -------
    str
        The same characters: line ends, emoji and combining marks stay as they are.

    Raises
    ------
    MessageRejected
        TEXT_MISSING if nothing in it can be seen, TEXT_INVALID if it is not text or holds what JSON in UTF-8
        cannot carry or the API does not allow, TEXT_TOO_LONG if it has more than 4096 code points.

    Examples
    --------
    >>> check_body("Hello 🌍\r\n")
    'Hello 🌍\r\n'
    """
    if type(value) is str and _is_plainly_good(value):
        return value
    if is_missing(value):
        raise _refusal("There is no text: the value is empty", ErrorCode.TEXT_MISSING)
    if not isinstance(value, str):
        raise MessageRejected(
            f"The text is a {type(value).__name__}, not a str: {shown(value)}. Nothing was sent. "
            "Turn it into text first, like str(value).",
            code=ErrorCode.TEXT_INVALID,
        )
    body = str.__str__(value)
    if not any(map(_is_visible, body)):
        state = "blank: it holds nothing that can be seen" if body else "empty"
        raise _refusal(f"The text is {state}", ErrorCode.TEXT_MISSING)
    if len(body) > MAX_BODY:
        raise _refusal(
            f"The text has {len(body)} characters, {len(body) - MAX_BODY} more than the {MAX_BODY} allowed",
            ErrorCode.TEXT_TOO_LONG,
        )
    if "\0" in body:
        raise _refusal(f"The text holds a NUL character at position {body.index(chr(0)) + 1}", ErrorCode.TEXT_INVALID)
    if (position := _first_surrogate(body)) is not None:
        raise _refusal(
            f"The text holds half of a surrogate pair, U+{ord(body[position]):04X}, at position {position + 1}",
            ErrorCode.TEXT_INVALID,
        )
    return body


def payload(message: Message) -> dict[str, Any]:
    """Build the JSON body of the request that sends a message.

    Examples
    --------
    >>> payload(compose("79001234567", "Hello!"))
    {'recipient_type': 'individual', 'to': '79001234567', 'type': 'text', 'text': {'body': 'Hello!'}}
    """
    return {
        "recipient_type": message.recipient_type,
        "to": message.to,
        "type": "text",
        "text": {"body": message.body},
    }


def _refusal(what: str, code: ErrorCode) -> MessageRejected:
    return MessageRejected(f"{what}. Nothing was sent. {code.info.advice}", code=code)


def _is_plainly_good(text: str) -> bool:
    """Pass nearly all good texts at a fraction of the cost; a million rows come through here."""
    first = text[:1]
    return (
        first.isprintable()
        and not first.isspace()
        and 0 < len(text) <= MAX_BODY
        and "\0" not in text
        and _first_surrogate(text) is None
    )


def _is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) != "Cf"


def _first_surrogate(text: str) -> int | None:
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        return problem.start
    return None

"""The protocol's rules, decided without any I/O: who may send, and what is a message."""

from __future__ import annotations

import hmac
import json
import re
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlsplit

from greenapi_nb.errors import ErrorCode
from greenapi_nb.sandbox.answers import Answer, bare, refused

__all__ = ["PATH", "Refusal", "Submission", "authorization_fault", "closed_door", "path_of", "read_submission"]

PATH = "/v1/messages"
LONGEST_TEXT = 4096

_ALLOWED = (("Allow", "POST, OPTIONS"),)
_RECIPIENTS = {
    "individual": re.compile(r"[0-9]{7,15}"),
    "group": re.compile(r"[0-9]+-[0-9]+|[0-9]{18,}@g\.us"),
}
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


class Submission(NamedTuple):
    """A message that keeps every rule."""

    to: str
    recipient_type: str
    body: str


class Refusal(Exception):
    """A request that breaks rules.

    Attributes
    ----------
    codes
        One error code for each kind of fault, at least one.
    to
        The recipient it names, None where it names none.
    """

    def __init__(self, *codes: ErrorCode, to: str | None = None) -> None:
        super().__init__(*codes)
        self.codes = codes
        self.to = to


def path_of(target: str) -> str:
    """Take the path off a request target, which is a path with a query, or a URL when it came by a proxy.

    Examples
    --------
    >>> path_of("/v1/messages?a=1"), path_of("http://127.0.0.1:8080/v1/messages")
    ('/v1/messages', '/v1/messages')
    """
    if target.startswith("/"):
        return target.partition("?")[0]
    try:
        return urlsplit(target).path
    except ValueError:
        return target


def closed_door(method: str, path: str) -> Answer | None:
    """Answer a request that is for nothing there is here; None lets it in.

    Examples
    --------
    >>> closed_door("GET", "/v1/messages").status, closed_door("POST", "/").status
    (405, 404)
    >>> closed_door("POST", "/v1/messages") is None
    True
    """
    if path != PATH:
        return refused(ErrorCode.ERROR, status=404)
    if method == "POST":
        return None
    return bare(204, _ALLOWED) if method == "OPTIONS" else refused(ErrorCode.ERROR, status=405, headers=_ALLOWED)


def authorization_fault(header: str | None, token: str) -> ErrorCode | None:
    """Compare an ``Authorization`` header with the token; None: it is the right one.

    Examples
    --------
    >>> authorization_fault("Bearer wrong", "right")
    <ErrorCode.TOKEN_NOT_ALLOWED: 1041>
    """
    scheme, _, given = (header or "").strip().partition(" ")
    given = given.strip()
    if scheme.lower() != "bearer" or not given:
        return ErrorCode.TOKEN_MISSING
    return None if hmac.compare_digest(given.encode(), token.encode()) else ErrorCode.TOKEN_NOT_ALLOWED


def read_submission(content_type: str | None, body: bytes) -> Submission:
    """Read a message from a request's body.

    Unknown fields are ignored, as the protocol does not forbid them.

    Raises
    ------
    Refusal
        1010: the body is not JSON in UTF-8, or is nested too deeply to read. 1011: the content type is not
        JSON in UTF-8, the JSON is not an object, a field comes twice, or one has the wrong type or an
        unknown value. 1020, 1021, 1030, 1031, 1032: as the protocol's table has them. Every fault of a
        message is named, each code once.

    Examples
    --------
    >>> read_submission("application/json", b'{"to": "79001234567", "text": {"body": "Hello"}}')
    Submission(to='79001234567', recipient_type='individual', body='Hello')
    """
    if not _is_json(content_type):
        raise Refusal(ErrorCode.INVALID_PARAMETER)
    document = _parsed(body)
    if not isinstance(document, dict):
        raise Refusal(ErrorCode.INVALID_PARAMETER)
    recipient_type = document.get("recipient_type", "individual")
    to: Any = document.get("to")
    text: Any = document.get("text")
    faults = [
        *_kind_faults(recipient_type, document.get("type", "text")),
        *_recipient_faults(to, recipient_type),
        *_text_faults(text),
    ]
    if faults:
        raise Refusal(*dict.fromkeys(faults), to=to if isinstance(to, str) else None)
    return Submission(to, recipient_type, text["body"])


@lru_cache(maxsize=64)
def _is_json(content_type: str | None) -> bool:
    media_type, *parameters = (part.strip() for part in (content_type or "").split(";"))
    values = dict(parameter.lower().partition("=")[::2] for parameter in parameters)
    charset = values.get("charset", "utf-8").strip().strip('"')
    return media_type.lower() == "application/json" and charset in {"utf-8", "utf8"}


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON may be anything
    try:
        return json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise Refusal(ErrorCode.ERROR) from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Refusal(ErrorCode.INVALID_PARAMETER)
    return fields


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _kind_faults(recipient_type: object, kind: object) -> list[ErrorCode]:
    known = isinstance(recipient_type, str) and recipient_type in _RECIPIENTS
    return [] if known and kind == "text" else [ErrorCode.INVALID_PARAMETER]


def _recipient_faults(to: object, recipient_type: object) -> list[ErrorCode]:
    if to is None or to == "":
        return [ErrorCode.RECIPIENT_MISSING]
    if not isinstance(to, str):
        return [ErrorCode.RECIPIENT_INVALID]
    # Where the type itself is at fault, `to` is still held to being an identifier of some kind.
    spelling = _RECIPIENTS.get(recipient_type) if isinstance(recipient_type, str) else None
    spellings = [spelling] if spelling else _RECIPIENTS.values()
    return [] if any(s.fullmatch(to) for s in spellings) else [ErrorCode.RECIPIENT_INVALID]


def _text_faults(text: object) -> list[ErrorCode]:
    if text is None:
        return [ErrorCode.TEXT_MISSING]
    if not isinstance(text, dict):
        return [ErrorCode.INVALID_PARAMETER]
    body = text.get("body")
    if body is None:
        return [ErrorCode.TEXT_MISSING]
    if not isinstance(body, str):
        return [ErrorCode.INVALID_PARAMETER]
    if not body.strip():
        return [ErrorCode.TEXT_MISSING]
    faults = [ErrorCode.TEXT_INVALID] if _FORBIDDEN.search(body) else []
    return [*faults, ErrorCode.TEXT_TOO_LONG] if len(body) > LONGEST_TEXT else faults

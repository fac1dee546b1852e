"""What an HTTP answer says about the message."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from greenapi_nb.errors import ErrorCode, as_code, describe
from greenapi_nb.outcomes import Outcome, Status

__all__ = ["MAX_ANSWER_BYTES", "Answer", "read_answer"]

MAX_ANSWER_BYTES = 64 * 1024
_LONGEST_WORDS = 500
_LARGEST_CODE = 2**31

_CREATED = 201
_NOT_HERE = {301, 302, 307, 308}
_PROXY_REFUSED = 407
_GATEWAY_TIMEOUT = 408
_TOO_MANY = 429

# Codes whose meaning says that nothing was sent, whatever HTTP status they come under.
_REFUSALS = {code for code in ErrorCode if code.info.concerns in {"account", "recipient", "text"}} | {
    ErrorCode.INVALID_PARAMETER,
    ErrorCode.TASK_FAILED,
}
_HINTS = {
    401: "The token is probably wrong or no longer valid.",
    403: "The account is probably not allowed to send.",
    466: "The account's quota is probably used up.",
}


class Answer(NamedTuple):
    """An HTTP answer as it came.

    Attributes
    ----------
    http_status
        The status number.
    body
        The bytes of the body, at most ``MAX_ANSWER_BYTES``; None if it was cut, too long or did not come.
    retry_after
        Seconds the server asked to wait, if it did.
    """

    http_status: int
    body: bytes | None
    retry_after: float | None = None


class _Fault(NamedTuple):
    code: int
    details: str | None
    title: str | None


def read_answer(answer: Answer) -> Outcome:
    """Turn an answer into an outcome; any bytes and any status are understood.

    Examples
    --------
    >>> read_answer(Answer(201, b'{"messages": [{"id": "1234"}]}')).message_id
    '1234'
    >>> read_answer(Answer(201, b'<html>')).status
    <Status.UNKNOWN: 'unknown'>
    """
    http = answer.http_status
    content = _parse(answer.body)
    message_id = _message_id(content) if http == _CREATED else None
    if message_id is not None:
        return Outcome(Status.ACCEPTED, message_id=message_id, http_status=http)
    fault = _fault(content)
    status = _status(http, fault.code if fault else None)
    code = fault.code if fault else _code_without_words(http)
    return Outcome(
        status,
        error_code=code,
        error=_explain(status, http, code, fault),
        http_status=http,
        details=fault.details if fault else None,
        title=fault.title if fault else None,
        retry_after=answer.retry_after if status is Status.UNSENT else None,
    )


def _status(http: int, code: int | None) -> Status:
    if http == _TOO_MANY and not (code is not None and describe(code).concerns == "account"):
        return Status.UNSENT
    if code in _REFUSALS:
        return Status.REJECTED
    if http == _PROXY_REFUSED:
        return Status.UNSENT
    if http in _NOT_HERE or (http // 100 == 4 and http != _GATEWAY_TIMEOUT):  # noqa: PLR2004 - the 4xx class
        return Status.REJECTED
    return Status.UNKNOWN


def _code_without_words(http: int) -> ErrorCode:
    if http == _TOO_MANY:
        return ErrorCode.RATE_LIMITED
    if http == _PROXY_REFUSED:
        return ErrorCode.UNREACHABLE
    return ErrorCode.HTTP_ERROR if http >= 300 else ErrorCode.BAD_ANSWER  # noqa: PLR2004 - 1xx and 2xx are no errors


_MEANS_FOR_MESSAGE = {
    Status.REJECTED: "Nothing was sent.",
    Status.UNSENT: "Nothing was sent.",
    Status.UNKNOWN: "The message may have been sent.",
}


def _explain(status: Status, http: int, code: int, fault: _Fault | None) -> str:
    info = describe(code)
    if fault is not None:
        said = f"The API answered code {code}: {fault.details or info.meaning}."
    elif http in _NOT_HERE:
        said = f"The server pointed elsewhere (HTTP {http}), which is not followed; the base URL may be wrong."
    elif code == ErrorCode.BAD_ANSWER:
        said = f"The answer was HTTP {http}, but without a message ID that can be relied on."
    else:
        said = f"The answer was HTTP {http} without the API's own explanation. {_HINTS.get(http, '')}".strip()
    advice = ErrorCode.NO_ANSWER.info.advice if status is Status.UNKNOWN else info.advice
    return f"{said} {_MEANS_FOR_MESSAGE[status]} {advice}"


def _parse(body: bytes | None) -> dict[str, Any]:
    try:
        content = json.loads((body or b"").decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _items(content: dict[str, Any], key: str) -> list[dict[str, Any]]:
    items = content.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _message_id(content: dict[str, Any]) -> str | None:
    for item in _items(content, "messages"):
        found = item.get("id")
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        if isinstance(found, str) and found.strip() and found == _carried(found):
            return found
    return None


def _fault(content: dict[str, Any]) -> _Fault | None:
    faults = [
        _Fault(code, _words(item.get("details")), _words(item.get("title")))
        for item in _items(content, "errors")
        if (code := _code(item.get("code"))) is not None
    ]
    about_account = (fault for fault in faults if describe(fault.code).concerns == "account")
    return next(about_account, faults[0] if faults else None)


def _code(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < len(str(_LARGEST_CODE)):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _LARGEST_CODE:
        return None
    return as_code(value)


def _words(value: object) -> str | None:
    return _carried(value)[:_LONGEST_WORDS].strip() or None if isinstance(value, str) else None


def _carried(text: str) -> str:
    """Return the text with what UTF-8 cannot carry (lone surrogates out of JSON escapes) replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")

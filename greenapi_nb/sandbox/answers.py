# ruff: noqa: RUF001 - the titles are Russian
"""The sandbox's answers: the protocol's JSON, and what stands between it and a connection's end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, auto

from greenapi_nb.errors import ErrorCode, describe

__all__ = ["META", "Answer", "Ending", "accepted", "bare", "html", "refused"]

META = {"api_status": "stable", "version": "2.0.1"}

_JSON = "application/json; charset=utf-8"
_HTML = "text/html; charset=utf-8"

_TITLES: dict[int, str] = {
    ErrorCode.QUOTA_EXCEEDED: "Превышено колличество исходящих сообщений",  # the service's own spelling
    ErrorCode.ERROR: "Ошибка",
    ErrorCode.INVALID_PARAMETER: "Недопустимый параметр",
    ErrorCode.RECIPIENT_MISSING: "Отсутствует параметр -to-",
    ErrorCode.RECIPIENT_INVALID: "Недопустимый параметр -to-",
    ErrorCode.SUBSCRIBER_NOT_FOUND: "Абонент не найден",
    ErrorCode.SUBSCRIBER_UNSUBSCRIBED: "Абонент отписан или не обслуживается",
    ErrorCode.SUBSCRIBER_UPDATE_FAILED: "Не удалось обновить данные абонента",
    ErrorCode.TEXT_MISSING: "Отсутствует параметр -text-",
    ErrorCode.TEXT_INVALID: "Недопустимый параметр -text-",
    ErrorCode.TEXT_TOO_LONG: "Превышена длина сообщения",
    ErrorCode.TOKEN_MISSING: "Отсутствует ключ авторизации",
    ErrorCode.TOKEN_NOT_ALLOWED: "Ключ авторизации не разрешён",
    ErrorCode.SYSTEM_ERROR: "Системная ошибка",
    ErrorCode.MESSAGE_ID_MISSING: "Отсутствует параметр -messageId-",
    ErrorCode.MESSAGE_ID_INVALID: "Недопустимый параметр -messageId-",
    ErrorCode.MESSAGE_ARRAY_FAILED: "Не удалось получить массив сообщений",
    ErrorCode.TASK_FAILED: "Не удалось создать задачу на отправку сообщения",
    ErrorCode.DATA_NOT_FOUND: "Данные не найдены",
    ErrorCode.SUBSCRIPTION_NEEDED: "Необходимо приобрести подписку",
    ErrorCode.SENDERS_NOT_FOUND: "Отправители не найдены",
    ErrorCode.FILE_EXTENSION_MISSING: "Не найден заголовок X-Gr-File-Extension",
}


class Ending(Enum):
    """How the exchange ends."""

    COMPLETE = auto()
    """The whole answer is written."""
    CUT = auto()
    """The headers promise more than comes; then the connection is closed."""
    RESET = auto()
    """The connection is reset instead of an answer."""
    SILENCE = auto()
    """Nothing is written until the client goes away."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, or the lack of one.

    Attributes
    ----------
    status
        The HTTP status; None where no answer comes.
    body
        The bytes of the body.
    content_type
        The ``Content-Type``, None for a body that is empty.
    headers
        Further headers, as pairs.
    code
        The first GREEN-API error code in the body, None where there is none.
    delay
        Seconds to wait before it is written.
    ending
        How the exchange ends.
    """

    status: int | None
    body: bytes = b""
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    code: int | None = None
    delay: float = 0.0
    ending: Ending = Ending.COMPLETE


def accepted(message_id: str) -> Answer:
    """Make the answer to an accepted message.

    Examples
    --------
    >>> accepted("1234").body
    b'{"messages": [{"id": "1234"}], "meta": {"api_status": "stable", "version": "2.0.1"}}'
    """
    return Answer(201, _encoded({"messages": [{"id": message_id}], "meta": META}), _JSON)


def refused(*codes: int, status: int = 400, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Make an answer that names errors by their codes, in English and in Russian.

    Examples
    --------
    >>> refused(1041).status, refused(1041).code
    (400, 1041)
    """
    errors = [
        {"code": code, "details": describe(code).identifier, "title": _TITLES.get(code, f"Код {code}")}
        for code in map(int, codes)
    ]
    return Answer(status, _encoded({"errors": errors, "meta": META}), _JSON, headers, int(codes[0]))


def bare(status: int, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Make an answer without a body.

    Examples
    --------
    >>> bare(503).body
    b''
    """
    return Answer(status, headers=headers)


def html(status: int) -> Answer:
    """Make a page such as proxies and gateways put in the API's place.

    Examples
    --------
    >>> html(502).content_type
    'text/html; charset=utf-8'
    """
    page = f"<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
    return Answer(status, page.encode(), _HTML)


def _encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()

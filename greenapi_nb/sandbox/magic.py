"""The magic recipients: numbers that make the sandbox answer what a real one answers on a bad day.

The last digits say what comes, as test cards do for payments:

=================  ==================================================================================
``7900000CCCC``    error code CCCC, as the API sends it (HTTP 400): 79000001021, 79000000082
``79000000SSS``    HTTP status SSS with an empty body: 79000000503
``79000010SSS``    HTTP status SSS with a GREEN-API error body: 79000010401
``79000020SSS``    HTTP status SSS with a page of HTML: 79000020502
``7900008xxxx``    rubbish where an answer should be
``7900009xxxx``    delays, silence, resets, patience
=================  ==================================================================================
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from greenapi_nb.errors import ErrorCode
from greenapi_nb.sandbox.answers import META, Answer, Ending, accepted, bare, html, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["MAGIC", "Magic"]

_RETRY = (("Retry-After", "1"),)
_SEND_ON = (("Location", "/v1/messages"),)
_JSON = "application/json; charset=utf-8"
_HTML_STATUSES = (500, 502, 503, 504)
_BODY_CODES = {401: 1041, 403: 1062, 429: 1010, 466: 82, 500: 1042, 502: 1042, 503: 1060, 504: 1042}
_BARE_HEADERS = {302: _SEND_ON, 307: _SEND_ON, 429: _RETRY}
_UNLISTED_CODE = 4711


@dataclass(frozen=True, slots=True)
class Magic:
    """A magic recipient.

    Attributes
    ----------
    to
        The number.
    does
        What comes, in words.
    refuse
        The answer that does not accept the message.
    accept
        Makes the answer that does, from the message's ID.
    refusals
        How many times it refuses before it accepts, where it does both; then it begins anew.
    """

    to: str
    does: str
    refuse: Answer | None = None
    accept: Callable[[str], Answer] | None = None
    refusals: int = 0

    @property
    def first_answer(self) -> Answer:
        """The answer that a first message gets."""
        return self.refuse or (self.accept or accepted)("")


def _codes() -> Iterator[Magic]:
    for code in ErrorCode:
        if code > 0:
            yield Magic(f"7900000{code:04}", f"error code {code:d}: {code.info.identifier}", refused(code))
    yield Magic(
        f"7900000{_UNLISTED_CODE:04}",
        f"error code {_UNLISTED_CODE}, which the documentation does not list",
        refused(_UNLISTED_CODE),
    )


def _statuses() -> Iterator[Magic]:
    for status in (302, 307, *_BODY_CODES):
        headers = _BARE_HEADERS.get(status, ())
        more = "".join(f", {name}: {value}" for name, value in headers)
        yield Magic(f"79000000{status}", f"HTTP {status} with an empty body{more}", bare(status, headers))
    for status, code in _BODY_CODES.items():
        answer = refused(code, status=status, headers=_BARE_HEADERS.get(status, ()))
        yield Magic(f"79000010{status}", f"HTTP {status} with error code {code}", answer)
    for status in _HTML_STATUSES:
        yield Magic(f"79000020{status}", f"HTTP {status} with a page of HTML", html(status))


def _rubbish() -> Iterator[Magic]:
    whole = accepted("1234").body
    yield Magic("79000080001", "HTTP 201 with a page of HTML", html(201))
    yield Magic("79000080002", "HTTP 201 without a message ID", _answer({"messages": [], "meta": META}))
    yield Magic("79000080003", "HTTP 201 that is not UTF-8", replace(accepted(""), body=b'{"messages": "\xff\xfe"}'))
    yield Magic("79000080004", "HTTP 201 with an empty body", bare(201))
    yield Magic("79000080005", "HTTP 201 with half the JSON", replace(accepted(""), body=whole[:30]))
    yield Magic(
        "79000080006",
        "HTTP 201 whose connection ends amid the body",
        replace(accepted("1234"), ending=Ending.CUT),
    )
    yield Magic("79000080007", "HTTP 201 with null for an ID", _answer({"messages": [{"id": None}], "meta": META}))
    yield Magic("79000080008", "HTTP 400 with a page of HTML", html(400))
    yield Magic("79000080009", "HTTP 400 that names no error", _answer({"errors": [], "meta": META}, 400))
    yield Magic(
        "79000080200",
        "the message is accepted, and answered HTTP 200 in place of 201",
        accept=lambda message_id: replace(accepted(message_id), status=200),
    )


def _patience() -> Iterator[Magic]:
    reset = Answer(None, ending=Ending.RESET)
    yield Magic(
        "79000090001",
        "the message is accepted, and answered after 2 seconds",
        accept=lambda message_id: replace(accepted(message_id), delay=2.0),
    )
    yield Magic("79000090002", "the connection is reset; the message is lost", reset)
    yield Magic("79000090003", "no answer ever; the message is lost", Answer(None, ending=Ending.SILENCE))
    yield Magic(
        "79000090004",
        "HTTP 429, Retry-After: 1, to the first two; every third message is accepted",
        refuse=bare(429, _RETRY),
        accept=accepted,
        refusals=2,
    )
    yield Magic(
        "79000090005",
        "the message is accepted, and the connection is reset in place of an answer",
        accept=lambda _: reset,
    )
    yield Magic("79000090006", "two errors at once: 1011 and 1031", refused(1011, 1031))


def _answer(document: object, status: int = 201) -> Answer:
    return Answer(status, json.dumps(document).encode(), _JSON)


MAGIC: dict[str, Magic] = {magic.to: magic for part in (_codes, _statuses, _rubbish, _patience) for magic in part()}
"""All magic recipients by their number."""

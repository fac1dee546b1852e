"""The sandbox's account: takes requests in, decides by rules, magic and conditions, and remembers."""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from greenapi_nb.errors import ErrorCode
from greenapi_nb.sandbox import rules
from greenapi_nb.sandbox.answers import Answer, accepted, bare, refused
from greenapi_nb.sandbox.conditions import MagicCounts, RateLimit, SlidingWindow
from greenapi_nb.sandbox.magic import MAGIC
from greenapi_nb.sandbox.store import Message, Request, Store

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Incoming", "Service"]

_LONGEST_RECORDED = 64


class Incoming(NamedTuple):
    """A whole request; a `body` of None was too large to be kept."""

    method: str
    target: str
    authorization: str | None
    content_type: str | None
    body: bytes | None


class Service:
    """Answers requests in the name of one account. Safe to use from any thread.

    Parameters
    ----------
    token
        The one token that is allowed.
    rate_limit
        Requests in any one second; more are answered 429. None: any number.
    quota
        Messages to accept; more are refused with code 82. None: any number.
    seed
        Makes the message IDs reproducible.
    clock
        Seconds, never going back.

    Examples
    --------
    >>> service = Service("T0P")
    >>> body = b'{"to": "79001234567", "text": {"body": "Hello"}}'
    >>> service.answer(Incoming("POST", "/v1/messages", "Bearer T0P", "application/json", body)).status
    201
    >>> service.store.messages()[0].body
    'Hello'
    """

    def __init__(
        self,
        token: str,
        *,
        rate_limit: int | None = None,
        quota: int | None = None,
        seed: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = Store()
        self._token = token
        self._rate_limit = rate_limit
        self._quota = quota
        self._clock = clock
        self._random = random.Random(seed)  # noqa: S311 - IDs are names, not secrets
        self._issued = 0
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._arrivals = SlidingWindow()
        self._limit = RateLimit(self._rate_limit)
        self._magic_counts = MagicCounts()
        self._accepted = 0

    @property
    def busiest_second(self) -> int:
        """The most requests that arrived in any window of one second."""
        return self._arrivals.busiest

    def reset(self) -> None:
        """Forget everything and count anew; message IDs go on, so that none is given out twice."""
        with self._lock:
            self._begin()
            self.store.reset()
        self.store.message_subscribers.call(None)

    def answer(self, incoming: Incoming) -> Answer:
        """Decide a request, remember it, and tell the subscribers."""
        with self._lock:
            at = datetime.now(UTC)
            answer, to, message = self._decide(incoming, at)
            path = _recordable(rules.path_of(incoming.target))
            request = Request(at, incoming.method, path, to and _recordable(to), answer.status, answer.code)
            self.store.add_request(request)
            if message is not None:
                self.store.add_message(message)
        self.store.request_subscribers.call(request)
        if message is not None:
            self.store.message_subscribers.call(message)
        return answer

    def _decide(self, incoming: Incoming, at: datetime) -> tuple[Answer, str | None, Message | None]:
        now = self._clock()
        self._arrivals.add(now)
        if (turned_away := self._turned_away(incoming, now)) is not None:
            return turned_away, None, None
        try:
            submission = rules.read_submission(incoming.content_type, incoming.body or b"")
        except rules.Refusal as refusal:
            return refused(*refusal.codes), refusal.to, None
        answer, message = self._deliver(submission, at)
        return answer, submission.to, message

    def _turned_away(self, incoming: Incoming, now: float) -> Answer | None:
        closed = rules.closed_door(incoming.method, rules.path_of(incoming.target))
        if closed is not None:
            return closed
        fault = rules.authorization_fault(incoming.authorization, self._token)
        if fault is not None:
            return refused(fault)
        if not self._limit.admits(now):
            return bare(429, (("Retry-After", "1"),))
        return refused(ErrorCode.INVALID_PARAMETER, status=413) if incoming.body is None else None

    def _deliver(self, submission: rules.Submission, at: datetime) -> tuple[Answer, Message | None]:
        magic = MAGIC.get(submission.to)
        if magic is not None and magic.refuse is not None and self._magic_counts.refuses(magic):
            return magic.refuse, None
        if self._quota is not None and self._accepted >= self._quota:
            return refused(ErrorCode.QUOTA_EXCEEDED), None
        self._accepted += 1
        message = Message(at, *submission, self._next_id())
        make = magic.accept if magic is not None and magic.accept is not None else accepted
        return make(message.message_id), message

    def _next_id(self) -> str:
        # Letters around the digits keep spreadsheets and CSV readers from taking an ID for a number.
        self._issued += 1
        return f"SB{self._random.getrandbits(32):08X}N{self._issued}"


def _recordable(text: str) -> str:
    return text[:_LONGEST_RECORDED].encode("utf-8", "replace").decode()

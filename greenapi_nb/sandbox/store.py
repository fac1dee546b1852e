"""The sandbox's memory: which requests came and which messages were accepted. Safe to use from any thread."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

__all__ = ["Message", "Request", "Store", "Subscribers"]

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Request(NamedTuple):
    """One request and how it was answered; `code` is the first error code of the answer."""

    at: datetime
    method: str
    path: str
    to: str | None
    http_status: int | None
    code: int | None


class Message(NamedTuple):
    """One accepted message."""

    at: datetime
    to: str
    recipient_type: str
    body: str
    message_id: str


class Subscribers(Generic[T]):
    """Functions to call with each new thing; one that raises is logged and does no harm.

    Examples
    --------
    >>> subscribers = Subscribers()
    >>> unsubscribe = subscribers.add(print)
    >>> subscribers.call("news")
    news
    >>> unsubscribe()
    >>> subscribers.call("old news")
    """

    def __init__(self) -> None:
        self._callbacks: tuple[Callable[[T], object], ...] = ()
        self._lock = threading.Lock()

    def add(self, callback: Callable[[T], object]) -> Callable[[], None]:
        """Call `callback` from now on, until the function that this returns is called."""

        # A callback of its own, so that one function added twice can be removed once.
        def entry(thing: T) -> object:
            return callback(thing)

        def remove() -> None:
            with self._lock:
                self._callbacks = tuple(kept for kept in self._callbacks if kept is not entry)

        with self._lock:
            self._callbacks = (*self._callbacks, entry)
        return remove

    def call(self, thing: T) -> None:
        """Tell all subscribers, in the order they came."""
        for callback in self._callbacks:
            try:
                callback(thing)
            except Exception:  # noqa: BLE001 - whatever it is, the server must go on
                _log.exception("A subscriber of the sandbox raised; the sandbox goes on.")


class Store:
    """A record of requests and messages.

    Attributes
    ----------
    message_subscribers
        Called with each accepted `Message`, and with None when everything was forgotten.
    request_subscribers
        Called with each `Request`.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> store = Store()
    >>> store.add_message(Message(datetime.now(UTC), "79001234567", "individual", "Hello", "1234"))
    >>> news, number = store.since(0)
    >>> [message.body for message in news], number
    (['Hello'], 1)
    >>> store.since(number)
    ([], 1)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._requests: list[Request] = []
        self._forgotten = 0
        self.message_subscribers: Subscribers[Message | None] = Subscribers()
        self.request_subscribers: Subscribers[Request] = Subscribers()

    def add_request(self, request: Request) -> None:
        """Remember a request; the subscribers are told by whoever adds it, when no lock is held."""
        with self._lock:
            self._requests.append(request)

    def add_message(self, message: Message) -> None:
        """Remember a message; the subscribers are told by whoever adds it, when no lock is held."""
        with self._lock:
            self._messages.append(message)

    def since(self, number: int = 0) -> tuple[list[Message], int]:
        """Return the messages from a number on, and the number to ask with next time.

        Messages are numbered from 0 and the numbers go on over a `reset`, so that a reader neither misses
        one nor reads one twice; the cost is that of the new messages alone.
        """
        with self._lock:
            return self._messages[max(0, number - self._forgotten) :], self._forgotten + len(self._messages)

    def messages(self) -> list[Message]:
        """Return all messages, in the order they were accepted."""
        return self.since()[0]

    def requests(self) -> list[Request]:
        """Return all requests, in the order they came."""
        with self._lock:
            return self._requests.copy()

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._forgotten += len(self._messages)
            self._messages = []
            self._requests = []

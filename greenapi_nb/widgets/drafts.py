"""One message, sent once, however many threads and clicks ask for it."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime
from threading import Lock, get_ident
from typing import TYPE_CHECKING

from greenapi_nb.errors import ErrorCode
from greenapi_nb.outcomes import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Draft", "interrupted"]


class Draft:
    """A message until it has been sent, and what came of it.

    Examples
    --------
    >>> draft, sent = Draft(), []
    >>> def deliver():
    ...     sent.append("Hello")
    ...     return Outcome(Status.ACCEPTED, message_id="1234")
    >>> [draft.send(deliver).message_id for _ in range(10)] == ["1234"] * 10
    True
    >>> sent
    ['Hello']
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._flight: Future[Outcome] | None = None
        self._thread = 0

    @property
    def in_flight(self) -> bool:
        """Whether it is being sent right now."""
        flight = self._flight
        return flight is not None and not flight.done()

    @property
    def outcome(self) -> Outcome | None:
        """What came of it, None before that."""
        flight = self._flight
        return flight.result() if flight is not None and flight.done() else None

    def send(self, deliver: Callable[[], Outcome]) -> Outcome:
        """Deliver it, unless it is on its way, was sent or may have been: then return what came of that.

        Parameters
        ----------
        deliver
            Sends it and says what came of it. If it raises, the outcome is unknown.

        Raises
        ------
        RuntimeError
            Called from inside `deliver` itself: it would wait for its own end.
        """
        with self._lock:
            flight = self._flight
            begins = flight is None or (flight.done() and not flight.result().status.may_have_been_sent)
            if flight is None or begins:
                flight = self._flight = Future()
                self._thread = get_ident()
        if begins:
            try:
                flight.set_result(deliver())
            except BaseException:
                flight.set_result(interrupted())
                raise
        elif not flight.done() and self._thread == get_ident():
            raise RuntimeError("submit() was called while the same thread is sending; the message goes once.")
        return flight.result()


def interrupted() -> Outcome:
    """Say what is known of a message whose sending ended with an exception: it may have been sent.

    Examples
    --------
    >>> interrupted().status
    <Status.UNKNOWN: 'unknown'>
    """
    code = ErrorCode.INTERRUPTED
    return Outcome(
        Status.UNKNOWN,
        error_code=code,
        error=f"Sending ended before an answer came. The message may have been sent. {code.info.advice}",
        attempts=1,
        at=datetime.now(UTC),
    )

"""One request on its way: whether it may have left, and until when its answer is waited for."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Flight", "current_flight", "flying"]


class Flight:
    """One request on its way.

    Parameters
    ----------
    connect_within
        Seconds to connect, the talk with a proxy included.
    answer_within
        Seconds from the connection's standing to the last byte of the answer.

    Attributes
    ----------
    departed
        Whether the request may have left; None while connections that may not be watched have it in hand.
    deadline
        When to stop reading (`time.monotonic`).
    """

    def __init__(self, connect_within: float, answer_within: float) -> None:
        self._connect_within = connect_within
        self._answer_within = answer_within
        self.departed: bool | None = False
        self.deadline = monotonic() + connect_within

    def hand_over(self) -> None:
        """Note that from here on only a watched connection can say whether anything left."""
        self.departed = None

    def connect(self) -> None:
        """Note that a watched connection is being opened; what left before that stays noted."""
        self.departed = self.departed or False
        self.deadline = monotonic() + self._connect_within

    def depart(self) -> None:
        """Note that the connection stands and the request leaves now."""
        self.departed = True
        self.deadline = monotonic() + self._answer_within


_flight: ContextVar[Flight | None] = ContextVar("flight", default=None)


@contextmanager
def flying(flight: Flight) -> Iterator[None]:
    """Let watched connections of this thread report to ``flight`` and keep its deadline."""
    token = _flight.set(flight)
    try:
        yield
    finally:
        _flight.reset(token)


def current_flight() -> Flight | None:
    """Return this thread's flight, if it has one."""
    return _flight.get()

"""When the next message may go.

Messages are spaced evenly, and no window of one second holds more of them than the rate: not as they leave
here, but as they reach the server. A request that was held up on its way counts from when it can have arrived,
which its answer tells, so a hiccup of the machine or the network does not push two seconds' messages into one.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Pacer", "Slot"]

_WINDOW_SECONDS = 1.002
_SPACING_MARGIN = 1.001
_CATCH_UP_SECONDS = 0.1


class Slot:
    """One message's turn.

    Attributes
    ----------
    planned
        When it may go at the earliest (the pacer's clock, seconds).
    """

    __slots__ = ("_answered", "_departed", "planned")

    def __init__(self, planned: float) -> None:
        self.planned = planned
        self._departed = planned
        self._answered = planned

    def _arrived(self, shortest_trip: float) -> float:
        """Say when at the latest the request had arrived, as far as is known."""
        return max(self._departed, self._answered - shortest_trip)


class Pacer:
    """Gives out turns at a rate.

    Parameters
    ----------
    rate
        Messages a second; None paces nothing.
    clock
        Seconds that only go forward.

    Examples
    --------
    >>> pacer = Pacer(2, clock=lambda: 100.0)
    >>> [round(pacer.reserve().planned, 2) for _ in range(3)]
    [100.0, 100.5, 101.0]
    """

    def __init__(self, rate: float | None, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._paced = rate is not None
        self._spacing = _SPACING_MARGIN / rate if rate else 0.0
        self._latest: deque[Slot] = deque(maxlen=math.ceil(rate) if rate else 1)
        self._next: float | None = None
        self._held_until = -math.inf
        self._shortest_trip = math.inf
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def reserve(self) -> Slot:
        """Take the next turn, to be used by `depart`."""
        now = self._clock()
        if not self._paced:
            return Slot(now)
        with self._lock:
            planned = now if self._next is None else max(self._next, now - _CATCH_UP_SECONDS)
            self._next = planned + self._spacing
        return Slot(planned)

    def depart(self, slot: Slot, pause: Callable[[float], bool]) -> bool:
        """Wait until the slot's message may go; False if ``pause`` was called off, and then it may not.

        Parameters
        ----------
        slot
            From `reserve`.
        pause
            Waits so many seconds; returns False when the run is to stop.
        """
        if not self._paced and self._held_until < self._clock():
            slot._departed = slot._answered = self._clock()  # noqa: SLF001 - the same module
            return True
        with self._turn:
            while (left := self._opens(slot) - self._clock()) > 0:
                if not pause(left):
                    return False
            slot._departed = slot._answered = self._clock()  # noqa: SLF001
            if self._paced:
                self._latest.append(slot)
        return True

    def answered(self, slot: Slot) -> None:
        """Note that the slot's answer came: by then less the shortest trip, its request had arrived."""
        now = self._clock()
        with self._lock:
            self._shortest_trip = min(self._shortest_trip, now - slot._departed)  # noqa: SLF001
            slot._answered = now  # noqa: SLF001

    def hold(self, seconds: float) -> None:
        """Let nobody go for so many seconds: the server asked for a pause."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def _opens(self, slot: Slot) -> float:
        earliest = max(slot.planned, self._held_until)
        if len(self._latest) == self._latest.maxlen and self._paced:
            earliest = max(earliest, self._latest[0]._arrived(self._shortest_trip) + _WINDOW_SECONDS)  # noqa: SLF001
        return earliest

"""The sandbox's conditions: how many requests a second, how many messages at all. The clock is handed in."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenapi_nb.sandbox.magic import Magic

__all__ = ["MagicCounts", "RateLimit", "SlidingWindow"]


class SlidingWindow:
    """Counts what happened in the second before now; two events exactly one second apart share no window.

    Attributes
    ----------
    busiest
        The most events that any window has held.

    Examples
    --------
    >>> window = SlidingWindow()
    >>> for now in (0.0, 0.5, 0.75, 1.5):
    ...     window.add(now)
    >>> window.count(1.5), window.busiest
    (2, 3)
    """

    def __init__(self, length: float = 1.0) -> None:
        self._length = length
        self._times: deque[float] = deque()
        self.busiest = 0

    def count(self, now: float) -> int:
        """Count the events of the window that ends now."""
        while self._times and now - self._times[0] >= self._length:
            self._times.popleft()
        return len(self._times)

    def add(self, now: float) -> None:
        """Note an event; times may not go backwards."""
        self._times.append(now)
        self.busiest = max(self.busiest, self.count(now))


class RateLimit:
    """Admits at most so many requests in any second; a refused one does not count.

    Examples
    --------
    >>> limit = RateLimit(2)
    >>> [limit.admits(now) for now in (0.0, 0.5, 0.9, 1.0)]
    [True, True, False, True]
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._window = SlidingWindow()

    def admits(self, now: float) -> bool:
        """Say whether a request may pass now, and count it if so."""
        if self._limit is None:
            return True
        if self._window.count(now) >= self._limit:
            return False
        self._window.add(now)
        return True


class MagicCounts:
    """Counts the messages to the magic recipients that refuse some and accept the next.

    Examples
    --------
    >>> from greenapi_nb.sandbox.magic import MAGIC
    >>> counts = MagicCounts()
    >>> [counts.refuses(MAGIC["79000090004"]) for _ in range(4)]
    [True, True, False, True]
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def refuses(self, magic: Magic) -> bool:
        """Say whether this message is refused, and count it."""
        if magic.refuse is None or magic.accept is None:
            return magic.refuse is not None
        turn = self._seen[magic.to] % (magic.refusals + 1)
        self._seen[magic.to] += 1
        return turn < magic.refusals

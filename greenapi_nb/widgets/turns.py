"""Jobs from several threads, one at a time and in order, with no lock held while they run."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Turns"]


class Turns:
    """Jobs wait in line until a thread runs them; those that come meanwhile, or from a job, have their turn after.

    A trait's observers are strangers' code: run under a lock, one that waits for another thread would wait
    forever.

    Examples
    --------
    >>> turns = Turns()
    >>> turns.add(lambda: (turns.add(lambda: print("second")), turns.run(), print("first")))
    >>> turns.run()
    first
    second
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._jobs: deque[Callable[[], object]] = deque()
        self._running = False

    def add(self, job: Callable[[], object]) -> None:
        """Put a job at the end of the line."""
        with self._lock:
            self._jobs.append(job)

    def run(self) -> None:
        """Run all that wait, or leave them to the thread that is at it."""
        with self._lock:
            if self._running:
                return
            self._running = True
        try:
            while (job := self._next()) is not None:
                job()
        except BaseException:
            self._running = False
            raise

    def _next(self) -> Callable[[], object] | None:
        with self._lock:
            if self._jobs:
                return self._jobs.popleft()
            self._running = False
            return None

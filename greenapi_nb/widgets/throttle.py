"""Work that is asked for often and done now and then."""

from __future__ import annotations

import logging
from contextvars import copy_context
from threading import Lock, Timer
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Throttle"]

_log = logging.getLogger(__name__)


class Throttle:
    """Runs a job soon after it was asked for, in a thread of its own, never twice at once.

    Between two runs lies at least the interval, however often the job is asked for; the last wish is always
    followed by a run.

    Parameters
    ----------
    job
        What to do.
    interval
        Seconds from the end of one run to the begin of the next.

    Examples
    --------
    >>> from threading import Event
    >>> done = Event()
    >>> throttle = Throttle(done.set, interval=0.2)
    >>> throttle.ask()
    >>> done.wait(5)
    True
    """

    def __init__(self, job: Callable[[], object], interval: float) -> None:
        self._job = job
        self._interval = interval
        # ipykernel finds the request an update belongs to in the context of the thread.
        self._context = copy_context()
        self._lock = Lock()
        self._asked = False
        self._timer: Timer | None = None
        self._ended = monotonic() - interval

    def ask(self) -> None:
        """Have the job run; returns at once."""
        with self._lock:
            self._asked = True
            if self._timer is None:
                self._begin()

    def _begin(self) -> None:
        wait = max(0.0, self._ended + self._interval - monotonic())
        timer = Timer(wait, self._context.copy().run, [self._run])
        timer.daemon = True
        try:
            timer.start()
        except RuntimeError:
            return  # no thread can be started: the interpreter ends, or the next wish tries again
        self._timer = timer

    def _run(self) -> None:
        with self._lock:
            self._asked = False
        try:
            self._job()
        except Exception:  # noqa: BLE001 - whatever it is, the next wish is heard
            _log.exception("An update of a widget failed; the next one is tried all the same.")
        with self._lock:
            self._timer = None
            self._ended = monotonic()
            if self._asked:
                self._begin()

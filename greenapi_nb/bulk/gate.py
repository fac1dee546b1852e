"""Whether a run may go on: asked before every send, from whatever thread."""

from __future__ import annotations

import threading

__all__ = ["Gate"]


class Gate:
    """Open, held (to be opened again), or stopped for good with a reason.

    Examples
    --------
    >>> gate = Gate()
    >>> gate.passes()
    True
    >>> gate.stop("enough"); gate.stop("a later reason")
    >>> gate.passes(), gate.reason
    (False, 'enough')
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._open = threading.Event()
        self._open.set()
        self._lock = threading.Lock()
        self.reason: str | None = None

    def stop(self, reason: str) -> None:
        """Let nothing pass any more; the first reason stands."""
        with self._lock:
            if self.reason is None:
                self.reason = reason
        self._stopped.set()
        self._open.set()

    def hold(self) -> None:
        """Let nothing pass until `release`."""
        if not self._stopped.is_set():
            self._open.clear()

    def release(self) -> None:
        """Go on after `hold`."""
        self._open.set()

    @property
    def held(self) -> bool:
        """Whether it waits for `release`."""
        return not self._open.is_set()

    @property
    def stopped(self) -> bool:
        """Whether nothing will pass any more."""
        return self._stopped.is_set()

    def passes(self) -> bool:
        """Wait while held; then say whether one may go on."""
        self._open.wait()
        return not self._stopped.is_set()

    def linger(self, seconds: float) -> bool:
        """Wait so many seconds, held or not; False as soon as stopped."""
        return not self._stopped.wait(seconds)

    def pause(self, seconds: float) -> bool:
        """Wait so many seconds, and longer while held; False as soon as stopped."""
        return not self._stopped.wait(seconds) and self.passes()

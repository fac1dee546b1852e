"""A form's own thread, so that no kernel waits for the network."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

__all__ = ["Worker"]


class Worker:
    """Does one job after the other in a thread of its own; what a job raises is handed on, never lost.

    A process that ends waits for the job that is running: a message on its way still gets its outcome.

    Parameters
    ----------
    on_error
        Called, in that thread, with whatever a job raised.

    Examples
    --------
    >>> problems = []
    >>> worker = Worker(on_error=problems.append)
    >>> worker.do(int, "seven").result()
    >>> problems
    [ValueError("invalid literal for int() with base 10: 'seven'")]
    >>> worker.close()
    """

    def __init__(self, on_error: Callable[[BaseException], object]) -> None:
        self._on_error = on_error
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="greenapi-form")

    def do(self, job: Callable[..., object], *args: object) -> Future[None]:
        """Queue a job; the future is done when the job is."""
        # ipykernel finds the request an update belongs to in the context of the thread.
        return self._thread.submit(copy_context().run, self._run, job, *args)

    def _run(self, job: Callable[..., object], *args: object) -> None:
        try:
            job(*args)
        except BaseException as problem:  # noqa: BLE001 - nobody else would ever see it
            self._on_error(problem)

    def close(self) -> None:
        """Take no more jobs; those queued are still done."""
        self._thread.shutdown(wait=False)

"""One run of an order, in a thread of its own: to be watched, paused, resumed and stopped."""

from __future__ import annotations

import threading
from contextvars import copy_context
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from greenapi_nb.bulk.job import Job, opened
from greenapi_nb.bulk.plan import make_plan
from greenapi_nb.errors import ErrorCode, LedgerError
from greenapi_nb.outcomes import Status
from greenapi_nb.pacing import Pacer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from greenapi_nb.bulk.plan import Plan
    from greenapi_nb.client import Client
    from greenapi_nb.ledger import Key
    from greenapi_nb.outcomes import Outcome
    from greenapi_nb.widgets.bulk.orders import Order

__all__ = ["Progress", "Shipment", "left_over"]

_LOOK_SECONDS = 0.25
_LEFT_OPEN = {ErrorCode.STOPPED, ErrorCode.OVER_LIMIT}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    total
        Messages to send.
    counts
        How many came to each status.
    seconds
        Time it has been at work, pauses left out.

    Examples
    --------
    >>> progress = Progress(100, {Status.ACCEPTED: 18, Status.REJECTED: 2}, 10.0)
    >>> progress.done, progress.speed, progress.left
    (20, 2.0, 40.0)
    """

    total: int
    counts: Mapping[Status, int]
    seconds: float

    @property
    def done(self) -> int:
        """How many messages came to an end."""
        return sum(self.counts.values())

    @property
    def speed(self) -> float:
        """Messages a second so far."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds until the end at this speed; None while there is no telling."""
        return (self.total - self.done) / self.speed if self.speed > 0 else None


class Shipment:
    """Sends an order once, whoever watches; the end of the program stops it properly.

    Parameters
    ----------
    order
        What to send.
    client
        In whose name.
    confirmed
        How many messages the user agreed to: if more would go, none goes.
    after
        The plan of the run before, of which only what was left over is to be sent; None sends all that is open.
    on_change
        Called from the shipment's thread, a few times a second and at the end.

    Attributes
    ----------
    result
        The result frame when it is over, else None.
    problem
        What ended it without a result, else None.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb import Sandbox
    >>> from greenapi_nb.widgets.bulk.orders import Given, Wish, read_wish
    >>> frame = pd.DataFrame({"to": ["79001234567"]})
    >>> order = read_wish(Wish(to=0, template="Hi", campaign="news"), frame, Given(ledger=None))
    >>> with Sandbox() as sandbox:
    ...     shipment = Shipment(order, sandbox.client(), confirmed=1)
    ...     shipment.start()
    ...     shipment.wait(10)
    ...     shipment.result["status"].tolist(), len(sandbox.messages)
    True
    (['accepted'], 1)
    """

    def __init__(
        self,
        order: Order,
        client: Client,
        *,
        confirmed: int,
        after: Plan | None = None,
        on_change: Callable[[], object] = lambda: None,
    ) -> None:
        self.order = order
        self.plan: Plan | None = None
        self.result: pd.DataFrame | None = None
        self.problem: BaseException | None = None
        self._client = client
        self._confirmed = confirmed
        self._after = after
        self._on_change = on_change
        self._job: Job | None = None
        self._total = confirmed
        self._seconds = 0.0
        self._stop_reason: str | None = None
        self._held = False
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin; returns at once."""
        # Not a daemon: the interpreter, before it ends, waits until what is on its way has its outcome.
        context = copy_context()
        threading.Thread(target=context.run, args=(self._work,), name="greenapi-bulk-form").start()

    def pause(self) -> None:
        """Begin no more messages until `resume`."""
        with self._lock:
            self._held = True
            if self._job is not None:
                self._job.gate.hold()

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._lock:
            self._held = False
            if self._job is not None:
                self._job.gate.release()

    def stop(self, reason: str) -> None:
        """Begin no more messages; the campaign can be resumed by another shipment."""
        with self._lock:
            self._stop_reason = self._stop_reason or reason
            if self._job is not None:
                self._job.stop(self._stop_reason)

    def wait(self, seconds: float) -> bool:
        """Wait so long at most for the end; say whether it is there."""
        return self._ended.wait(seconds)

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._ended.is_set()

    @property
    def paused(self) -> bool:
        """Whether it waits for `resume`."""
        return self._job is not None and self._job.gate.held

    @property
    def stopping(self) -> bool:
        """Whether no more messages begin, and the last ones are on their way."""
        return not self.ended and (self._stop_reason is not None or (self._job is not None and self._job.gate.stopped))

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return Progress(self._total, dict(self._job.counts) if self._job is not None else {}, self._seconds)

    def _work(self) -> None:
        try:
            self._send()
        except BaseException as problem:  # noqa: BLE001 - nobody else would ever see it
            self.problem = problem
        finally:
            self._ended.set()
            self._on_change()

    def _send(self) -> None:
        order = self.order
        plan = make_plan(order.frame, order.options)
        if self._after is not None:
            plan.settle(_refused(self._after, plan))
        with opened(order.given.ledger, self._client) as book:
            job = Job(plan, self._client, book, order.campaign)
            job.prepare(order.options.limit, resend=False)
            self._total = len(plan.rows)
            if self._total > self._confirmed:
                raise ValueError(
                    f"Now {self._total:,} messages would go and {self._confirmed:,} were confirmed, so nothing was "
                    "sent. Look at the check again, and confirm the new number."
                )
            with self._lock:  # what was pressed before there was a job holds from its first message on
                self._job = job
                if self._held:
                    job.gate.hold()
                if self._stop_reason is not None:
                    job.stop(self._stop_reason)
            job.start(Pacer(order.rate), order.given.concurrency)
            self._watch(job)
            result = job.finish()
        if job.ledger_failed_first:
            raise LedgerError(result.attrs["stopped"])
        self.plan, self.result = plan, result

    def _watch(self, job: Job) -> None:
        since = monotonic()
        while not job.wait(_LOOK_SECONDS):
            if not threading.main_thread().is_alive():
                job.stop("the program ended")
            now = monotonic()
            self._seconds += 0.0 if job.gate.held else now - since
            since = now
            self._on_change()
        self._seconds += monotonic() - since


def left_over(plan: Plan) -> int:
    """Count the rows of a finished plan that another run would send: not sent, stopped before, or over the limit."""
    return sum(
        outcome is not None and (outcome.status is Status.UNSENT or outcome.error_code in _LEFT_OPEN)
        for outcome in plan.outcomes
    )


def _refused(before: Plan, plan: Plan) -> dict[Key, Outcome]:
    """Return the outcomes of rows that the run before had refused, and that would be refused again."""
    ends = before.outcomes
    return {
        row.key: outcome
        for row in plan.rows
        if (outcome := ends[row.position]) is not None and outcome.status is Status.REJECTED
    }

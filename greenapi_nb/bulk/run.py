"""The run: pace, claim, post, settle, on several threads, until all rows are done or something stops it."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from greenapi_nb.bulk.lanes import Lanes
from greenapi_nb.bulk.plan import skipped
from greenapi_nb.client import LONGEST_RETRY_AFTER, deliver
from greenapi_nb.errors import ErrorCode, LedgerError, describe
from greenapi_nb.outcomes import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenapi_nb.bulk.gate import Gate
    from greenapi_nb.bulk.journal import Journal
    from greenapi_nb.bulk.plan import Plan, Row
    from greenapi_nb.messages import Message
    from greenapi_nb.pacing import Pacer, Slot

__all__ = ["Run", "stop_reason"]

_LEAD_SECONDS = 0.02
_FEWEST_IN_A_ROW = 5
_ACCOUNT_STATUSES = {401, 403, 466}
_ACCOUNT_CODES = {
    ErrorCode.QUOTA_EXCEEDED,
    ErrorCode.TOKEN_MISSING,
    ErrorCode.TOKEN_NOT_ALLOWED,
    ErrorCode.SUBSCRIPTION_NEEDED,
    ErrorCode.SENDERS_NOT_FOUND,
}


class Run:
    """Sends a plan's rows; whoever started it may watch, hold, stop or leave it.

    Parameters
    ----------
    plan
        Its rows are sent, its outcomes filled in.
    post
        Sends one message with one POST.
    pacer
        When each may go.
    journal
        Where each is claimed before and settled after.
    concurrency
        How many may be on their way at once.
    gate
        Through which it is held and stopped from outside.

    Attributes
    ----------
    counts
        How many of the rows came to each status so far.
    elsewhere
        Rows that another run claimed first.
    ledger_failed
        Whether the ledger could not be written.
    """

    def __init__(  # noqa: PLR0913 - what a run is made of
        self,
        plan: Plan,
        post: Callable[[Message], Outcome],
        pacer: Pacer,
        journal: Journal,
        concurrency: int,
        *,
        gate: Gate,
    ) -> None:
        self.gate = gate
        self.counts: Counter[Status] = Counter()
        self.elsewhere: list[Row] = []
        self.ledger_failed = False
        self._plan = plan
        self._post = post
        self._pacer = pacer
        self._journal = journal
        self._lanes = Lanes(plan.rows)
        self._failures_in_a_row = 0
        self._most_in_a_row = max(_FEWEST_IN_A_ROW, concurrency + 1)
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._work, name=f"greenapi_nb-{number}", daemon=True)
            for number in range(min(concurrency, len(plan.rows)))
        ]
        self._in_flight: set[int] = set()
        # Not Thread.join: interrupted by Ctrl-C, it takes a thread that still works for one that has ended (3.11).
        self._working = 0
        self._finished = threading.Event()
        self._finished.set()

    def start(self) -> None:
        """Begin to send."""
        if self.gate.stopped:
            self._lanes.close()
        for number, thread in enumerate(self._threads):
            with self._lock:
                self._working += 1
                self._finished.clear()
            try:
                thread.start()
            except RuntimeError:  # the system gives no more of them: those that it gave do the work
                if number == 0:
                    self.stop("the system lets no thread be started; close other programs and run it again")
                self._leave()
                break

    def stop(self, reason: str) -> None:
        """Begin no more messages; those on their way come to their end."""
        self.gate.stop(reason)
        self._lanes.close()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most for the end; say whether it is there."""
        return self._finished.wait(seconds)

    def close(self) -> None:
        """Give every row that has no outcome one: not attempted, or still on its way."""
        reason = self.gate.reason or "the run ended first"
        try:
            self._journal.flush()
        except LedgerError as error:
            self._give_up(error)
        with self._lock:
            others = {row.position for row in self.elsewhere}
            for position in self._plan.to_send:
                if self._plan.outcomes[position] is None and position not in others:
                    under_way = position in self._in_flight
                    self._plan.outcomes[position] = _left_behind() if under_way else _stopped(reason)

    def _work(self) -> None:
        try:
            while (row := self._lanes.take()) is not None:
                try:
                    self._send(row)
                finally:
                    self._lanes.done(row)
            self._journal.flush()
        except LedgerError as error:
            self._give_up(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours must end the run, not one silent thread
            self.stop(f"of an internal error ({type(error).__name__}); please report it")
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._working -= 1
            if self._working == 0:
                self._finished.set()

    def _give_up(self, error: LedgerError) -> None:
        self.ledger_failed = True
        self.stop(str(error))

    def _send(self, row: Row) -> None:
        slot = self._pacer.reserve()
        if not self._comes_up(slot) or not self.gate.passes():
            return
        if not self._journal.claim(row.key):
            with self._lock:
                self.elsewhere.append(row)
            return
        with self._lock:
            self._in_flight.add(row.position)
        outcome = self._deliver(row, slot)
        self._journal.settle(row.key, outcome)
        self._record(row, outcome)

    def _comes_up(self, slot: Slot) -> bool:
        early = slot.planned - _LEAD_SECONDS - monotonic()
        if early <= 0:
            return True
        self._journal.flush()
        return self.gate.pause(early)

    def _deliver(self, row: Row, slot: Slot) -> Outcome:
        # Claimed, it goes even if the run is held from now on: a claim must not wait for somebody to come back.
        if self.gate.stopped or not self._pacer.depart(slot, self.gate.linger):
            return _stopped(self.gate.reason or "")

        def post(message: Message) -> Outcome:
            outcome = self._post(message)
            self._pacer.answered(slot)
            wait = outcome.retry_after or 0.0
            if wait > LONGEST_RETRY_AFTER:
                self.stop(f"the API asked to wait {wait:,.0f} seconds; run the campaign again after that")
            else:
                self._pacer.hold(wait)
            return outcome

        def pause(seconds: float) -> bool:
            nonlocal slot
            slot = self._pacer.reserve()
            return self.gate.linger(seconds) and self._pacer.depart(slot, self.gate.linger)

        return deliver(post, row.message, pause=pause)

    def _record(self, row: Row, outcome: Outcome) -> None:
        with self._lock:
            self._in_flight.discard(row.position)
            self._plan.outcomes[row.position] = outcome
            self.counts[outcome.status] += 1
            failed = outcome.status in {Status.UNSENT, Status.UNKNOWN}
            self._failures_in_a_row = self._failures_in_a_row + 1 if failed else 0
            failures = self._failures_in_a_row
        reason = stop_reason(outcome)
        if reason is None and failures >= self._most_in_a_row:
            reason = f"{failures} messages in a row got no trustworthy answer: {_first_sentence(outcome.error)}"
        if reason is not None:
            self.stop(reason)


def stop_reason(outcome: Outcome) -> str | None:
    """Say why nothing more can be sent after this outcome; None if the next message may well go.

    Examples
    --------
    >>> stop_reason(Outcome(Status.REJECTED, error_code=1041, error="", http_status=400))
    'the API answered code 1041: the token is wrong or no longer valid'
    """
    if outcome.error_code in _ACCOUNT_CODES:
        return f"the API answered code {outcome.error_code:d}: {describe(outcome.error_code).meaning}"
    if outcome.http_status in _ACCOUNT_STATUSES:
        return f"the API answered HTTP {outcome.http_status}, which concerns the account, not this message"
    return None


def _stopped(reason: str) -> Outcome:
    return skipped(ErrorCode.STOPPED, f"the run stopped because {reason.rstrip('.')}")


def _left_behind() -> Outcome:
    advice = ErrorCode.INTERRUPTED.info.advice
    text = f"The run was left while this message was on its way. It may have been sent. {advice}"
    now = datetime.now(UTC)
    return Outcome(Status.UNKNOWN, error_code=ErrorCode.INTERRUPTED, error=text, attempts=1, at=now)


def _first_sentence(text: str | None) -> str:
    return (text or "").split(". ")[0]

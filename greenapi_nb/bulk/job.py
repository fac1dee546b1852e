"""One bulk send from plan to result: what a notebook cell and a form both drive."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from greenapi_nb.bulk.campaign import guard, new_name, outcomes_elsewhere, take_recorded
from greenapi_nb.bulk.gate import Gate
from greenapi_nb.bulk.journal import Journal
from greenapi_nb.bulk.plan import skipped
from greenapi_nb.bulk.run import Run
from greenapi_nb.errors import ErrorCode
from greenapi_nb.ledger import Ledger
from greenapi_nb.outcomes import Status
from greenapi_nb.runs import begin_run, end_run
from greenapi_nb.unset import UNSET, Unset

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import pandas as pd

    from greenapi_nb.bulk.plan import Plan
    from greenapi_nb.client import Client
    from greenapi_nb.ledger import Key
    from greenapi_nb.pacing import Pacer

__all__ = ["Job", "opened"]


class Job:
    """A plan, who sends it, where that is recorded, and under which campaign.

    Parameters
    ----------
    plan
        From `make_plan`; its outcomes are filled in.
    client
        In whose name it is sent.
    ledger
        Where it is recorded.
    campaign
        None makes up a name.
    guarded
        Whether to refuse what went under another name in the last 24 hours; None: if no name was given.

    Attributes
    ----------
    gate
        Holds it and lets it go on, also before it has begun.
    """

    def __init__(
        self, plan: Plan, client: Client, ledger: Ledger, campaign: str | None, *, guarded: bool | None = None
    ) -> None:
        self.plan = plan
        self.campaign = campaign or new_name()
        self.counts: Counter[Status] = Counter()
        self.gate = Gate()
        self._guarded = campaign is None if guarded is None else guarded
        self._client = client
        self._ledger = ledger
        self._run: Run | None = None
        self._run_name = ""
        self._unsettled: set[Key] = set()

    def prepare(self, limit: int | None, *, resend: bool) -> None:
        """Take from the plan what must not go again, then what is over the limit.

        Raises
        ------
        AlreadySent
            It is guarded, and some of it went in the last 24 hours.
        """
        account = self._client.account
        if self._guarded and not resend:
            guard(self.plan, self._ledger, account, besides=self.campaign)
        self._unsettled = take_recorded(self.plan, self._ledger, account, self.campaign, resend=resend)
        self.plan.limit_to(limit)

    def start(self, pacer: Pacer, concurrency: int) -> Run:
        """Begin to send; returns at once."""
        self._run_name = begin_run()
        journal = Journal(self._ledger, (self._client.account, self.campaign, self._run_name))
        post = self._client.transport(min(concurrency, len(self.plan.rows))).post
        self._run = Run(self.plan, post, pacer, journal, concurrency, gate=self.gate)
        self.counts = self._run.counts
        self._run.start()
        return self._run

    def stop(self, reason: str) -> None:
        """Begin no more messages."""
        if self._run is None:
            self.gate.stop(reason)
        else:
            self._run.stop(reason)

    def wait(self, seconds: float) -> bool:
        """Wait so long at most for the end of what is on its way; say whether it is there."""
        return self._run is None or self._run.wait(seconds)

    @property
    def begun(self) -> int:
        """How many messages were begun and came to an end."""
        return self.counts.total()

    @property
    def ledger_failed_first(self) -> bool:
        """Whether the run ended because the ledger failed before a single message went."""
        return self._run is not None and self._run.ledger_failed and not self.counts

    def finish(self) -> pd.DataFrame:
        """Give every row its end and lay them out; for when `wait` said so, or what is left is left behind."""
        stopped = None
        if self._run is not None:
            self._run.close()
            if self._run.wait(0):
                end_run(self._run_name)
            stopped = self.gate.reason
            self._take_from_others(self._run)
        self.plan.fill(skipped(ErrorCode.STOPPED, "another run of the campaign took it up and gave it back"))
        return self.plan.to_frame(campaign=self.campaign, stopped=stopped)

    def closing_line(self, result: pd.DataFrame) -> str:
        """Say in a line what happened, under which name, and how to send what is left."""
        counts = Counter(result["status"])
        parts = [f"{counts[status]:,} {status.value}" for status in Status if counts[status]]
        line = f"Campaign {self.campaign!r}: {', '.join(parts) or 'no rows'}."
        if result.attrs["stopped"]:
            line += f" It stopped early because {result.attrs['stopped'].rstrip('.')}."
        if counts[Status.UNKNOWN]:
            line += " Unknown ones may have been sent: look in the chats, then Ledger().settle_unknown(...)."
        left = result["error_code"].isin([ErrorCode.STOPPED, ErrorCode.OVER_LIMIT]).any()
        if left or counts[Status.UNSENT] or counts[Status.REJECTED]:
            line += f" To send what is left: bulk_send(..., campaign={self.campaign!r})."
        return line

    def _take_from_others(self, run: Run) -> None:
        account = self._client.account
        for keys, patience in (
            ({row.key for row in run.elsewhere}, self._client.longest_flight),
            (self._unsettled, 0.0),
        ):
            if keys:
                found = outcomes_elsewhere(
                    self._ledger, account, self.campaign, keys, patience=patience, pause=self.gate.pause
                )
                self.plan.update(found)


@cache
def _process_ledger() -> Ledger:
    return Ledger(None)


@contextmanager
def opened(ledger: Ledger | str | os.PathLike[str] | Unset | None, client: Client) -> Iterator[Ledger]:
    """Give the ledger an argument stands for, and close it afterwards if it was opened here."""
    if isinstance(ledger, Ledger):
        yield ledger
    elif ledger is None:
        yield _process_ledger()
    elif ledger is UNSET and client.ledger is not None:
        yield client.ledger
    else:
        book = Ledger() if ledger is UNSET else Ledger(ledger)
        try:
            yield book
        finally:
            book.close()

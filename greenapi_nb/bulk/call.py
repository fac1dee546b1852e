"""A bulk send as it was asked for: checked, and carried out on one frame or on each of many."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np

from greenapi_nb.bulk.campaign import new_name
from greenapi_nb.bulk.job import Job, opened
from greenapi_nb.bulk.plan import Options, make_plan, skipped
from greenapi_nb.bulk.progress import Progress
from greenapi_nb.client import checked_client
from greenapi_nb.errors import BulkSendInterrupted, ErrorCode, LedgerError, MissingToken
from greenapi_nb.values import shown

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    import pandas as pd

    from greenapi_nb.client import Client
    from greenapi_nb.ledger import Ledger
    from greenapi_nb.pacing import Pacer
    from greenapi_nb.unset import Unset

__all__ = ["Call", "checked_concurrency", "checked_flag", "checked_rate", "client_if_needed"]

_REDRAW_SECONDS = 0.1
_LOWEST_RATE, _HIGHEST_RATE = 1e-6, 1_000_000
_INTERRUPTED = "it was interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The checked arguments of `bulk_send`, whose documentation explains them."""

    options: Options
    client: Client | None
    pacer: Pacer
    concurrency: int
    campaign: str | None
    resend: bool
    dry_run: bool
    progress: bool
    ledger: Ledger | str | os.PathLike[str] | Unset | None

    def one(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Send one frame."""
        result, _ = self._send(frame, self.campaign or new_name(), self.options.limit)
        return result

    def each(self, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        """Send frames one by one under one name, the limit counting through all of them.

        Raises
        ------
        ValueError
            They are to be sent again: which of them a repetition within them is, could not be told.
        """
        if self.resend:
            raise ValueError(
                "resend=True needs the whole frame at once; nothing was sent. Give a new campaign name instead."
            )
        return self._each(frames, self.campaign or new_name())

    def _each(self, frames: Iterator[pd.DataFrame], name: str) -> Iterator[pd.DataFrame]:
        left, stopped = self.options.limit, None
        for frame in frames:
            result, begun = self._stopped(frame, name, stopped) if stopped else self._send(frame, name, left)
            left = None if left is None else left - begun
            stopped = result.attrs["stopped"]
            yield result

    def _send(self, frame: pd.DataFrame, name: str, limit: int | None) -> tuple[pd.DataFrame, int]:
        """Send a frame, or look at it; return the result, and how many messages it sent or would send."""
        only_look = self.client is None or (self.dry_run and self.campaign is None)
        plan = make_plan(frame, self.options, keep_bodies=not only_look)
        if self.client is None or only_look:
            plan.limit_to(limit)
            return plan.preview(campaign=name), len(plan.rows)
        with opened(self.ledger, self.client) as book:
            job = Job(plan, self.client, book, name, guarded=self.campaign is None and not self.resend)
            job.prepare(limit, resend=self.resend)
            if self.dry_run:
                return plan.preview(campaign=name), len(plan.rows)
            return _send_and_follow(job, self.pacer, self.concurrency, shown=self.progress), job.begun

    def _stopped(self, frame: pd.DataFrame, name: str, reason: str) -> tuple[pd.DataFrame, int]:
        plan = make_plan(frame, self.options, keep_bodies=False)
        plan.fill(skipped(ErrorCode.STOPPED, f"the run stopped because {reason.rstrip('.')}"))
        return plan.to_frame(campaign=name, stopped=reason), 0


def checked_rate(rate: object) -> float | None:
    """Return messages a second as a float, None for no pacing.

    Raises
    ------
    ValueError
        It is not a positive number, or so small or large that no pace can be kept.
    """
    if rate is None:
        return None
    # Beyond these bounds clocks and waits overflow.
    number = isinstance(rate, Real) and not isinstance(rate, bool)
    if not (number and _LOWEST_RATE <= rate <= _HIGHEST_RATE):  # type: ignore[operator]
        raise ValueError(
            f"rate is messages a second, above 0 ({_LOWEST_RATE:f} to {_HIGHEST_RATE:,}), or None for no pacing, "
            f"not {shown(rate)}; nothing was sent."
        )
    return float(rate)  # type: ignore[arg-type]


def checked_concurrency(concurrency: object) -> int:
    """Return how many messages may be on their way at once.

    Raises
    ------
    ValueError
        It is not a whole number from 1 up.
    """
    if isinstance(concurrency, bool) or not isinstance(concurrency, Integral) or concurrency < 1:
        raise ValueError(f"concurrency is a whole number from 1 up, not {concurrency!r}; nothing was sent.")
    return int(concurrency)


def checked_flag(name: str, value: object) -> bool:
    """Return a parameter that says yes or no; any text would count as yes.

    Raises
    ------
    TypeError
        It is neither True nor False.
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} is True or False, not {shown(value)}; nothing was sent.")
    return bool(value)


def client_if_needed(client: object, *, needed: bool) -> Client | None:
    """Return the client, the environment's where none was given, or None where there is none and none is needed.

    Raises
    ------
    MissingToken
        There is no token, and one is needed.
    TypeError
        It is no client.
    """
    try:
        return checked_client(client)
    except MissingToken:
        if needed:
            raise
        return None


def _send_and_follow(job: Job, pacer: Pacer, workers: int, *, shown: bool) -> pd.DataFrame:
    ended_by: BaseException | None = None
    try:
        _follow(job, pacer, workers, shown=shown)
    except BaseException as error:  # noqa: BLE001 - Ctrl-C, or the process is told to exit
        ended_by = error
        _come_to_rest(job)
    result = None
    while result is None:
        try:
            result = job.finish()
        except KeyboardInterrupt as error:
            ended_by = ended_by or error
            job.stop(_INTERRUPTED)
    if shown:
        print(job.closing_line(result))  # noqa: T201 - the line under the bar
    if isinstance(ended_by, KeyboardInterrupt):
        raise BulkSendInterrupted(job.closing_line(result), result=result, campaign=job.campaign) from None
    if ended_by is not None:
        raise ended_by
    if job.ledger_failed_first:
        raise LedgerError(result.attrs["stopped"])
    return result


def _follow(job: Job, pacer: Pacer, workers: int, *, shown: bool) -> None:
    with Progress(len(job.plan.rows), shown=shown) as bar:
        run = job.start(pacer, workers)
        while not run.wait(_REDRAW_SECONDS):
            bar.show(run.counts)
        bar.show(run.counts)


def _come_to_rest(job: Job) -> None:
    """Let what is on its way come to its end; a second interrupt leaves it behind."""
    job.stop(_INTERRUPTED)
    with suppress(KeyboardInterrupt):
        while not job.wait(_REDRAW_SECONDS):
            pass

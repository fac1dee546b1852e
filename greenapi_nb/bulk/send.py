"""`bulk_send`: frame -> plan -> outcomes -> frame."""

from __future__ import annotations

import math
from contextlib import suppress as suppressing
from numbers import Integral, Real
from typing import TYPE_CHECKING, Literal

from greenapi_nb.bulk.campaign import checked_name
from greenapi_nb.bulk.job import Job, opened
from greenapi_nb.bulk.plan import Options, make_plan
from greenapi_nb.bulk.progress import Progress
from greenapi_nb.client import Client, default_client
from greenapi_nb.errors import BulkSendInterrupted, LedgerError, MissingToken
from greenapi_nb.pacing import Pacer
from greenapi_nb.unset import UNSET, Unset

if TYPE_CHECKING:
    import os
    from collections.abc import Hashable, Iterable

    import pandas as pd

    from greenapi_nb.ledger import Ledger

__all__ = ["bulk_send", "checked_concurrency", "checked_rate"]

_REDRAW_SECONDS = 0.1
_INTERRUPTED = "it was interrupted"


def bulk_send(  # noqa: PLR0913 - the parameters are the contract
    frame: pd.DataFrame,
    *,
    to: Hashable = "to",
    body: Hashable | Unset | None = UNSET,
    template: str | None = None,
    recipient_type: str | None = None,
    client: Client | None = None,
    campaign: str | None = None,
    resend: bool = False,
    rate: float | None = 2,
    concurrency: int = 8,
    duplicates: Literal["skip", "send"] = "skip",
    suppress: Iterable[object] = (),
    limit: int | None = None,
    dry_run: bool = False,
    region: str | None = None,
    progress: bool = True,
    ledger: Ledger | str | os.PathLike[str] | Unset | None = UNSET,
) -> pd.DataFrame:
    """Send a text to every row of a frame and say what happened to each.

    Every row is checked before the first is sent. Under a campaign's name each message goes at most once, however
    often the cell is run: run it again to send what is left.

    Parameters
    ----------
    frame
        One row a message. It is not changed.
    to
        The column of recipients, in any usual spelling.
    body
        The column of texts, ``"body"`` unless a template is given.
    template
        Instead of `body`: a text with column names in braces, like ``"Hi {name}, {total:,.2f} is due"``.
    recipient_type
        ``"individual"`` or ``"group"`` for all rows; None reads it off each identifier.
    client
        None uses the token in ``GREENAPI_TOKEN``.
    campaign
        A name under which each message goes at most once, ever.
    resend
        True sends again what was sent before, on purpose.
    rate
        Messages a second; None does not pace.
    concurrency
        How many messages may be on their way at once; one recipient's go in row order, one at a time.
    duplicates
        ``"skip"`` sends the same text to the same recipient once, ``"send"`` as often as it stands there.
    suppress
        Recipients not to write to.
    limit
        Send at most so many messages in this run.
    dry_run
        True sends nothing: rows that would be sent are ``ready``.
    region
        Two letters of the country whose national phone numbers occur, like ``"RU"``.
    progress
        Show a progress bar and a closing line.
    ledger
        Where it is recorded what was sent: a path, a SQLAlchemy URL, a `Ledger`, or None for this process's
        memory. Not given: the client's own, which is a file of the user's.

    Returns
    -------
    DataFrame
        The same index in the same order, one row per input row: ``to`` (string), ``status`` (categorical),
        ``message_id`` (string), ``error_code`` (Int64), ``error`` (string), ``http_status`` (Int64), ``attempts``
        (Int64), ``at`` (datetime, UTC). A row has either a message ID or an error code (``ready`` rows neither).
        ``attrs["campaign"]`` is the campaign's name, ``attrs["stopped"]`` why the run ended early, or None.

    Raises
    ------
    TypeError, ValueError
        The call cannot be carried out as given; nothing was sent.
    MissingToken
        There is neither a client nor a token; nothing was sent.
    AlreadySent
        Without a campaign, some of these messages went in the last 24 hours; nothing was sent.
    LedgerError
        The ledger cannot be used; nothing was sent.
    BulkSendInterrupted
        Ctrl-C or the stop button; ``.result`` has every row.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb import Sandbox, bulk_send
    >>> frame = pd.DataFrame({"to": ["79001234567", "nobody"], "name": ["Ann", "Bob"]})
    >>> with Sandbox() as sandbox:
    ...     result = bulk_send(frame, template="Hi {name}", client=sandbox.client(), progress=False)
    >>> result["status"].tolist()
    ['accepted', 'rejected']
    """
    options = Options(
        to=to,
        body=body if body is not UNSET else None if template is not None else "body",
        template=template,
        recipient_type=recipient_type,
        duplicates=duplicates,
        suppress=suppress,
        limit=limit,
        region=region,
    )
    pacer = Pacer(checked_rate(rate))
    workers = checked_concurrency(concurrency)
    name = checked_name(campaign)
    sender = _sender(client, needed=not dry_run)
    only_look = sender is None or (dry_run and name is None)
    plan = make_plan(frame, options, keep_bodies=not only_look)
    if sender is None or only_look:
        plan.limit_to(limit)
        return plan.preview()
    with opened(ledger, sender) as book:
        job = Job(plan, sender, book, name)
        job.prepare(limit, resend=resend)
        if dry_run:
            return plan.preview()
        return _send_and_follow(job, pacer, workers, shown=progress)


def checked_rate(rate: object) -> float | None:
    """Return messages a second as a float, None for no pacing.

    Raises
    ------
    ValueError
        It is not a positive number.
    """
    if rate is None:
        return None
    if isinstance(rate, bool) or not isinstance(rate, Real) or not 0 < float(rate) < math.inf:
        raise ValueError(f"rate is messages a second, above 0, or None for no pacing, not {rate!r}; nothing was sent.")
    return float(rate)


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


def _sender(client: Client | None, *, needed: bool) -> Client | None:
    if client is None:
        try:
            return default_client()
        except MissingToken:
            if needed:
                raise
            return None
    if not isinstance(client, Client):
        raise TypeError(f"client is a greenapi_nb.Client, not {type(client).__name__}; nothing was sent.")
    return client


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
    with suppressing(KeyboardInterrupt):
        while not job.wait(_REDRAW_SECONDS):
            pass

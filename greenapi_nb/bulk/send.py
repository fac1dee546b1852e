"""`bulk_send`: frame -> plan -> outcomes -> frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, overload

from greenapi_nb.bulk.call import Call, checked_concurrency, checked_flag, checked_rate, client_if_needed
from greenapi_nb.bulk.campaign import checked_name
from greenapi_nb.bulk.plan import Options
from greenapi_nb.pacing import Pacer
from greenapi_nb.unset import UNSET, Unset

if TYPE_CHECKING:
    import os
    from collections.abc import Hashable, Iterable

    import pandas as pd

    from greenapi_nb.client import Client
    from greenapi_nb.ledger import Ledger

__all__ = ["bulk_send"]


@overload
def bulk_send(  # the parameters are explained once, below
    frame: pd.DataFrame,
    *,
    to: Hashable = ...,
    body: Hashable | Unset | None = ...,
    template: str | None = ...,
    recipient_type: str | None = ...,
    client: Client | None = ...,
    campaign: str | None = ...,
    resend: bool = ...,
    rate: float | None = ...,
    concurrency: int = ...,
    duplicates: Literal["skip", "send"] = ...,
    suppress: Iterable[object] = ...,
    limit: int | None = ...,
    dry_run: bool = ...,
    region: str | None = ...,
    progress: bool = ...,
    ledger: Ledger | str | os.PathLike[str] | Unset | None = ...,
) -> pd.DataFrame: ...
@overload
def bulk_send(
    frame: Iterator[pd.DataFrame],
    *,
    to: Hashable = ...,
    body: Hashable | Unset | None = ...,
    template: str | None = ...,
    recipient_type: str | None = ...,
    client: Client | None = ...,
    campaign: str | None = ...,
    resend: bool = ...,
    rate: float | None = ...,
    concurrency: int = ...,
    duplicates: Literal["skip", "send"] = ...,
    suppress: Iterable[object] = ...,
    limit: int | None = ...,
    dry_run: bool = ...,
    region: str | None = ...,
    progress: bool = ...,
    ledger: Ledger | str | os.PathLike[str] | Unset | None = ...,
) -> Iterator[pd.DataFrame]: ...
def bulk_send(  # noqa: PLR0913 - the parameters are the contract
    frame: pd.DataFrame | Iterator[pd.DataFrame],
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
) -> pd.DataFrame | Iterator[pd.DataFrame]:
    """Send a text to every row of a frame and say what happened to each.

    Every row is checked before the first is sent. Under a campaign's name each message goes at most once, however
    often the cell is run: run it again to send what is left.

    Parameters
    ----------
    frame
        One row a message. It is not changed. An iterator of frames, like ``pd.read_csv(..., chunksize=10_000)``,
        is sent frame by frame, without ever holding more than one.
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
        For an iterator of frames, an iterator of such results: a frame is sent when its result is asked for, and
        once one was stopped, the rows of those after it are ``skipped``.

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
    resend, dry_run = checked_flag("resend", resend), checked_flag("dry_run", dry_run)
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
    call = Call(
        options=options,
        client=client_if_needed(client, needed=not dry_run),
        pacer=Pacer(checked_rate(rate)),
        concurrency=checked_concurrency(concurrency),
        campaign=checked_name(campaign),
        resend=resend,
        dry_run=dry_run,
        progress=progress,
        ledger=ledger,
    )
    if isinstance(frame, Iterator):
        return call.each(frame)
    return call.one(frame)

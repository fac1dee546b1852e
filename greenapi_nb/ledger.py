"""What was claimed and what came of it: the memory that keeps a message from going twice.

A row is claimed, durably, before its POST leaves, and settled with its outcome after. A claim that was never
settled belongs to a run that died with the message on its way: its fate is unknown, and it stays claimed.
No message text and no token is stored: a digest of the text, and a digest of token and base URL.
"""

from __future__ import annotations

import os
import threading
import weakref
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from greenapi_nb.errors import ErrorCode, LedgerError, as_code
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.runs import seems_alive
from greenapi_nb.storage import Writer, default_path, messages, open_engine, transaction
from greenapi_nb.unset import UNSET, Unset

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pandas as pd

__all__ = ["Key", "Ledger", "Recent", "digest_of"]

SETTLED_BY_HAND = "settled by hand"
_PIECE = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Portable to PostgreSQL: one statement claims a new row and reopens one that was not sent.
_CLAIM = sa.text(
    """
    INSERT INTO greenapi_messages
        (account, campaign, recipient, digest, occurrence, round, run, state, attempts, claimed_at)
    VALUES (:account, :campaign, :recipient, :digest, :occurrence, :round, :run, 'claimed', 1, :now)
    ON CONFLICT (account, campaign, recipient, digest, occurrence, round) DO UPDATE
        SET run = excluded.run, state = 'claimed', claimed_at = excluded.claimed_at, attempts = 1
        WHERE greenapi_messages.state = 'settled'
            AND greenapi_messages.status IN ('unsent', 'skipped', 'rejected')
    """
)
_SETTLE = sa.text(
    """
    UPDATE greenapi_messages
        SET state = 'settled', status = :status, message_id = :message_id, error_code = :error_code,
            error = :error, http_status = :http_status, attempts = :attempts, settled_at = :settled_at
    WHERE account = :account AND campaign = :campaign AND recipient = :recipient AND digest = :digest
        AND occurrence = :occurrence AND round = :round AND run = :run AND state = 'claimed'
    """
)


class Key(NamedTuple):
    """Which message of a campaign.

    Attributes
    ----------
    recipient
        The identifier it goes to.
    digest
        `digest_of` its text.
    occurrence
        0 for the first such message of the campaign, 1 for a wanted repetition, and so on.
    round
        0, or how often the campaign was sent again on purpose.
    """

    recipient: str
    digest: str
    occurrence: int = 0
    round: int = 0


class Recent(NamedTuple):
    """A message that may have gone lately: which, when, and under which campaign."""

    recipient: str
    digest: str
    at: datetime
    campaign: str


def digest_of(body: str) -> str:
    """Return a digest that stands for a text in the ledger.

    Examples
    --------
    >>> digest_of("Hello") == digest_of("Hello"), len(digest_of(""))
    (True, 32)
    """
    return blake2b(body.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Ledger:
    """What was sent, under which campaign, and what came of it.

    Parameters
    ----------
    where
        A path of a SQLite file, a SQLAlchemy URL, or None for this process's memory. Without it: the user's own
        file, readable by its owner alone.

    Raises
    ------
    LedgerError
        The ledger cannot be opened, written or understood.
    TypeError
        `where` is no place.

    Examples
    --------
    >>> from greenapi_nb import Ledger
    >>> Ledger(None).campaigns().empty
    True
    """

    def __init__(self, where: str | os.PathLike[str] | Unset | None = UNSET) -> None:
        if not isinstance(where, str | os.PathLike | Unset | None):
            raise TypeError(
                f"where is a path, a SQLAlchemy URL, or None for this process's memory, not {type(where).__name__}; "
                "nothing was sent."
            )
        self.where = default_path() if where is UNSET else where
        self._engine = open_engine(self.where)
        self._writer = Writer(self._engine, self.where, claim=_CLAIM, settle=_SETTLE)
        self._one_connection = threading.RLock()
        # Also when nobody calls close: a database must not be left open for the garbage collector to complain of.
        weakref.finalize(self, _let_go, self._writer, self._engine)

    def __repr__(self) -> str:
        if not hasattr(self, "_engine"):  # printed by the traceback of the error that kept it from being made
            return "<Ledger, not opened>"
        return f"Ledger({self._engine.url.render_as_string(hide_password=True)!r})"

    def close(self) -> None:
        """Close the connections; a ledger in memory is forgotten."""
        with self._one_connection:
            _let_go(self._writer, self._engine)

    def campaigns(self) -> pd.DataFrame:
        """List the campaigns.

        Returns
        -------
        DataFrame
            One row a campaign, latest first: ``campaign``, ``first`` and ``last`` (UTC), and the number of its
            messages by status: ``accepted``, ``rejected``, ``unsent``, ``unknown``, ``skipped``. A claim that was
            never settled counts as ``unknown``.

        Raises
        ------
        LedgerError
            The ledger cannot be read.

        Examples
        --------
        >>> import pandas as pd
        >>> from greenapi_nb import Ledger, Sandbox, bulk_send
        >>> ledger = Ledger(None)
        >>> frame = pd.DataFrame({"to": ["79001234567", "79001234568"], "body": "Hello"})
        >>> with Sandbox() as sandbox:
        ...     _ = bulk_send(frame, campaign="news", client=sandbox.client(), ledger=ledger, progress=False)
        >>> ledger.campaigns()[["campaign", "accepted", "unknown"]].values.tolist()
        [['news', 2, 0]]
        """
        import pandas as pd

        rows = self._rows(None)
        frame = pd.DataFrame([(row.campaign, row.claimed_at, _status(row)) for row in rows], columns=["c", "at", "s"])
        counts = pd.crosstab(frame["c"], frame["s"]).reindex(columns=_settled_statuses(), fill_value=0)
        times = frame.groupby("c")["at"].agg(["min", "max"]) if len(frame) else counts.iloc[:, :0].assign(min=0, max=0)
        table = pd.DataFrame(
            {
                "campaign": pd.array(counts.index.tolist(), dtype="string"),
                "first": pd.to_datetime(times["min"].to_numpy("int64"), unit="us", utc=True),
                "last": pd.to_datetime(times["max"].to_numpy("int64"), unit="us", utc=True),
                **{status: counts[status].to_numpy("int64") for status in counts.columns},
            }
        )
        return table.sort_values("last", ascending=False, ignore_index=True)

    def results(self, campaign: str) -> pd.DataFrame:
        """Show what came of each message of a campaign.

        Parameters
        ----------
        campaign
            Its name, as `campaigns` lists it.

        Returns
        -------
        DataFrame
            One row a message, in the order they were claimed, with the columns of a `bulk_send` result. The texts
            are not there: the ledger does not store them. It has no rows if there is no such campaign.

        Raises
        ------
        LedgerError
            The ledger cannot be read.

        Examples
        --------
        >>> import pandas as pd
        >>> from greenapi_nb import Ledger, Sandbox, bulk_send
        >>> ledger = Ledger(None)
        >>> frame = pd.DataFrame({"to": ["79001234567", "79001234568"], "body": "Hello"})
        >>> with Sandbox() as sandbox:
        ...     _ = bulk_send(frame, campaign="news", client=sandbox.client(), ledger=ledger, progress=False)
        >>> sorted(ledger.results("news")["to"])
        ['79001234567', '79001234568']
        """
        from greenapi_nb.frames import outcomes_to_frame

        rows = self._rows(campaign)
        return outcomes_to_frame([row.recipient for row in rows], [_outcome(row) for row in rows])

    def settle_unknown(self, campaign: str, to_status: str) -> int:
        """Record what looking into the chats showed about a campaign's unknown messages.

        Parameters
        ----------
        campaign
            Its name.
        to_status
            ``"accepted"``: they are there. ``"unsent"``: they are not, and the next run of the campaign sends them.

        Returns
        -------
        int
            How many messages were settled.

        Raises
        ------
        ValueError
            Another status was given.
        LedgerError
            A run of this machine still has messages of the campaign on their way, or the ledger cannot be written.

        Examples
        --------
        >>> import pandas as pd
        >>> from greenapi_nb import Ledger, Sandbox, bulk_send
        >>> ledger = Ledger(None)
        >>> frame = pd.DataFrame({"to": ["79001234567", "79000000503"], "body": "Hello"})
        >>> with Sandbox() as sandbox:
        ...     _ = bulk_send(frame, campaign="news", client=sandbox.client(), ledger=ledger, progress=False)
        >>> ledger.settle_unknown("news", "unsent")  # looked: it is not in the chat
        1
        >>> ledger.campaigns()[["accepted", "unsent", "unknown"]].values.tolist()
        [[1, 1, 0]]
        """
        if to_status not in {Status.ACCEPTED, Status.UNSENT}:
            raise ValueError(
                f'to_status is "accepted" (they are in the chats) or "unsent" (they are not; the next run sends them), '
                f"not {to_status!r}; nothing was changed."
            )
        values: dict[str, Any] = {"state": "settled", "status": str(to_status), "settled_at": _now()}
        if to_status == Status.ACCEPTED:
            values |= {"message_id": SETTLED_BY_HAND, "error_code": None, "error": None}
        else:
            values |= {"message_id": None, "error_code": int(ErrorCode.INTERRUPTED), "error": _BY_HAND_UNSENT}
        mine = messages.c.campaign == campaign
        claimed = sa.and_(mine, messages.c.state == "claimed")
        unknown = sa.and_(mine, messages.c.state == "settled", messages.c.status == Status.UNKNOWN.value)
        claimants = sa.select(messages.c.run).distinct().where(claimed)
        with self._transaction() as connection:
            runs = list(connection.execute(claimants).scalars())
            if any(seems_alive(run) for run in runs):
                raise LedgerError(
                    f"Campaign {campaign!r} has messages on their way in a run that is still at work, so nothing was "
                    "changed. Wait for it or stop it (restart its kernel), then settle."
                )
            died = sa.and_(claimed, messages.c.run.in_(runs))
            change = messages.update().where(sa.or_(unknown, died)).values(**values)
            return int(connection.execute(change).rowcount)

    def forget(self, campaign: str | None = None, older_than: timedelta | datetime | None = None) -> int:
        """Delete records; what is forgotten may be sent again by a later run.

        Parameters
        ----------
        campaign
            Only this campaign's; None: every campaign's.
        older_than
            Only what was last claimed before this time, or longer ago than this; None: all.

        Returns
        -------
        int
            How many messages were forgotten.

        Raises
        ------
        LedgerError
            The ledger cannot be written.

        Examples
        --------
        >>> import pandas as pd
        >>> from greenapi_nb import Ledger, Sandbox, bulk_send
        >>> ledger = Ledger(None)
        >>> frame = pd.DataFrame({"to": ["79001234567", "79001234568"], "body": "Hello"})
        >>> with Sandbox() as sandbox:
        ...     _ = bulk_send(frame, campaign="news", client=sandbox.client(), ledger=ledger, progress=False)
        >>> from datetime import timedelta
        >>> ledger.forget(older_than=timedelta(days=90)), ledger.forget("news"), ledger.campaigns().empty
        (0, 2, True)
        """
        change = messages.delete()
        if campaign is not None:
            change = change.where(messages.c.campaign == campaign)
        if older_than is not None:
            moment = datetime.now(UTC) - older_than if isinstance(older_than, timedelta) else older_than
            change = change.where(messages.c.claimed_at < _microseconds(moment))
        with self._transaction() as connection:
            return int(connection.execute(change).rowcount)

    def recorded(self, account: str, campaign: str, recipients: Collection[str] | None = None) -> dict[Key, Outcome]:
        """Return the latest round of a campaign's messages; an unsettled claim is ``unknown``, INTERRUPTED.

        Parameters
        ----------
        account
            As `Client.account` has it.
        campaign
            Its name.
        recipients
            Whose messages: a part of a long campaign costs what the part does. None: everybody's.

        Returns
        -------
        dict of Key to Outcome
            What came of each.
        """
        latest: dict[Key, Outcome] = {}
        for row in self._rows(campaign, account, recipients):
            latest[Key(row.recipient, row.digest, row.occurrence, row.round)] = _outcome(row)
        for key in [key for key in latest if key._replace(round=key.round + 1) in latest]:
            del latest[key]
        return latest

    def recent(self, account: str, since: datetime, *, besides: str | None = None) -> Iterator[Recent]:
        """Go through what may have been sent since, without holding it all.

        Parameters
        ----------
        account
            As `Client.account` has it.
        since
            The earliest time at which it was claimed.
        besides
            A campaign to leave out.

        Yields
        ------
        Recent
            What was accepted or is unknown, and what is on its way.
        """
        went = messages.select().where(
            messages.c.account == account,
            messages.c.claimed_at >= _microseconds(since),
            sa.or_(messages.c.state == "claimed", messages.c.status.in_([Status.ACCEPTED.value, Status.UNKNOWN.value])),
        )
        if besides is not None:
            went = went.where(messages.c.campaign != besides)
        with self._transaction() as connection:
            for row in connection.execution_options(yield_per=_PIECE).execute(went):
                yield Recent(row.recipient, row.digest, _datetime(row.claimed_at), row.campaign)

    def write(
        self,
        scope: tuple[str, str, str],
        claims: Collection[Key],
        settled: Sequence[tuple[Key, Outcome]],
    ) -> set[Key]:
        """Settle and claim in one durable step.

        Parameters
        ----------
        scope
            Account, campaign, run.
        claims
            What is to be sent now.
        settled
            What came of earlier claims of the same run.

        Returns
        -------
        set of Key
            The claims that are this run's: new, or reopened after an end at which nothing was sent. The others
            are held or settled by somebody else.
        """
        account, campaign, run = scope
        base = {"account": account, "campaign": campaign, "run": run, "now": _now()}
        with self._one_connection, self._writer.transaction() as execute:
            for key, outcome in settled:
                execute("settle", base | key._asdict() | _columns(outcome))
            return {key for key in claims if execute("claim", base | key._asdict()) == 1}

    def _rows(
        self, campaign: str | None, account: str | None = None, recipients: Collection[str] | None = None
    ) -> list[Any]:
        wanted = messages.select().order_by(messages.c.claimed_at, messages.c.recipient, messages.c.occurrence)
        if campaign is not None:
            wanted = wanted.where(messages.c.campaign == campaign)
        if account is not None:
            wanted = wanted.where(messages.c.account == account)
        with self._transaction() as connection:
            if recipients is None:
                return list(connection.execute(wanted))
            unsorted = wanted.order_by(None)
            if connection.execute(unsorted.limit(1)).first() is None:
                return []
            theirs = unsorted.where(messages.c.recipient.in_(sa.bindparam("whose", expanding=True)))
            whose = list(recipients)
            pieces = (whose[start : start + _PIECE] for start in range(0, len(whose), _PIECE))
            return [row for piece in pieces for row in connection.execute(theirs, {"whose": piece})]

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with self._one_connection, transaction(self._engine, self.where) as connection:
            yield connection


_BY_HAND_UNSENT = "Settled by hand: it is not in the chat. The next run of the campaign sends it."
_CLAIMED = (
    "A run ended, or is still at work, while this message was on its way. The message may have been sent. "
    f"{ErrorCode.INTERRUPTED.info.advice}"
)


def _let_go(writer: Writer, engine: sa.Engine) -> None:
    writer.close()
    engine.dispose()


def _settled_statuses() -> list[str]:
    return [status.value for status in Status if status is not Status.READY]


def _status(row: Any) -> str:  # noqa: ANN401 - a result row
    return str(row.status) if row.state == "settled" else Status.UNKNOWN.value


def _outcome(row: Any) -> Outcome:  # noqa: ANN401 - a result row
    if row.state != "settled":
        return Outcome(
            Status.UNKNOWN,
            error_code=ErrorCode.INTERRUPTED,
            error=_CLAIMED,
            attempts=1,
            at=_datetime(row.claimed_at),
        )
    return Outcome(
        Status(row.status),
        message_id=row.message_id,
        error_code=None if row.error_code is None else as_code(row.error_code),
        error=row.error,
        http_status=row.http_status,
        attempts=row.attempts,
        at=None if row.attempts == 0 else _datetime(row.settled_at),
    )


def _columns(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.status.value,
        "message_id": outcome.message_id,
        "error_code": None if outcome.error_code is None else int(outcome.error_code),
        "error": outcome.error,
        "http_status": outcome.http_status,
        "attempts": outcome.attempts,
        "settled_at": _microseconds(outcome.at) if outcome.at else _now(),
    }


def _now() -> int:
    return _microseconds(datetime.now(UTC))


def _microseconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def _datetime(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)

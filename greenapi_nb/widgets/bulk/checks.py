"""What an order would do: which rows would go, which not and why, before anything goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from greenapi_nb.bulk.campaign import guard
from greenapi_nb.bulk.job import Job, opened
from greenapi_nb.bulk.plan import Options, make_plan
from greenapi_nb.errors import AlreadySent, ErrorCode
from greenapi_nb.outcomes import Status
from greenapi_nb.values import is_missing

if TYPE_CHECKING:
    from typing import Any

    import pandas as pd

    from greenapi_nb.bulk.plan import Plan
    from greenapi_nb.client import Client
    from greenapi_nb.outcomes import Outcome
    from greenapi_nb.widgets.bulk.orders import Order

__all__ = ["Check", "Kind", "RowView", "check_order", "view_row"]


class Kind(Enum):
    """What a row is before a run, and how the form calls it."""

    READY = "To be sent"
    REJECTED = "Rejected"
    DUPLICATE = "Duplicates"
    SUPPRESSED = "Do not write"
    OVER_LIMIT = "Over the limit"
    SENT = "Already sent"
    DOUBTFUL = "May have been sent"


_BY_CODE = {
    ErrorCode.DUPLICATE: Kind.DUPLICATE,
    ErrorCode.SUPPRESSED: Kind.SUPPRESSED,
    ErrorCode.OVER_LIMIT: Kind.OVER_LIMIT,
}
_BY_STATUS = {
    Status.ACCEPTED: Kind.SENT,
    Status.UNKNOWN: Kind.DOUBTFUL,
    Status.REJECTED: Kind.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Check:
    """What would become of every row of an order.

    Attributes
    ----------
    order
        What was checked.
    plan
        Its rows are those that would go.
    places
        The rows of each kind, by position.
    earlier
        What says that the same messages went lately under another campaign; None if they did not.
    """

    order: Order
    plan: Plan = field(repr=False)
    places: dict[Kind, list[int]] = field(repr=False)
    earlier: AlreadySent | None = None

    @property
    def ready(self) -> int:
        """How many messages would go."""
        return len(self.plan.rows)

    @property
    def seconds(self) -> float:
        """How long that takes at the order's rate, if the API keeps up; 0 where it is not paced."""
        return max(0, self.ready - 1) / self.order.rate if self.order.rate else 0.0

    def label(self, position: int) -> object:
        """Return what the frame calls a row."""
        return self.plan.index[position]


def check_order(order: Order, client: Client | None) -> Check:
    """Plan an order and ask the ledger about it; nothing is sent.

    Parameters
    ----------
    order
        What is wanted.
    client
        Who would send it; None leaves the ledger out.

    Raises
    ------
    ValueError, LedgerError
        As `bulk_send`.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb.widgets.bulk.orders import Given, Wish, read_wish
    >>> frame = pd.DataFrame({"to": ["79001234567", "79001234567", "nobody"]})
    >>> check = check_order(read_wish(Wish(to=0, template="Hi", campaign="news"), frame, Given()), None)
    >>> check.ready, check.places[Kind.DUPLICATE], check.places[Kind.REJECTED]
    (1, [1], [2])
    """
    plan = make_plan(order.frame, order.options)
    earlier = None
    if client is None:
        plan.limit_to(order.options.limit)
    else:
        with opened(order.given.ledger, client) as book:
            Job(plan, client, book, order.campaign).prepare(order.options.limit, resend=False)
            try:
                guard(plan, book, client.account, besides=order.campaign)
            except AlreadySent as went:
                earlier = went
    places: dict[Kind, list[int]] = {kind: [] for kind in Kind}
    for position, outcome in enumerate(plan.outcomes):
        places[_kind(outcome)].append(position)
    return Check(order, plan, places, earlier)


class RowView(NamedTuple):
    """One row as its recipient would get it.

    Attributes
    ----------
    label
        What the frame calls the row.
    given
        The recipient as it stands there, empty where there is none.
    to
        The identifier it is sent to, or None.
    body
        The text, or None.
    problem
        Why it cannot go, or None.
    """

    label: object
    given: str
    to: str | None = None
    body: str | None = None
    problem: str | None = None


def view_row(frame: pd.DataFrame, position: int, columns: dict[str, Any], recipient_type: str | None) -> RowView:
    """Compose one row.

    Parameters
    ----------
    frame
        Where it stands.
    position
        From 0.
    columns
        From `Wish.columns`.
    recipient_type
        As `bulk_send` takes it.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"to": ["+7 900 123-45-67"], "name": ["Ann"]})
    >>> view_row(frame, 0, {"to": "to", "template": "Hi {name}"}, None)
    RowView(label=0, given='+7 900 123-45-67', to='79001234567', body='Hi Ann', problem=None)
    """
    row = frame.iloc[[position]]
    plan = make_plan(row, Options(**columns, recipient_type=recipient_type))
    value = row[columns["to"]].tolist()[0]
    given = "" if is_missing(value) else str(value)
    if plan.rows:
        message = plan.rows[0].message
        return RowView(row.index[0], given, message.to, message.body)
    [outcome] = plan.outcomes
    return RowView(row.index[0], given, problem=outcome.error if outcome else None)


def _kind(outcome: Outcome | None) -> Kind:
    if outcome is None:
        return Kind.READY
    return _BY_STATUS.get(outcome.status) or _BY_CODE[ErrorCode(outcome.error_code or 0)]

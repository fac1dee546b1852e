"""What a bulk form holds and may do: the part of it that needs no widgets."""

from __future__ import annotations

from contextlib import suppress
from threading import RLock
from typing import TYPE_CHECKING

from greenapi_nb.bulk.campaign import first_round
from greenapi_nb.bulk.job import opened
from greenapi_nb.client import Client, default_client
from greenapi_nb.errors import BulkSendInterrupted, MissingToken
from greenapi_nb.widgets.bulk.checks import Check, check_order
from greenapi_nb.widgets.bulk.orders import Given, Wish, read_wish
from greenapi_nb.widgets.bulk.shipments import Shipment, left_over

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from greenapi_nb.outcomes import Status
    from greenapi_nb.widgets.bulk.orders import Order

__all__ = ["Desk"]

_LOOK_SECONDS = 0.2


class Desk:
    """Checks orders over one frame and sends one at a time, from whatever thread and however often it is asked to.

    Parameters
    ----------
    client
        Who sends; None uses the token in ``GREENAPI_TOKEN``, once it is there.
    given
        What every order has in common.
    on_change
        Called, from a run's own thread, as it goes on and when it is over.

    Attributes
    ----------
    frame
        The rows, or None.
    shipment
        The last run, or None; it may be under way.
    finished
        The last run that came to a result, or None.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb import Sandbox
    >>> with Sandbox() as sandbox:
    ...     desk = Desk(sandbox.client(), Given(ledger=None))
    ...     desk.frame = pd.DataFrame({"to": ["79001234567"]})
    ...     check = desk.check(Wish(to=0, template="Hi", campaign="news"))
    ...     desk.wait(desk.begin(check))["status"].tolist()
    ['accepted']
    """

    def __init__(self, client: Client | None, given: Given, on_change: Callable[[], object] = lambda: None) -> None:
        self.given_client = client
        self.given = given
        self.frame: pd.DataFrame | None = None
        self.shipment: Shipment | None = None
        self.finished: Shipment | None = None
        self._on_change = on_change
        self._lock = RLock()

    @property
    def client(self) -> Client | None:
        """Who sends; None while there is no token."""
        with suppress(MissingToken):
            return self.given_client or default_client()
        return None

    @property
    def is_sandbox(self) -> bool:
        """Whether nothing that is sent reaches WhatsApp."""
        return self.client is not None and self.client.is_sandbox

    @property
    def busy(self) -> bool:
        """Whether a run is under way."""
        return self.shipment is not None and not self.shipment.ended

    def check(self, wish: Wish) -> Check:
        """Check what the fields say.

        Raises
        ------
        FieldError, ValueError, LedgerError
            As `read_wish` and `check_order`.
        """
        if self.frame is None:
            raise ValueError("There is no table yet. Upload one, or give the form a frame. Nothing was sent.")
        return check_order(read_wish(wish, self.frame, self.given), self.client)

    def begin(self, check: Check) -> Shipment:
        """Start to send what was checked; returns at once.

        Raises
        ------
        MissingToken
            There is no token; nothing was sent.
        RuntimeError
            A run is under way.
        """
        return self._begin(check.order, check.ready)

    def begin_again(self) -> Shipment:
        """Start to send what the last run left: not sent, stopped before, or over the limit.

        Raises
        ------
        MissingToken
            There is no token; nothing was sent.
        RuntimeError
            There was no run before, or one is under way.
        """
        if self.finished is None:
            raise RuntimeError("Nothing was sent before, so nothing is left of it. Send first.")
        return self._begin(self.finished.order, self.left, after=self.finished)

    @property
    def left(self) -> int:
        """How many messages `begin_again` would send."""
        if self.finished is None or self.finished.plan is None:
            return 0
        left, limit = left_over(self.finished.plan), self.finished.order.options.limit
        return left if limit is None else min(left, limit)

    def settle(self, status: Status) -> Shipment | None:
        """Record what looking into the chats showed about the messages that may have been sent.

        Parameters
        ----------
        status
            ``accepted``: they are there. ``unsent``: they are not, and may be sent again.

        Returns
        -------
        Shipment or None
            The last run, its result and plan brought up to date; None if there was none.
        """
        finished, client = self.finished, self.client
        if finished is None or finished.plan is None or finished.result is None or client is None:
            return None
        campaign = finished.order.campaign
        with opened(self.given.ledger, client) as book:
            book.settle_unknown(campaign, status)
            recorded = book.recorded(client.account, campaign)
        finished.plan.update({first_round(key): outcome for key, outcome in recorded.items()})
        finished.result = finished.plan.to_frame(campaign=campaign, stopped=finished.result.attrs["stopped"])
        return finished

    def wait(self, shipment: Shipment) -> pd.DataFrame:
        """Wait for a run's end and return its result.

        Raises
        ------
        BulkSendInterrupted
            The wait was interrupted; the run is stopped and ``.result`` has every row.
        Exception
            What ended the run without a result.
        """
        interrupted = False
        while not shipment.ended:
            try:
                shipment.wait(_LOOK_SECONDS)
            except KeyboardInterrupt:
                interrupted = True
                shipment.stop("it was interrupted")
        if shipment.problem is not None:
            raise shipment.problem
        assert shipment.result is not None  # noqa: S101 - an ended run has one or the other
        campaign = shipment.order.campaign
        if interrupted:
            text = f"The campaign {campaign!r} was interrupted; send it again under this name to send what is left."
            raise BulkSendInterrupted(text, result=shipment.result, campaign=campaign) from None
        return shipment.result

    def take_in(self) -> Shipment | None:
        """Keep the last run if it came to a result that was not taken in yet, and return it."""
        with self._lock:
            shipment = self.shipment
            if shipment is None or shipment.result is None or shipment is self.finished:
                return None
            self.finished = shipment
            return shipment

    def _begin(self, order: Order, confirmed: int, after: Shipment | None = None) -> Shipment:
        client = self.given_client or default_client()
        with self._lock:
            if self.busy:
                raise RuntimeError("Messages are being sent already; wait for the end, or stop them.")
            shipment = Shipment(
                order, client, confirmed=confirmed, after=after.plan if after else None, on_change=self._on_change
            )
            self.shipment = shipment
        shipment.start()
        return shipment

"""What came of one message: its status, and everything known beside it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["Outcome", "Receipt", "Status"]


class Status(StrEnum):
    """The one end each message comes to.

    A status is a string, so it compares with plain text.

    ``accepted``
        The API answered 201 and gave a message ID: queued there, not yet delivered.
    ``rejected``
        The API, or a check before any request, refused it; nothing was sent.
    ``unsent``
        The request provably did not reach the API, or was turned away as one too many (429).
    ``unknown``
        The request may have arrived and no trustworthy answer came; never repeated by this program.
    ``skipped``
        Not attempted: a duplicate, suppressed, over the limit, or the run stopped first.
    ``ready``
        Only in a dry run: it would be sent.

    Examples
    --------
    >>> from greenapi_nb import Status
    >>> Status.ACCEPTED == "accepted"
    True
    >>> Status.UNKNOWN.may_have_been_sent
    True
    """

    ACCEPTED = "accepted"
    """The API answered 201 and gave a message ID: queued there, not yet delivered."""
    REJECTED = "rejected"
    """The API, or a check before any request, refused it; nothing was sent."""
    UNSENT = "unsent"
    """The request provably did not reach the API, or was turned away as one too many (429)."""
    UNKNOWN = "unknown"
    """The request may have arrived and no trustworthy answer came; never repeated by this program."""
    SKIPPED = "skipped"
    """Not attempted: duplicate, suppressed, over the limit, or the run stopped first."""
    READY = "ready"
    """Only in a dry run: it would be sent."""

    @property
    def may_have_been_sent(self) -> bool:
        """Whether sending the same message again could deliver it twice."""
        return self in {Status.ACCEPTED, Status.UNKNOWN}


class _Fields(NamedTuple):
    status: Status
    message_id: str | None = None
    error_code: int | None = None
    error: str | None = None
    http_status: int | None = None
    attempts: int = 0
    at: datetime | None = None
    details: str | None = None
    title: str | None = None
    retry_after: float | None = None


class Outcome(_Fields):
    """What happened to one message.

    Every outcome but a ``ready`` one carries either a message ID or an error code, never both.

    Attributes
    ----------
    status
        The end it came to.
    message_id
        The API's identifier of the accepted message, else None.
    error_code
        An `ErrorCode`, or a plain integer for a code the table lacks, else None.
    error
        What happened, what it means for the message, and what to do next; None when accepted.
    http_status
        The status of the HTTP answer, None where none came.
    attempts
        How many requests were begun for it.
    at
        When the answer, or the certainty that none will come, was there (UTC); None if nothing was attempted.
    details, title
        The API's own English and Russian words for a refusal, else None.
    retry_after
        Seconds the server asked to wait (429 with ``Retry-After``), else None.
    """

    __slots__ = ()

    # Not a dataclass: importing those would make `from greenapi_nb import send_text` a tenth slower.
    def __new__(cls, *values: Any, **named: Any) -> Self:  # noqa: ANN401 - the fields above
        """Make an outcome that carries what its status says."""
        self = super().__new__(cls, *values, **named)
        if self.status is Status.READY:
            consistent = self.message_id is None and self.error_code is None
        else:
            consistent = (self.message_id is None) != (self.error_code is None)
        if not consistent or (self.message_id is not None) != (self.status is Status.ACCEPTED):
            raise ValueError(
                "an outcome carries a message ID when accepted, an error code otherwise, neither when ready; "
                f"got {self.status} with message_id={self.message_id!r}, error_code={self.error_code!r}"
            )
        return self

    @classmethod
    def _make(cls, iterable: Iterable[Any]) -> Self:  # type: ignore[override]
        return cls(*iterable)


class Receipt(NamedTuple):
    """The API's word that it accepted one message (accepted, not delivered: v1 reports no delivery).

    Attributes
    ----------
    message_id
        The API's identifier of the message.
    to
        The recipient's identifier as it was sent (digits, or a group's ``digits-digits``).
    at
        When the answer came (UTC).

    Examples
    --------
    >>> from greenapi_nb import Receipt, Sandbox, send_text
    >>> with Sandbox(seed=7) as sandbox:
    ...     receipt = send_text("79001234567", "Hello", client=sandbox.client())
    >>> isinstance(receipt, Receipt), receipt.to, type(receipt.message_id).__name__
    (True, '79001234567', 'str')
    """

    message_id: str
    to: str
    at: datetime

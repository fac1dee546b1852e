"""What a bulk form begins with: the parameters of `bulk_send` under their own names."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from greenapi_nb.bulk.call import checked_rate
from greenapi_nb.bulk.campaign import checked_name
from greenapi_nb.bulk.plan import Options
from greenapi_nb.bulk.suppression import entries_of
from greenapi_nb.unset import UNSET, Unset
from greenapi_nb.widgets.bulk.orders import UNPACED, Given, Wish

if TYPE_CHECKING:
    import os
    from collections.abc import Hashable, Iterable

    from greenapi_nb.ledger import Ledger

__all__ = ["Defaults"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Checked first values of the form's fields, and what no field shows.

    Raises
    ------
    TypeError, ValueError
        As `bulk_send`; nothing was sent.

    Examples
    --------
    >>> Defaults.read({"template": "Hi {name}", "rate": None}).wish.rate
    'no limit'
    >>> Defaults.read({"templat": "Hi"})
    Traceback (most recent call last):
        ...
    TypeError: BulkSendForm takes no 'templat'; beside frame and client it takes to, body, ...
    """

    to: Hashable | Unset = UNSET
    body: Hashable | Unset | None = UNSET
    template: str | None = None
    recipient_type: str | None = None
    campaign: str | None = None
    rate: float | None = 2
    concurrency: int = 8
    duplicates: str = "skip"
    suppress: Iterable[object] = ()
    limit: int | None = None
    region: str | None = None
    ledger: Ledger | str | os.PathLike[str] | Unset | None = UNSET

    @classmethod
    def read(cls, keywords: dict[str, Any]) -> Defaults:
        """Check the keywords a form was given."""
        known = [field.name for field in fields(cls)]
        for name in keywords:
            if name not in known:
                raise TypeError(f"BulkSendForm takes no {name!r}; beside frame and client it takes {', '.join(known)}.")
        return cls(**keywords)

    def __post_init__(self) -> None:
        entries = tuple(entries_of(self.suppress))
        object.__setattr__(self, "suppress", entries)
        checked_rate(self.rate)
        checked_name(self.campaign)
        body = None if self.body is UNSET else self.body
        Options(
            body="body" if body is None and self.template is None else body,
            template=self.template,
            recipient_type=self.recipient_type,
            duplicates=self.duplicates,
            suppress=entries,
            limit=self.limit,
            region=self.region,
        )

    @property
    def given(self) -> Given:
        """What no field shows."""
        return Given(
            recipient_type=self.recipient_type,
            concurrency=self.concurrency,
            suppress=tuple(self.suppress),
            ledger=self.ledger,
        )

    @property
    def wish(self) -> Wish:
        """What the fields begin with, the columns left open."""
        return Wish(
            template=self.template or "",
            campaign=checked_name(self.campaign) or "",
            rate=UNPACED if self.rate is None else f"{self.rate:g}",
            limit="" if self.limit is None else str(self.limit),
            region=self.region or "",
            repeats=self.duplicates == "send",
        )

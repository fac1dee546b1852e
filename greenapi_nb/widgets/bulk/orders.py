"""What a bulk form's fields say, as an order that can be checked and sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from greenapi_nb.bulk.call import checked_concurrency, checked_rate
from greenapi_nb.bulk.campaign import checked_name
from greenapi_nb.bulk.plan import Options
from greenapi_nb.recipients import check_region
from greenapi_nb.templates import Template
from greenapi_nb.unset import UNSET, Unset

if TYPE_CHECKING:
    import os
    from collections.abc import Hashable, Iterable
    from datetime import date

    import pandas as pd

    from greenapi_nb.ledger import Ledger

__all__ = ["UNPACED", "FieldError", "Given", "Order", "Wish", "proposed_campaign", "read_wish"]

UNPACED = "no limit"
"""What stands in the field for the rate where messages are not paced."""

_BETWEEN_ENTRIES = re.compile(r"[\n,;]+")


class FieldError(ValueError):
    """A field that cannot be used as it stands.

    Parameters
    ----------
    name
        Which field, by its name in `Wish`.
    words
        What is wrong, for the person at the form.

    Examples
    --------
    >>> FieldError("rate", "Write a number.").name
    'rate'
    """

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the program that made the form decided, and no field shows.

    Examples
    --------
    >>> Given(recipient_type="group").concurrency
    8
    """

    recipient_type: str | None = None
    concurrency: int = 8
    suppress: tuple[object, ...] = ()
    ledger: Ledger | str | os.PathLike[str] | Unset | None = UNSET

    def __post_init__(self) -> None:
        checked_concurrency(self.concurrency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the fields hold at one moment.

    Attributes
    ----------
    to, body
        Places of the columns of recipients and texts; None where none is chosen, or the template is used.
    template, campaign, rate, limit, region, suppress
        As typed.
    repeats
        Whether a text may go to the same recipient as often as it stands there.

    Examples
    --------
    >>> Wish(to=0, template="Hi").rate
    '2'
    """

    to: int | None = None
    body: int | None = None
    template: str = ""
    campaign: str = ""
    rate: str = "2"
    limit: str = ""
    region: str = ""
    suppress: str = ""
    repeats: bool = False

    def columns(self, frame: pd.DataFrame) -> dict[str, Any]:
        """Return the parameters of `Options` that one row's message depends on.

        Raises
        ------
        FieldError
            There is no column of recipients, no text, or no such region.
        """
        if self.to is None:
            raise FieldError("to", "Choose the column that holds the phone numbers.")
        if self.body is None and not self.template.strip():
            raise FieldError("template", "Write the text, or choose the column that holds the texts.")
        text: dict[str, Hashable] = {"template": self.template}
        if self.body is not None:
            text = {"body": frame.columns[self.body]}
        else:
            _tried("template", lambda: Template(self.template).check(frame.columns))
        region = self.region.strip().upper() or None
        _tried("region", lambda: check_region(region))
        return {"to": frame.columns[self.to], "region": region, **text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A frame with everything that says how it is to be sent.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"to": ["79001234567"]})
    >>> read_wish(Wish(to=0, template="Hi", campaign="news"), frame, Given()).rate
    2.0
    """

    frame: pd.DataFrame = field(repr=False)
    options: Options = field(repr=False)
    campaign: str
    rate: float | None
    given: Given = field(repr=False)


def read_wish(wish: Wish, frame: pd.DataFrame, given: Given) -> Order:
    """Turn fields into an order.

    Raises
    ------
    FieldError
        A field cannot be used as it stands.
    """
    columns = wish.columns(frame)
    limit = _whole(wish.limit)
    name = _tried("campaign", lambda: checked_name(wish.campaign))
    rate = _rate(wish.rate)
    options = _tried(
        "suppress",
        lambda: Options(
            **columns,
            recipient_type=given.recipient_type,
            duplicates="send" if wish.repeats else "skip",
            suppress=[*given.suppress, *_entries(wish.suppress)],
            limit=limit,
        ),
    )
    return Order(frame=frame, options=options, campaign=name, rate=rate, given=given)


def proposed_campaign(file: str, today: date) -> str:
    """Make a campaign's name of the day and the file, so that the next day's is another.

    Examples
    --------
    >>> from datetime import date
    >>> proposed_campaign("customers north.xlsx", date(2026, 11, 5))
    '2026-11-05 customers north'
    """
    stem = "".join(filter(str.isprintable, PurePath(file).stem)).strip()
    return f"{today:%Y-%m-%d} {stem or 'table'}"


def _rate(text: str) -> float | None:
    if text.strip().lower() == UNPACED:
        return None
    try:
        return checked_rate(float(text.strip().replace(",", ".")))
    except ValueError:
        words = f"Write how many messages a second, like 2 or 0.5; or “{UNPACED}” to send as fast as it goes."
        raise FieldError("rate", words) from None


def _whole(text: str) -> int | None:
    plain = text.strip().replace(" ", "").replace(",", "")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit()):
        raise FieldError("limit", "Write a whole number, or nothing to send all.")
    return int(plain)


def _entries(text: str) -> Iterable[str]:
    return (entry.strip() for entry in _BETWEEN_ENTRIES.split(text) if entry.strip())


def _tried(name: str, action: Any) -> Any:  # noqa: ANN401 - whatever the action returns
    try:
        return action()
    except (ValueError, TypeError) as problem:
        raise FieldError(name, str(problem)) from None

"""The fields of the bulk form as one wish: filled, guessed, read, observed."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from greenapi_nb.bulk.columns import guess_recipient, guess_text
from greenapi_nb.unset import UNSET
from greenapi_nb.widgets.bulk.orders import Wish, proposed_campaign

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    import pandas as pd

    from greenapi_nb.widgets.bulk.check_step import CheckStep
    from greenapi_nb.widgets.bulk.defaults import Defaults
    from greenapi_nb.widgets.bulk.text_step import TextStep

__all__ = ["BulkFields"]

_NO_GUESS = "No column looks like phone numbers. Choose the right one."


class BulkFields:
    """What the second and third step ask for.

    Parameters
    ----------
    text, check
        The steps.
    defaults
        What the fields begin with.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb.widgets.bulk.check_step import CheckStep
    >>> from greenapi_nb.widgets.bulk.defaults import Defaults
    >>> from greenapi_nb.widgets.bulk.text_step import TextStep
    >>> fields = BulkFields(TextStep(), CheckStep(), Defaults(template="Hi {name}"))
    >>> fields.suit(pd.DataFrame({"name": ["Ann"], "phone": ["+79001234567"]}), "people.csv")
    >>> fields.wish.to, fields.wish.template
    (1, 'Hi {name}')
    """

    def __init__(self, text: TextStep, check: CheckStep, defaults: Defaults) -> None:
        self._text, self._check, self._defaults = text, check, defaults
        self._proposed = ""
        self._filling = False
        wish = defaults.wish
        text.template.value, check.campaign.value = wish.template, wish.campaign
        check.rate.value, check.limit.value, check.region.value = wish.rate, wish.limit, wish.region
        check.repeats.value = wish.repeats
        text.to.observe(lambda _: text.to_note.show(""), "value")

    @property
    def wish(self) -> Wish:
        """What the fields hold now."""
        text, check = self._text, self._check
        return Wish(
            to=text.to.place,
            body=text.body.place,
            template=text.template.value,
            campaign=check.campaign.value,
            rate=check.rate.value,
            limit=check.limit.value,
            region=check.region.value,
            suppress=check.suppress.value,
            repeats=check.repeats.value,
        )

    def on_edit(self, callback: Callable[[Any], object]) -> None:
        """Have a function called when a field changes; not by `suit`."""

        def edited(event: object) -> None:
            if not self._filling:
                callback(event)

        text, check = self._text, self._check
        choices = (text.to, text.body, text.template)
        settings = (check.campaign, check.rate, check.limit, check.region, check.suppress, check.repeats)
        for field in (*choices, *settings):
            field.observe(edited, "value")

    def suit(self, frame: pd.DataFrame, source: str) -> None:
        """Offer a frame's columns, guess which is which, and propose a name for the campaign."""
        self._filling = True
        try:
            self._choose_columns(frame)
            campaign = self._check.campaign
            if campaign.value in {"", self._proposed}:
                self._proposed = campaign.value = proposed_campaign(source, datetime.now().astimezone().date())
        finally:
            self._filling = False

    def _choose_columns(self, frame: pd.DataFrame) -> None:
        columns = frame.columns.tolist()
        recipient, note = _place(columns, self._defaults.to), ""
        if recipient is None:
            guess = guess_recipient(frame, self._defaults.region)
            note = f"Guessed: {guess.why}. Choose another if that is wrong." if guess else _NO_GUESS
            recipient = _place(columns, guess.column) if guess else None
        body = _place(columns, self._defaults.body)
        if body is None and not self._text.template.value:
            body = _place(columns, guess_text(frame))
        self._text.offer(columns, recipient=recipient, text=body)
        self._text.to_note.show(escape(note))


def _place(columns: Sequence[Hashable], name: object) -> int | None:
    return columns.index(name) if name is not UNSET and name in columns else None

"""Which column of a frame holds what: a guess, to be shown as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from greenapi_nb.errors import MessageRejected
from greenapi_nb.recipients import read_recipient
from greenapi_nb.values import is_missing

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

__all__ = ["Guess", "guess_recipient", "guess_text"]

_SAMPLE = 100
_LEAST_SHARE = 0.5
_BY_NAME = 0.6
_RECIPIENTS = re.compile(
    r"phone|mobile|\bcell|\btel|whats|msisdn|recipient|number|^to$|телефон|\bтел|номер|моб|получател|кому",  # noqa: RUF001 - Russian
    re.IGNORECASE,
)
_TEXTS = re.compile(r"^(body|text|message|msg|текст|сообщение)$", re.IGNORECASE)


class Guess(NamedTuple):
    """A column, and why it was chosen."""

    column: Hashable
    why: str


def guess_recipient(frame: pd.DataFrame, region: str | None = None) -> Guess | None:
    """Find the column whose values are recipients; its name counts where several are.

    Parameters
    ----------
    frame
        Any frame.
    region
        Two letters of the country whose national numbers may occur.

    Examples
    --------
    >>> import pandas as pd
    >>> guess_recipient(pd.DataFrame({"name": ["Ann"], "phone": ["+7 900 123-45-67"]}))
    Guess(column='phone', why='1 of its first 1 values is a phone number or a group')
    """
    best, best_score = None, _LEAST_SHARE
    for place, column in enumerate(frame.columns):
        values = [value for value in frame.iloc[:_SAMPLE, place].tolist() if not is_missing(value)]
        readable = sum(_is_recipient(value, region) for value in values)
        share = readable / len(values) if values else 0.0
        score = share + (_BY_NAME if _RECIPIENTS.search(str(column)) else 0.0)
        if readable and score > best_score:
            are = "is a phone number or a group" if readable == 1 else "are phone numbers or groups"
            best, best_score = Guess(column, f"{readable} of its first {len(values)} values {are}"), score
    return best


def guess_text(frame: pd.DataFrame) -> Hashable | None:
    """Find the column that is called what columns of texts are called.

    Examples
    --------
    >>> import pandas as pd
    >>> guess_text(pd.DataFrame(columns=["to", "Message"]))
    'Message'
    """
    return next((column for column in frame.columns if _TEXTS.match(str(column).strip())), None)


def _is_recipient(value: object, region: str | None) -> bool:
    try:
        read_recipient(value, region=region)
    except MessageRejected:
        return False
    return True

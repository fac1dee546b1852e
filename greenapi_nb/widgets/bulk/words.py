"""What the bulk form says: pure functions from values to words and HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from greenapi_nb.widgets.bulk.tables import cell
from greenapi_nb.widgets.wording import Note

if TYPE_CHECKING:
    import pandas as pd

    from greenapi_nb.widgets.bulk.checks import Check, RowView


__all__ = ["counted", "data_note", "duration", "for_people", "messages", "row_note", "time_note"]

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_WRONG_LETTERS = " If letters look wrong below, save the file as CSV UTF-8 and upload it again."
_FOR_PEOPLE = {
    " Nothing was sent.": "",
    '; use duplicates="send" if it really must go twice': "",
    "Raise limit=, or run again.": "It stays for another run.",
    "then run the campaign again: it sends what is left.": "then send the unsent again.",
    "The next run of the campaign sends it.": "It can be sent again.",
}


def messages(count: int) -> str:
    """Count messages in words.

    Examples
    --------
    >>> messages(1), messages(1234)
    ('1 message', '1,234 messages')
    """
    return counted(count, "message")


def duration(seconds: float) -> str:
    """Say how long something takes, as one would say it.

    Examples
    --------
    >>> duration(0.4), duration(75), duration(616), duration(7500), duration(200_000)
    ('a second', '75 seconds', '10 minutes', '2 hours 5 minutes', '2 days 7 hours')
    """
    if seconds < 2 * _MINUTE:
        whole = max(1, round(seconds))
        return "a second" if whole == 1 else f"{whole} seconds"
    for large, small, size, part in (
        ("day", "hour", _DAY, _HOUR),
        ("hour", "minute", _HOUR, _MINUTE),
        ("minute", "", _MINUTE, _MINUTE),
    ):
        if seconds >= size:
            count, rest = divmod(int(seconds), size)
            words = [counted(count, large)]
            if small and rest >= part:
                words.append(counted(rest // part, small))
            return " ".join(words)
    raise AssertionError


def data_note(source: str, frame: pd.DataFrame, how: str = "", *, has_names: bool = True) -> Note:
    """Say what was read.

    Parameters
    ----------
    source
        The file's name, or what else the rows come from.
    frame
        What was read.
    how
        How it was read.
    has_names
        Whether the file named its columns.

    Examples
    --------
    >>> import pandas as pd
    >>> data_note("people.csv", pd.DataFrame({"to": [1, 2]}), "CSV, UTF-8").html
    '<p><strong>people.csv</strong> · 2 rows · 1 column · CSV, UTF-8</p>'
    """
    counts = [counted(len(frame), "row"), counted(frame.shape[1], "column")]
    facts = " · ".join([f"<strong>{escape(source)}</strong>", *counts, *([escape(how)] if how else [])])
    remarks = _WRONG_LETTERS.strip() if "1251" in how else ""
    if not has_names:
        remarks = f"The first row holds a phone number, so it is a row like the others. {remarks}".strip()
    return Note(f"<p>{facts}</p>" + (f"<p>{remarks}</p>" if remarks else ""))


def row_note(view: RowView) -> Note:
    """Say to whom a row goes, or why it does not.

    Examples
    --------
    >>> from greenapi_nb.widgets.bulk.checks import RowView
    >>> row_note(RowView(2, "+7 900 123-45-67", "79001234567", "Hi")).html
    'To <b>79001234567</b>, written +7 900 123-45-67 in the table'
    >>> row_note(RowView(3, "", problem="There is no recipient. Nothing was sent. Fill it in.")).tone
    'bad'
    """
    if view.problem is not None:
        return Note(f"<b>Cannot be sent.</b> {cell(for_people(view.problem))}", "bad")
    written = f", written {cell(view.given)} in the table" if view.given != view.to else ""
    return Note(f"To <b>{cell(view.to)}</b>{written}")


def time_note(check: Check) -> str:
    """Say how long the run takes.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb.widgets.bulk.checks import check_order
    >>> from greenapi_nb.widgets.bulk.orders import Given, Wish, read_wish
    >>> frame = pd.DataFrame({"to": [f"7900123{number:04}" for number in range(1201)]})
    >>> time_note(check_order(read_wish(Wish(to=0, template="Hi", campaign="news"), frame, Given()), None))
    'At 2 messages a second, 1,201 messages take about 10 minutes.'
    """
    if not check.ready:
        return "There is nothing to send."
    take = "takes" if check.ready == 1 else "take"
    if check.order.rate is None:
        return f"{messages(check.ready).capitalize()} will go as fast as the service takes them."
    return f"At {check.order.rate:g} messages a second, {messages(check.ready)} {take} about {duration(check.seconds)}."


def for_people(text: str) -> str:
    """Say what a program would be told so that a person at the form can follow it.

    Examples
    --------
    >>> for_people('Nothing to do; use duplicates="send" if it really must go twice.')
    'Nothing to do.'
    """
    for words, plain in _FOR_PEOPLE.items():
        text = text.replace(words, plain)
    return text


def counted(count: int, word: str) -> str:
    """Count things in words.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"

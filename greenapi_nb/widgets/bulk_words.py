"""What the bulk form says: pure functions from values to words and HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from greenapi_nb.bulk.report import STATUS_WORDS, summarize
from greenapi_nb.outcomes import Status
from greenapi_nb.widgets.checks import Check, Kind, RowView
from greenapi_nb.widgets.tables import cell, table
from greenapi_nb.widgets.wording import Note

if TYPE_CHECKING:
    import pandas as pd

    from greenapi_nb.widgets.shipments import Progress

__all__ = [
    "check_html",
    "data_note",
    "duration",
    "first_rows",
    "messages",
    "progress_html",
    "result_html",
    "row_note",
    "time_note",
]

_FIRST_ROWS = 5
_SAMPLES = 10
_UNACCEPTED = 50
_TEXT_SHOWN = 80
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_WRONG_LETTERS = " If letters look wrong below, save the file as CSV UTF-8 and upload it again."
_NOTHING_SENT = " Nothing was sent."
_EXPLAINED = {
    Kind.READY: "",
    Kind.REJECTED: "cannot be sent as they stand",
    Kind.DUPLICATE: "the same text to the same recipient stands in an earlier row",
    Kind.SUPPRESSED: "on the list of those not to write to",
    Kind.OVER_LIMIT: "left for another run",
    Kind.SENT: "accepted in this campaign before, not sent again",
    Kind.DOUBTFUL: "of this campaign, not sent again; look in these chats",
}


def messages(count: int) -> str:
    """Count messages in words.

    Examples
    --------
    >>> messages(1), messages(1234)
    ('1 message', '1,234 messages')
    """
    return f"{count:,} message{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """Say how long something takes, as one would say it.

    Examples
    --------
    >>> duration(0.4), duration(75), duration(616), duration(7500), duration(200_000)
    ('a second', '1 minute', '10 minutes', '2 hours 5 minutes', '2 days 7 hours')
    """
    if seconds < _MINUTE:
        whole = max(1, round(seconds))
        return "a second" if whole == 1 else f"{whole} seconds"
    for large, small, size, part in (
        ("day", "hour", _DAY, _HOUR),
        ("hour", "minute", _HOUR, _MINUTE),
        ("minute", "", _MINUTE, _MINUTE),
    ):
        if seconds >= size:
            count, rest = divmod(int(seconds), size)
            words = [_counted(count, large)]
            if small and rest >= part:
                words.append(_counted(rest // part, small))
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
    counts = [_counted(len(frame), "row"), _counted(frame.shape[1], "column")]
    facts = " · ".join([f"<strong>{escape(source)}</strong>", *counts, *([escape(how)] if how else [])])
    remarks = _WRONG_LETTERS.strip() if "1251" in how else ""
    if not has_names:
        remarks = f"The first row holds a phone number, so it is a row like the others. {remarks}".strip()
    return Note(f"<p>{facts}</p>" + (f"<p>{remarks}</p>" if remarks else ""))


def first_rows(frame: pd.DataFrame) -> str:
    """Show the first rows.

    Examples
    --------
    >>> import pandas as pd
    >>> "<td>79001234567</td>" in first_rows(pd.DataFrame({"to": ["79001234567"]}))
    True
    """
    top = frame.iloc[:_FIRST_ROWS]
    columns = [top.iloc[:, place].tolist() for place in range(top.shape[1])]
    rows = list(zip(top.index.tolist(), *columns, strict=True))
    return table("The first rows", [_name_of(frame.index), *frame.columns], rows)


def row_note(view: RowView) -> Note:
    """Say to whom a row goes, or why it does not.

    Examples
    --------
    >>> row_note(RowView(2, "+7 900 123-45-67", "79001234567", "Hi")).html
    'To <b>79001234567</b>, written +7 900 123-45-67 in the table'
    >>> row_note(RowView(3, "", problem="There is no recipient. Nothing was sent. Fill it in.")).tone
    'bad'
    """
    if view.problem is not None:
        return Note(f"<b>Cannot be sent.</b> {cell(view.problem.replace(_NOTHING_SENT, ''))}", "bad")
    written = f", written {cell(view.given)} in the table" if view.given != view.to else ""
    return Note(f"To <b>{cell(view.to)}</b>{written}")


def check_html(check: Check) -> str:
    """Show how many rows are of each kind, with the first of each behind.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb.widgets.checks import check_order
    >>> from greenapi_nb.widgets.orders import Given, Wish, read_wish
    >>> order = read_wish(Wish(to=0, template="Hi", campaign="news"), pd.DataFrame({"to": ["nobody"]}), Given())
    >>> "<dt>Rejected</dt><dd>1</dd>" in check_html(check_order(order, None))
    True
    """
    shown = [kind for kind in Kind if check.places[kind] or kind in {Kind.READY, Kind.REJECTED}]
    counts = "".join(
        f'<div data-kind="{kind.name.lower()}"><dt>{kind.value}</dt><dd>{len(check.places[kind]):,}</dd></div>'
        for kind in shown
    )
    behind = "".join(_rows_of(check, kind) for kind in shown if check.places[kind])
    return f'<dl class="greenapi-counts">{counts}</dl>{behind}'


def time_note(check: Check) -> str:
    """Say how long the run takes.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb.widgets.checks import check_order
    >>> from greenapi_nb.widgets.orders import Given, Wish, read_wish
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


def progress_html(progress: Progress, *, state: str) -> str:
    """Show how far a run is: a bar, counts by status, speed and time left.

    Parameters
    ----------
    progress
        How far it is.
    state
        ``"sending"``, ``"paused"``, ``"stopping"`` or ``"done"``.

    Examples
    --------
    >>> from greenapi_nb.widgets.shipments import Progress
    >>> html = progress_html(Progress(100, {Status.ACCEPTED: 20}, 10.0), state="sending")
    >>> 'aria-valuenow="20"' in html, "about 40 seconds left" in html
    (True, True)
    """
    share = 100 * progress.done / progress.total if progress.total else 100.0
    facts = [f"<b>{progress.done:,} of {progress.total:,}</b>"]
    facts += [f"{count:,} {_LOWER[status]}" for status, count in sorted(progress.counts.items()) if count]
    if state == "sending" and progress.speed and progress.done < progress.total:
        facts.append(f"{progress.speed:.1f} a second")
        facts.append(f"about {duration(progress.left or 0)} left")
    return (
        f'<div class="greenapi-progress" role="progressbar" aria-label="Messages sent" aria-valuemin="0" '
        f'aria-valuemax="{progress.total}" aria-valuenow="{progress.done}"><div style="width:{share:.2f}%"></div></div>'
        f"<p>{' · '.join(facts)}</p>"
    )


def result_html(result: pd.DataFrame) -> str:
    """Show what came of the rows: how many of each kind with what to do, then the first that were not accepted.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb import Sandbox, bulk_send
    >>> with Sandbox() as sandbox:
    ...     result = bulk_send(pd.DataFrame({"to": ["nobody"], "body": "Hi"}), client=sandbox.client(), progress=False)
    >>> "Rejected, not sent" in result_html(result)
    True
    """
    kinds = [
        (STATUS_WORDS[Status(str(kind.status))], f"{kind.rows:,}", kind.meaning, kind.code, kind.what_to_do)
        for kind in summarize(result).itertuples()
    ]
    html = table("What came of the messages", ["", "Rows", "What happened", "Code", "What to do"], kinds)
    open_ = (result["status"] != Status.ACCEPTED.value).to_numpy().nonzero()[0]
    if not len(open_):
        return html
    first = result.iloc[open_[:_UNACCEPTED]]
    rows = [
        (label, to, STATUS_WORDS[Status(status)], str(error).replace(_NOTHING_SENT, ""))
        for label, to, status, error in zip(
            first.index.tolist(), first["to"].tolist(), first["status"].tolist(), first["error"].tolist(), strict=True
        )
    ]
    all_of = "all" if len(open_) <= _UNACCEPTED else f"the first {_UNACCEPTED} of"
    caption = f"Not accepted: {all_of} {len(open_):,}"
    names = [_name_of(result.index), "Recipient", "", "What happened, and what to do"]
    return f"{html}<h4>{caption}</h4>{table(caption, names, rows)}"


_LOWER = {status: words[0].lower() + words[1:] for status, words in STATUS_WORDS.items()}


def _rows_of(check: Check, kind: Kind) -> str:
    places = check.places[kind]
    sample = places[:_SAMPLES]
    of = f"the first {len(sample)} of {len(places):,}" if len(places) > len(sample) else _counted(len(places), "row")
    why = f" ({_EXPLAINED[kind]})" if _EXPLAINED[kind] else ""
    caption = f"{kind.value}: {of}"
    if kind is Kind.READY:
        bodies = {row.position: row.message.body for row in check.plan.rows[:_SAMPLES]}
        rows = [(check.label(place), check.plan.shown[place], bodies[place][:_TEXT_SHOWN]) for place in sample]
        names = ["row", "Recipient", "Text"]
    else:
        rows = [(check.label(place), check.plan.shown[place], _reason(check, place)) for place in sample]
        names = ["row", "Recipient", "Why"]
    return f"<details><summary>{caption}{why}</summary>{table(caption, names, rows)}</details>"


def _reason(check: Check, place: int) -> str:
    outcome = check.plan.outcomes[place]
    if outcome is None or outcome.error is None:
        return f"message ID {outcome.message_id}" if outcome else ""
    return outcome.error.replace(_NOTHING_SENT, "").replace("Not attempted: ", "")


def _name_of(index: pd.Index) -> object:
    return "row" if index.name is None else index.name


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"

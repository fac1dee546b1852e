"""What the bulk form shows in tables and bars: pure functions from values to HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenapi_nb.bulk.report import STATUS_WORDS, summarize
from greenapi_nb.outcomes import Status
from greenapi_nb.widgets.bulk.checks import Check, Kind
from greenapi_nb.widgets.bulk.tables import table
from greenapi_nb.widgets.bulk.words import counted, duration, for_people

if TYPE_CHECKING:
    import pandas as pd

    from greenapi_nb.widgets.bulk.shipments import Progress

__all__ = ["check_html", "first_rows", "progress_html", "result_html"]

_FIRST_ROWS = 5
_SAMPLES = 10
_UNACCEPTED = 50
_TEXT_SHOWN = 80
_EXPLAINED = {
    Kind.READY: "",
    Kind.REJECTED: "cannot be sent as they stand",
    Kind.DUPLICATE: "the same text to the same recipient stands in an earlier row",
    Kind.SUPPRESSED: "on the list of those not to write to",
    Kind.OVER_LIMIT: "left for another run",
    Kind.SENT: "accepted in this campaign before, not sent again",
    Kind.DOUBTFUL: "of this campaign, not sent again; look in these chats",
}
_LOWER = {status: words[0].lower() + words[1:] for status, words in STATUS_WORDS.items()}


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


def check_html(check: Check) -> str:
    """Show how many rows are of each kind, with the first of each behind.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb.widgets.bulk.checks import check_order
    >>> from greenapi_nb.widgets.bulk.orders import Given, Wish, read_wish
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
    >>> from greenapi_nb.widgets.bulk.shipments import Progress
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
        (
            STATUS_WORDS[Status(str(kind.status))],
            f"{kind.rows:,}",
            kind.meaning,
            kind.code,
            for_people(str(kind.what_to_do)),
        )
        for kind in summarize(result).itertuples()
    ]
    html = table(
        "What came of the messages", ["Outcome", "Rows", "What happened", "Code", "What to do"], kinds, whole=True
    )
    open_ = (result["status"] != Status.ACCEPTED.value).to_numpy().nonzero()[0]
    if not len(open_):
        return html
    first = result.iloc[open_[:_UNACCEPTED]]
    rows = [
        (label, to, STATUS_WORDS[Status(status)], for_people(str(error)))
        for label, to, status, error in zip(
            first.index.tolist(), first["to"].tolist(), first["status"].tolist(), first["error"].tolist(), strict=True
        )
    ]
    all_of = "all" if len(open_) <= _UNACCEPTED else f"the first {_UNACCEPTED} of"
    caption = f"Not accepted: {all_of} {len(open_):,}"
    names = [_name_of(result.index), "Recipient", "Outcome", "What happened, and what to do"]
    return f"{html}<h4>{caption}</h4>{table(caption, names, rows)}"


def _rows_of(check: Check, kind: Kind) -> str:
    places = check.places[kind]
    sample = places[:_SAMPLES]
    of = f"the first {len(sample)} of {len(places):,}" if len(places) > len(sample) else counted(len(places), "row")
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
    return for_people(outcome.error).replace("Not attempted: ", "")


def _name_of(index: pd.Index) -> object:
    return "row" if index.name is None else index.name

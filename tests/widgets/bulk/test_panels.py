"""What the bulk form says and shows: right numbers, everything escaped, words anyone understands."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from greenapi_nb import Status
from greenapi_nb.bulk.safe_csv import read_safe_csv
from greenapi_nb.widgets.bulk.checks import Check, RowView, check_order
from greenapi_nb.widgets.bulk.orders import Given, Wish, read_wish
from greenapi_nb.widgets.bulk.panels import check_html, first_rows, progress_html, result_html
from greenapi_nb.widgets.bulk.result_step import as_file, joined
from greenapi_nb.widgets.bulk.shipments import Progress
from greenapi_nb.widgets.bulk.tables import table
from greenapi_nb.widgets.bulk.words import data_note, duration, row_note, time_note

SCRIPT = "<img src=x onerror=alert(1)>"


def check(recipients: list[str], **fields: str) -> Check:
    """Check some recipients without a client."""
    frame = pd.DataFrame({"to": recipients, "note": SCRIPT})
    given: dict[str, Any] = {"to": 0, "template": "Hi {note}", "campaign": "news", **fields}
    wish = Wish(**given)
    return check_order(read_wish(wish, frame, Given()), None)


def result(frame: pd.DataFrame) -> pd.DataFrame:
    """Lay out a result of these columns."""
    blank: dict[str, Any] = {"to": "79001234567", "message_id": None, "error_code": None, "error": None, "at": pd.NaT}
    return frame.assign(**{name: value for name, value in blank.items() if name not in frame})


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a second"),
        (59.4, "59 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (86400, "1 day"),
    ],
)
def test_durations_are_said_as_one_says_them(seconds: float, words: str) -> None:
    """No zero parts, no seconds beside hours."""
    assert words == duration(seconds)


def test_numbers_of_the_check_are_those_of_the_plan() -> None:
    """With the first rows of each kind behind, and no more than ten."""
    html = check_html(check([f"7900123{number:04}" for number in range(30)] + ["nobody", "79001230000"]))

    for words in ("<dt>To be sent</dt><dd>30</dd>", "<dt>Rejected</dt><dd>1</dd>", "<dt>Duplicates</dt><dd>1</dd>"):
        assert words in html
    assert "the first 10 of 30" in html
    assert 10 == html.count("<td>79001230") - 1  # and the duplicate
    assert "Over the limit" not in html


def test_nothing_that_was_written_is_html() -> None:
    """Cells, names of columns, labels, errors of servers, names of files."""
    frame = pd.DataFrame({SCRIPT: [SCRIPT]}, index=pd.Index([SCRIPT], name=SCRIPT))
    rejected = pd.DataFrame({"status": ["rejected"], "error_code": [1], "error": [SCRIPT], "to": [SCRIPT]})
    shown = [
        first_rows(frame),
        data_note(SCRIPT, frame, SCRIPT).html,
        row_note(RowView(SCRIPT, SCRIPT, SCRIPT, SCRIPT)).html,
        row_note(RowView(SCRIPT, SCRIPT, problem=SCRIPT)).html,
        check_html(check(["79001234567", SCRIPT])),
        result_html(result(rejected.set_index(pd.Index([SCRIPT], name=SCRIPT)))),
        table(SCRIPT, [SCRIPT], [[SCRIPT]]),
    ]

    for html in shown:
        assert "<img" not in html
        assert "&lt;img" in html


def test_the_time_is_that_of_the_rate() -> None:
    """And says so where there is no rate, or nothing to send."""
    many = [f"7900123{number:04}" for number in range(601)]

    assert time_note(check(many, rate="0.5")) == "At 0.5 messages a second, 601 messages take about 20 minutes."
    assert "as fast as" in time_note(check(many, rate="no limit"))
    assert time_note(check(["nobody"])) == "There is nothing to send."


def test_a_table_shows_few_rows_of_many() -> None:
    """A page with a hundred thousand rows would freeze."""
    frame = pd.DataFrame({"to": ["79001234567"] * 100_000})
    many = result(pd.DataFrame({"status": ["skipped"] * 100_000, "error_code": -9, "error": "Not attempted: no."}))

    assert len(first_rows(frame)) < 2_000
    assert len(result_html(many)) < 20_000
    assert "the first 50 of 100,000" in result_html(many)


def test_progress_is_a_bar_with_words() -> None:
    """Paused and finished ones tell no time left."""
    progress = Progress(1200, {Status.ACCEPTED: 290, Status.REJECTED: 10}, 150.0)

    html = progress_html(progress, state="sending")

    assert "300 of 1,200" in html
    assert "290 accepted · 10 rejected, not sent · 2.0 a second · about 7 minutes left" in html
    assert 'aria-valuenow="300"' in html
    assert "left" not in progress_html(progress, state="paused")
    assert "100.00%" in progress_html(Progress(0, {}, 0.0), state="done")


def test_advice_is_for_people_at_a_form() -> None:
    """No parameter of a function is named."""
    ends = pd.DataFrame({"status": ["skipped"] * 3, "error_code": [-6, -8, -9], "error": ["a", "b", "c"]})

    html = result_html(result(ends))

    assert "duplicates=" not in html
    assert "limit=" not in html


def test_the_file_has_every_row_with_what_happened() -> None:
    """By position, whatever the index repeats; names that are taken get another."""
    frame = pd.DataFrame({"to": ["+79001234567", "=1"], "status": ["gold", "@x"]}, index=pd.Index([2, 2], name="row"))
    outcome = pd.DataFrame({"to": ["79001234567", None], "status": ["accepted", "rejected"]}, index=frame.index)

    name, content = as_file(frame, outcome, "november/news")

    assert "november_news result.csv" == name
    back = read_safe_csv(content)
    assert ["row", "to", "status", "to_result", "status_result"] == back.columns.tolist()
    assert ["2", "=1", "@x", pd.NA, "rejected"] == back.iloc[1].tolist()
    assert b"\r\n2,'=1,'@x," in content
    assert ["to", "status"] == frame.columns.tolist()


def test_names_never_clash() -> None:
    """Not even with names the file was given before."""
    frame = pd.DataFrame({"to": [1], "to_result": [2], "row": [3]})

    assert ["to", "to_result", "row", "to_result_result"] == joined(frame, pd.DataFrame({"to": ["a"]})).columns.tolist()
    assert as_file(frame, pd.DataFrame({"a": [1]}), "x")[1].startswith(b"\xef\xbb\xbfrow_label,to,to_result,row,a")

"""What an order would do, and one row of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from greenapi_nb import Ledger, bulk_send
from greenapi_nb.widgets.bulk.checks import Check, Kind, check_order, view_row
from greenapi_nb.widgets.bulk.orders import Given, Wish, read_wish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenapi_nb import Client, Sandbox

FRAME = pd.DataFrame(
    {"to": ["79001234567", "nobody", "+7 900 123-45-67", "79001234568", "79000080001", "79001234569"]},
    index=[2, 3, 4, 5, 6, 7],
)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """Give a ledger in memory."""
    book = Ledger(None)
    yield book
    book.close()


def check(client: Client | None, ledger: Ledger, **fields: Any) -> Check:
    """Check the frame."""
    wish = Wish(**{"to": 0, "template": "Hi", "campaign": "news", "suppress": "79001234568", **fields})
    return check_order(read_wish(wish, FRAME, Given(ledger=ledger)), client)


def kinds(found: Check) -> dict[str, list[int]]:
    """Return the positions of the kinds that occur."""
    return {kind.name: places for kind, places in found.places.items() if places}


def test_every_row_is_of_one_kind(client: Client, ledger: Ledger) -> None:
    """Counted by position, with the numbers the form shows."""
    found = check(client, ledger, limit="2")

    assert kinds(found) == {
        "READY": [0, 4],
        "REJECTED": [1],
        "DUPLICATE": [2],
        "SUPPRESSED": [3],
        "OVER_LIMIT": [5],
    }
    assert (2, 0.5) == (found.ready, found.seconds)
    assert 3 == found.label(1)


def test_what_went_in_this_campaign_does_not_go_again(client: Client, ledger: Ledger, sandbox: Sandbox) -> None:
    """Accepted and unknown ones stay; nothing is sent by looking."""
    bulk_send(FRAME.iloc[[0, 4]].assign(body="Hi"), client=client, campaign="news", ledger=ledger, progress=False)
    requests = len(sandbox.requests)

    found = check(client, ledger)

    assert {"READY": [5], "REJECTED": [1], "DUPLICATE": [2], "SUPPRESSED": [3], "SENT": [0], "DOUBTFUL": [4]} == kinds(
        found
    )
    assert found.earlier is None
    assert requests == len(sandbox.requests)


def test_a_wanted_repetition_is_no_reason_to_warn(client: Client, ledger: Ledger) -> None:
    """The first of two went in this very campaign; the second is still to go."""
    options = {"to": "to", "template": "Hi", "campaign": "news", "ledger": ledger, "duplicates": "send", "limit": 1}
    bulk_send(FRAME, client=client, progress=False, **options)  # type: ignore[call-overload]

    found = check(client, ledger, repeats=True)

    assert ([0], [2, 4, 5]) == (found.places[Kind.SENT], found.places[Kind.READY])
    assert found.earlier is None


def test_the_same_under_another_name_is_warned_of(client: Client, ledger: Ledger) -> None:
    """A new campaign would send them a second time."""
    bulk_send(FRAME.iloc[[0]].assign(body="Hi"), client=client, campaign="old", ledger=ledger, progress=False)

    found = check(client, ledger)

    assert found.earlier is not None
    assert ("old", 1) == (found.earlier.campaign, found.earlier.count)


def test_without_a_client_the_rows_are_checked_all_the_same(ledger: Ledger) -> None:
    """A form without a token still shows what is wrong with the table."""
    assert {"READY": [0, 4], "REJECTED": [1], "DUPLICATE": [2], "SUPPRESSED": [3], "OVER_LIMIT": [5]} == kinds(
        check(None, ledger, limit="2")
    )


@pytest.mark.parametrize(
    ("value", "given", "to", "problem"),
    [
        ("+7 900 123-45-67", "+7 900 123-45-67", "79001234567", None),
        (79001234567.0, "79001234567.0", "79001234567", None),
        (None, "", None, "There is no recipient"),
        ("nobody", "nobody", None, "'nobody' is not a recipient"),
    ],
)
def test_one_row_is_seen_as_it_would_go(value: object, given: str, to: str | None, problem: str | None) -> None:
    """The raw value beside what it is read as, or why it is none."""
    view = view_row(pd.DataFrame({"to": [value]}), 0, {"to": "to", "template": "Hi"}, None)

    assert (given, to) == (view.given, view.to)
    assert (problem is None) == (view.problem is None)
    assert (problem or "") in (view.problem or "")


def test_a_row_with_a_hole_in_its_text_says_which_column() -> None:
    """The problem names the column."""
    frame = pd.DataFrame({"to": ["79001234567"], "name": [None]})

    view = view_row(frame, 0, {"to": "to", "template": "Hi {name}"}, None)

    assert "column 'name'" in (view.problem or "")
    assert Kind.REJECTED.value == "Rejected"

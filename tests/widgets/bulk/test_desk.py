"""One order at a time, from whatever thread."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from greenapi_nb import Ledger, Status
from greenapi_nb.errors import MissingToken
from greenapi_nb.widgets.bulk.desk import Desk
from greenapi_nb.widgets.bulk.orders import Given, Wish
from tests.widgets.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenapi_nb import Client, Sandbox

WISH = Wish(to=0, template="Hi", campaign="news", rate="no limit")


@pytest.fixture
def desk(client: Client) -> Iterator[Desk]:
    """Give a desk with a ledger in memory."""
    book = Ledger(None)
    desk = Desk(client, Given(ledger=book))
    desk.frame = pd.DataFrame({"to": ["79001234567", "79000080001", "79000000429", "79000001022"]})
    yield desk
    book.close()


def test_ten_threads_begin_one_run(desk: Desk, sandbox: Sandbox) -> None:
    """The others hear that one is under way, or that nothing more would go than was confirmed."""
    desk.frame = pd.DataFrame({"to": ["79001234567"]})
    check, refused = desk.check(WISH), []

    def begin() -> None:
        try:
            desk.begin(check)
        except RuntimeError as problem:
            refused.append(str(problem))

    threads = [Thread(target=begin) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    eventually(lambda: not desk.busy)

    assert "being sent already" in refused[0]
    assert 1 == sandbox.messages["to"].tolist().count("79001234567")


def test_without_a_frame_or_a_token_it_says_so(sandbox: Sandbox) -> None:
    """Nothing is sent, and the message says what is missing."""
    desk = Desk(None, Given(ledger=None))

    with pytest.raises(ValueError, match="no table yet"):
        desk.check(WISH)
    with pytest.raises(RuntimeError, match="Nothing was sent before"):
        desk.begin_again()
    desk.frame = pd.DataFrame({"to": ["79001234567"]})
    with pytest.raises(MissingToken):
        desk.begin(desk.check(WISH))
    assert sandbox.requests.empty


@pytest.mark.parametrize(("found", "left"), [(Status.ACCEPTED, 1), (Status.UNSENT, 2)])
def test_what_the_chats_showed_is_recorded(desk: Desk, found: Status, left: int) -> None:
    """Messages that may have been sent become accepted, or may be sent again."""
    result = desk.wait(desk.begin(desk.check(WISH)))
    desk.take_in()
    assert ["accepted", "unknown", "unsent", "rejected"] == result["status"].tolist()
    assert 1 == desk.left

    settled = desk.settle(found)

    assert settled is not None
    assert settled.result is not None
    assert ["accepted", str(found), "unsent", "rejected"] == settled.result["status"].tolist()
    assert result.attrs == settled.result.attrs
    assert left == desk.left


def test_a_result_is_taken_in_once(desk: Desk) -> None:
    """Whoever comes second finds nothing new."""
    desk.frame = pd.DataFrame({"to": ["79001234567"]})
    shipment = desk.begin(desk.check(WISH))
    desk.wait(shipment)

    assert shipment is desk.take_in()
    assert desk.take_in() is None

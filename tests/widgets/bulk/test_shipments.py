"""A run in a thread of its own: watched, paused, stopped, and ended with the program."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from greenapi_nb import Ledger, Status
from greenapi_nb.widgets.bulk.orders import Given, Wish, read_wish
from greenapi_nb.widgets.bulk.shipments import Progress, Shipment, left_over
from tests.widgets.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenapi_nb import Client, Sandbox
    from greenapi_nb.widgets.bulk.orders import Order

FRAME = pd.DataFrame({"to": [f"7900123{number:04}" for number in range(12)]})


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """Give a ledger in memory."""
    book = Ledger(None)
    yield book
    book.close()


def order(ledger: Ledger, frame: pd.DataFrame = FRAME, **fields: Any) -> Order:
    """Order everything, unpaced, one message at a time."""
    wish = Wish(**{"to": 0, "template": "Hi", "campaign": "news", "rate": "no limit", **fields})
    return read_wish(wish, frame, Given(ledger=ledger, concurrency=1))


def at_message(sandbox: Sandbox, number: int, action: Any) -> None:
    """Do something when so many messages have come, before the last of them is answered."""
    seen: list[object] = []

    def came(message: object) -> None:
        seen.append(message)
        if len(seen) == number:
            action()

    sandbox.subscribe(came)


def statuses(shipment: Shipment) -> list[str]:
    """Return the statuses of an ended run."""
    assert shipment.result is not None, shipment.problem
    return shipment.result["status"].tolist()


def test_it_sends_each_message_and_says_so(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """The result is that of `bulk_send`, and the watcher is told of the end."""
    seen: list[bool] = []
    shipment = Shipment(order(ledger), client, confirmed=12, on_change=lambda: seen.append(shipment.ended))

    shipment.start()

    assert shipment.wait(10)
    assert ["accepted"] * 12 == statuses(shipment)
    assert FRAME["to"].tolist() == sandbox.messages["to"].tolist()
    assert {"campaign": "news", "stopped": None} == (shipment.result.attrs if shipment.result is not None else {})
    eventually(lambda: seen[-1:] == [True])


def test_a_pause_lets_nothing_go(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """Held from the third message on; after the resumption the rest goes, each once."""
    shipment = Shipment(order(ledger), client, confirmed=12)
    at_message(sandbox, 3, shipment.pause)

    shipment.start()

    eventually(lambda: shipment.progress.done == 3)
    assert not shipment.wait(0.3)
    assert shipment.paused
    assert 3 == len(sandbox.messages)
    shipment.resume()
    assert shipment.wait(10)
    assert FRAME["to"].tolist() == sandbox.messages["to"].tolist()


def test_a_stop_leaves_the_rest_for_another_run(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """Rows after it are skipped with the reason; the next shipment of the campaign sends them."""
    shipment = Shipment(order(ledger), client, confirmed=12)
    at_message(sandbox, 3, lambda: shipment.stop("you stopped it"))
    shipment.start()
    assert shipment.wait(10)
    assert ["accepted"] * 3 + ["skipped"] * 9 == statuses(shipment)
    assert shipment.plan is not None
    assert 9 == left_over(shipment.plan)

    rest = Shipment(order(ledger), client, confirmed=9)
    rest.start()

    assert rest.wait(10)
    assert ["accepted"] * 12 == statuses(rest)
    assert FRAME["to"].tolist() == sandbox.messages["to"].tolist()


def test_a_stop_while_paused_ends_it(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """Nobody has to resume first."""
    shipment = Shipment(order(ledger), client, confirmed=12)
    at_message(sandbox, 2, shipment.pause)
    shipment.start()
    eventually(lambda: shipment.progress.done == 2)

    shipment.stop("you stopped it")

    assert shipment.wait(10)
    assert 2 == len(sandbox.messages)


def test_what_is_pressed_before_the_first_message_holds(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """A pause or a stop that comes before there is anything to hold is not lost."""
    paused = Shipment(order(ledger), client, confirmed=12)
    paused.pause()
    paused.start()
    eventually(lambda: paused.paused)
    assert not paused.wait(0.2)
    assert sandbox.requests.empty
    paused.resume()
    assert paused.wait(10)
    assert 12 == len(sandbox.messages)

    stopped = Shipment(order(Ledger(None)), client, confirmed=12)
    stopped.stop("you stopped it")
    stopped.start()
    assert stopped.wait(10)
    assert ({"skipped"}, 12) == (set(statuses(stopped)), len(sandbox.messages))


def test_more_than_was_confirmed_does_not_go(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """The number on the button is a promise."""
    shipment = Shipment(order(ledger), client, confirmed=11)

    shipment.start()

    assert shipment.wait(10)
    assert "12 messages would go and 11 were confirmed" in str(shipment.problem)
    assert sandbox.requests.empty


def test_after_a_run_only_what_was_left_goes(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """What the API refused is not asked for again; what was stopped before it went is sent."""
    frame = pd.DataFrame({"to": ["79001230001", "79000001022", "79001230002", "79001230003"]})
    first = Shipment(order(ledger, frame, limit="3"), client, confirmed=3)
    first.start()
    assert first.wait(10)
    assert ["accepted", "rejected", "accepted", "skipped"] == statuses(first)

    second = Shipment(order(ledger, frame, limit="3"), client, confirmed=1, after=first.plan)
    second.start()

    assert second.wait(10)
    assert ["accepted", "rejected", "accepted", "accepted"] == statuses(second)
    assert ["79001230001", "79000001022", "79001230002", "79001230003"] == sandbox.requests["to"].tolist()


def test_the_speed_leaves_pauses_out() -> None:
    """Time left is reckoned from the time at work."""
    assert Progress(10, {Status.ACCEPTED: 4}, 2.0).left == 3.0
    assert Progress(10, {}, 0.0).left is None
    assert Progress(0, {}, 5.0).left is None


_PROGRAM = """
import pandas as pd
from greenapi_nb import Client
from greenapi_nb.widgets.bulk.orders import Given, Wish, read_wish
from greenapi_nb.widgets.bulk.shipments import Shipment

frame = pd.DataFrame({{"to": [f"7900123{{number:04}}" for number in range(500)]}})
order = read_wish(Wish(to=0, template="Hi", campaign="news", rate="20"), frame, Given(ledger={ledger!r}))
shipment = Shipment(order, Client({token!r}, base_url={url!r}), confirmed=500)
shipment.start()
while shipment.progress.done < 2 and not shipment.ended:
    shipment.wait(0.01)
assert shipment.problem is None, shipment.problem
"""


def test_the_end_of_the_program_is_the_end_of_the_run(sandbox: Sandbox, tmp_path: Any) -> None:
    """A program that comes to its end sends no more, and what was on its way has its outcome in the ledger."""
    path = str(tmp_path / "ledger.sqlite")
    program = _PROGRAM.format(ledger=path, token=sandbox.token, url=sandbox.base_url)

    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)

    sent = len(sandbox.messages)
    assert 2 <= sent < 100
    [campaign] = Ledger(path).campaigns().itertuples()
    assert (sent, 0) == (campaign.accepted, campaign.unknown)

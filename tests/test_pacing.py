"""When the next message may go, on a clock of the tests' own and once for real."""

from __future__ import annotations

import heapq
import math
import threading
import time
from collections import deque
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenapi_nb import Sandbox, bulk_send
from greenapi_nb.pacing import Pacer, Slot

SHORTEST_TRIP = 0.01
LONGEST_TRIP = 0.9


class Trip(NamedTuple):
    """How late one message is, in seconds: waking up, on its way there, on the answer's way back."""

    late: float
    there: float
    back: float


class World:
    """A clock, a network and a server, all simulated."""

    def __init__(self, rate: float | None) -> None:
        self.now = 1000.0
        self.pacer = Pacer(rate, clock=lambda: self.now)
        self.departures: list[float] = []
        self.arrivals: list[float] = []
        self._answers: list[tuple[float, int, Slot]] = []
        self._late = 0.0

    def advance(self, until: float) -> None:
        """Let time pass, and answers come in it."""
        while self._answers and self._answers[0][0] <= until:
            self.now, _, slot = heapq.heappop(self._answers)
            self.pacer.answered(slot)
        self.now = max(self.now, until)

    def pause(self, seconds: float) -> bool:
        """Sleep, and wake up late."""
        self.advance(self.now + seconds + self._late)
        return True

    def send(self, trip: Trip = Trip(0, 0, 0)) -> None:  # noqa: B008 - a tuple of numbers
        """Send one message."""
        self._late = trip.late
        slot = self.pacer.reserve()
        assert self.pacer.depart(slot, self.pause)
        self.departures.append(self.now)
        arrival = self.now + SHORTEST_TRIP / 2 + trip.there
        self.arrivals.append(arrival)
        heapq.heappush(self._answers, (arrival + SHORTEST_TRIP / 2 + trip.back, len(self.arrivals), slot))


def busiest_second(moments: list[float]) -> int:
    """Count the most moments in any window of one second."""
    window: deque[float] = deque()
    most = 0
    for moment in sorted(moments):
        window.append(moment)
        while moment - window[0] >= 1:
            window.popleft()
        most = max(most, len(window))
    return most


DELAYS = st.just(0.0) | st.floats(0, LONGEST_TRIP / 2)
TRIPS = st.builds(Trip, st.just(0.0) | st.floats(0, 3), DELAYS, DELAYS)
RATES = st.sampled_from([0.3, 1, 2, 2.5, 7, 20, 50]) | st.floats(0.1, 60)


@settings(max_examples=100, deadline=None)
@given(rate=RATES, trips=st.lists(TRIPS, min_size=1, max_size=30), repeat=st.integers(1, 8))
def test_no_second_holds_too_many(rate: float, trips: list[Trip], repeat: int) -> None:
    """However late messages wake, arrive and are answered, no second at the server holds more than the rate.

    The first one's trip is the shortest there is, so that the pacer knows it, and all take less than a second.
    """
    world = World(rate)
    world.send()
    world.advance(world.now + SHORTEST_TRIP)
    for trip in trips * repeat:
        world.send(trip)
    assert busiest_second(world.arrivals) <= math.ceil(rate)


@settings(deadline=None)
@given(rate=RATES, count=st.integers(1, 200), idle=st.floats(0, 100))
def test_departures_keep_the_rate_too(rate: float, count: int, idle: float) -> None:
    """Not even after an idle while do more messages leave in a second, and none leaves before it must."""
    world = World(rate)
    for _ in range(count):
        world.send()
    world.advance(world.now + idle)
    for _ in range(count):
        world.send()
    assert busiest_second(world.departures) <= math.ceil(rate)


@pytest.mark.parametrize("rate", [0.5, 1, 2, 2.5, 20, 50, 200])
def test_the_allowance_is_used(rate: float) -> None:
    """Without jitter, at least 99 % of the rate goes out."""
    world = World(rate)
    count = math.ceil(20 * rate)
    for _ in range(count + 1):
        world.send()
    assert (world.departures[-1] - world.departures[0]) * rate <= count * 1.01


@pytest.mark.parametrize("rate", [2, 20, 50])
def test_messages_are_spaced(rate: int) -> None:
    """They go evenly, not in bursts."""
    world = World(rate)
    for _ in range(3 * rate):
        world.send()
    gaps = [after - before for before, after in zip(world.departures, world.departures[1:], strict=False)]
    assert min(gaps) >= 1 / rate - 1e-9
    assert max(gaps) <= 1.1 / rate


def test_slow_beginnings_are_allowed_for() -> None:
    """The first messages wait for their connections; those that follow on them do not arrive on their heels."""
    world = World(20)
    for number in range(60):
        world.send(Trip(0, 0.3 if number < 8 else 0, 0))
    assert busiest_second(world.arrivals) <= 20


def test_a_hiccup_is_made_up_for_in_part() -> None:
    """After a late one the next may go a tenth of a second early at most, so a long sleep makes no burst."""
    world = World(20)
    for _ in range(10):
        world.send()
    world.advance(world.now + 30)
    resumed = world.now
    for _ in range(10):
        world.send()
    assert sum(moment < resumed + 0.001 for moment in world.departures[10:]) <= 3


def test_unpaced() -> None:
    """Without a rate nothing waits."""
    world = World(None)
    for _ in range(100):
        world.send()
    assert world.departures == [1000.0] * 100


@pytest.mark.parametrize("rate", [None, 50])
def test_a_hold_holds_everybody(rate: float | None) -> None:
    """When the server asks for a pause, nobody goes before it is over; a shorter one does not shorten it."""
    world = World(rate)
    world.send()
    world.pacer.hold(5)
    world.pacer.hold(1)
    world.send()
    assert world.departures == pytest.approx([1000.0, 1005.0])


@pytest.mark.parametrize("rate", [None, 2])
def test_a_pause_that_is_called_off(rate: float | None) -> None:
    """A run that stops while a message waits for its turn: it may not go, and the next ones are not blocked."""
    world = World(rate)
    world.pacer.hold(5)
    assert not world.pacer.depart(world.pacer.reserve(), lambda _: False)
    world.send()
    assert world.departures == pytest.approx([1005.0])


def test_turns_are_given_to_threads_one_by_one() -> None:
    """Threads that reserve at once get different turns."""
    pacer = Pacer(1000, clock=lambda: 100.0)
    turns: list[float] = []

    def reserve() -> None:
        turns.extend(pacer.reserve().planned for _ in range(50))

    threads = [threading.Thread(target=reserve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [100 + 0.001001 * turn for turn in range(400)] == pytest.approx(sorted(turns))


def test_at_a_real_server() -> None:
    """With the server's own limit as the rate, none is turned away, and the time the rate implies is kept."""
    rows, rate = 40, 20
    frame = pd.DataFrame({"to": [str(79001000000 + row) for row in range(rows)], "body": "Hello"})
    with Sandbox(rate_limit=rate) as sandbox, sandbox.client() as client:
        client.send_text("79001234567", "Warm up")
        sandbox.reset()
        begin = time.monotonic()
        result = bulk_send(frame, client=client, rate=rate, ledger=None, progress=False)
        elapsed = time.monotonic() - begin
        assert (result["status"] == "accepted").all()
        assert (result["attempts"] == 1).all()
        assert sandbox.busiest_second <= rate
        arrivals = sandbox.requests["at"]
    seconds = (arrivals.max() - arrivals.min()).total_seconds()
    assert seconds <= 1.05 * (rows - 1) / rate
    assert elapsed <= 1.05 * rows / rate + 0.5  # for a busy machine to begin and to end

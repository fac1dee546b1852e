"""What is known of a request on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenapi_nb.flights import Flight, current_flight, flying

if TYPE_CHECKING:
    import pytest


class TestFlight:
    """What is known of a request on its way."""

    def test_begins_on_the_ground(self) -> None:
        """Nothing has left before it is handed over."""
        assert Flight(5, 30).departed is False

    def test_is_unknown_once_handed_over(self) -> None:
        """A connection that nobody watches may have taken it."""
        flight = Flight(5, 30)
        flight.hand_over()
        assert flight.departed is None

    def test_connecting_is_on_the_ground(self) -> None:
        """While a watched connection is opened, nothing has left."""
        flight = Flight(5, 30)
        flight.hand_over()
        flight.connect()
        assert flight.departed is False

    def test_what_departed_stays_departed(self) -> None:
        """A second connection, by an adapter with retries of its own, does not undo the first."""
        flight = Flight(5, 30)
        flight.connect()
        flight.depart()
        flight.connect()
        assert flight.departed is True

    def test_deadlines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Connecting has its seconds, and the answer has its own from then on."""
        now = 100.0
        monkeypatch.setattr("greenapi_nb.flights.monotonic", lambda: now)
        flight = Flight(5, 30)
        assert flight.deadline == 105
        now = 102
        flight.connect()
        assert flight.deadline == 107
        now = 103
        flight.depart()
        assert flight.deadline == 133


class TestFlying:
    """Whose flight it is."""

    def test_is_this_thread_s_while_it_lasts(self) -> None:
        """A flight is the current one inside its block alone."""
        flight = Flight(5, 30)
        with flying(flight):
            assert current_flight() is flight
        assert current_flight() is None

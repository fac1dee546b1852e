"""A draft goes once, whoever asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.widgets.drafts import Draft

from .fakes import ACCEPTED, REJECTED, UNKNOWN, UNSENT


def test_many_threads_send_it_once() -> None:
    """Ten threads that ask at the same moment get one outcome of one delivery."""
    draft, deliveries, together = Draft(), [], Barrier(10)

    def deliver() -> Outcome:
        deliveries.append(1)
        return ACCEPTED

    def ask() -> Outcome:
        together.wait()
        return draft.send(deliver)

    with ThreadPoolExecutor(10) as threads:
        outcomes = [each.result() for each in [threads.submit(ask) for _ in range(10)]]
    assert outcomes == [ACCEPTED] * 10
    assert deliveries == [1]


@pytest.mark.parametrize("outcome", [ACCEPTED, UNKNOWN])
def test_what_may_have_been_sent_is_not_sent_again(outcome: Outcome) -> None:
    """After accepted and after unknown, asking again only tells."""
    draft = Draft()
    draft.send(lambda: outcome)
    assert draft.send(lambda: pytest.fail("delivered twice")) is outcome


@pytest.mark.parametrize("outcome", [REJECTED, UNSENT])
def test_what_was_not_sent_can_be_sent(outcome: Outcome) -> None:
    """After rejected and after unsent, asking again delivers."""
    draft = Draft()
    draft.send(lambda: outcome)
    assert draft.send(lambda: ACCEPTED) is ACCEPTED


def test_who_asks_during_the_delivery_gets_its_outcome() -> None:
    """A second asker waits for the first delivery, even one that comes to nothing."""
    draft, begun, go = Draft(), Event(), Event()

    def deliver() -> Outcome:
        begun.set()
        assert go.wait(10)
        return UNSENT

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(draft.send, deliver)
        assert begun.wait(10)
        assert draft.in_flight
        assert draft.outcome is None
        second = threads.submit(draft.send, lambda: pytest.fail("delivered by the second asker"))
        go.set()
        assert first.result(10) is second.result(10) is UNSENT
    assert not draft.in_flight


@pytest.mark.parametrize("problem", [ValueError("broken"), KeyboardInterrupt()])
def test_a_delivery_that_raises_leaves_it_unknown(problem: BaseException) -> None:
    """What raised may have sent it all the same, so it does not go again."""
    draft = Draft()

    def deliver() -> Outcome:
        raise problem

    with pytest.raises(type(problem)):
        draft.send(deliver)
    assert draft.send(lambda: ACCEPTED).status is Status.UNKNOWN


def test_asking_from_inside_the_delivery_does_not_wait_forever() -> None:
    """The delivering thread cannot wait for itself: it is told so."""
    draft = Draft()

    def deliver() -> Outcome:
        with pytest.raises(RuntimeError, match="same thread"):
            draft.send(lambda: ACCEPTED)
        return ACCEPTED

    assert draft.send(deliver) is ACCEPTED

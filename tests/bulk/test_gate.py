"""The gate: open, held, stopped."""

import threading

from greenapi_nb.bulk.gate import Gate


def test_first_reason_stands() -> None:
    """Whoever stops first gives the reason."""
    gate = Gate()
    gate.stop("first")
    gate.stop("second")
    assert (gate.reason, gate.stopped, gate.passes()) == ("first", True, False)


def test_pause_ends_when_stopped() -> None:
    """A pause of an hour ends as soon as the gate is stopped."""
    gate = Gate()
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(gate.pause(3600)))
    thread.start()
    gate.stop("enough")
    thread.join(5)
    assert answers == [False]


def test_held_gate_lets_go_on_release() -> None:
    """Who comes to a held gate waits for its release."""
    gate = Gate()
    gate.hold()
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(gate.pause(0)))
    thread.start()
    assert gate.held
    assert answers == []
    gate.release()
    thread.join(5)
    assert answers == [True]


def test_a_stopped_gate_cannot_be_held() -> None:
    """After the stop nobody is left waiting."""
    gate = Gate()
    gate.stop("enough")
    gate.hold()
    assert not gate.held


def test_lingering_does_not_heed_a_hold() -> None:
    """Who has begun comes to an end while others are held; only a stop calls it off."""
    gate = Gate()
    gate.hold()
    assert gate.linger(0)
    gate.stop("enough")
    assert not gate.linger(3600)

"""Which buttons the form offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from greenapi_nb.messages import compose
from greenapi_nb.widgets.compose.step import next_step
from tests.widgets.fakes import ACCEPTED, REJECTED, TO, UNKNOWN, UNSENT

if TYPE_CHECKING:
    from greenapi_nb.outcomes import Outcome

_MESSAGE = compose(TO, "Hello")


def test_a_draft_can_be_sent_when_it_is_whole() -> None:
    """Both fields valid and a token: else the button waits."""
    assert next_step(_MESSAGE, None).enabled
    assert not next_step(None, None).enabled
    assert not next_step(_MESSAGE, None, can_send=False).enabled


def test_nothing_can_be_pressed_while_a_message_is_on_its_way() -> None:
    """The button says what is going on."""
    step = next_step(_MESSAGE, REJECTED, busy=True, asking=True)
    assert (step.send, step.enabled, step.again, step.confirming) == ("Sending…", False, False, False)
    assert "Sending…" in step.note.html


@pytest.mark.parametrize("outcome", [REJECTED, UNSENT])
def test_what_was_not_sent_is_sent_by_pressing_again(outcome: Outcome) -> None:
    """Nothing was sent, so one press is enough."""
    step = next_step(_MESSAGE, outcome, asking=True)
    assert (step.send, step.enabled, step.again, step.confirming) == ("Send", True, False, False)


@pytest.mark.parametrize("outcome", [ACCEPTED, UNKNOWN])
def test_what_may_have_been_sent_takes_two_steps(outcome: Outcome) -> None:
    """The main button rests; another asks; a third one sends."""
    first = next_step(_MESSAGE, outcome)
    assert (first.send, first.enabled, first.again, first.confirming) == ("Send", False, True, False)
    second = next_step(_MESSAGE, outcome, asking=True)
    assert (second.enabled, second.again, second.confirming) == (False, False, True)
    assert first.note != second.note


def test_a_new_draft_recalls_the_message_before() -> None:
    """The last ID is not lost with the first keystroke."""
    assert "1234" in next_step(_MESSAGE, None, earlier=ACCEPTED).note.html

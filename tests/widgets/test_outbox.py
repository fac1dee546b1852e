"""A form's outbox sends each message once."""

from __future__ import annotations

from typing import Any

import pytest

from greenapi_nb.errors import ErrorCode
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.widgets.outbox import Outbox

from .fakes import ACCEPTED, REJECTED, TO, UNKNOWN, UNSENT, FakeClient


def _outbox(client: Any, **options: Any) -> Outbox:
    return Outbox(client, **options)


@pytest.mark.parametrize("outcome", [ACCEPTED, UNKNOWN])
def test_one_recipient_and_text_go_once_in_any_spelling(outcome: Outcome) -> None:
    """It is the message that goes once, not what was typed."""
    client = FakeClient(outcome)
    outbox = _outbox(client)
    assert outbox.submit(TO, "Hello") is outbox.submit("+7 900 123-45-67", "Hello") is outcome
    assert len(client.sent) == 1


def test_another_text_or_recipient_is_another_message() -> None:
    """Editing either field makes a new draft, and going back finds the old one sent."""
    client = FakeClient(ACCEPTED)
    outbox = _outbox(client)
    for to, body in [(TO, "a"), (TO, "b"), ("79001234568", "a"), (TO, "a"), (TO, "b")]:
        outbox.submit(to, body)
    assert [(message.to[-1], message.body) for message in client.sent] == [("7", "a"), ("7", "b"), ("8", "a")]


@pytest.mark.parametrize("outcome", [REJECTED, UNSENT])
def test_what_was_not_sent_may_be_tried_again(outcome: Outcome) -> None:
    """Nothing was sent, so nothing can come twice."""
    client = FakeClient(outcome, ACCEPTED)
    outbox = _outbox(client)
    assert [outbox.submit(TO, "Hello").status for _ in range(3)] == [outcome.status, "accepted", "accepted"]
    assert len(client.sent) == 2


@pytest.mark.parametrize(
    ("to", "body", "code"),
    [
        ("", "Hello", ErrorCode.RECIPIENT_MISSING),
        ("abc", "Hello", ErrorCode.RECIPIENT_INVALID),
        (TO, "", ErrorCode.TEXT_MISSING),
        (TO, "a" * 4097, ErrorCode.TEXT_TOO_LONG),
        (TO, "\ud800", ErrorCode.TEXT_INVALID),
    ],
)
def test_what_cannot_be_sent_never_reaches_the_client(to: str, body: str, code: ErrorCode) -> None:
    """A local check refuses it with the number the API would have given."""
    client = FakeClient(ACCEPTED)
    outbox = _outbox(client)
    outcome = outbox.submit(to, body)
    assert (outcome.status, outcome.error_code, outcome.attempts) == (Status.REJECTED, code, 0)
    assert outbox.outcome(to, body) is outcome
    assert outbox.outcome(to, f"{body}.") is None
    assert client.sent == []
    assert outbox.sent == []


def test_no_token_is_a_refusal_until_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a token nothing is sent; one that comes later is found."""
    outbox = Outbox()
    outcome = outbox.submit(TO, "Hello")
    assert (outcome.status, outcome.error_code) == (Status.REJECTED, ErrorCode.TOKEN_MISSING)
    assert "GREENAPI_TOKEN" in (outcome.error or "")
    monkeypatch.setenv("GREENAPI_TOKEN", "T0P")
    assert outbox.client is not None


def test_a_client_that_raises_leaves_the_message_unknown() -> None:
    """It should never happen; if it does, it is shown, recorded, and nothing is sent again."""
    problems: list[BaseException] = []
    client = FakeClient(ValueError("broken"), ACCEPTED)
    outbox = _outbox(client, on_problem=problems.append)
    assert outbox.submit(TO, "Hello").status is outbox.submit(TO, "Hello").status is Status.UNKNOWN
    assert [str(problem) for problem in problems] == ["broken"]
    assert [sent.outcome.status for sent in outbox.sent] == [Status.UNKNOWN]
    assert len(client.sent) == 1


def test_an_interrupt_goes_through_and_leaves_the_message_unknown() -> None:
    """The stop button stops the cell, not the record."""
    outbox = _outbox(FakeClient(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        outbox.submit(TO, "Hello")
    outcome = outbox.outcome(TO, "Hello")
    assert outcome is not None
    assert outcome.status is Status.UNKNOWN
    assert [sent.outcome.status for sent in outbox.sent] == [Status.UNKNOWN]


def test_a_forgotten_message_goes_once_more() -> None:
    """Forgetting is the one way to send the same message twice."""
    client = FakeClient(ACCEPTED)
    outbox = _outbox(client)
    outbox.submit(TO, "Hello")
    outbox.forget(client.sent[0])
    assert outbox.outcome(TO, "Hello") is None
    outbox.submit(TO, "Hello")
    outbox.submit(TO, "Hello")
    assert len(client.sent) == 2


def test_the_form_is_told_when_a_message_is_on_its_way() -> None:
    """At that moment it is in flight; before and after it is not."""
    flights: list[bool] = []
    outbox: Outbox = _outbox(FakeClient(ACCEPTED), on_change=lambda: flights.append(outbox.in_flight()))
    outbox.submit(TO, "Hello")
    assert flights == [True]
    assert not outbox.in_flight()

"""Statuses, and the rule that an outcome has an ID or a code, never both."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenapi_nb.errors import ErrorCode
from greenapi_nb.outcomes import Outcome, Receipt, Status

AT = datetime(2024, 3, 1, 9, 5, tzinfo=UTC)


def test_the_statuses_are_the_designs() -> None:
    """Each message ends in one of these words, which compare with plain text."""
    assert ["accepted", "rejected", "unsent", "unknown", "skipped", "ready"] == list(Status)


@pytest.mark.parametrize(
    ("status", "maybe"),
    [
        ("accepted", True),
        ("unknown", True),
        ("rejected", False),
        ("unsent", False),
        ("skipped", False),
        ("ready", False),
    ],
)
def test_what_may_have_been_sent(status: str, maybe: bool) -> None:  # noqa: FBT001 - a column of the table
    """Only an accepted message and one without a trustworthy answer can be in the chat."""
    assert maybe is Status(status).may_have_been_sent


@given(
    st.sampled_from(Status),
    st.none() | st.text(),
    st.none() | st.sampled_from(ErrorCode) | st.integers(),
)
def test_an_outcome_has_an_id_or_a_code(status: Status, message_id: str | None, error_code: int | None) -> None:
    """An ID when accepted, neither when ready, a code otherwise; every other mix cannot be made."""
    consistent = {
        Status.ACCEPTED: message_id is not None and error_code is None,
        Status.READY: message_id is None and error_code is None,
    }.get(status, message_id is None and error_code is not None)
    if consistent:
        outcome = Outcome(status, message_id=message_id, error_code=error_code)
        assert (status, message_id, error_code) == (outcome.status, outcome.message_id, outcome.error_code)
    else:
        with pytest.raises(ValueError, match="an outcome carries a message ID when accepted"):
            Outcome(status, message_id=message_id, error_code=error_code)


def test_an_outcome_begins_with_nothing_known() -> None:
    """What is not given is None, and no request was begun."""
    rest = Outcome(Status.READY)._asdict()
    assert {"status": "ready", "attempts": 0} == {key: value for key, value in rest.items() if value is not None}


@pytest.mark.parametrize(
    "record",
    [Outcome(Status.ACCEPTED, message_id="1234", attempts=1, at=AT), Receipt("1234", "79001234567", AT)],
    ids=["outcome", "receipt"],
)
def test_records_are_fixed(record: Outcome | Receipt) -> None:
    """What happened cannot be changed afterwards, and survives the way to another process."""
    with pytest.raises(AttributeError):
        record.message_id = "other"  # type: ignore[misc]
    assert record == pickle.loads(pickle.dumps(record))  # noqa: S301 - our own bytes


def test_replacing_keeps_the_rule() -> None:
    """A changed copy is checked like a new outcome."""
    accepted = Outcome(Status.ACCEPTED, message_id="1234")
    with pytest.raises(ValueError, match="message_id='1234', error_code=-2"):
        accepted._replace(status=Status.UNKNOWN, error_code=int(ErrorCode.NO_ANSWER))

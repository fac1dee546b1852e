"""The code table against the protocol's, and the exceptions that carry it."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime
from typing import get_args

import pandas as pd
import pytest

import greenapi_nb
from greenapi_nb.errors import (
    AlreadySent,
    BulkSendInterrupted,
    CodeInfo,
    Concern,
    ErrorCode,
    GreenApiError,
    LedgerError,
    MessageRejected,
    MessageUnsent,
    MissingToken,
    OutcomeUnknown,
    describe,
)

PROTOCOL = {
    82: ("Outgoing messages limit exceeded", "account"),
    1010: ("Error", "request"),
    1011: ("Invalid parameter", "request"),
    1020: ("Parameter -to- is missing", "recipient"),
    1021: ("Invalid parameter -to-", "recipient"),
    1022: ("Subscriber not found", "recipient"),
    1023: ("Subscriber is unsubscribed or not processed", "recipient"),
    1024: ("Failed to update subscriber details", "recipient"),
    1030: ("Parameter -text- is missing", "text"),
    1031: ("Invalid parameter -text-", "text"),
    1032: ("Message length exceeded", "text"),
    1040: ("Authorization key is missing", "account"),
    1041: ("Authorization key is not allowed", "account"),
    1042: ("System error", "service"),
    1050: ("Parameter -messageId- is missing", "request"),
    1051: ("Invalid parameter -messageId-", "request"),
    1052: ("Failed to get message array", "service"),
    1060: ("Failed to create task to send message", "service"),
    1061: ("Data not found", "request"),
    1062: ("Buying subscription is needed", "account"),
    1071: ("Senders not found", "account"),
    7200: ("X-Gr-File-Extension header not found", "request"),
}
LAST = datetime(2024, 3, 1, 9, 5, tzinfo=UTC)
OUTCOME_ERRORS = [MessageRejected, MessageUnsent, OutcomeUnknown]


def test_the_codes_are_the_services_own() -> None:
    """Number, identifier and concern of every documented code, and no other positive one."""
    actual = {int(code): (code.info.identifier, code.info.concerns) for code in ErrorCode if code > 0}
    assert PROTOCOL == actual


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("RECIPIENT_MISSING", 1020),
        ("RECIPIENT_INVALID", 1021),
        ("TEXT_MISSING", 1030),
        ("TEXT_INVALID", 1031),
        ("TEXT_TOO_LONG", 1032),
        ("TOKEN_NOT_ALLOWED", 1041),
        ("QUOTA_EXCEEDED", 82),
    ],
)
def test_local_checks_use_the_services_numbers(name: str, number: int) -> None:
    """A check made before any request answers with the number the API would have given."""
    assert number == ErrorCode[name]


def test_what_the_service_has_no_number_for_is_negative() -> None:
    """The program's own ends are told apart from the API's by their sign."""
    own = "UNREACHABLE NO_ANSWER BAD_ANSWER HTTP_ERROR RATE_LIMITED DUPLICATE SUPPRESSED OVER_LIMIT STOPPED INTERRUPTED"
    assert set(own.split()) == {code.name for code in ErrorCode if code < 0}


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_says_what_happened_and_what_to_do(code: ErrorCode) -> None:
    """No code is without a clause of meaning, a concern and a sentence of advice."""
    info = code.info
    assert info.concerns in get_args(Concern)
    assert info.identifier
    assert info.meaning
    assert info.meaning[-1] not in ".!?"
    assert info.advice.endswith(".")
    assert info == describe(code) == describe(int(code))


def test_a_code_the_table_lacks_is_described_as_that() -> None:
    """An undocumented code is normal: it keeps its number and is no failure of this program."""
    info = describe(4711)
    assert CodeInfo("Code 4711", info.meaning, "request", info.advice) == info
    assert "4711" in info.meaning
    assert info.advice.endswith(".")


@pytest.mark.parametrize(
    "kind", [MessageRejected, MessageUnsent, OutcomeUnknown, AlreadySent, MissingToken, LedgerError]
)
def test_one_root_catches_everything(kind: type[Exception]) -> None:
    """Whoever catches GreenApiError catches every error of this package, and ordinary handlers do too."""
    assert GreenApiError in kind.__mro__
    assert Exception in kind.__mro__


def test_an_interrupt_is_an_interrupt() -> None:
    """The stop button's exception is not swallowed by ``except Exception``."""
    assert KeyboardInterrupt in BulkSendInterrupted.__mro__
    assert Exception not in BulkSendInterrupted.__mro__


@pytest.mark.parametrize("kind", OUTCOME_ERRORS)
def test_the_three_ends_exclude_each_other(kind: type[GreenApiError]) -> None:
    """Catching one end of a message never catches another."""
    assert [kind] == [other for other in OUTCOME_ERRORS if issubclass(other, kind)]


@pytest.mark.parametrize("kind", OUTCOME_ERRORS)
def test_an_outcome_error_carries_what_is_known(kind: type[MessageRejected]) -> None:
    """Text, code, the API's words and the HTTP status are there; what is not known is None."""
    full = kind("text", code=1041, details="not allowed", title="нельзя", http_status=400)
    assert ("text", 1041, "not allowed", "нельзя", 400) == (
        str(full),
        full.code,
        full.details,
        full.title,
        full.http_status,
    )
    bare = kind("text", code=4711)
    assert (4711, None, None, None) == (bare.code, bare.details, bare.title, bare.http_status)


@pytest.mark.parametrize("again", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy], ids=["pickle", "copy"])  # noqa: S301 - our own bytes
@pytest.mark.parametrize(
    "error",
    [
        MessageRejected("text", code=ErrorCode.TEXT_TOO_LONG, details="d", title="t", http_status=400),
        MessageUnsent("text", code=ErrorCode.UNREACHABLE),
        OutcomeUnknown("text", code=4711),
        AlreadySent("text", count=3, last=LAST, campaign="spring"),
        MissingToken("text"),
        LedgerError("text"),
        GreenApiError("text"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_pickling(error: GreenApiError, again: object) -> None:
    """An error that comes back from another process is the one that left, notes included."""
    error.add_note("a note")
    came = again(error)  # type: ignore[operator]
    assert (type(error), str(error), vars(error)) == (type(came), str(came), vars(came))


def test_an_interrupt_survives_pickling_with_its_result() -> None:
    """The frame so far is not lost on the way to another process."""
    frame = pd.DataFrame({"status": ["accepted", "skipped"]})
    came = pickle.loads(pickle.dumps(BulkSendInterrupted("stopped", result=frame, campaign="spring")))  # noqa: S301 - our own bytes
    assert ("stopped", "spring") == (str(came), came.campaign)
    pd.testing.assert_frame_equal(frame, came.result)


def test_the_public_errors_are_these() -> None:
    """The names users import are the classes defined here."""
    assert MessageRejected is greenapi_nb.MessageRejected
    assert ErrorCode is greenapi_nb.ErrorCode
    assert BulkSendInterrupted is greenapi_nb.BulkSendInterrupted

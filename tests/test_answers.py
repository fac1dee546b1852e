"""What an answer says about the message."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from greenapi_nb.answers import MAX_ANSWER_BYTES, Answer, read_answer
from greenapi_nb.errors import ErrorCode
from greenapi_nb.outcomes import Outcome, Status

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
FAULTS = st.fixed_dictionaries(
    {}, optional={"code": JSON | st.sampled_from([*map(int, ErrorCode), 4711]), "details": JSON, "title": JSON}
)
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "messages": JSON | st.lists(st.fixed_dictionaries({}, optional={"id": LEAVES | JSON}) | JSON, max_size=3),
        "errors": JSON | st.lists(FAULTS | JSON, max_size=3),
    },
)
BODIES = st.none() | st.binary(max_size=200) | (JSON | ENVELOPES).map(lambda content: json.dumps(content).encode())


def body(content: Any) -> bytes:
    """Write a document as the API would."""
    return json.dumps(content).encode()


def read(status: int, content: Any) -> Outcome:
    """Read an answer with a document in it."""
    return read_answer(Answer(status, body(content)))


@settings(max_examples=150, deadline=None)
@given(http_status=st.integers(100, 999), content=BODIES, retry_after=st.none() | st.floats(0, 1e9))
@example(http_status=201, content=b"[" * 60_000, retry_after=None)
@example(http_status=201, content=b'{"messages": [{"id": 1' + b"0" * 5000 + b"}]}", retry_after=None)
@example(http_status=400, content=b'{"errors": [{"code": "1' + b"0" * 5000 + b'"}]}', retry_after=None)
@example(http_status=400, content=b'{"errors": [{"code": NaN}, {"code": Infinity}]}', retry_after=None)
@example(http_status=400, content=b'{"errors": [{"code": -1}, {"code": 0}, {"code": true}]}', retry_after=None)
def test_any_answer_is_understood(http_status: int, content: bytes | None, retry_after: float | None) -> None:
    """Any bytes under any status give one consistent outcome, and never an exception."""
    outcome = read_answer(Answer(http_status, content, retry_after))
    assert outcome.status in {Status.ACCEPTED, Status.REJECTED, Status.UNSENT, Status.UNKNOWN}
    assert http_status == outcome.http_status
    assert (outcome.status is Status.ACCEPTED) <= (http_status == 201)
    assert (outcome.status is Status.UNSENT) <= (http_status in {407, 429})
    assert (outcome.retry_after is not None) <= (outcome.status is Status.UNSENT)
    assert (outcome.error is None) == (outcome.status is Status.ACCEPTED)
    assert (outcome.error_code is None) == (outcome.status is Status.ACCEPTED)
    assert outcome.error_code is None or outcome.error_code > 0 or ErrorCode(outcome.error_code) < 0
    for text in (outcome.message_id, outcome.error, outcome.details, outcome.title):
        assert text is None or text.encode().strip()


@settings(deadline=None)
@given(http_status=st.integers(200, 299) | st.integers(500, 599), content=st.none() | st.binary(max_size=50))
def test_doubt_is_unknown(http_status: int, content: bytes | None) -> None:
    """A success without a usable ID and a server's error say nothing about the message."""
    assert read_answer(Answer(http_status, content)).status is Status.UNKNOWN


@settings(deadline=None)
@given(st.text(min_size=1, max_size=50).filter(lambda text: text.strip()))
def test_an_id_is_kept_as_it_is(message_id: str) -> None:
    """Whatever text the ID is, the receipt has the same."""
    assert read(201, {"messages": [{"id": message_id}]}).message_id == message_id


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"messages": [{"id": "1234"}], "meta": {"version": "2.0.1"}}, "1234"),
        ({"messages": [{"id": 1234}]}, "1234"),
        ({"messages": [{"id": 0}]}, "0"),
        ({"messages": [{"id": None}, {"id": "1234"}]}, "1234"),
        ({"messages": [{"id": "1234"}, {"id": "1235"}]}, "1234"),
        ({"messages": [{"id": True}]}, None),
        ({"messages": [{"id": 1.5}]}, None),
        ({"messages": [{"id": " "}]}, None),
        ({"messages": {"id": "1234"}}, None),
        ({"messages": ["1234"]}, None),
        ([{"id": "1234"}], None),
    ],
)
def test_ids(content: Any, expected: str | None) -> None:
    """An ID is a text that is not blank, or a whole number; nothing else is trusted."""
    assert expected == read(201, content).message_id


def test_a_byte_order_mark_is_passed_over() -> None:
    """Some servers put one before their JSON."""
    assert read_answer(Answer(201, b"\xef\xbb\xbf" + body({"messages": [{"id": "1"}]}))).message_id == "1"


@pytest.mark.parametrize("http_status", [200, 202, 299])
def test_only_201_is_a_success(http_status: int) -> None:
    """An ID under another status is not trusted (protocol.md: 201 and nothing else)."""
    assert (Status.UNKNOWN, ErrorCode.BAD_ANSWER) == (
        (outcome := read(http_status, {"messages": [{"id": "1"}]})).status,
        outcome.error_code,
    )


@pytest.mark.parametrize("code", [code for code in ErrorCode if code > 0])
def test_every_code_under_400_is_a_refusal(code: ErrorCode) -> None:
    """HTTP 400 is the protocol's refusal: the code is kept, and its advice is given."""
    outcome = read(400, {"errors": [{"code": int(code), "details": "Details", "title": "Заголовок"}]})
    assert (Status.REJECTED, code) == (outcome.status, outcome.error_code)
    assert ("Details", "Заголовок") == (outcome.details, outcome.title)
    assert outcome.error == f"The API answered code {int(code)}: Details. Nothing was sent. {code.info.advice}"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (82, Status.REJECTED),
        (1010, Status.UNKNOWN),
        (1011, Status.REJECTED),
        (1021, Status.REJECTED),
        (1030, Status.REJECTED),
        (1041, Status.REJECTED),
        (1042, Status.UNKNOWN),
        (1060, Status.REJECTED),
        (1061, Status.UNKNOWN),
        (4711, Status.UNKNOWN),
    ],
)
def test_a_code_that_says_nothing_was_sent_holds_under_500(code: int, status: Status) -> None:
    """A code about the recipient, the text or the account is a refusal whatever the HTTP status; others leave doubt."""
    outcome = read(500, {"errors": [{"code": code, "details": "Details"}]})
    assert (status, code) == (outcome.status, outcome.error_code)
    assert "Details" in (outcome.error or "")


def test_the_account_s_fault_comes_first() -> None:
    """Of several errors, the one that concerns every message is told."""
    faults = [{"code": 1022}, {"code": 1041, "details": "Key"}, {"code": 82}]
    assert read(400, {"errors": faults}).error_code == 1041
    assert read(400, {"errors": faults[:1]}).error_code == 1022


@pytest.mark.parametrize(("http_status", "hint"), [(401, "token"), (403, "not allowed"), (466, "quota")])
def test_hints(http_status: int, hint: str) -> None:
    """A bare status is explained as far as it can be."""
    assert hint in (read_answer(Answer(http_status, b"")).error or "")


def test_long_words_are_cut() -> None:
    """A page of details does not make a page of error."""
    outcome = read(400, {"errors": [{"code": 1022, "details": "x" * 10_000}]})
    assert len(outcome.error or "") < 1000


def test_429_keeps_the_wish_to_wait() -> None:
    """Retry-After is handed on with 429, and with no end that is final."""
    assert read_answer(Answer(429, None, 7.0)).retry_after == 7.0
    assert read_answer(Answer(503, None, 7.0)).retry_after is None
    assert (Status.UNSENT, 1010) == (
        (outcome := read(429, {"errors": [{"code": 1010, "details": "Error"}]})).status,
        outcome.error_code,
    )


def test_the_bound_holds_the_longest_answer() -> None:
    """An answer of the size that is read at most can be a success."""
    success = body({"messages": [{"id": "1"}]})
    assert read_answer(Answer(201, success.ljust(MAX_ANSWER_BYTES))).message_id == "1"

"""The protocol's rules, without a server."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenapi_nb.errors import ErrorCode
from greenapi_nb.sandbox.rules import (
    Refusal,
    Submission,
    authorization_fault,
    closed_door,
    path_of,
    read_submission,
)

from .wire import message

JSON_TYPE = "application/json"


def verdict(document: object, content_type: str | None = JSON_TYPE) -> list[int]:
    """Return the codes that a document or a body is refused with; none if it is accepted."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    try:
        read_submission(content_type, body)
    except Refusal as refusal:
        return list(refusal.codes)
    return []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (message(), Submission("79001234567", "individual", "Hello")),
        (
            message("79001234567-1581234048", recipient_type="group"),
            Submission("79001234567-1581234048", "group", "Hello"),
        ),
        (
            message("120363043968066561@g.us", recipient_type="group"),
            Submission("120363043968066561@g.us", "group", "Hello"),
        ),
        ({"to": "1234567", "text": {"body": "x"}}, Submission("1234567", "individual", "x")),
        (message(surplus=[1, {}], text={"body": "x", "more": 1}), Submission("79001234567", "individual", "x")),
        (message(body="я" * 4096), Submission("79001234567", "individual", "я" * 4096)),
        (message(body="👋" * 4096), Submission("79001234567", "individual", "👋" * 4096)),
        (message(body=" \r\n\tx\u202e\u0301"), Submission("79001234567", "individual", " \r\n\tx\u202e\u0301")),
    ],
)
def test_what_keeps_the_rules_is_read_as_it_is(document: object, expected: Submission) -> None:
    """A person, a group, a group of the newer form, defaults, unknown fields, the longest text."""
    assert expected == read_submission(JSON_TYPE, json.dumps(document).encode())


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ({"text": {"body": "x"}}, [1020]),
        (message(None), [1020]),
        (message(""), [1020]),
        (message(79001234567), [1021]),
        (message(["79001234567"]), [1021]),
        (message("+79001234567"), [1021]),
        (message("7900 123 45 67"), [1021]),
        (message("79001234567\n"), [1021]),
        (message("79001234567@c.us"), [1021]),
        (message("٧٩٠٠١٢٣٤٥٦٧"), [1021]),
        (message("123456"), [1021]),
        (message("1234567890123456"), [1021]),
        (message("79001234567-1581234048"), [1021]),
        (message(recipient_type="group"), [1021]),
        (message("12036304396806656@g.us", recipient_type="group"), [1021]),
        (message("79001234567-1581234048@g.us", recipient_type="group"), [1021]),
        ({"to": "79001234567"}, [1030]),
        (message(text=None), [1030]),
        (message(text={}), [1030]),
        (message(body=None), [1030]),
        (message(body=""), [1030]),
        (message(body=" \n\u00a0"), [1030]),
        (message(body="a\x00b"), [1031]),
        (message(body="\ud83d"), [1031]),
        (message(body="я" * 4097), [1032]),
        (message(body="\x00" * 4097), [1031, 1032]),
        (message(text="Hello"), [1011]),
        (message(body=["Hello"]), [1011]),
        (message(body=5), [1011]),
        (message(type="image"), [1011]),
        (message(type=None), [1011]),
        (message(recipient_type="channel"), [1011]),
        (message(recipient_type=["group"]), [1011]),
        (message(recipient_type=None), [1011]),
        (message("no", recipient_type="channel", type=1, body=5), [1011, 1021]),
        ({}, [1020, 1030]),
        ([], [1011]),
        ("text", [1011]),
        (None, [1011]),
        (b"", [1010]),
        (b"{", [1010]),
        (b'{"to": NaN}', [1010]),
        (b'{"to": ' + b"9" * 5000 + b"}", [1010]),
        (b'{"to": "\xff"}', [1010]),
        ('{"to": "79001234567"}'.encode("utf-16"), [1010]),
        (b'{"to": "a\nb"}', [1010]),
        (b"[" * 100_000, [1010]),
        (b'{"a":' * 100_000, [1010]),
        (b'{"to": "79001234567", "to": "79001234568", "text": {"body": "x"}}', [1011]),
        (b'{"to": "79001234567", "text": {"body": "x", "body": "x"}}', [1011]),
    ],
)
def test_every_fault_has_its_code(document: object, codes: list[int]) -> None:
    """Each broken rule is named by the protocol's code, and several by several."""
    assert codes == verdict(document)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; Charset=UTF-8",
        'application/json;charset="utf-8"',
        "application/json; x=1",
    ],
)
def test_json_in_utf8_is_the_content_type(content_type: str) -> None:
    """Spellings of the one content type are all accepted."""
    assert verdict(message(), content_type) == []


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/json; charset=latin-1",
        "application/jsonp",
        "application/x-www-form-urlencoded",
    ],
)
def test_another_content_type_is_refused(content_type: str | None) -> None:
    """Another content type or charset is an invalid parameter."""
    assert verdict(message(), content_type) == [1011]


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("Bearer T0P", None),
        ("bearer  T0P ", None),
        (None, ErrorCode.TOKEN_MISSING),
        ("", ErrorCode.TOKEN_MISSING),
        ("Bearer", ErrorCode.TOKEN_MISSING),
        ("Bearer  ", ErrorCode.TOKEN_MISSING),
        ("T0P", ErrorCode.TOKEN_MISSING),
        ("Basic T0P", ErrorCode.TOKEN_MISSING),
        ("Bearer t0p", ErrorCode.TOKEN_NOT_ALLOWED),
        ("Bearer T0P T0P", ErrorCode.TOKEN_NOT_ALLOWED),
        ("Bearer T0P\xff", ErrorCode.TOKEN_NOT_ALLOWED),
    ],
)
def test_the_bearer_must_be_the_token(header: str | None, fault: ErrorCode | None) -> None:
    """No bearer is 1040, another bearer 1041."""
    assert fault is authorization_fault(header, "T0P")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/messages", None),
        ("OPTIONS", "/v1/messages", 204),
        ("GET", "/v1/messages", 405),
        ("HEAD", "/v1/messages", 405),
        ("post", "/v1/messages", 405),
        ("POST", "/v1/messages/", 404),
        ("POST", "//v1/messages", 404),
        ("POST", "", 404),
        ("GET", "/", 404),
    ],
)
def test_one_door_is_open(method: str, path: str, status: int | None) -> None:
    """Only POST to the one path goes in; methods are told what is allowed."""
    answer = closed_door(method, path)
    assert status == (answer and answer.status)
    assert answer is None or (("Allow" in dict(answer.headers)) == (path == "/v1/messages"))


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/v1/messages?a=/b", "/v1/messages"),
        ("http://x/v1/messages?a", "/v1/messages"),
        ("*", "*"),
        ("http://[", "http://["),
    ],
)
def test_a_path_is_taken_off_any_target(target: str, path: str) -> None:
    """Queries, proxies' absolute targets and nonsense are all read."""
    assert path == path_of(target)


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "to": st.sampled_from(["79001234567", "79001234567-1581234048"]) | ANYTHING,
        "recipient_type": st.sampled_from(["individual", "group"]) | ANYTHING,
        "type": st.just("text") | ANYTHING,
        "text": st.fixed_dictionaries({}, optional={"body": st.text(max_size=20) | ANYTHING}) | ANYTHING,
    },
)


@settings(max_examples=150, deadline=None)
@given(document=NEARLY | ANYTHING)
def test_any_json_is_read_or_refused(document: Any) -> None:
    """Whatever JSON comes, it is a message that keeps the rules or is refused with codes."""
    try:
        submission = read_submission(JSON_TYPE, json.dumps(document).encode())
    except Refusal as refusal:
        assert refusal.codes  # noqa: PT017 - that there are any is all there is to say
        assert len(set(refusal.codes)) == len(refusal.codes)  # noqa: PT017 - the same
    else:
        assert re.fullmatch(r"[0-9]{7,15}|[0-9]+-[0-9]+", submission.to)
        assert ("-" in submission.to) == (submission.recipient_type == "group")
        assert submission.body == document["text"]["body"]
        assert submission.body.strip()


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=60))
def test_any_bytes_are_refused(body: bytes) -> None:
    """Random bytes are no message, and nothing worse than that."""
    assert verdict(body)

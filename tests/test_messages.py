"""Which texts pass, and the request body a message becomes."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.messages import MAX_BODY, Message, check_body, check_recipient_type, compose, payload

PHONE = "79001234567"
GROUP = "79001234567-1581234048"


def refusal(body: object) -> MessageRejected:
    """Give the rejection that checking a text ends in."""
    with pytest.raises(MessageRejected) as caught:
        check_body(body)
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        ".",
        "  two leading spaces and a line end\r\n",
        "\N{ZERO WIDTH SPACE}x",
        "\N{RIGHT-TO-LEFT MARK}שלום\N{LEFT-TO-RIGHT MARK}",
        "e\N{COMBINING ACUTE ACCENT} is not \N{LATIN SMALL LETTER E WITH ACUTE}",
        "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}",
        "\ufeffstarts with a byte order mark",
        "tab\tbell\a",
        "*bold* _italic_ ~strike~ ```mono``` https://example.com {name}",
        "x" * MAX_BODY,
        "\N{GRINNING FACE}" * MAX_BODY,
    ],
)
def test_texts_pass_unchanged(body: str) -> None:
    """Everything the API can carry arrives exactly as it was written."""
    assert body == check_body(body)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200))
def test_any_text_passes_whole_or_is_blank(body: str) -> None:
    """A text without surrogates and NUL is either blank or passes byte for byte."""
    if any(c.isprintable() and not c.isspace() for c in body):
        assert body.encode() == check_body(body).encode()
    elif all(c.isspace() for c in body):
        assert refusal(body).code == ErrorCode.TEXT_MISSING


@pytest.mark.parametrize(
    "body",
    [
        None,
        float("nan"),
        pd.NA,
        pd.NaT,
        "",
        " ",
        "\r\n\t",
        "\N{NO-BREAK SPACE}\N{EM SPACE}\N{IDEOGRAPHIC SPACE}\N{LINE SEPARATOR}",
        "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}\N{WORD JOINER}\ufeff\N{RIGHT-TO-LEFT MARK} ",
        " " * (MAX_BODY + 1),
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_shows_nothing_is_missing(body: object) -> None:
    """An empty cell, white space and invisible marks are no text."""
    error = refusal(body)
    assert ErrorCode.TEXT_MISSING == error.code
    assert "Nothing was sent" in str(error)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("ab\0c", "NUL character at position 3"),
        ("\0", "NUL character at position 1"),
        ("ab\ud83d", "U+D83D, at position 3"),
        ("\ude00 x", "U+DE00, at position 1"),
        ("é\ud83d\ude00", "U+D83D, at position 2"),
        (42, "is a int, not a str: 42"),
        (b"bytes", "is a bytes"),
        (["list"], "is a list"),
        (np.array([np.nan]), "is a ndarray"),
    ],
    ids=["nul", "only nul", "high", "low", "pair", "int", "bytes", "list", "array"],
)
def test_what_cannot_be_carried_is_invalid(body: object, why: str) -> None:
    """NUL, halves of surrogate pairs and what is no text are refused; the text says where and what."""
    error = refusal(body)
    assert ErrorCode.TEXT_INVALID == error.code
    assert why in str(error)
    assert "Nothing was sent" in str(error)
    assert error.__context__ is None


@pytest.mark.parametrize(("letter", "over"), [("x", 1), ("\N{GRINNING FACE}", 17)])
def test_a_long_text_is_told_its_length(letter: str, over: int) -> None:
    """Code points are counted, and the text says how many there are and how many too many."""
    error = refusal(letter * (MAX_BODY + over))
    assert ErrorCode.TEXT_TOO_LONG == error.code
    assert f"has {MAX_BODY + over} characters, {over} more than the 4096 allowed" in str(error)
    assert "Nothing was sent" in str(error)


def test_a_kind_of_str_becomes_a_str() -> None:
    """NumPy's texts pass as plain ones."""
    assert str is type(check_body(np.str_("Hello")))


@pytest.mark.parametrize(("to", "kind"), [(PHONE, "individual"), (GROUP, "group")])
def test_the_type_is_read_off_the_recipient(to: str, kind: str) -> None:
    """A person's and a group's identifier say what they are; saying it again changes nothing."""
    assert (to, "Hello", kind) == compose(to, "Hello") == compose(to, "Hello", recipient_type=kind)


@pytest.mark.parametrize(("to", "other"), [(PHONE, "group"), (GROUP, "individual")])
def test_a_contradicting_type_is_refused(to: str, other: str) -> None:
    """A type that the recipient is not of is the recipient's error; the text names both."""
    with pytest.raises(MessageRejected, match=rf'{to}.*recipient_type is "{other}"\. Nothing was sent') as caught:
        compose(to, "Hello", recipient_type=other)
    assert ErrorCode.RECIPIENT_INVALID == caught.value.code


@pytest.mark.parametrize("kind", ["Group", "", "person", 1, float("nan"), ["group"], np.array(["group", "group"])])
def test_an_unknown_type_is_refused(kind: object) -> None:
    """Only the API's two words are types; a bulk send learns it before any row is read."""
    with pytest.raises(ValueError, match=r'nothing was sent\. Use "individual" or "group"'):
        check_recipient_type(kind)
    with pytest.raises(MessageRejected, match="nothing was sent") as caught:
        compose(PHONE, "Hello", recipient_type=kind)  # type: ignore[arg-type]
    assert ErrorCode.INVALID_PARAMETER == caught.value.code
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("kind", [None, "individual", "group"])
def test_known_types_pass(kind: str | None) -> None:
    """Both types, and none to have it read off, are fine."""
    check_recipient_type(kind)


def test_compose_checks_both_parts() -> None:
    """A bad recipient, a bad text and a national number are each dealt with."""
    with pytest.raises(MessageRejected) as caught:
        compose("abc", "Hello")
    assert ErrorCode.RECIPIENT_INVALID == caught.value.code
    with pytest.raises(MessageRejected) as caught:
        compose(PHONE, "")
    assert ErrorCode.TEXT_MISSING == caught.value.code
    assert Message(PHONE, "Hello", "individual") == compose("8 900 123-45-67", "Hello", region="RU")


@pytest.mark.parametrize(("to", "kind"), [(PHONE, "individual"), (GROUP, "group")])
def test_the_body_of_the_request_is_the_protocols(to: str, kind: str) -> None:
    """A message becomes the documented JSON with every field said."""
    expected = {
        "recipient_type": kind,
        "to": to,
        "type": "text",
        "text": {"body": "Привет \N{EARTH GLOBE EUROPE-AFRICA}"},
    }
    actual = payload(compose(to, "Привет \N{EARTH GLOBE EUROPE-AFRICA}"))
    assert expected == actual == json.loads(json.dumps(actual))

"""The answers are the protocol's, field by field."""

from __future__ import annotations

import json
import re

import pytest

from greenapi_nb.errors import ErrorCode
from greenapi_nb.sandbox.answers import accepted, bare, html, refused

META = {"api_status": "stable", "version": "2.0.1"}


def test_success_is_the_protocols() -> None:
    """201 with the identifiers of the messages, as strings, and the meta object."""
    answer = accepted("1234")
    assert answer.status == 201
    assert json.loads(answer.body) == {"messages": [{"id": "1234"}], "meta": META}


def test_the_documented_failure_is_answered_word_for_word() -> None:
    """Code 82 has the service's own words, misspelling and all."""
    answer = refused(82)
    assert answer.status == 400
    assert json.loads(answer.body) == {
        "errors": [
            {
                "code": 82,
                "details": "Outgoing messages limit exceeded",
                "title": "Превышено колличество исходящих сообщений",
            }
        ],
        "meta": META,
    }


@pytest.mark.parametrize("code", [code for code in ErrorCode if code > 0])
def test_every_documented_code_has_both_languages(code: ErrorCode) -> None:
    """The details are the identifier in English; the title is Russian and its own."""
    (error,) = json.loads(refused(code).body)["errors"]
    assert (int(code), code.info.identifier) == (error["code"], error["details"])
    assert re.search("[\u0430-\u044f]", error["title"])
    assert not error["title"].startswith("Код")


def test_an_unlisted_code_is_still_an_error() -> None:
    """A code outside the table is answered in the same shape."""
    (error,) = json.loads(refused(4711).body)["errors"]
    assert error == {"code": 4711, "details": "Code 4711", "title": "Код 4711"}


def test_several_errors_come_in_one_array() -> None:
    """The order is kept and the first is the answer's code."""
    answer = refused(1020, 1030)
    assert [error["code"] for error in json.loads(answer.body)["errors"]] == [1020, 1030]
    assert answer.code == 1020


def test_bare_and_html_carry_no_code() -> None:
    """Answers that are not the API's own have no error code."""
    assert (bare(503).code, bare(503).body, html(502).code) == (None, b"", None)
    assert html(502).body.startswith(b"<!DOCTYPE html>")

"""What forms say, value by value."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.widgets.wording import Note, body_note, earlier_note, outcome_note, question, recipient_note

from .fakes import ACCEPTED, REJECTED, TO, UNKNOWN, UNSENT

_OUR_TAGS = re.compile(r'</?(?:p|b|strong|code|time|q|span)(?: (?:class|dir|datetime)=["\'][\w:+.-]*["\'])?>')


def _words(note: Note) -> str:
    return unescape(_OUR_TAGS.sub(" ", note.html))


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        (TO, "Sends to <b>79001234567</b> · person · Russia"),
        ("+7 (900) 123-45-67", "Sends to <b>79001234567</b> · person · Russia"),
        ("79001234567@c.us", "Sends to <b>79001234567</b> · person · Russia"),
        ("79001234567-1581234048@g.us", "Sends to <b>79001234567-1581234048</b> · group"),
    ],
)
def test_a_recipient_is_named(to: str, expected: str) -> None:
    """Any usual spelling is shown as what it will be sent to."""
    assert recipient_note(to) == Note(expected)


def test_a_number_in_the_making_is_not_scolded() -> None:
    """The first digits are met with the hint the empty field shows, and only marked as not yet usable."""
    assert recipient_note("") == Note(recipient_note("+7 9").html, "hint")
    assert recipient_note("+7 9").invalid


@pytest.mark.parametrize("to", ["abc", "00 00 00 00 00", "1" * 16, "79001234567@x.us", "<b>1</b>"])
def test_what_is_wrong_with_a_recipient_is_said_in_words(to: str) -> None:
    """A bad recipient is named with the reason, and what was typed is escaped."""
    note = recipient_note(to)
    assert (note.tone, note.invalid) == ("bad", True)
    assert "is not a recipient" in note.html
    assert "<" not in note.html
    assert "Nothing was sent" not in note.html


def test_a_recipient_of_the_other_type_is_refused() -> None:
    """A person's number in a form for groups cannot be used."""
    assert recipient_note(TO, "group").invalid
    assert not recipient_note(TO, "individual").invalid


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", Note("0 / 4096")),
        ("Hello", Note("5 / 4096")),
        ("a" * 4096, Note("4096 / 4096")),
        ("a" * 4097, Note("4097 / 4096 · 1 too many, shorten the text", "bad", invalid=True)),
    ],
)
def test_characters_are_counted(body: str, expected: Note) -> None:
    """The counter speaks up only when there are too many."""
    assert body_note(body) == expected


def test_a_blank_text_is_explained() -> None:
    """Spaces alone cannot be sent."""
    assert body_note("  \n").html.startswith("3 / 4096 · The text is blank")


@pytest.mark.parametrize(
    ("outcome", "words", "tone"),
    [
        (ACCEPTED, ["Accepted", "1234", "reports no delivery"], "good"),
        (REJECTED, ["Rejected, not sent", "code 1022", "Check the number.", "Подписчик не найден"], "bad"),
        (UNSENT, ["Not sent", "code -1", "Nothing was sent.", "Press Send to try again."], "bad"),
        (UNKNOWN, ["May have been sent", "code -2", "Look in the chat before you send it again."], "doubt"),
    ],
)
def test_an_outcome_says_what_happened_and_what_to_do(outcome: Outcome, words: list[str], tone: str) -> None:
    """Each status has its words, its number and its time."""
    note = outcome_note(outcome)
    assert note.tone == tone
    for each in [*words, ":30:05"]:
        assert each in _words(note)
    assert "Delivered" not in note.html


def test_the_message_before_is_recalled_in_one_line() -> None:
    """A new draft still shows the last ID."""
    assert "The message before this draft:" in _words(earlier_note(ACCEPTED))
    assert "1234" in _words(earlier_note(ACCEPTED))


def test_the_question_names_the_recipient_and_the_doubt() -> None:
    """Before a second sending the user is asked what the program cannot know."""
    assert "second time" in _words(question(TO, doubtful=False))
    assert "looked in the chat" in _words(question(TO, doubtful=True))


@settings(max_examples=50)
@given(st.text(), st.text(), st.text())
def test_no_text_of_a_server_becomes_html(error: str, title: str, message_id: str) -> None:
    """Beside our own few tags there is no angle bracket left, and every word is there."""
    rejected = outcome_note(REJECTED._replace(error=error, title=title))
    accepted = outcome_note(Outcome(Status.ACCEPTED, message_id=message_id or "1"))
    for note in (rejected, accepted, recipient_note(title), body_note(title)):
        assert "<" not in _OUR_TAGS.sub("", note.html)
    assert error in _words(rejected)
    assert title in _words(rejected)

"""What a form says about a recipient, a text and an outcome: pure functions from values to HTML."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.messages import MAX_BODY, check_body, compose
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.widgets.places import country_of

if TYPE_CHECKING:
    from datetime import datetime

    from greenapi_nb.widgets.live import Tone

__all__ = ["Note", "body_note", "earlier_note", "outcome_note", "question", "recipient_note"]

_UNFINISHED_NUMBER = re.compile(r"[\s+()\d.-]*")
_FEWEST_DIGITS = 7
_NOTHING_SENT = " Nothing was sent."
_HEADLINES = {
    Status.ACCEPTED: "Accepted",
    Status.REJECTED: "Rejected, not sent",
    Status.UNSENT: "Not sent",
    Status.UNKNOWN: "May have been sent",
}
_TONES: dict[Status, Tone] = {Status.ACCEPTED: "good", Status.UNKNOWN: "doubt"}


class Note(NamedTuple):
    """Something to show beside a field or under a form.

    Attributes
    ----------
    html
        Safe HTML.
    tone
        A hint, good or bad news, a doubt.
    invalid
        Whether the field it is about holds something that cannot be used.

    Examples
    --------
    >>> Note("0 / 4096").tone
    ''
    """

    html: str
    tone: Tone = ""
    invalid: bool = False


def recipient_note(to: str, recipient_type: str | None = None) -> Note:
    """Say who a recipient is, or what is wrong with it.

    Parameters
    ----------
    to
        The recipient as typed.
    recipient_type
        The type the form was told, None to read it off the recipient.

    Examples
    --------
    >>> recipient_note("+7 900 123-45-67").html
    'Sends to <b>79001234567</b> · person · Russia'
    >>> recipient_note("0049 30").invalid
    True
    """
    try:
        message = compose(to, "-", recipient_type=recipient_type)
    except MessageRejected as refusal:
        unfinished = _UNFINISHED_NUMBER.fullmatch(to) and sum(map(str.isdigit, to)) < _FEWEST_DIGITS
        if refusal.code == ErrorCode.RECIPIENT_MISSING or unfinished:
            return Note("Full number with country code, or a group's identifier.", "hint", invalid=bool(to.strip()))
        return Note(_reason(refusal), "bad", invalid=True)
    is_group = message.recipient_type == "group"
    facts = ["group"] if is_group else ["person", *country_of(message.to)]
    return Note(" · ".join([f"Sends to <b>{escape(message.to)}</b>", *map(escape, facts)]))


def body_note(body: str) -> Note:
    """Count a text's characters, and say in words what is wrong with it.

    Examples
    --------
    >>> body_note("Hello").html
    '5 / 4096'
    >>> body_note("a" * 4100).html
    '4100 / 4096 · 4 too many, shorten the text'
    """
    count = f"{len(body)} / {MAX_BODY}"
    try:
        check_body(body)
    except MessageRejected as refusal:
        if not body:
            return Note(count)
        too_many = f"{len(body) - MAX_BODY} too many, shorten the text"
        why = too_many if refusal.code == ErrorCode.TEXT_TOO_LONG else _reason(refusal)
        return Note(f"{count} · {why}", "bad", invalid=True)
    return Note(count)


def outcome_note(outcome: Outcome) -> Note:
    """Say what came of a message: the status in words, the number to quote, and what to do.

    Parameters
    ----------
    outcome
        What came of it; texts a server sent are shown as they are.

    Examples
    --------
    >>> outcome_note(Outcome(Status.ACCEPTED, message_id="1234")).html
    '<p><strong>Accepted</strong> · ID <code>1234</code></p><p>The API has queued it; it reports no delivery.</p>'
    """
    lines = [_headline(outcome)]
    if outcome.status is Status.ACCEPTED:
        lines.append("The API has queued it; it reports no delivery.")
    else:
        lines.append(escape(outcome.error or ""))
    if outcome.status is Status.UNSENT:
        lines.append("Press Send to try again.")
    if outcome.title:
        title = f"<q dir='auto'>{escape(outcome.title)}</q>"
        lines.append(f'<span class="greenapi-quote">In the API\'s words: {title}</span>')
    return Note("".join(f"<p>{line}</p>" for line in lines), _TONES.get(outcome.status, "bad"))


def earlier_note(outcome: Outcome) -> Note:
    """Recall what came of the message before this draft.

    Examples
    --------
    >>> earlier_note(Outcome(Status.ACCEPTED, message_id="1234")).html
    '<p>The message before this draft: <strong>Accepted</strong> · ID <code>1234</code></p>'
    """
    return Note(f"<p>The message before this draft: {_headline(outcome)}</p>", "hint")


def question(to: str, *, doubtful: bool) -> Note:
    """Ask, before a message goes a second time, what only the user can know.

    Parameters
    ----------
    to
        The recipient.
    doubtful
        Whether it is unknown if the message was sent, rather than known that it was accepted.

    Examples
    --------
    >>> question("79001234567", doubtful=False).html
    '<p><strong>Send the same text to 79001234567 a second time?</strong></p>'
    """
    if not doubtful:
        return Note(f"<p><strong>Send the same text to {escape(to)} a second time?</strong></p>", "doubt")
    return Note(
        f"<p><strong>Have you looked in the chat with {escape(to)}?</strong></p>"
        "<p>If the message is there already, it will be there twice.</p>",
        "doubt",
    )


def _headline(outcome: Outcome) -> str:
    about = f"ID <code>{escape(outcome.message_id)}</code>" if outcome.message_id else _code(outcome)
    when = [_clock(outcome.at)] if outcome.at else []
    return " · ".join([f"<strong>{_HEADLINES[outcome.status]}</strong>", about, *when])


def _code(outcome: Outcome) -> str:
    return f"code {int(outcome.error_code or 0)}"


def _clock(at: datetime) -> str:
    local = at.astimezone()
    return f'<time datetime="{local.isoformat()}">{local:%H:%M:%S}</time>'


def _reason(refusal: MessageRejected) -> str:
    return escape(str(refusal).partition(f".{_NOTHING_SENT}")[0])

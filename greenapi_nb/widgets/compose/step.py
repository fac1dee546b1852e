"""Where a compose form stands: which buttons it shows, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from greenapi_nb.widgets.wording import Note, earlier_note, outcome_note, question

if TYPE_CHECKING:
    from greenapi_nb.messages import Message
    from greenapi_nb.outcomes import Outcome

__all__ = ["Step", "next_step"]


class Step(NamedTuple):
    """What the lower part of the form shows.

    Attributes
    ----------
    send
        The label of the main button.
    enabled
        Whether it can be pressed.
    again
        Whether sending the same message again is offered.
    confirming
        Whether the form asks if the same message shall really go again.
    note
        What it says.

    Examples
    --------
    >>> Step("Send", enabled=False, again=False, confirming=False, note=Note("")).send
    'Send'
    """

    send: str
    enabled: bool
    again: bool
    confirming: bool
    note: Note


def next_step(  # noqa: PLR0913 - each a fact of its own
    message: Message | None,
    outcome: Outcome | None,
    *,
    earlier: Outcome | None = None,
    can_send: bool = True,
    busy: bool = False,
    asking: bool = False,
) -> Step:
    """Decide what the form offers and says.

    Parameters
    ----------
    message
        What the fields hold, None if it cannot be sent as it stands.
    outcome
        What came of this message, None for a draft.
    earlier
        What came of the message before it.
    can_send
        Whether there is a token.
    busy
        Whether a message is on its way.
    asking
        Whether the user asked to send the same message again.

    Examples
    --------
    >>> from greenapi_nb.messages import compose
    >>> next_step(compose("79001234567", "Hello"), None).enabled
    True
    >>> next_step(None, None).enabled
    False
    """
    if busy:
        note = Note("<p><strong>Sending…</strong></p>", "hint")
        return Step("Sending…", enabled=False, again=False, confirming=False, note=note)
    if outcome is None:
        note = earlier_note(earlier) if earlier else Note("")
        ready = message is not None and can_send
        return Step("Send", enabled=ready, again=False, confirming=False, note=note)
    if not outcome.status.may_have_been_sent:
        ready = message is not None and can_send
        return Step("Send", enabled=ready, again=False, confirming=False, note=outcome_note(outcome))
    accepted = outcome.message_id is not None
    asks = asking and message is not None
    note = question(message.to, doubtful=not accepted) if asks and message else outcome_note(outcome)
    return Step("Send", enabled=False, again=not asks, confirming=asks, note=note)

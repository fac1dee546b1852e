"""What a form has sent and may send: the part of it that needs no widgets."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple

from greenapi_nb.client import default_client
from greenapi_nb.errors import ErrorCode, MessageRejected, MissingToken
from greenapi_nb.messages import Message, compose
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.widgets.drafts import Draft, interrupted

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenapi_nb.client import Client

__all__ = ["Outbox", "Sent"]


class Sent(NamedTuple):
    """A message that was handed to a client, and what came of it.

    Examples
    --------
    >>> from greenapi_nb.messages import compose
    >>> Sent(compose("79001234567", "Hello"), interrupted()).outcome.status
    <Status.UNKNOWN: 'unknown'>
    """

    message: Message
    outcome: Outcome


class Outbox:
    """Sends each message once, from whatever thread and however often it is asked to.

    Parameters
    ----------
    client
        Who sends; None uses the token in ``GREENAPI_TOKEN``, once it is there.
    recipient_type
        ``"individual"``, ``"group"``, or None to read it off the recipient.
    on_change
        Called when a message goes on its way.
    on_problem
        Called with an exception that a client should not have raised.

    Examples
    --------
    >>> from greenapi_nb import Sandbox
    >>> with Sandbox() as sandbox:
    ...     outbox = Outbox(sandbox.client())
    ...     first, second = (outbox.submit("79001234567", "Hello") for _ in range(2))
    >>> first is second, len(outbox.sent), len(sandbox.messages)
    (True, 1, 1)
    """

    def __init__(
        self,
        client: Client | None = None,
        recipient_type: str | None = None,
        on_change: Callable[[], object] = lambda: None,
        on_problem: Callable[[BaseException], object] = lambda _: None,
    ) -> None:
        self.given_client = client
        self.recipient_type = recipient_type
        self.sent: list[Sent] = []
        self._on_change = on_change
        self._on_problem = on_problem
        self._lock = RLock()
        self._drafts: dict[Message, Draft] = {}
        self._refused: tuple[str, str, Outcome] | None = None

    @property
    def client(self) -> Client | None:
        """Who sends; None while there is no token."""
        with suppress(MissingToken):
            return self.given_client or default_client()
        return None

    def message(self, to: str, body: str) -> Message | None:
        """Put a message together; None if it cannot be sent as it stands."""
        with suppress(MessageRejected):
            return compose(to, body, recipient_type=self.recipient_type)
        return None

    def submit(self, to: str, body: str) -> Outcome:
        """Send a message, unless it is on its way, was sent or may have been: then say what came of that."""
        try:
            message = compose(to, body, recipient_type=self.recipient_type)
        except MessageRejected as refusal:
            return self._refuse(to, body, refusal.code, str(refusal))
        client = self.client
        if client is None:
            code = ErrorCode.TOKEN_MISSING
            return self._refuse(to, body, code, f"There is no token. Nothing was sent. {code.info.advice}")
        with self._lock:
            draft = self._drafts.setdefault(message, Draft())
        return draft.send(partial(self._hand_over, client, message))

    def in_flight(self, message: Message | None = None) -> bool:
        """Whether this message, or any if None, is being sent right now."""
        with self._lock:
            drafts = list(self._drafts.values()) if message is None else [self._drafts.get(message)]
        return any(draft is not None and draft.in_flight for draft in drafts)

    def outcome(self, to: str, body: str) -> Outcome | None:
        """Return what came of a message, None as long as it is a draft."""
        message = self.message(to, body)
        with self._lock:
            draft = self._drafts.get(message) if message is not None else None
            if draft is not None and draft.outcome is not None:
                return draft.outcome
            refused = self._refused
        return refused[2] if refused is not None and refused[:2] == (to, body) else None

    def forget(self, message: Message) -> None:
        """Allow a message to be sent once more; one that is on its way stays as it is."""
        with self._lock:
            draft = self._drafts.get(message)
            if draft is not None and not draft.in_flight:
                del self._drafts[message]

    def _refuse(self, to: str, body: str, code: int, error: str) -> Outcome:
        refusal = Outcome(Status.REJECTED, error_code=code, error=error)
        with self._lock:
            self._refused = (to, body, refusal)
        return refusal

    def _hand_over(self, client: Client, message: Message) -> Outcome:
        self._on_change()
        outcome = interrupted()
        try:
            outcome = client.send(message)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the message may have been sent
            self._on_problem(problem)
        finally:
            with self._lock:
                self.sent.append(Sent(message, outcome))
        return outcome

"""The client: settings, a transport, and the retry of what provably was not sent."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from greenapi_nb.errors import GreenApiError, MessageRejected, MessageUnsent, OutcomeUnknown
from greenapi_nb.messages import Message, compose
from greenapi_nb.outcomes import Outcome, Receipt, Status
from greenapi_nb.settings import DEFAULT_BASE_URL, Secret, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    import requests

    from greenapi_nb.ledger import Ledger
    from greenapi_nb.transport import Transport

__all__ = ["Client", "checked_client", "default_client", "deliver", "retry_delay", "send_text"]

MAX_ATTEMPTS = 3
LONGEST_RETRY_AFTER = 60.0
_FIRST_DELAY = 0.5
_LONGEST_DELAY = 8.0
_CONNECTIONS = 32


class Client:
    """A sender in the name of one account.

    Parameters
    ----------
    token
        The account's token; None reads the environment variable ``GREENAPI_TOKEN``.
    base_url
        Where the API is; the default gives way to ``GREENAPI_BASE_URL`` where that is set. Plain http is
        accepted for this machine alone.
    timeout
        Seconds to connect, and seconds for the whole answer; one number stands for both.
    session
        A `requests.Session` of one's own: its proxies, TLS settings and headers hold. Its retries,
        redirects, ``auth`` and ``.netrc`` do not: each could send twice or replace the token.

    Attributes
    ----------
    ledger : Ledger or None
        Where `bulk_send` records what this client sends when it is not told otherwise; None: the user's own file.
    is_sandbox : bool
        Whether nothing this client sends can reach WhatsApp.

    Raises
    ------
    MissingToken
        There is no token.
    TypeError, ValueError
        The token, the base URL, the time-out or the session cannot be used.

    Examples
    --------
    >>> from greenapi_nb import Client, Sandbox
    >>> with Sandbox() as sandbox:
    ...     receipt = Client(sandbox.token, base_url=sandbox.base_url).send_text("79001234567", "Hello")
    >>> receipt.to
    '79001234567'
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        base_url: str = DEFAULT_BASE_URL,
        timeout: float | tuple[float, float] = (5, 30),
        session: requests.Session | None = None,
    ) -> None:
        try:
            secret = None if token is None else _hidden(token)
        finally:
            del token  # a traceback that prints locals must not find it
        self._settings = Settings.read(secret, base_url)
        self._timeout = _checked_timeout(timeout)
        self._session = _checked_session(session)
        self._own_session: requests.Session | None = None
        self.ledger: Ledger | None = None
        """Where `bulk_send` records what this client sends when it is not told otherwise; None: the user's own file."""
        self.is_sandbox = False
        """Whether nothing this client sends can reach WhatsApp."""

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return self._settings.base_url

    @property
    def longest_flight(self) -> float:
        """Seconds after which a request of this client has come to its end."""
        return sum(self._timeout)

    @property
    def account(self) -> str:
        """A digest of base URL and token that names the account in the ledger."""
        return self._settings.account

    def __repr__(self) -> str:
        if not hasattr(self, "_settings"):  # printed by the traceback of the error that kept it from being made
            return "<Client, not made>"
        return f"Client(base_url={self.base_url!r}, token={self._settings.token!r})"

    def send_text(self, to: object, body: str, *, recipient_type: str | None = None) -> Receipt:
        """Send one text.

        Parameters
        ----------
        to
            A person's number with country code or a group's identifier, in any usual spelling.
        body
            The text, at most 4096 characters.
        recipient_type
            ``"individual"`` or ``"group"``; None reads it off the identifier.

        Returns
        -------
        Receipt
            ``message_id``, ``to`` and ``at``. The message is accepted, not yet delivered.

        Raises
        ------
        MessageRejected
            The API or a check before the request refused it; nothing was sent.
        MessageUnsent
            The API could not be reached or was too busy; nothing was sent, try again.
        OutcomeUnknown
            The request went out and no trustworthy answer came; look in the chat before sending again.
        ValueError
            `recipient_type` is no type of recipient; nothing was sent.

        Examples
        --------
        >>> from greenapi_nb import Sandbox
        >>> with Sandbox() as sandbox, sandbox.client() as client:
        ...     client.send_text("+7 900 123-45-67", "Hello").to
        '79001234567'
        """
        return _receipt(compose(to, body, recipient_type=recipient_type), self.send)

    def send(self, message: Message) -> Outcome:
        """Send one checked message and say what came of it; repeats only what provably was not sent.

        Parameters
        ----------
        message
            From `greenapi_nb.messages.compose`.

        Returns
        -------
        Outcome
            Its ``status``, and all that is known beside it; nothing is raised for the message or the network.

        Examples
        --------
        >>> from greenapi_nb import Sandbox
        >>> from greenapi_nb.messages import compose
        >>> with Sandbox() as sandbox, sandbox.client() as client:
        ...     client.send(compose("79001234567", "Hello")).status
        <Status.ACCEPTED: 'accepted'>
        """
        return deliver(self.transport().post, message)

    def transport(self, connections: int = _CONNECTIONS) -> Transport:
        """Prepare what sends single requests for this account; `send` and `bulk_send` do it by themselves.

        Parameters
        ----------
        connections
            For how many threads at once.

        Returns
        -------
        Transport
            Its ``post`` sends one message with one request.

        Examples
        --------
        >>> from greenapi_nb import Sandbox
        >>> from greenapi_nb.messages import compose
        >>> with Sandbox() as sandbox, sandbox.client() as client:
        ...     client.transport().post(compose("79001234567", "Hello")).attempts
        1
        """
        from greenapi_nb.transport import Transport, new_session

        session = self._session
        if session is None and connections <= _CONNECTIONS:
            session = self._own_session = self._own_session or new_session(_CONNECTIONS)
        return Transport(self._settings, session or new_session(connections), self._timeout, _user_agent())

    def close(self) -> None:
        """Close the connections this client opened; a session that was handed in stays open."""
        if self._own_session is not None:
            self._own_session.close()
            self._own_session = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def send_text(to: object, body: str, *, recipient_type: str | None = None, client: Client | None = None) -> Receipt:
    """Send one WhatsApp text.

    Parameters
    ----------
    to
        A person's number with country code or a group's identifier, in any usual spelling.
    body
        The text, at most 4096 characters; ``*bold*``, ``_italic_``, ``~strike~`` and emoji are fine.
    recipient_type
        ``"individual"`` or ``"group"``; None reads it off the identifier.
    client
        None uses the token in ``GREENAPI_TOKEN``.

    Returns
    -------
    Receipt
        ``message_id``, ``to`` and ``at``. The message is accepted, not yet delivered.

    Raises
    ------
    MessageRejected
        The API or a check before the request refused it; nothing was sent.
    MessageUnsent
        The API could not be reached or was too busy; nothing was sent, try again.
    OutcomeUnknown
        The request went out and no trustworthy answer came; look in the chat before sending again.
    MissingToken
        No client and no token were given; nothing was sent.
    TypeError
        The client is none; nothing was sent.

    Examples
    --------
    >>> from greenapi_nb import Sandbox, send_text
    >>> with Sandbox() as sandbox:
    ...     send_text("+7 900 123-45-67", "Hello *there*", client=sandbox.client()).to
    '79001234567'
    """
    return checked_client(client).send_text(to, body, recipient_type=recipient_type)


def deliver(
    post: Callable[[Message], Outcome],
    message: Message,
    *,
    pause: Callable[[float], bool] | None = None,
    random_share: Callable[[], float] = random.random,
) -> Outcome:
    """Post a message, and again after a pause while it is provably unsent and patience lasts.

    Parameters
    ----------
    post
        Sends it with one POST.
    message
        A checked message.
    pause
        Waits so many seconds before the next attempt; False gives up. None sleeps.
    random_share
        A number in [0, 1) for the jitter.
    """
    attempts = 0
    while True:
        outcome = post(message)
        if attempts:
            outcome = outcome._replace(attempts=attempts + outcome.attempts)
        attempts = outcome.attempts
        if outcome.status is not Status.UNSENT:
            return outcome
        delay = retry_delay(attempts, outcome.retry_after, random_share())
        if delay is None or not (pause or _sleep)(delay):
            return outcome


def retry_delay(attempts: int, retry_after: float | None, random_share: float) -> float | None:
    """Say how many seconds to wait before the next attempt at an unsent message; None: no further attempt.

    The back-off doubles from half a second and is capped; the jitter takes up to half of it away. A
    ``Retry-After`` is honoured up to 60 s, and a longer one is not waited for.

    Examples
    --------
    >>> retry_delay(1, None, 0.0), retry_delay(2, 10.0, 0.0), retry_delay(1, 3600.0, 0.0), retry_delay(3, None, 0.0)
    (0.5, 10.0, None, None)
    """
    if attempts >= MAX_ATTEMPTS or (retry_after is not None and retry_after > LONGEST_RETRY_AFTER):
        return None
    back_off: float = min(_LONGEST_DELAY, _FIRST_DELAY * 2 ** (attempts - 1)) * (1 - random_share / 2)
    return max(back_off, retry_after or 0.0)


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return True


def _receipt(message: Message, send: Callable[[Message], Outcome]) -> Receipt:
    outcome = send(message)
    if outcome.message_id is not None and outcome.at is not None:
        return Receipt(outcome.message_id, message.to, outcome.at)
    raise _error(outcome)


_KINDS = {
    Status.REJECTED: MessageRejected,
    Status.UNSENT: MessageUnsent,
    Status.UNKNOWN: OutcomeUnknown,
}


def _error(outcome: Outcome) -> GreenApiError:
    return _KINDS[outcome.status](
        outcome.error or "",
        code=outcome.error_code or 0,
        details=outcome.details,
        title=outcome.title,
        http_status=outcome.http_status,
    )


_default: Client | None = None


def default_client() -> Client:
    """Return the client of the environment's token, made anew only when the environment changed."""
    global _default  # noqa: PLW0603 - one client, so that its connections are reused from cell to cell
    settings = Settings.read()
    if _default is None or _default._settings != settings:  # noqa: SLF001 - the same module
        _default = Client()
    return _default


def checked_client(client: object) -> Client:
    """Return the client, or the environment's where none was given.

    Raises
    ------
    MissingToken
        None was given, and there is no token in the environment.
    TypeError
        It is no client.
    """
    if client is None:
        return default_client()
    if not isinstance(client, Client):
        raise TypeError(f"client is a greenapi_nb.Client, not {type(client).__name__}; nothing was sent.")
    return client


def _hidden(token: object) -> Secret:
    if not isinstance(token, str):
        kind = type(token).__name__
        del token
        raise TypeError(f"token is a string, not {kind}; nothing was sent.")
    return Secret(token)


def _checked_session(session: object) -> requests.Session | None:
    if session is None:
        return None
    import requests

    if not isinstance(session, requests.Session):
        raise TypeError(f"session is a requests.Session, not {type(session).__name__}; nothing was sent.")
    return session


def _checked_timeout(timeout: float | tuple[float, float]) -> tuple[float, float]:
    pair = timeout if isinstance(timeout, tuple | list) else (timeout, timeout)
    try:
        connect, answer = (float(seconds) for seconds in pair)
    except (TypeError, ValueError):
        connect = answer = -1.0
    if not (0 < connect < float("inf") and 0 < answer < float("inf")):
        raise ValueError(
            "timeout is the seconds to connect and the seconds for the answer, like (5, 30), both above 0; "
            f"got {timeout!r}. Nothing was sent."
        )
    return connect, answer


def _user_agent() -> str:
    from greenapi_nb import __version__

    return f"greenapi-nb/{__version__}"

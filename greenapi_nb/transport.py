"""One message, one POST, one outcome: never a retry, never a redirect, never an exception for the network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from greenapi_nb.answers import read_answer
from greenapi_nb.exchanges import exchange_over
from greenapi_nb.failures import no_answer
from greenapi_nb.flights import Flight, flying
from greenapi_nb.messages import Message, payload
from greenapi_nb.settings import Secret, Settings, is_loopback

if TYPE_CHECKING:
    from greenapi_nb.outcomes import Outcome

__all__ = ["Transport", "new_session"]


class _BearerAuth(AuthBase):
    """Writes the Authorization header last, so that no ``.netrc`` entry replaces it."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return request


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in for the token while a request is prepared, so that neither ``.netrc`` nor a session's auth is asked."""
    return request


def new_session(connections: int) -> requests.Session:
    """Make a session that keeps so many connections open."""
    session = requests.Session()
    session.mount("https://", HTTPAdapter(pool_maxsize=connections))
    session.mount("http://", HTTPAdapter(pool_maxsize=connections))
    return session


class Transport:
    """A request prepared once and sent with a different message each time, from any thread.

    Parameters
    ----------
    settings
        Token and base URL.
    session
        Its proxies, TLS settings, headers and adapters hold; its retries and redirects do not.
    timeout
        Seconds to connect, and seconds for the whole answer.
    user_agent
        The User-Agent header.
    """

    def __init__(
        self, settings: Settings, session: requests.Session, timeout: tuple[float, float], user_agent: str
    ) -> None:
        url = f"{settings.base_url}/v1/messages"
        headers = {
            "User-Agent": user_agent,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
        }
        _check_headers(session)
        request = session.prepare_request(requests.Request("POST", url, headers=headers, auth=_unchanged))
        self._timeout = timeout
        environment = session.merge_environment_settings(url, {}, None, None, None)
        # Requests lets the environment overrule what was set on a session by hand (psf/requests#2018, #3829).
        verify = session.verify if session.verify is not True else environment["verify"]
        options = {
            "stream": True,
            "timeout": timeout,
            "verify": verify,
            "cert": environment["cert"],
            "proxies": _fit_for_token(url, {**environment["proxies"], **session.proxies}),
        }
        sign = _BearerAuth(settings.token)
        self._exchange = exchange_over(session.get_adapter(url), request, sign, options)

    def post(self, message: Message) -> Outcome:
        """Send one message with one POST and say what came of it.

        Returns
        -------
        Outcome
            With ``attempts`` 1 and ``at`` set. ``unsent`` only if no connection stood, so that nothing can
            have left, or the API answered 429; every doubt is ``unknown``.
        """
        flight = Flight(*self._timeout)
        try:
            with flying(flight):
                body = json.dumps(payload(message), ensure_ascii=False).encode()
                outcome = read_answer(self._exchange(body, flight))
        except Exception as error:  # noqa: BLE001 - whatever fails here, the message's fate must be told
            outcome = no_answer(error, self._timeout, departed=flight.departed)
        except BaseException as stop:  # noqa: BLE001 - raised again
            # The frames that Ctrl-C came through hold the token, and some tracebacks print what frames hold.
            stop.__context__ = None
            raise stop.with_traceback(None)  # noqa: B904 - there is no cause
        return outcome._replace(attempts=1, at=datetime.now(UTC))


def _check_headers(session: requests.Session) -> None:
    """Refuse, before anything leaves, a session's header that HTTP cannot carry."""
    headers: dict[str, Any] = dict(session.headers)
    for name, value in headers.items():
        if value is None:  # requests leaves it out
            continue
        try:
            requests.utils.check_header_validity((name, value))
            f"{name}{value if isinstance(value, str) else ''}".encode("latin-1")
        except ValueError:
            raise ValueError(
                f"session.headers holds {name!r} with a value that cannot be sent: a header is one line of text in "
                "Latin-1. Nothing was sent. Mend it or take it out."
            ) from None


def _fit_for_token(url: str, proxies: dict[str, str]) -> dict[str, str]:
    """Leave out proxies that would carry the token off this machine in plain http."""
    given = {scheme: proxy for scheme, proxy in proxies.items() if proxy}
    if urlsplit(url).scheme == "https":
        return given
    return {scheme: proxy for scheme, proxy in given.items() if _is_here(proxy)}


def _is_here(proxy: str) -> bool:
    try:
        return is_loopback(urlsplit(proxy if "://" in proxy else f"http://{proxy}").hostname or "")
    except ValueError:
        return False

"""One message, one POST, one outcome: never a retry, never a redirect, never an exception for the network."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, InvalidHeader, NewConnectionError
from urllib3.exceptions import ProxyError as PoolProxyError
from urllib3.util.retry import Retry

from greenapi_nb.answers import MAX_ANSWER_BYTES, Answer, read_answer
from greenapi_nb.connections import Flight, flying, sending_once, watch
from greenapi_nb.errors import ErrorCode
from greenapi_nb.messages import Message, payload
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.settings import Secret, Settings, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Transport", "new_session"]


class _BearerAuth(AuthBase):
    """Writes the Authorization header last, so that no ``.netrc`` entry replaces it."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
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
        headers = {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "identity"}
        self._request = session.prepare_request(
            requests.Request("POST", url, json={}, headers=headers, auth=_BearerAuth(settings.token))
        )
        self._adapter = sending_once(session.get_adapter(url))
        self._timeout = timeout
        environment = session.merge_environment_settings(url, {}, True, None, None)  # noqa: FBT003 - its signature
        self._options: dict[str, Any] = {
            "stream": True,
            "timeout": timeout,
            "verify": environment["verify"],
            "cert": environment["cert"],
            "proxies": _fit_for_token(url, environment["proxies"]),
        }

    def post(self, message: Message) -> Outcome:
        """Send one message with one POST and say what came of it.

        Returns
        -------
        Outcome
            With ``attempts`` 1 and ``at`` set. ``unsent`` only if no connection stood, so that nothing can
            have left, or the API answered 429; every doubt is ``unknown``.
        """
        flight = Flight(self._timeout[1])
        try:
            with flying(flight):
                outcome = read_answer(self._exchange(message))
        except Exception as error:  # noqa: BLE001 - whatever fails here, the message's fate must be told
            outcome = _no_answer(error, flight, self._timeout)
        return replace(outcome, attempts=1, at=datetime.now(UTC))

    def _exchange(self, message: Message) -> Answer:
        request = self._request.copy()
        request.body = json.dumps(payload(message), ensure_ascii=False).encode()
        request.headers["Content-Length"] = str(len(request.body))
        self._watch(request)
        response = self._adapter.send(request, **self._options)
        try:
            return Answer(response.status_code, _body(response), _retry_after(response))
        finally:
            response.close()

    def _watch(self, request: requests.PreparedRequest) -> None:
        if isinstance(self._adapter, HTTPAdapter):
            options = self._options
            watch(
                self._adapter.get_connection_with_tls_context(
                    request, options["verify"], proxies=options["proxies"], cert=options["cert"]
                )
            )


def _fit_for_token(url: str, proxies: dict[str, str]) -> dict[str, str]:
    """Leave out proxies that would carry the token off this machine in plain http."""
    if urlsplit(url).scheme == "https":
        return proxies
    return {
        scheme: proxy
        for scheme, proxy in proxies.items()
        if is_loopback(urlsplit(proxy if "://" in proxy else f"http://{proxy}").hostname or "")
    }


def _body(response: requests.Response) -> bytes | None:
    try:
        body: bytes = response.raw.read(MAX_ANSWER_BYTES + 1)
    except Exception:  # noqa: BLE001 - the status line came; what the cut body means is read_answer's to say
        return None
    return body if len(body) <= MAX_ANSWER_BYTES else None


def _retry_after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After")
    try:
        return None if value is None else max(0.0, Retry().parse_retry_after(value))
    except InvalidHeader:
        return None


def _no_answer(error: Exception, flight: Flight, timeout: tuple[float, float]) -> Outcome:
    causes = list(_causes(error))
    if flight.connected is None:
        departed = not any(isinstance(cause, NewConnectionError | ConnectTimeoutError) for cause in causes)
    else:
        departed = flight.connected
    if departed:
        info = ErrorCode.NO_ANSWER.info
        reason = f"The request went out and no answer came: {_reason(causes, f'{timeout[1]:g} s passed')}."
        text = f"{reason} The message may have been sent. {info.advice}"
        return Outcome(Status.UNKNOWN, error_code=ErrorCode.NO_ANSWER, error=text)
    info = ErrorCode.UNREACHABLE.info
    reason = f"The API could not be reached: {_reason(causes, f'no connection within {timeout[0]:g} s')}."
    return Outcome(
        Status.UNSENT,
        error_code=ErrorCode.UNREACHABLE,
        error=f"{reason} Nothing was sent. {info.advice}",
    )


def _reason(causes: list[BaseException], timed_out: str) -> str:
    """Name the kind of failure; the libraries' own texts may print addresses and proxies' passwords."""
    kinds: list[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = [
        ((PoolProxyError, requests.exceptions.ProxyError), "the proxy refused or could not be reached"),
        (socket.gaierror, "the host's name could not be looked up"),
        (ssl.SSLCertVerificationError, "the server's TLS certificate is not trusted"),
        (ssl.SSLError, "the TLS connection failed"),
        (ConnectionRefusedError, "the connection was refused"),
        ((TimeoutError, ConnectTimeoutError, requests.exceptions.Timeout), timed_out),
        (ConnectionError, "the connection was closed or reset"),
    ]
    for kind, words in kinds:
        if any(isinstance(cause, kind) for cause in causes):
            return words
    return f"{type(causes[-1]).__name__}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Walk an exception's chain, through causes, contexts, and exceptions given as arguments."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        linked = [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
        waiting.extend(one for one in linked if isinstance(one, BaseException))

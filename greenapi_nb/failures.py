"""What an exchange that broke off says about the message: whether it may have left, and why it broke."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import requests
from urllib3.exceptions import ConnectTimeoutError, LocationValueError, ProtocolError, ReadTimeoutError
from urllib3.exceptions import ProxyError as PoolProxyError

from greenapi_nb.errors import ErrorCode
from greenapi_nb.outcomes import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["CertificateFileError", "no_answer"]

_WHILE_CONNECTING = (ConnectTimeoutError, requests.ConnectTimeout)
_AFTER_CONNECTING = (ReadTimeoutError, ProtocolError, requests.ReadTimeout)


class CertificateFileError(Exception):
    """The file of TLS certificates that was named is not there."""


_Kinds = type[BaseException] | tuple[type[BaseException], ...]
_REASONS: list[tuple[_Kinds, str]] = [
    ((PoolProxyError, requests.exceptions.ProxyError), "the proxy refused or could not be reached"),
    ((requests.exceptions.InvalidURL, LocationValueError), "the address of the API or of the proxy cannot be read"),
    (requests.exceptions.InvalidSchema, "the proxy is of a kind that needs a further library (requests[socks])"),
    (CertificateFileError, "the file of TLS certificates that was named (REQUESTS_CA_BUNDLE?) is not there"),
    (socket.gaierror, "the host's name could not be looked up"),
    (ssl.SSLCertVerificationError, "the server's TLS certificate is not trusted"),
    ((ssl.SSLError, requests.exceptions.SSLError), "the TLS connection failed"),
    (ConnectionRefusedError, "the connection was refused"),
]
_TIMED_OUT = (TimeoutError, ConnectTimeoutError, requests.Timeout)
_BROKE_OFF = (ConnectionError, ProtocolError, requests.ConnectionError)


def no_answer(error: Exception, timeout: tuple[float, float], *, departed: bool | None) -> Outcome:
    """Turn an exception into the outcome of the message.

    Parameters
    ----------
    error
        What ended the exchange.
    timeout
        Seconds to connect and seconds for the answer, for the wording.
    departed
        Whether the request may have left; None where nobody watched, and then the exception must tell.

    Examples
    --------
    >>> no_answer(ConnectionRefusedError(), (5, 30), departed=False).error.split(". ")[0]
    'The API could not be reached: the connection was refused'
    >>> no_answer(TimeoutError(), (5, 30), departed=True).status
    <Status.UNKNOWN: 'unknown'>
    """
    causes = list(_causes(error))
    if departed is None:
        departed = _any(causes, _AFTER_CONNECTING) or not _any(causes, _WHILE_CONNECTING)
    if departed:
        code, status, fate = ErrorCode.NO_ANSWER, Status.UNKNOWN, "The message may have been sent."
        what = f"The request went out and no answer came: {_reason(causes, f'{timeout[1]:g} s passed')}."
    else:
        code, status, fate = ErrorCode.UNREACHABLE, Status.UNSENT, "Nothing was sent."
        what = f"The API could not be reached: {_reason(causes, f'no connection within {timeout[0]:g} s')}."
    return Outcome(status, error_code=code, error=f"{what} {fate} {code.info.advice}")


def _reason(causes: Sequence[BaseException], timed_out: str) -> str:
    """Name the kind of failure; the libraries' own texts may print addresses and proxies' passwords."""
    for kinds, words in [*_REASONS, (_TIMED_OUT, timed_out), (_BROKE_OFF, "the connection was closed or reset")]:
        if _any(causes, kinds):
            return words
    return type(causes[-1]).__name__


def _any(causes: Sequence[BaseException], kinds: _Kinds) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


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

"""What an exchange that broke off says about the message."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests
import urllib3
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ReadTimeoutError

from greenapi_nb import ErrorCode, Status
from greenapi_nb.failures import CertificateFileError, no_answer

POOL = urllib3.HTTPConnectionPool("127.0.0.1")
REFUSED = NewConnectionError(POOL, "refused")  # type: ignore[arg-type]
CONNECT_TIMEOUT = ConnectTimeoutError("too late")
READ_TIMEOUT = ReadTimeoutError(POOL, "/", "too late")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (requests.ConnectTimeout(), Status.UNSENT),
        (requests.ConnectionError(MaxRetryError(POOL, "/", REFUSED)), Status.UNSENT),
        (requests.ConnectTimeout(MaxRetryError(POOL, "/", CONNECT_TIMEOUT)), Status.UNSENT),
        (requests.ReadTimeout(), Status.UNKNOWN),
        (requests.ReadTimeout(READ_TIMEOUT), Status.UNKNOWN),
        (requests.ConnectionError(), Status.UNKNOWN),
        (requests.exceptions.SSLError(), Status.UNKNOWN),
        (requests.exceptions.ProxyError(), Status.UNKNOWN),
        (ConnectionRefusedError(), Status.UNKNOWN),
        (TimeoutError(), Status.UNKNOWN),
        (ValueError(), Status.UNKNOWN),
    ],
)
def test_unwatched(error: Exception, status: Status) -> None:
    """Where nobody watched, only an exception that was raised while connecting is proof that nothing left."""
    assert no_answer(error, (5, 30), departed=None).status is status


def test_unwatched_retries() -> None:
    """A connection that failed on a second try proves nothing about the first."""
    second = requests.ConnectTimeout()
    second.__context__ = requests.ReadTimeout()
    assert no_answer(second, (5, 30), departed=None).status is Status.UNKNOWN


@pytest.mark.parametrize("departed", [True, False])
@pytest.mark.parametrize("error", [requests.ConnectTimeout(), requests.ReadTimeout(), OSError(), KeyError("x")])
def test_what_was_seen_beats_the_exception(error: Exception, departed: bool) -> None:  # noqa: FBT001 - a parameter
    """What the connection reported decides."""
    outcome = no_answer(error, (5, 30), departed=departed)
    expected = (Status.UNKNOWN, ErrorCode.NO_ANSWER) if departed else (Status.UNSENT, ErrorCode.UNREACHABLE)
    assert expected == (outcome.status, outcome.error_code)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.exceptions.ProxyError("http://user:pass@proxy"), "the proxy refused or could not be reached"),
        (socket.gaierror(8, "nodename"), "the host's name could not be looked up"),
        (ssl.SSLCertVerificationError("x"), "the server's TLS certificate is not trusted"),
        (ssl.SSLError("x"), "the TLS connection failed"),
        (ConnectionRefusedError(), "the connection was refused"),
        (TimeoutError(), "no connection within 5 s"),
        (ConnectionResetError(), "the connection was closed or reset"),
        (CertificateFileError(), "REQUESTS_CA_BUNDLE"),
        (requests.exceptions.InvalidProxyURL("http://user:pass@"), "cannot be read"),
    ],
)
def test_reasons(error: Exception, words: str) -> None:
    """The reason is told in our own words, also when it is deep in the chain; the libraries' are not shown."""
    wrapped = requests.ConnectionError(MaxRetryError(POOL, "/", error))
    for one in (error, wrapped):
        text = no_answer(one, (5, 30), departed=False).error or ""
        assert words in text
        assert "pass" not in text
        assert text.endswith(f"Nothing was sent. {ErrorCode.UNREACHABLE.info.advice}")


def test_an_unforeseen_reason() -> None:
    """Of what nobody foresaw, the kind is named and nothing else."""
    text = no_answer(KeyError("user:pass"), (5, 30), departed=False).error or ""
    assert text.startswith("The API could not be reached: KeyError. Nothing was sent.")


@settings(deadline=None)
@given(st.lists(st.sampled_from([TimeoutError, OSError, KeyError, requests.ConnectTimeout]), min_size=1))
def test_any_chain_is_walked(kinds: list[type[Exception]]) -> None:
    """A chain with loops, repeats and exceptions as arguments comes to an end."""
    chain = [kind() for kind in kinds]
    error = RuntimeError(*chain, *chain)
    error.__context__ = error.__cause__ = chain[0]
    chain[-1].__cause__ = error
    assert no_answer(error, (5, 30), departed=True).status is Status.UNKNOWN

"""The sandbox's parameters."""

from __future__ import annotations

import errno
import re
import socket

import pytest

from greenapi_nb.sandbox import Sandbox
from greenapi_nb.sandbox.options import explain, is_loopback, url


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate_limit": 0},
        {"rate_limit": 0.5},
        {"rate_limit": True},
        {"quota": -1},
        {"quota": "9"},
        {"port": None},
        {"port": 65536},
        {"port": -1},
        {"latency": -0.1},
        {"latency": float("nan")},
        {"latency": float("inf")},
        {"latency": "1"},
        {"latency": None},
        {"token": ""},
        {"token": "T0 P"},
        {"token": "T0P\n"},
        {"token": "Т0Р"},  # noqa: RUF001 - Cyrillic is what it is about
        {"token": 5},
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(wrong: dict[str, object]) -> None:
    """The error names the parameter and, but for a token, the value."""
    (name, value), *_ = wrong.items()
    shown = "this one is not" if name == "token" else re.escape(repr(value))
    with pytest.raises(ValueError, match=f"^{name} is .*{shown}"):
        Sandbox(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EADDRINUSE, "x"), "taken"),
        (OSError(errno.EACCES, "x"), "above 1023"),
        (OSError(errno.EADDRNOTAVAIL, "x"), "not an address"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "not an address"),
        (OSError(errno.ENOBUFS, "no room"), "no room"),
    ],
)
def test_why_it_cannot_listen_is_explained(error: OSError, words: str) -> None:
    """Each usual reason has its advice."""
    assert words in explain(error, "127.0.0.1", 80)


@pytest.mark.parametrize(
    ("host", "expected", "loopback"),
    [
        ("127.0.0.1", "http://127.0.0.1:80", True),
        ("localhost", "http://localhost:80", True),
        ("::1", "http://[::1]:80", True),
        ("0.0.0.0", "http://127.0.0.1:80", False),  # noqa: S104 - nothing listens
        ("", "http://127.0.0.1:80", False),
        ("192.0.2.1", "http://192.0.2.1:80", False),
    ],
)
def test_a_host_has_its_url(host: str, expected: str, loopback: bool) -> None:  # noqa: FBT001 - a table
    """Where all addresses are listened on, this machine reaches it at its loopback one."""
    assert (expected, loopback) == (url(host, 80), is_loopback(host))

"""The sandbox's parameters: which make sense, where it listens, and what to say when it cannot."""

from __future__ import annotations

import errno
import ipaddress
import math
import socket

__all__ = ["check_latency", "check_token", "check_whole", "explain", "is_loopback", "url"]

_REACHED_AT = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - what clients use in its place


def check_whole(name: str, value: object, lowest: int, highest: float = math.inf) -> None:
    """Raise unless a parameter is a whole number within bounds.

    Examples
    --------
    >>> check_whole("quota", -1, 0)
    Traceback (most recent call last):
    ValueError: quota is a whole number, 0 or more; got -1
    """
    if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
        return
    bound = f"{lowest} or more" if highest == math.inf else f"from {lowest} to {highest}"
    raise ValueError(f"{name} is a whole number, {bound}; got {value!r}")


def check_latency(value: object) -> None:
    """Raise unless a latency is a number of seconds.

    Examples
    --------
    >>> check_latency(-0.5)
    Traceback (most recent call last):
    ValueError: latency is a number of seconds, 0 or more; got -0.5
    """
    if not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError(f"latency is a number of seconds, 0 or more; got {value!r}")


def check_token(value: object) -> None:
    """Raise, without showing it, unless a token can stand in an HTTP header.

    Examples
    --------
    >>> check_token("T0 P")
    Traceback (most recent call last):
    ValueError: token is a string of visible ASCII characters without spaces; this one is not
    """
    visible = isinstance(value, str) and value.isascii() and value.isprintable()
    if not visible or not value or " " in str(value):
        raise ValueError("token is a string of visible ASCII characters without spaces; this one is not")


def is_loopback(host: str) -> bool:
    """Say whether an address to listen on can be reached from this machine alone.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def url(host: str, port: int) -> str:
    """Give the URL at which this machine reaches a server.

    Examples
    --------
    >>> url("127.0.0.1", 8080), url("::", 8080)
    ('http://127.0.0.1:8080', 'http://[::1]:8080')
    """
    host = _REACHED_AT.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def explain(error: OSError, host: str, port: int) -> str:
    """Say why the sandbox cannot listen, and what to do.

    Examples
    --------
    >>> explain(OSError(errno.EADDRINUSE, "Address already in use"), "127.0.0.1", 8080)
    'port 8080 on 127.0.0.1 is taken by another program: choose another port, or 0 for any free one'
    """
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken by another program: choose another port, or 0 for any free one"
    if error.errno == errno.EACCES:
        return f"port {port} is not for ordinary users: choose one above 1023, or 0 for any free one"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"{host} is not an address of this machine: use 127.0.0.1"
    return f"the sandbox cannot listen on {host}, port {port}: {error.strerror}"

"""Connections fit for a request that must not be repeated.

Three things the stock connections do not do: bound the whole answer (a server that drips one byte at a time
resets every per-read time-out), refuse to reuse a connection that idled (the server may be dropping it, and a reset
then is ambiguous; psf/requests#4664), and know whether a failure came before anything could have left.
"""

from __future__ import annotations

import http.client
import io
from contextlib import suppress
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection

from greenapi_nb.flights import current_flight
from greenapi_nb.wire import Reply, WrittenHeaders, bounded_body, read_plain

if TYPE_CHECKING:
    import socket
    from collections.abc import Buffer  # type: ignore[attr-defined,unused-ignore]

    from urllib3.connectionpool import HTTPConnectionPool

    from greenapi_nb.flights import Flight

__all__ = ["over_standing", "watch"]

IDLE_SECONDS = 4.0
_INTERIM = range(100, 200)
_TOLERANCE_SECONDS = 0.05
_FIRST_BYTES = 8192


class _DeadlineReader(io.RawIOBase):
    """A socket's bytes, after those that were read before; each read bounded by what is left until the deadline."""

    def __init__(self, sock: socket.socket, deadline: float, before: bytes) -> None:
        super().__init__()
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = deadline
        self._before = before

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int | None:
        if self._before:
            now, self._before = self._before[: len(buffer)], self._before[len(buffer) :]
            buffer[: len(now)] = now
            return len(now)
        _bound(self._sock, self._deadline)
        return self._raw.readinto(buffer)  # type: ignore[attr-defined,no-any-return,unused-ignore]

    def close(self) -> None:
        self._raw.close()
        super().close()


def _bound(sock: socket.socket, deadline: float) -> None:
    """Let no wait for a socket go beyond the deadline; a time-out that will do is left, for setting it costs."""
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError("the answer was not complete in time")
    bound = sock.gettimeout()
    if bound is None or not left <= bound <= left + _TOLERANCE_SECONDS:
        sock.settimeout(left)


class _Begun:
    """Stands in for a socket in whose answer reading has begun."""

    def __init__(self, sock: socket.socket, flight: Flight, before: bytes = b"") -> None:
        self.stream: Any = io.BufferedReader(_DeadlineReader(sock, flight.deadline, before))

    def makefile(self, _mode: str) -> Any:  # noqa: ANN401 - what it is depends on the version of Python's stubs
        return self.stream


class _BoundedResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:  # noqa: ANN401 - the base's own signature
        flight = current_flight()
        if flight is not None and not isinstance(sock, _Begun):
            sock = _Begun(sock, flight)
        super().__init__(sock, *args, **options)

    def _read_status(self) -> tuple[str, int, str]:
        # The base skips 100 alone; after any other 1xx the true answer would be read as the next message's.
        version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, http.client.CONTINUE if status in _INTERIM else status, reason


class _Watched(HTTPConnection):
    response_class = _BoundedResponse
    _used_at = float("inf")
    _is_written = False

    def connect(self) -> None:
        flight = current_flight()
        if flight is not None:
            flight.connect()
        super().connect()
        if flight is not None:
            flight.depart()

    def request(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - the base's own signature
        flight, headers = current_flight(), options.get("headers")
        self._is_written = False
        if flight is not None and self.sock is not None:
            flight.depart()
        if flight is None or not isinstance(headers, WrittenHeaders):
            super().request(*args, **options)
            return
        self._is_written = True
        if self.sock is None:
            self.connect()
        _bound(self.sock, flight.deadline)
        with suppress(BrokenPipeError, ConnectionResetError):  # who closed may have answered before
            self.sock.sendall(headers.request(options["body"]))

    def getresponse(self) -> Any:  # noqa: ANN401 - the base's own signature
        flight = current_flight()
        response = self._read(flight) if self._is_written and flight else super().getresponse()
        self._used_at = monotonic()
        return response

    def _read(self, flight: Flight) -> Reply:
        _bound(self.sock, flight.deadline)
        first = self.sock.recv(_FIRST_BYTES)
        return read_plain(first) or _read_any(_Begun(self.sock, flight, first))

    @property
    def is_connected(self) -> bool:
        return monotonic() - self._used_at < IDLE_SECONDS and super().is_connected


def _read_any(begun: _Begun) -> Reply:
    answer: Any = _BoundedResponse(begun, method="POST")
    try:
        answer.begin()
        body = bounded_body(answer)
        whole = body is not None and not answer.length
        reusable = whole and answer.isclosed() and not answer.will_close
    finally:
        answer.close()  # not its stream alone: it would flush that when it is let go, and complain from Python 3.13 on
    return Reply(answer.status, answer.headers, body if whole else None, reusable=reusable)


@cache
def _watched(connection_class: type[HTTPConnection]) -> type[HTTPConnection]:
    return type(f"Watched{connection_class.__name__}", (_Watched, connection_class), {})


def watch(pool: HTTPConnectionPool) -> None:
    """Make a pool use watched connections alone; idempotent."""
    kind: Any = pool.ConnectionCls
    if issubclass(kind, _Watched):
        return
    if pool.pool is not None:
        with pool.pool.mutex:
            for connection in filter(None, pool.pool.queue):
                connection.close()
            pool.pool.queue[:] = [None] * len(pool.pool.queue)
    pool.ConnectionCls = _watched(kind)


def over_standing(pool: HTTPConnectionPool, target: str, body: bytes, headers: WrittenHeaders) -> Reply | None:
    """Send over a watched connection that stands, without what urllib3 does to open one; None if none stands."""
    connection: Any = pool._get_conn()  # noqa: SLF001 - all that urlopen does with a connection that stands
    reply = None
    try:
        if not connection.is_closed:
            connection.request("POST", target, body=body, headers=headers)
            reply = connection.getresponse()
            reply._pool, reply._connection = pool, connection  # noqa: SLF001 - as urllib3 sets them
    except BaseException:
        connection.close()
        raise
    finally:
        if reply is None:
            pool._put_conn(connection)  # noqa: SLF001 - as above
    return reply

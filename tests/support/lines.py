"""Listeners on raw sockets: a thread for each connection, and an end to all of them."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LONGEST_LIFE", "HangUp", "Line", "Listener"]

LONGEST_LIFE = 20.0
DRIP_SECONDS = 0.05
ABORT = struct.pack("ii", 1, 0)


class HangUp(Exception):
    """Ends a connection."""


@dataclass(frozen=True)
class Line:
    """One connection, as a behaviour sees it."""

    socket: socket.socket
    stopping: threading.Event

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.socket.sendall(data)

    def wait(self, seconds: float) -> None:
        """Wait a little; hang up if the server stops."""
        if self.stopping.wait(seconds):
            raise HangUp

    def drip(self, pieces: Iterator[bytes]) -> None:
        """Send a little now and then until the other side has had enough."""
        for piece in pieces:
            self.send(piece)
            self.wait(DRIP_SECONDS)

    def flood(self, pieces: Iterator[bytes]) -> None:
        """Send as fast as the other side takes it."""
        for piece in pieces:
            self.send(piece)
            self.wait(0)

    def hold(self) -> None:
        """Say nothing until the other side hangs up."""
        while self.socket.recv(65536):
            pass
        raise HangUp

    def abort(self) -> None:
        """Hang up with a reset instead of a farewell."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        raise HangUp


class Listener:
    """Accepts connections on a port of its own until it is closed; what it does with one, `handle` says.

    Attributes
    ----------
    port
        Where it listens, on 127.0.0.1.
    connections
        How many were accepted.
    """

    def __init__(self) -> None:
        self.connections = 0
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def handle(self, plain: socket.socket) -> None:
        """Serve one connection until its end."""
        raise NotImplementedError

    def wait_until_closed(self) -> bool:
        """Wait until no connection is open; say whether it came to that."""
        deadline = monotonic() + LONGEST_LIFE
        while self._open and monotonic() < deadline:
            self._stopping.wait(0.001)
        return not self._open

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        for one in [self._listener, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(LONGEST_LIFE)
        assert not any(thread.is_alive() for thread in self._threads)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(LONGEST_LIFE)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self._open.add(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
            self._threads[-1].start()

    def check(self) -> None:
        """Hang up if the listener was closed."""
        if self._stopping.is_set():
            raise HangUp

    @contextmanager
    def kept(self, connection: socket.socket) -> Iterator[None]:
        """Hold a connection that is closed at the end, or when the listener is."""
        self._open.add(connection)
        try:
            with connection:
                self.check()
                yield
        finally:
            self._open.discard(connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, HangUp), self.kept(connection):
            self.handle(connection)

"""The servers of the bad day: one that speaks HTTP after a fashion, and one that treats every connection alike."""

from __future__ import annotations

import json
import select
import socket
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from tests.support.behaviours import BEHAVIOURS
from tests.support.lines import Line, Listener

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

__all__ = ["BadDay", "Door", "Request", "tunnel"]


class Request(NamedTuple):
    """One request as it reached the server."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def to(self) -> str:
        """The recipient, or "" where the body names none."""
        try:
            return str(json.loads(self.body)["to"])
        except (ValueError, KeyError, TypeError):
            return ""


class BadDay(Listener):
    """An HTTP server with a behaviour for each recipient; who has none is accepted.

    Attributes
    ----------
    posts
        POSTs to ``/v1/messages``, by recipient.
    strays
        Anything else that was asked for, as "METHOD path".
    requests
        Every request, in order.
    base_url
        Its address.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.posts: Counter[str] = Counter()
        self.strays: list[str] = []
        self.requests: list[Request] = []
        self._behave: dict[str, Callable[[Line], None]] = {}
        super().__init__()
        self.base_url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def recipient(self, *names: str) -> str:
        """Give a recipient whose requests get the named behaviours in turn, and the last one from then on."""
        number = str(79001230000 + len(self._behave))
        turns = list(names)

        def behave(line: Line) -> None:
            BEHAVIOURS[turns.pop(0) if len(turns) > 1 else turns[0]](line)

        self._behave[number] = behave
        return number

    def handle(self, plain: socket.socket) -> None:
        """Answer one request after the other."""
        connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
        with self.kept(connection), connection.makefile("rb") as stream:
            while request := _read_request(stream):
                self.requests.append(request)
                if (request.method, request.path) == ("POST", "/v1/messages"):
                    self.posts[request.to] += 1
                else:
                    self.strays.append(f"{request.method} {request.path}")
                self._behave.get(request.to, BEHAVIOURS["accepts"])(Line(connection, self._stopping))


def _read_request(stream: BinaryIO) -> Request | None:
    first = stream.readline(65537).decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while line := stream.readline(65537).decode("latin-1").strip():
        name, _, value = line.partition(":")
        key = name.strip().lower()
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    return Request(first[0], first[1], headers, stream.read(int(headers.get("content-length", "0"))))


class Door(Listener):
    """A listener that does the same to every connection once it has said something: proxies, and what is no server.

    Attributes
    ----------
    heads
        The first line of what each connection said.
    heard
        All of it.
    """

    def __init__(self, behave: Callable[[Line], None]) -> None:
        self._behave = behave
        self.heads: list[str] = []
        self.heard = bytearray()
        super().__init__()

    def handle(self, plain: socket.socket) -> None:
        """Listen once, then behave."""
        said = plain.recv(65536)
        self.heard += said
        self.heads.append(said.split(b"\r\n")[0].decode("latin-1"))
        self._behave(Line(plain, self._stopping))


def tunnel(port: int) -> Callable[[Line], None]:
    """Make the behaviour of a proxy that connects whoever asks to a port of this machine."""

    def behave(line: Line) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as beyond:
            line.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            ends = {line.socket: beyond, beyond: line.socket}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)

    return behave

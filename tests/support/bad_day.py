"""A server on a bad day: raw sockets, one behaviour per recipient, and a count of what reached it.

It owes nothing to the package or its sandbox, so that the two cannot be wrong together.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from time import monotonic, time
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["BEHAVIOURS", "ELSEWHERE", "BadDay", "Request", "answer", "errors", "hang_up_on_everybody", "success"]

ELSEWHERE = "/elsewhere"
ABORT = struct.pack("ii", 1, 0)
DRIP_SECONDS = 0.05
FLOOD = b"x" * 65536
LONGEST_LIFE = 20.0


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


def answer(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """Write an HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def success(message_id: object = "1234") -> bytes:
    """Write the answer of protocol.md's success."""
    return answer("201 Created", json.dumps({"messages": [{"id": message_id}]}).encode())


def errors(status: str, *faults: object, headers: tuple[str, ...] = ()) -> bytes:
    """Write a failure in the API's own form."""
    return answer(status, json.dumps({"errors": faults, "meta": {"api_status": "stable"}}).encode(), *headers)


@dataclass
class Line:
    """One connection, as a behaviour sees it."""

    socket: socket.socket
    stopping: threading.Event
    sent: int = 0

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.socket.sendall(data)
        self.sent += len(data)

    def drip(self, pieces: Iterator[bytes]) -> None:
        """Send a little now and then until the other side has had enough."""
        for piece in pieces:
            self.send(piece)
            if self.stopping.wait(DRIP_SECONDS):
                return

    def flood(self, pieces: Iterator[bytes]) -> None:
        """Send as fast as the other side takes it."""
        for piece in pieces:
            self.send(piece)
            if self.stopping.is_set():
                return

    def hold(self) -> None:
        """Say nothing until the other side hangs up."""
        self.socket.settimeout(LONGEST_LIFE)
        with suppress(OSError):
            while self.socket.recv(65536):
                pass

    def abort(self) -> None:
        """Send a reset, not a farewell."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        self.socket.close()


def for_ever(piece: bytes) -> Iterator[bytes]:
    """Repeat a piece without end."""
    while True:
        yield piece


def _says(data: bytes) -> Callable[[Line], None]:
    return lambda line: line.send(data)


def _says_and_closes(data: bytes) -> Callable[[Line], None]:
    def behave(line: Line) -> None:
        line.send(data)
        line.socket.close()

    return behave


def _says_and_drips(data: bytes, piece: bytes) -> Callable[[Line], None]:
    def behave(line: Line) -> None:
        line.send(data)
        line.drip(for_ever(piece))

    return behave


def _says_and_floods(data: bytes, piece: bytes) -> Callable[[Line], None]:
    def behave(line: Line) -> None:
        line.send(data)
        line.flood(for_ever(piece))

    return behave


def _says_and_holds(data: bytes) -> Callable[[Line], None]:
    def behave(line: Line) -> None:
        line.send(data)
        line.hold()

    return behave


def _says_and_aborts(data: bytes) -> Callable[[Line], None]:
    def behave(line: Line) -> None:
        line.send(data)
        line.abort()

    return behave


def _says_later(first: bytes, then: bytes) -> Callable[[Line], None]:
    def behave(line: Line) -> None:
        line.send(first)
        line.stopping.wait(DRIP_SECONDS)
        line.send(then)

    return behave


def _date(seconds_from_now: float) -> str:
    return formatdate(time() + seconds_from_now, usegmt=True)


_CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
_HEAD = b"HTTP/1.1 201 Created\r\n"
_FAULT = {"code": 1022, "details": "Subscriber not found", "title": "Абонент не найден"}  # noqa: RUF001 - Russian

BEHAVIOURS: dict[str, Callable[[Line], None]] = {
    "accepts": _says(success()),
    "accepts and closes": _says_and_closes(success()),
    "accepts with a number as ID": _says(success(1234)),
    "accepts in chunks": _says(_CHUNKED + b'1d\r\n{"messages": [{"id": "1234"}]}\r\n0\r\n\r\n'),
    "accepts after 100": _says(b"HTTP/1.1 100 Continue\r\n\r\n" + success()),
    "accepts after 103": _says_later(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", success()),
    "never answers": lambda line: line.hold(),
    "resets after reading": lambda line: line.abort(),
    "closes": lambda line: line.socket.close(),
    "closes in the status line": _says_and_closes(b"HTTP/1.1 20"),
    "closes in the headers": _says_and_closes(_HEAD + b"Content-Le"),
    "closes in the body": _says_and_closes(answer("201 Created", b'{"messages": [{"id": "12', length=500)),
    "resets in the body": _says_and_aborts(answer("201 Created", b'{"messages": [{"id": "12', length=500)),
    "cuts a chunk": _says_and_closes(_CHUNKED + b"ff\r\n" + b'{"messages": [{"id": "12'),
    "sends a bad chunk size": _says_and_closes(_CHUNKED + b"zz\r\nx"),
    "speaks no HTTP": _says_and_closes(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "201 without a body": _says(answer("201 Created")),
    "201 with HTML": _says(answer("201 Created", b"<html>Welcome</html>", "Content-Type: text/html")),
    "201 with empty messages": _says(answer("201 Created", b'{"messages": []}')),
    "201 with a null ID": _says(success(None)),
    "201 with an empty ID": _says(success("")),
    "201 with a list as ID": _says(success(["1234"])),
    "201 with a list": _says(answer("201 Created", b'[{"id": "1234"}]')),
    "201 with invalid UTF-8": _says(answer("201 Created", b'{"messages": [{"id": "\xff\xfe"}]}')),
    "201 with half a surrogate pair": _says(answer("201 Created", b'{"messages": [{"id": "\\ud800"}]}')),
    "201 with 60,000 brackets": _says(answer("201 Created", b"[" * 60_000)),
    "201 with 100,000 brackets": _says(answer("201 Created", b"[" * 100_000)),
    "200 with an ID": _says(answer("200 OK", b'{"messages": [{"id": "1234"}]}')),
    "202": _says(answer("202 Accepted")),
    "204": _says(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "endless 100s": _says_and_drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a flood of 100s": _says_and_floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2000),
    "drips a status line": _says_and_drips(b"HTTP/1.1 201 ", b"x"),
    "drips headers": _says_and_drips(_HEAD, b"X-Drip: x\r\n"),
    "drips one header": _says_and_drips(_HEAD + b"X-Drip: ", b"x"),
    "drips a body": _says_and_drips(answer("201 Created", b'{"messages": [{"id": "1', length=10_000), b"2"),
    "drips chunks": _says_and_drips(_CHUNKED, b"1\r\n \r\n"),
    "drips a 400": _says_and_drips(answer("400 Bad Request", b'{"errors": [', length=10_000), b" "),
    "holds the body back": _says_and_holds(answer("201 Created", b"", length=29)),
    "promises a terabyte": _says_and_floods(answer("201 Created", length=10**12), FLOOD),
    "promises a terabyte of 400": _says_and_floods(answer("400 Bad Request", length=10**12), FLOOD),
    "floods headers": _says_and_floods(_HEAD, b"X-Flood: " + b"x" * 60_000 + b"\r\n"),
    "floods one header": _says_and_floods(_HEAD + b"X-Flood: ", FLOOD),
    "floods a chunk size": _says_and_floods(_CHUNKED, b"0" * 65536),
    "floods trailers": _says_and_floods(_CHUNKED + b"0\r\n", b"X-Flood: x\r\n" * 5000),
    "floods without a length": _says_and_floods(_HEAD + b"\r\n", FLOOD),
    **{
        f"{status} to elsewhere": _says(answer(f"{status} Moved", b"", f"Location: {ELSEWHERE}"))
        for status in (301, 302, 303, 307, 308)
    },
    **{
        f"{status} with no body": _says(answer(f"{status} Bad"))
        for status in (400, 401, 403, 404, 405, 407, 408, 413, 429, 466, 500, 502, 503, 504)
    },
    **{
        f"{status} with HTML": _says(answer(f"{status} Bad", b"<html>Sorry</html>", "Content-Type: text/html"))
        for status in (401, 403, 404, 413, 429, 466, 500, 502, 503, 504)
    },
    **{f"{status} with code 1022": _says(errors(f"{status} Bad", _FAULT)) for status in (400, 404, 500, 502)},
    "429 with Retry-After: 7": _says(answer("429 Too Many", b"", "Retry-After: 7")),
    "429 with a date": lambda line: line.send(answer("429 Too Many", b"", f"Retry-After: {_date(30)}")),
    "429 with a past date": lambda line: line.send(answer("429 Too Many", b"", f"Retry-After: {_date(-3600)}")),
    "429 with an hour": _says(answer("429 Too Many", b"", "Retry-After: 3600")),
    "429 with a date in an hour": lambda line: line.send(answer("429 Too Many", b"", f"Retry-After: {_date(3600)}")),
    "429 with nonsense": _says(answer("429 Too Many", b"", "Retry-After: soon")),
    "429 with an endless number": _says(answer("429 Too Many", b"", f"Retry-After: {'9' * 5000}")),
    "429 with code 82": _says(errors("429 Too Many", {"code": 82, "details": "Outgoing messages limit exceeded"})),
    "401 with Retry-After": _says(answer("401 Bad", b"", "Retry-After: 7")),
    "503 with Retry-After": _says(answer("503 Bad", b"", "Retry-After: 7")),
    "413 with Retry-After": _says(answer("413 Bad", b"", "Retry-After: 7")),
    "errors is empty": _says(errors("400 Bad Request")),
    "errors is no list": _says(answer("400 Bad Request", b'{"errors": "all of them"}')),
    "code is no integer": _says(errors("400 Bad Request", {"code": 10.5, "details": "Half an error"})),
    "code is missing": _says(errors("400 Bad Request", {"details": "No code at all"})),
    "code is a numeric text": _says(errors("400 Bad Request", {"code": "1022"})),
    "code is unknown": _says(errors("400 Bad Request", {"code": 4711, "details": "A new one"})),
    "code is unknown under 500": _says(errors("500 Bad", {"code": 4711, "details": "A new one"})),
    "two errors": _says(errors("400 Bad Request", _FAULT, {"code": 1041, "details": "Authorization key"})),
    "code 1042 under 400": _says(errors("400 Bad Request", {"code": 1042, "details": "System error"})),
    "code 1042 under 500": _says(errors("500 Bad", {"code": 1042, "details": "System error"})),
    "code 1060 under 500": _says(errors("500 Bad", {"code": 1060, "details": "Failed to create task"})),
    "code 82 under 201": _says(errors("201 Created", {"code": 82, "details": "Outgoing messages limit exceeded"})),
}


@dataclass
class BadDay:
    """The server: a thread for each connection.

    Attributes
    ----------
    posts
        POSTs to ``/v1/messages``, by recipient.
    strays
        Anything else that was asked for, as "METHOD path".
    requests
        Every request, in order.
    connections
        How many connections were accepted.
    behave
        What to do for a recipient; given a list, each request takes the next.
    """

    tls: ssl.SSLContext | None = None
    posts: Counter[str] = field(default_factory=Counter)
    strays: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    behave: dict[str, Callable[[Line], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        scheme = "https" if self.tls else "http"
        self.base_url = f"{scheme}://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(LONGEST_LIFE)

    def recipient(self, name: str) -> str:
        """Give the recipient who gets the named behaviour."""
        number = str(79001230000 + list(BEHAVIOURS).index(name))
        self.behave[number] = BEHAVIOURS[name]
        return number

    def in_turn(self, to: str, *names: str) -> str:
        """Have a recipient's requests answered by the named behaviours, one after the other."""
        turns = iter(names)
        self.behave[to] = lambda line: BEHAVIOURS[next(turns)](line)
        return to

    def wait_for_connections(self, number: int) -> bool:
        """Wait until so many connections are open at most; say whether it came to that."""
        deadline = monotonic() + LONGEST_LIFE
        while len(self._open) > number and monotonic() < deadline:
            self._stopping.wait(0.005)
        return len(self._open) <= number

    def _start(self, work: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(connection)
            self._start(self._serve, connection)

    def _serve(self, plain: socket.socket) -> None:
        connection = plain
        with suppress(OSError):
            plain.settimeout(LONGEST_LIFE)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                connection = self.tls.wrap_socket(plain, server_side=True)
                self._open.add(connection)
            with connection, connection.makefile("rb") as stream:
                while request := read_request(stream):
                    self._note(request)
                    self.behave.get(request.to, BEHAVIOURS["accepts"])(Line(connection, self._stopping))
        plain.close()
        self._open -= {plain, connection}

    def _note(self, request: Request) -> None:
        self.requests.append(request)
        if (request.method, request.path) == ("POST", "/v1/messages"):
            self.posts[request.to] += 1
        else:
            self.strays.append(f"{request.method} {request.path}")


def read_request(stream: Any) -> Request | None:
    """Read one request, None at the end of the connection."""
    first = stream.readline(65537).decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while line := stream.readline(65537).decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Request(first[0], first[1], headers, stream.read(int(headers.get("content-length", "0"))))


@dataclass
class Door:
    """A listener that treats every connection alike, whatever it says: proxies, and what is no HTTP server at all.

    Attributes
    ----------
    heads
        The first line of what each connection said.
    """

    behave: Callable[[Line, str], None]
    heads: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(LONGEST_LIFE)

    def _accept(self) -> None:
        workers = []
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                break
            self._open.add(connection)
            workers.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
            workers[-1].start()
        for worker in workers:
            worker.join(LONGEST_LIFE)

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(LONGEST_LIFE)
            said = connection.recv(65536)
            self.raw += said
            head = said.split(b"\r\n")[0].decode("latin-1")
            self.heads.append(head)
            self.behave(Line(connection, self._stopping), head)

"""What a server on a bad day does with a request, by name.

It owes nothing to the package or its sandbox, so that the two cannot be wrong together.
"""

from __future__ import annotations

import gzip
import json
import zlib
from email.utils import formatdate
from time import time
from typing import TYPE_CHECKING

from tests.support.lines import HangUp, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["BEHAVIOURS", "ELSEWHERE", "answer", "errors", "success"]

ELSEWHERE = "/elsewhere"
PAUSE_SECONDS = 0.05
FLOOD = b"x" * 65536


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


def for_ever(piece: bytes) -> Iterator[bytes]:
    """Repeat a piece without end."""
    while True:
        yield piece


def _says(data: bytes) -> Callable[[Line], None]:
    return lambda line: line.send(data)


def _says_and_closes(data: bytes) -> Callable[[Line], None]:
    def behave(line: Line) -> None:
        line.send(data)
        raise HangUp

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
        line.wait(PAUSE_SECONDS)
        line.send(then)

    return behave


def _date(seconds_from_now: float) -> str:
    return formatdate(time() + seconds_from_now, usegmt=True)


_GZIPPED = gzip.compress(b'{"messages": [{"id": "1234"}]}')
_CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
_HEAD = b"HTTP/1.1 201 Created\r\n"
_FAULT = {"code": 1022, "details": "Subscriber not found", "title": "Абонент не найден"}

BEHAVIOURS: dict[str, Callable[[Line], None]] = {
    "accepts": _says(success()),
    "accepts and closes": _says_and_closes(success()),
    "accepts with a number as ID": _says(success(1234)),
    "accepts in chunks": _says(_CHUNKED + b'1e\r\n{"messages": [{"id": "1234"}]}\r\n0\r\n\r\n'),
    "accepts after 100": _says(b"HTTP/1.1 100 Continue\r\n\r\n" + success()),
    "accepts after 103": _says_later(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", success()),
    "accepts in gzip": _says(answer("201 Created", _GZIPPED, "Content-Encoding: gzip")),
    "accepts in deflate": _says(
        answer("201 Created", zlib.compress(b'{"messages": [{"id": "1234"}]}'), "content-encoding: Deflate")
    ),
    "201 with half a gzip": _says(answer("201 Created", _GZIPPED[:-12], "Content-Encoding: gzip")),
    "201 with a bomb": _says(answer("201 Created", gzip.compress(b" " * 10_000_000), "Content-Encoding: gzip")),
    "201 with no gzip": _says(answer("201 Created", b"{}", "Content-Encoding: gzip")),
    "201 in an unknown encoding": _says(answer("201 Created", b"{}", "Content-Encoding: zpaq")),
    "never answers": Line.hold,
    "resets after reading": Line.abort,
    "closes": _says_and_closes(b""),
    "closes in the status line": _says_and_closes(b"HTTP/1.1 20"),
    "closes in the headers": _says_and_closes(_HEAD + b"Content-Le"),
    "closes in the body": _says_and_closes(answer("201 Created", b'{"messages": [{"id": "12', length=500)),
    "resets in the body": _says_and_aborts(answer("201 Created", b'{"messages": [{"id": "12', length=500)),
    "cuts a chunk": _says_and_closes(_CHUNKED + b"ff\r\n" + b'{"messages": [{"id": "12'),
    "sends a bad chunk size": _says_and_closes(_CHUNKED + b"zz\r\nx"),
    "holds after a bad chunk size": _says_and_holds(_CHUNKED + b"zz\r\nx"),
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
    "201 with an ID and 100,000 blanks": _says(answer("201 Created", b'{"messages": [{"id": "1"}]}' + b" " * 100_000)),
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
    "holds back the end of 70,000 bytes": _says_and_holds(answer("201 Created", b" " * 66_000, length=70_000)),
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

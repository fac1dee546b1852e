"""The sandbox's HTTP: a tornado server in a thread of its own, with a loop of its own."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from http.client import responses
from typing import TYPE_CHECKING, cast

from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream

from greenapi_nb.sandbox.answers import Answer, Ending
from greenapi_nb.sandbox.service import Incoming

if TYPE_CHECKING:
    from tornado.http1connection import HTTP1Connection
    from tornado.httputil import HTTPConnection

    from greenapi_nb.sandbox.service import Service

__all__ = ["LARGEST_BODY", "ServerThread"]

LARGEST_BODY = 1 << 20
"""Bytes of a body that are kept; a larger one is read, thrown away and answered 413."""
_MOST_READ = 64 << 20
_NO_LIMIT = 1 << 60
_LONGEST_NUMBER = 16
_BACKLOG = 4096
_PAUSE = 0.05
_ABORT = struct.pack("ii", 1, 0)


class ServerThread:
    """A running server; it listens when this is constructed and ends with `stop`.

    Parameters
    ----------
    service
        What decides the answers.
    host, port
        Where to listen; port 0 takes a free one.
    latency
        Seconds to wait before each answer; other requests are not held up.

    Attributes
    ----------
    port
        The port it listens on.

    Raises
    ------
    OSError
        It cannot listen there.

    Examples
    --------
    >>> from greenapi_nb.sandbox.service import Service
    >>> server = ServerThread(Service("T0P"), "127.0.0.1", 0)
    >>> server.port > 0
    True
    >>> server.stop()
    """

    def __init__(self, service: Service, host: str, port: int, latency: float = 0.0) -> None:
        self._connections = _Connections(service, latency)
        self._socket = _listening(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="greenapi_nb-sandbox", daemon=True)
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Close all connections, those that wait for an answer too, and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        # asyncio.run() would be the same, but is what nest_asyncio replaces for the whole process.
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = HTTPServer(self._connections, max_body_size=_NO_LIMIT)
        # Its timer lets the end of a half-closed connection overtake the request that came before.
        server.conn_params.header_timeout = None
        accepting = asyncio.create_task(self._accept(server))
        self._ready.set()
        await self._stopping.wait()
        accepting.cancel()
        self._socket.close()
        await server.close_all_connections()

    async def _accept(self, server: HTTPServer) -> None:
        # tornado's own way fills the log for as long as there are too many open files.
        while True:
            try:
                connection, address = await self._loop.sock_accept(self._socket)
            except OSError:
                await asyncio.sleep(_PAUSE)
            else:
                server.handle_stream(IOStream(connection), address)


def _listening(host: str, port: int) -> socket.socket:
    family, *_, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    listener.settimeout(0)
    return listener


class _Connections(HTTPServerConnectionDelegate):
    def __init__(self, service: Service, latency: float) -> None:
        self._service = service
        self._latency = latency

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:  # noqa: ARG002 - tornado's signature
        return _Exchange(cast("HTTP1Connection", request_conn), self._service, self._latency)


class _Exchange(HTTPMessageDelegate):
    """One request and its answer."""

    def __init__(self, connection: HTTP1Connection, service: Service, latency: float) -> None:
        self._connection = connection
        self._service = service
        self._latency = latency
        self._chunks: list[bytes] = []
        self._size = 0
        self._answered = False

    def headers_received(self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders) -> None:
        self._start_line = cast("RequestStartLine", start_line)
        self._headers = headers
        announced = headers.get("Content-Length", "")
        size = int(announced) if announced.isdecimal() and len(announced) < _LONGEST_NUMBER else 0
        if size > (LARGEST_BODY if "Expect" in headers else _MOST_READ):
            self._size = size
            self.finish()

    def data_received(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size <= LARGEST_BODY:
            self._chunks.append(chunk)
        if self._size > _MOST_READ:
            self.finish()

    def finish(self) -> None:
        if self._answered:
            return
        self._answered = True
        incoming = Incoming(
            self._start_line.method,
            self._start_line.path,
            self._headers.get("Authorization"),
            self._headers.get("Content-Type"),
            b"".join(self._chunks) if self._size <= LARGEST_BODY else None,
        )
        answer = self._service.answer(incoming)
        delay = self._latency + answer.delay
        if delay > 0:
            asyncio.get_running_loop().call_later(delay, self._write, answer)
        else:
            self._write(answer)

    def on_connection_close(self) -> None:
        self._chunks.clear()

    def _write(self, answer: Answer) -> None:
        stream = self._connection.stream
        if stream.closed() or answer.ending is Ending.SILENCE:
            return
        if answer.ending is Ending.RESET:
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            self._connection.close()
        elif answer.ending is Ending.CUT:
            half = answer.body[: len(answer.body) // 2]
            self._connection.write_headers(*_head(answer), half)
            self._connection.close()
        else:
            body = None if self._start_line.method == "HEAD" else answer.body
            self._connection.write_headers(*_head(answer), body)
            self._connection.finish()


def _head(answer: Answer) -> tuple[ResponseStartLine, HTTPHeaders]:
    status = answer.status or 0
    headers = HTTPHeaders(dict(answer.headers))
    if answer.content_type is not None:
        headers["Content-Type"] = answer.content_type
    if status != 204:  # noqa: PLR2004 - the one status that may not have a length
        headers["Content-Length"] = str(len(answer.body))
    return ResponseStartLine("HTTP/1.1", status, responses.get(status, "Limit Exceeded")), headers

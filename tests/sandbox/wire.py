"""A way to speak to a sandbox byte by byte."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from greenapi_nb.sandbox import Sandbox

LONGEST_WAIT = 5.0


@dataclass(frozen=True)
class Wire:
    """Speaks raw HTTP to a sandbox."""

    sandbox: Sandbox

    def connect(self) -> socket.socket:
        """Open a connection."""
        parts = urlsplit(self.sandbox.base_url)
        return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=LONGEST_WAIT)

    def request(self, body: bytes | object, *headers: str, method: str = "POST", path: str = "/v1/messages") -> bytes:
        """Write out a request that keeps the protocol, but for what is given."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        names = {header.partition(":")[0].lower() for header in headers}
        usual = (
            "Host: localhost",
            f"Authorization: Bearer {self.sandbox.token}",
            "Content-Type: application/json",
            f"Content-Length: {len(content)}",
        )
        lines = [*(line for line in usual if line.partition(":")[0].lower() not in names), *headers]
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *(line for line in lines if line.partition(":")[2])])
        return f"{head}\r\n\r\n".encode("latin-1") + content

    def exchange(self, data: bytes, *, hang_up: bool = True) -> bytes:
        """Send bytes and, unless told otherwise, an end; return all that comes until the server closes, too."""
        received = bytearray()
        with self.connect() as connection:
            try:
                connection.sendall(data)
                if hang_up:
                    connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    received += piece
            except (ConnectionResetError, BrokenPipeError):
                pass  # a server may hang up on nonsense; a time-out is an error and not caught
        return bytes(received)

    def post(self, body: bytes | object, *headers: str, **line: str) -> tuple[int, Any]:
        """Send one request and return the status and the JSON (None for none) of its answer."""
        return read(self.exchange(self.request(body, *headers, **line)))


def read(answer: bytes) -> tuple[int, Any]:
    """Take one answer apart."""
    head, _, body = answer.partition(b"\r\n\r\n")
    match = re.match(rb"HTTP/1\.1 (\d{3}) ", head)
    assert match is not None, answer
    return int(match[1]), json.loads(body) if body else None


def message(to: object = "79001234567", body: object = "Hello", **fields: object) -> dict[str, object]:
    """Make a request's document."""
    return {"to": to, "type": "text", "text": {"body": body}, **fields}

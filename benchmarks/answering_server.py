"""A server that answers every POST as cheaply as Python can, in a process of its own: the wire, not the sandbox.

``python benchmarks/answering_server.py LATENCY`` prints its port and answers until its standard input ends.
"""

from __future__ import annotations

import asyncio
import sys

V1 = b'{"messages": [{"id": "1234"}], "meta": {"api_status": "stable", "version": "2.0.1"}}'
SDK = b'{"idMessage": "1234"}'


def answer(status: bytes, body: bytes) -> bytes:
    """Write an HTTP answer."""
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


ANSWER_V1, ANSWER_SDK = answer(b"201 Created", V1), answer(b"200 OK", SDK)


class Answering(asyncio.Protocol):
    """One connection."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to answer on."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each complete request, after the latency."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._received) < end + 4 + length:
                return
            reply = ANSWER_V1 if b"/v1/messages" in head[:40] else ANSWER_SDK
            self._received = self._received[end + 4 + length :]
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._transport.write, reply)
            else:
                self._transport.write(reply)


async def main(latency: float) -> None:
    """Serve until the standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(latency), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))

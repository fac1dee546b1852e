"""Requests a second: the sandbox as a process of its own, beside tornado's bare hello-world.

Run it with ``python benchmarks/sandbox_throughput.py``. Both servers run all the while and take turns, round by
round, so that what else the machine does hits both alike. Loopback only; it ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import tornado
import tornado.web

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = 2_000
TOKEN = "benchmark"  # noqa: S105 - made up
LONGEST_ROUND = 60.0
BODY = json.dumps({"to": "79001234567", "type": "text", "text": {"body": "Здравствуйте! *Hello* 👋"}}).encode()
SEND = (
    f"POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
    f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
).encode() + BODY
HELLO = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class HelloHandler(tornado.web.RequestHandler):
    """The hello-world of tornado's front page."""

    def get(self) -> None:
        """Greet."""
        self.write("Hello, world")


async def serve_hello() -> None:
    """Serve hello-world on a free port and print its URL."""
    application = tornado.web.Application([(r"/", HelloHandler)], log_function=lambda _: None)
    server = application.listen(0, address="127.0.0.1")
    port = next(iter(server._sockets.values())).getsockname()[1]  # noqa: SLF001 - tornado tells it nowhere else
    print(f"http://127.0.0.1:{port}", flush=True)
    await asyncio.Event().wait()


class Load(asyncio.Protocol):
    """One keep-alive connection that sends a request as soon as the one before is answered."""

    def __init__(self, request: bytes, status: bytes, count: int) -> None:
        self.request, self.status, self.left = request, status, count
        self.buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Count an answer when it is whole, and send the next request."""
        self.buffer += data
        head, blank, body = self.buffer.partition(b"\r\n\r\n")
        if not blank or len(body) < int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]):
            return
        assert self.buffer.startswith(self.status), head
        self.buffer = b""
        self.left -= 1
        if self.left:
            self.transport.write(self.request)
        else:
            self.transport.close()
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the round if the server hung up."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))


async def round_rate(url: str, request: bytes, status: bytes, connections: int, count: int) -> float:
    """Send `count` requests over each connection and return the answers a second."""
    loop = asyncio.get_running_loop()
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 0
    start = time.perf_counter()
    async with asyncio.timeout(LONGEST_ROUND):
        pairs = [
            await loop.create_connection(lambda: Load(request, status, count), host, port) for _ in range(connections)
        ]
        await asyncio.gather(*(protocol.done for _, protocol in pairs))
    return connections * count / (time.perf_counter() - start)


@contextmanager
def server(*arguments: str) -> Iterator[str]:
    """Run a server as a process of its own; its URL is the first line it prints."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--requests", type=int, default=6_000, help="requests of a round")
    parser.add_argument("--serve-hello", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve_hello:
        asyncio.run(serve_hello())
    count = max(1, options.requests // options.connections)
    rates: dict[str, list[float]] = {"sandbox": [], "hello-world": []}
    with (
        server("-m", "greenapi_nb.sandbox", "--token", TOKEN) as sandbox,
        server(__file__, "--serve-hello") as hello,
    ):
        sides = {"sandbox": (sandbox, SEND, b"HTTP/1.1 201"), "hello-world": (hello, HELLO, b"HTTP/1.1 200")}
        for turn in range(options.rounds + 1):
            for name, (url, request, status) in sides.items():
                rate = asyncio.run(round_rate(url, request, status, options.connections, count))
                if turn:  # the first round warms up
                    rates[name].append(rate)
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"{options.rounds} rounds of {count * options.connections} requests, {options.connections} connections")
    for name, values in rates.items():
        print(f"{name:12} {medians[name]:7.0f} requests/s (median; {min(values):.0f} to {max(values):.0f})")
    print(f"ratio        {medians['sandbox'] / medians['hello-world']:7.2f} sandbox / hello-world")
    print(f"target       {TARGET:7} requests/s: {'met' if medians['sandbox'] >= TARGET else 'MISSED'}")


if __name__ == "__main__":
    main()

"""The senders that are compared: each sends so many messages over so many connections."""

from __future__ import annotations

import asyncio
import logging
import queue
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

TOKEN = "benchmark-token"  # noqa: S105 - the answering server takes any


def payload(number: int) -> dict[str, object]:
    """Make the body of one message."""
    return {
        "recipient_type": "individual",
        "to": str(79001000000 + number),
        "type": "text",
        "text": {"body": f"Message {number}"},
    }


async def _in_tasks(numbers: Iterable[int], connections: int, send: Callable[[int], Awaitable[object]]) -> None:
    waiting = iter(numbers)

    async def work() -> None:
        for number in waiting:
            await send(number)

    await asyncio.gather(*(work() for _ in range(connections)))


def aiohttp_loop(base_url: str, messages: int, connections: int) -> None:
    """Send as a hand-written aiohttp loop."""
    import aiohttp

    async def main() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        connector = aiohttp.TCPConnector(limit=connections)
        async with aiohttp.ClientSession(headers=headers, connector=connector) as session:

            async def send(number: int) -> None:
                async with session.post(f"{base_url}/v1/messages", json=payload(number)) as response:
                    assert response.status == 201  # noqa: PLR2004
                    assert (await response.json())["messages"][0]["id"]

            await _in_tasks(range(messages), connections, send)

    asyncio.run(main())


def sdk_async(base_url: str, messages: int, connections: int) -> None:
    """Send through the vendor's Python SDK, its async path."""
    from whatsapp_api_client_python.API import GreenApi

    logging.getLogger("whatsapp-api-client-python").handlers.clear()
    api = GreenApi("1", TOKEN, host=base_url)

    async def send(number: int) -> None:
        answer = await api.sending.sendMessageAsync(f"{79001000000 + number}@c.us", f"Message {number}")
        assert answer.code == 200  # noqa: PLR2004

    asyncio.run(_in_tasks(range(messages), connections, send))


def requests_pool(base_url: str, messages: int, connections: int) -> None:
    """Send through one requests.Session from a pool of threads."""
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_maxsize=connections))
    session.headers["Authorization"] = f"Bearer {TOKEN}"
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(messages):
        waiting.put(number)

    def work() -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            response = session.post(f"{base_url}/v1/messages", json=payload(number), timeout=30)
            assert response.json()["messages"][0]["id"]

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _bulk_send(base_url: str, messages: int, connections: int, ledger: str | None) -> None:
    from greenapi_nb import Client, Ledger, bulk_send

    numbers = range(messages)
    frame = pd.DataFrame(
        {"to": [str(79001000000 + number) for number in numbers], "body": [f"Message {number}" for number in numbers]}
    )
    with Client(TOKEN, base_url=base_url) as client:
        result = bulk_send(
            frame, client=client, ledger=Ledger(ledger), rate=None, concurrency=connections, progress=False
        )
    assert (result["status"] == "accepted").all()


def bulk_send_file(base_url: str, messages: int, connections: int) -> None:
    """Send with bulk_send, its ledger in a SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        _bulk_send(base_url, messages, connections, str(Path(folder) / "ledger.sqlite"))


def bulk_send_memory(base_url: str, messages: int, connections: int) -> None:
    """Send with bulk_send, its ledger in memory."""
    _bulk_send(base_url, messages, connections, None)

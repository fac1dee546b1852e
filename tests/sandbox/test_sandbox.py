"""The Sandbox as its users have it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
import requests

from greenapi_nb import MessageRejected, MessageUnsent, send_text
from greenapi_nb import client as client_module
from greenapi_nb.client import Client
from greenapi_nb.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenapi_nb.sandbox.store import Message


def test_what_is_sent_arrives() -> None:
    """A person's and a group's message are recorded as they were sent, with the IDs of the receipts."""
    with Sandbox() as sandbox, sandbox.client() as client:
        assert client.is_sandbox
        texts = {"79001234567": "Привет 👋\r\n", "79001234567-1581234048": "*Hello*"}
        receipts = [send_text(to, body, client=client) for to, body in texts.items()]
        frame = sandbox.messages
    assert frame[["to", "body"]].to_numpy().tolist() == [list(item) for item in texts.items()]
    assert frame["recipient_type"].tolist() == ["individual", "group"]
    assert frame["message_id"].tolist() == [receipt.message_id for receipt in receipts]
    assert frame["at"].is_monotonic_increasing


def test_a_wrong_token_is_1041() -> None:
    """A client of another account is told so, in both languages."""
    with Sandbox() as sandbox, Client("other", base_url=sandbox.base_url) as client:
        with pytest.raises(MessageRejected) as caught:
            client.send_text("79001234567", "Hello")
        assert (caught.value.code, caught.value.http_status) == (1041, 400)
        assert sandbox.requests["code"].tolist() == [1041]


def test_start_and_stop_may_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting twice is one server; stopping twice is one end; between the two the same port is kept."""
    monkeypatch.setattr(client_module, "_sleep", lambda _: True)
    sandbox = Sandbox()
    assert sandbox.start() is sandbox.start()
    address = sandbox.base_url
    with sandbox.client() as client:
        client.send_text("79001234567", "one")
        sandbox.stop()
        sandbox.stop()
        assert address == sandbox.base_url
        with pytest.raises(MessageUnsent):
            client.send_text("79001234567", "two")
        sandbox.start()
        assert address == sandbox.base_url
        client.send_text("79001234567", "three")
    sandbox.stop()
    assert sandbox.messages["body"].tolist() == ["one", "three"]


def test_another_port_is_taken_where_the_old_one_is_gone() -> None:
    """A restart whose port was taken in the meantime finds a free one."""
    first = Sandbox().start()
    first.stop()
    port = int(first.base_url.rpartition(":")[2])
    with Sandbox(port=port) as second, first:
        assert first.base_url != second.base_url
        assert requests.get(first.base_url, timeout=5).status_code == 404


def test_it_starts_when_its_address_is_asked_for() -> None:
    """Neither making nor printing one starts it; asking for the address or a client does."""
    first_uses: list[Callable[[Sandbox], object]] = [lambda s: s.base_url, lambda s: s.client().close()]
    for first_use in first_uses:
        sandbox = Sandbox()
        assert repr(sandbox) == "<Sandbox not started, 0 messages>"
        first_use(sandbox)
        assert requests.get(sandbox.base_url, timeout=5).status_code == 404
        sandbox.stop()
        assert repr(sandbox) == f"<Sandbox {sandbox.base_url}, stopped, 0 messages>"


def test_a_taken_port_is_told() -> None:
    """The error says which port and what to do, and the sandbox may be started later."""
    with Sandbox() as first:
        port = int(first.base_url.rpartition(":")[2])
        second = Sandbox(port=port)
        with pytest.raises(OSError, match=f"port {port} on 127.0.0.1 is taken by another program: choose"):
            second.start()
    with second:
        assert first.base_url == second.base_url


def test_the_token_is_random_and_not_shown() -> None:
    """Each sandbox has a token of its own, and no repr tells it."""
    with Sandbox() as sandbox, Sandbox(token="T0P-5ECRET") as other:
        assert len(sandbox.token) >= 32
        assert other.token == "T0P-5ECRET"
        assert Sandbox().token != sandbox.token
        assert "T0P-5ECRET" not in repr(other)


def test_reset_forgets_everything() -> None:
    """Messages, requests and counts are gone; the server is not."""
    with Sandbox(quota=1) as sandbox, sandbox.client() as client:
        client.send_text("79001234567", "one")
        sandbox.reset()
        assert (len(sandbox.messages), len(sandbox.requests), sandbox.busiest_second) == (0, 0, 0)
        client.send_text("79001234567", "two")
        assert sandbox.messages["body"].tolist() == ["two"]


def test_subscribers_are_told_from_the_servers_thread() -> None:
    """A subscriber hears each message before its sender does, until it leaves."""
    heard: list[tuple[Message | None, str]] = []
    with Sandbox() as sandbox, sandbox.client() as client:
        leave = sandbox.subscribe(lambda news: heard.append((news, threading.current_thread().name)))
        client.send_text("79001234567", "one")
        leave()
        client.send_text("79001234567", "two")
        assert heard == [(sandbox.store.messages()[0], "greenapi_nb-sandbox")]


def test_a_subscriber_may_stop_the_sandbox() -> None:
    """Stopping from the server's own thread ends it without waiting for itself."""
    with Sandbox() as sandbox, sandbox.client() as client:
        sandbox.subscribe(lambda _: sandbox.stop())
        client.send_text("79001234567", "Hello")
    deadline = time.monotonic() + 5
    while any(thread.name == "greenapi_nb-sandbox" for thread in threading.enumerate()):
        assert time.monotonic() < deadline


def test_it_runs_beside_a_running_loop() -> None:
    """As in Jupyter, where the main thread's loop is running already."""

    async def cell() -> int:
        with Sandbox() as sandbox, sandbox.client() as client:
            client.send_text("79001234567", "Hello")
            return len(sandbox.messages)

    assert asyncio.run(cell()) == 1


def test_two_sandboxes_know_nothing_of_each_other() -> None:
    """Each has its own port, token and record."""
    with Sandbox() as one, Sandbox() as two, one.client() as client:
        client.send_text("79001234567", "Hello")
        assert (len(one.messages), len(two.messages)) == (1, 0)


def test_it_leaves_no_thread() -> None:
    """Stopping joins the server's thread."""
    before = threading.active_count()
    with Sandbox():
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_a_program_ends_with_a_sandbox_running() -> None:
    """One that nobody stopped is stopped at the end, which neither waits nor complains."""
    program = (
        "import atexit, threading; atexit.register(lambda: print(threading.active_count()));"
        "from greenapi_nb import Sandbox; Sandbox().client()"
    )
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")

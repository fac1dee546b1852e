"""The sandbox's memory."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from greenapi_nb.sandbox.store import Message, Store, Subscribers

if TYPE_CHECKING:
    import pytest


def numbered(number: int) -> Message:
    """Make a message that tells its number."""
    return Message(datetime(2026, 11, 2, tzinfo=UTC), "79001234567", "individual", str(number), str(number))


def test_a_reader_gets_each_message_once() -> None:
    """Asking with the number of last time gives what is new."""
    store = Store()
    store.add_message(numbered(0))
    news, number = store.since()
    store.add_message(numbered(1))
    later, last = store.since(number)
    assert [[numbered(0)], [numbered(1)], ([], 2)] == [news, later, store.since(last)]


def test_numbers_go_on_over_a_reset() -> None:
    """A reader that sleeps through a reset misses nothing of what came after."""
    store = Store()
    for number in range(3):
        store.add_message(numbered(number))
    _, last = store.since()
    store.reset()
    store.add_message(numbered(3))
    assert ([numbered(3)], 4) == store.since(last)
    assert ([numbered(3)], 4) == store.since(0)
    assert [numbered(3)] == store.messages()


def test_writers_and_readers_may_be_threads() -> None:
    """With four writers, a reader sees all messages, each once."""
    store, seen, position = Store(), list[Message](), 0

    def write() -> None:
        for number in range(500):
            store.add_message(numbered(number))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers) or len(seen) < len(store.messages()):
        news, position = store.since(position)
        seen += news
    assert seen == store.messages()
    assert len(seen) == 2000


def test_subscribers_come_and_go() -> None:
    """Each is called in turn until it leaves; leaving twice is harmless, and one function may come twice."""
    subscribers, calls = Subscribers[int](), list[int]()
    first, second = subscribers.add(calls.append), subscribers.add(calls.append)
    subscribers.call(1)
    first()
    first()
    subscribers.call(2)
    second()
    subscribers.call(3)
    assert calls == [1, 1, 2]


def test_a_subscriber_that_raises_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Its error is told in the log, and the next subscriber is called."""
    subscribers, calls = Subscribers[int](), list[int]()
    subscribers.add(lambda _: 1 / 0)
    subscribers.add(calls.append)
    with caplog.at_level(logging.ERROR):
        subscribers.call(1)
    assert calls == [1]
    assert "ZeroDivisionError" in caplog.text

"""The recipient's phone, as the kernel has it: what it tells, how often, to whom, and until when."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
import weakref
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from anywidget import AnyWidget

from greenapi_nb import MessageRejected, Sandbox
from greenapi_nb.sandbox.store import Message, Store
from greenapi_nb.widgets.phone import Phone

from .waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from greenapi_nb import Client

_TO = "79001234567"
_LEAVES_IT_OPEN = """
from greenapi_nb import Sandbox
sandbox = Sandbox()
phone = sandbox.phone()
client = sandbox.client()
for number in range(50):
    client.send_text("79001234567", "Hello")
"""


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect what phones send."""
    messages: list[dict[str, Any]] = []

    def note(_phone: Phone, message: dict[str, Any], buffers: object = None) -> None:
        assert not buffers
        if message["method"] == "custom":
            messages.append(json.loads(json.dumps(message["content"])))

    monkeypatch.setattr(Phone, "_send", note)
    return messages


@pytest.fixture
def make() -> Iterator[Callable[..., Phone]]:
    """Make phones that are closed when the test ends."""
    phones: list[Phone] = []

    def make(store: Store, *args: object, **options: Any) -> Phone:
        phones.append(Phone(store, *args, **options))
        return phones[-1]

    yield make
    for phone in phones:
        phone.close()


def receive(store: Store, body: str, to: str = _TO) -> None:
    """Let a message arrive, as the sandbox's service does."""
    message = Message(datetime.now(UTC), to, "individual", body, f"ID {body}")
    store.add_message(message)
    store.message_subscribers.call(message)


def subscribers(store: Store) -> int:
    """Count who listens for messages."""
    return len(store.message_subscribers._callbacks)


def fifty_times(job: Callable[[], None]) -> None:
    """Do it again and again."""
    for _ in range(50):
        job()


def shown(sent: list[dict[str, Any]]) -> list[str]:
    """List the HTML of all items that were sent."""
    return [item["html"] for update in sent for chat in update["chats"] for item in chat["items"]]


@pytest.mark.usefixtures("client")
def test_it_hears_of_what_arrives(sandbox: Sandbox, client: Client, sent: list[dict[str, Any]]) -> None:
    """A message reaches the phone of its recipient, and no other's, within a second."""
    phone, other = sandbox.phone("+7 (900) 123-45-67"), sandbox.phone("79007654321")
    client.send_text(_TO, "*Hello*")
    eventually(lambda: shown(sent) == ["<strong>Hello</strong>"], within=1)
    assert [update["of"]["to"] for update in sent if update["chats"]] == [_TO]
    phone.close()
    other.close()


def test_a_group_has_a_phone(make: Callable[..., Phone], sent: list[dict[str, Any]]) -> None:
    """A group's identifier is read in its spellings, too."""
    make(Store(), "79001234567-1581234048@g.us").update()
    assert sent[0]["of"] == {"to": "79001234567-1581234048", "kind": "group"}


def test_who_is_nobody_has_no_phone() -> None:
    """A recipient that cannot be read is refused, and nothing is left behind."""
    store = Store()
    with pytest.raises(MessageRejected, match="is not a recipient"):
        Phone(store, "abc")
    gc.collect()
    assert subscribers(store) == 0


def test_a_burst_is_a_handful_of_updates(make: Callable[..., Phone], sent: list[dict[str, Any]]) -> None:
    """Thousands of messages in half a second are few updates of bounded size, the last of them with the last text."""
    store = Store()
    phone = make(store)
    begun = time.monotonic()
    count = 0
    while time.monotonic() < begun + 0.5 or count < 1000:
        count += 1
        receive(store, f"n{count}")
    eventually(lambda: f"n{count}" in shown(sent)[-1:])
    seconds = time.monotonic() - begun
    assert len(sent) <= 2 + seconds / 0.2
    assert all(len(shown([update])) <= 200 for update in sent)
    phone.update()
    assert sent[-1]["chats"][0]["count"] == count


def test_nothing_new_is_not_told(make: Callable[..., Phone], sent: list[dict[str, Any]]) -> None:
    """An update without news sends nothing, but for the first, which says that there is nothing."""
    phone = make(Store())
    phone.update()
    phone.update()
    assert [update["chats"] for update in sent] == [[]]


def test_views_ask_for_what_they_lack(make: Callable[..., Phone], sent: list[dict[str, Any]]) -> None:
    """An overview has the last message of each chat, a chat all; other questions are not answered."""
    store = Store()
    phone = make(store)
    for number in range(3):
        receive(store, f"a{number}")
        receive(store, f"b{number}", "79007654321")
    phone.update()
    sent.clear()
    phone._handle_custom_msg({"want": "overview"}, [])
    phone._handle_custom_msg({"want": "chat", "to": _TO}, [])
    phone._handle_custom_msg({"want": "chat", "to": ["nobody"]}, [])
    phone._handle_custom_msg({"want": "else"}, [])
    assert [shown([update]) for update in sent] == [["b2", "a2"], ["a0", "a1", "a2"], []]
    assert [update["total"] for update in sent] == [2, 2, 2]


def test_a_reset_empties_it(make: Callable[..., Phone], sent: list[dict[str, Any]]) -> None:
    """A new epoch begins, in which only what came after the reset is told."""
    sandbox = Sandbox()
    phone = make(sandbox.store)
    receive(sandbox.store, "before")
    phone.update()
    sandbox.reset()
    receive(sandbox.store, "after")
    phone.update()
    phone.update()
    assert {update["epoch"] for update in sent} == {0, 1}
    assert sent[-1]["total"] == 1
    assert shown([update for update in sent if update["epoch"] == sent[-1]["epoch"]]) == ["after"]


class _ResetMeanwhile(Store):
    """A store that is reset, and receives a message, just before it is read."""

    armed = False

    def since(self, number: int = 0) -> tuple[list[Message], int]:
        """Read it after the reset, and before anybody has heard of that."""
        if not self.armed:
            return super().since(number)
        self.armed = False
        self.reset()
        self.add_message(Message(datetime.now(UTC), _TO, "individual", "between", "ID between"))
        found = super().since(number)
        self.message_subscribers.call(None)
        return found


def test_a_reset_in_the_middle_of_an_update_loses_nothing(
    make: Callable[..., Phone], sent: list[dict[str, Any]]
) -> None:
    """What arrives between a reset and the word of it is there after it, and what came before is not."""
    store = _ResetMeanwhile()
    phone = make(store)
    receive(store, "before")
    phone.update()
    store.armed = True
    phone.update()
    phone.update()
    last = sent[-1]["epoch"]
    assert shown([update for update in sent if update["epoch"] == last]) == ["between"]


def test_a_stop_and_a_start_are_said(sent: list[dict[str, Any]]) -> None:
    """A sandbox tells its phones that it stopped, and that it runs again; one that never ran did not stop."""
    sandbox = Sandbox()
    phone = sandbox.phone()
    phone.update()
    assert [update["running"] for update in sent] == [True]
    sandbox.start()
    eventually(lambda: phone._throttle._timer is None)
    sandbox.stop()
    eventually(lambda: sent[-1]["running"] is False)
    sandbox.start()
    eventually(lambda: sent[-1]["running"] is True)
    phone.close()
    sandbox.stop()


def test_a_closed_phone_is_forgotten() -> None:
    """It follows no longer, and neither the store nor the sandbox keeps it alive."""
    sandbox = Sandbox()
    phone = sandbox.phone(_TO)
    receive(sandbox.store, "Hello")
    throttle = phone._throttle
    eventually(lambda: throttle._timer is None)
    reference = weakref.ref(phone)
    phone.close()
    phone.close()
    assert subscribers(sandbox.store) == 0
    del phone
    gc.collect()
    assert reference() is None
    assert len(sandbox._phones) == 0


def test_a_closed_phone_says_nothing(sent: list[dict[str, Any]]) -> None:
    """What was under way when it closed is not sent any more."""
    sandbox = Sandbox()
    phone = sandbox.phone()
    phone.close()
    phone.update()
    assert sent == []


def test_a_phone_that_is_gone_is_forgotten() -> None:
    """One that was never closed unsubscribes when it is collected."""
    sandbox = Sandbox()
    phone = sandbox.phone(_TO)
    AnyWidget.close(phone)  # what else keeps widgets lets go of it
    assert subscribers(sandbox.store) == 1
    del phone
    gc.collect()
    assert subscribers(sandbox.store) == 0


def test_neither_repr_nor_state_holds_what_was_received(make: Callable[..., Phone]) -> None:
    """Notebooks save both."""
    store = Store()
    phone = make(store, _TO)
    receive(store, "Confidential")
    phone.update()
    saved = f"{phone!r}{phone._repr_mimebundle_()}{phone.get_state()}"
    assert "Confidential" not in saved
    assert _TO not in saved


def test_it_may_be_read_from_many_threads(make: Callable[..., Phone], sent: list[dict[str, Any]]) -> None:
    """Updates of the sandbox's thread and questions of the kernel's tell each message in order, none twice as news."""
    store = Store()
    phone = make(store, _TO)
    jobs: list[Callable[[], None]] = [*[lambda: receive(store, "x")] * 3, *[phone.update] * 2]
    threads = [Thread(target=fifty_times, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    phone.update()
    indices = [item["index"] for update in sent for chat in update["chats"] for item in chat["items"]]
    assert indices == list(range(150))


def test_a_process_ends_with_its_phone_open() -> None:
    """Nothing hangs and nothing is written at the end."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LEAVES_IT_OPEN], check=True, capture_output=True, timeout=20, text=True
    )
    assert (ended.stdout, ended.stderr) == ("", "")

"""Ctrl-C, the stop button, exits and faults at any moment: the result has every row, and resuming finishes the rest."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from greenapi_nb import BulkSendInterrupted, Client, ErrorCode, Ledger, Sandbox, Status, bulk_send
from greenapi_nb.bulk import progress as progress_module
from greenapi_nb.outcomes import Outcome
from greenapi_nb.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenapi_nb.messages import Message
    from greenapi_nb.sandbox.store import Message as Received

FRAME = pd.DataFrame({"to": [str(79001000000 + row) for row in range(60)], "body": "news"})


def on_message(sandbox: Sandbox, number: int, act: Callable[[], object]) -> None:
    """Do something when the server accepts its so-and-so-manieth message."""
    seen = Counter[str]()

    def callback(_message: Received | None) -> None:
        seen["messages"] += 1
        if seen["messages"] == number:
            act()

    sandbox.subscribe(callback)


def interrupt() -> None:
    """Press the stop button."""
    os.kill(os.getpid(), signal.SIGINT)


def send(client: Client, ledger: Ledger, **options: Any) -> pd.DataFrame:
    """Run the campaign."""
    settings: dict[str, Any] = {"rate": None, "progress": False, "campaign": "news", "concurrency": 4} | options
    return bulk_send(FRAME, client=client, ledger=ledger, **settings)


def resume_and_check(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """Finish the campaign and hold the promise."""
    result = send(client, ledger)
    assert {Status.ACCEPTED} == set(result["status"])
    assert {1} == set(Counter(sandbox.messages["to"]).values())
    assert len(FRAME) == len(sandbox.messages)


@pytest.mark.parametrize("moment", [1, 5, 30, 50])
@pytest.mark.parametrize("rate", [None, 300])
def test_interrupted_at_any_message(client: Client, sandbox: Sandbox, moment: int, rate: float | None) -> None:
    """The stop button ends the run with every row's fate, and the campaign can be finished."""
    ledger = Ledger(None)
    on_message(sandbox, moment, interrupt)
    with pytest.raises(BulkSendInterrupted) as caught:
        send(client, ledger, rate=rate)
    result = caught.value.result
    assert len(FRAME) == len(result)
    assert {Status.ACCEPTED, Status.SKIPPED} >= set(result["status"])
    assert (result["status"] == Status.ACCEPTED).sum() == len(sandbox.messages)
    assert {ErrorCode.STOPPED} >= set(result["error_code"].dropna())
    assert caught.value.campaign == "news"
    assert "Campaign 'news'" in str(caught.value)
    resume_and_check(client, sandbox, ledger)


def test_interrupted_while_pacing(client: Client, sandbox: Sandbox) -> None:
    """The stop button is heard at once by a run that waits for its next turn."""
    ledger = Ledger(None)
    on_message(sandbox, 1, interrupt)
    with pytest.raises(BulkSendInterrupted) as caught:
        send(client, ledger, rate=0.01)
    assert (caught.value.result["status"] == Status.ACCEPTED).sum() == len(sandbox.messages) == 1
    resume_and_check(client, sandbox, ledger)


def test_second_interrupt_leaves_what_is_on_its_way(sandbox: Sandbox) -> None:
    """A second stop does not wait for answers: those messages are unknown, and never sent again."""
    ledger = Ledger(None)
    silent = sandbox.magic.loc[sandbox.magic["does"].str.startswith("no answer ever"), "to"].iloc[0]
    frame = pd.DataFrame({"to": [silent, *FRAME["to"]], "body": "news"})
    client = Client(sandbox.token, base_url=sandbox.base_url, timeout=(5, 300))

    pressed_again = threading.Event()

    def press_again() -> None:
        pressed_again.set()
        interrupt()

    def press_twice() -> None:
        interrupt()
        threading.Timer(0.3, press_again).start()

    on_message(sandbox, 10, press_twice)
    with pytest.raises(BulkSendInterrupted) as caught:
        bulk_send(frame, client=client, ledger=ledger, campaign="news", rate=200, progress=False, concurrency=2)
    assert pressed_again.is_set(), "the first interrupt must wait for what is on its way"
    first = caught.value.result.iloc[0]
    assert (Status.UNKNOWN, ErrorCode.INTERRUPTED) == (first["status"], first["error_code"])
    requests = sandbox.requests
    result = bulk_send(frame, client=client, ledger=ledger, campaign="news", rate=None, progress=False)
    assert result["status"].iloc[0] == Status.UNKNOWN
    assert (sandbox.requests["to"] == silent).sum() == (requests["to"] == silent).sum() == 1


def test_system_exit(client: Client, sandbox: Sandbox) -> None:
    """A process that is told to exit lets its messages come to their end and records them."""
    ledger = Ledger(None)

    def leave(*_: object) -> None:
        raise SystemExit(3)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        on_message(sandbox, 10, lambda: os.kill(os.getpid(), signal.SIGTERM))
        with pytest.raises(SystemExit):
            send(client, ledger)
    finally:
        signal.signal(signal.SIGTERM, before)
    recorded = ledger.results("news")
    assert Counter(sandbox.messages["to"]) == Counter(recorded.loc[recorded["status"] == Status.ACCEPTED, "to"])
    resume_and_check(client, sandbox, ledger)


def test_broken_progress_bar(client: Client, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar that cannot be drawn costs the bar, not the run."""

    def broken(*_: object) -> None:
        raise RuntimeError("no screen")

    monkeypatch.setattr(progress_module.Progress, "_draw", broken)
    with pytest.warns(UserWarning, match="no screen"):
        result = send(client, Ledger(None), progress=True)
    assert {Status.ACCEPTED} == set(result["status"])
    assert len(FRAME) == len(sandbox.messages)


def test_account_level_answer_stops_the_run(sandbox: Sandbox) -> None:
    """A wrong token is found out once, not once a row, and every other row says why it did not go."""
    client = Client("wrong", base_url=sandbox.base_url)
    result = send(client, Ledger(None), concurrency=2)
    assert len(sandbox.requests) <= 2
    assert ErrorCode.TOKEN_NOT_ALLOWED in set(result["error_code"])
    assert "1041" in result["error"].iloc[-1]
    assert "1041" in result.attrs["stopped"]


def test_quota_stops_the_run() -> None:
    """When the account may send no more, the rest is skipped and can be sent later."""
    with Sandbox(quota=10) as sandbox, sandbox.client() as client:
        result = send(client, Ledger(None), concurrency=2)
        assert len(sandbox.messages) == 10
    counts = Counter(result["status"])
    assert counts[Status.ACCEPTED] == 10
    assert counts[Status.REJECTED] <= 2
    assert counts[Status.SKIPPED] >= 48


def test_unreachable_api_stops_the_run(sandbox: Sandbox) -> None:
    """When nothing can be reached, the run ends after a few messages and sends nothing later."""
    client = sandbox.client()
    sandbox.stop()
    result = send(client, Ledger(None), concurrency=2)
    assert {Status.UNSENT, Status.SKIPPED} == set(result["status"])
    assert (result["status"] == Status.UNSENT).sum() <= 7
    assert "refused" in result.attrs["stopped"]


def test_fault_of_our_own_ends_the_run(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception nobody foresaw ends the run, says so, and loses no row."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("greenapi_nb.bulk.run.deliver", broken)
    result = send(client, Ledger(None))
    assert len(FRAME) == len(result)
    assert "RuntimeError" in result.attrs["stopped"]
    assert {Status.UNKNOWN, Status.SKIPPED} == set(result["status"])


def test_a_long_pause_is_not_waited_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the API asks for an hour, the run ends at once and says so."""

    def busy(_transport: Transport, _message: Message) -> Outcome:
        return Outcome(Status.UNSENT, error_code=ErrorCode.RATE_LIMITED, error="429", attempts=1, retry_after=3600.0)

    monkeypatch.setattr(Transport, "post", busy)
    result = send(client, Ledger(None), concurrency=2)
    assert {Status.UNSENT, Status.SKIPPED} == set(result["status"])
    assert "3,600 seconds" in result.attrs["stopped"]


def test_a_short_pause_is_everyones(sandbox: Sandbox) -> None:
    """A message turned away with Retry-After holds all of them up, and goes in the end."""
    [busy] = sandbox.magic.loc[sandbox.magic["does"].str.contains("every third message"), "to"]
    frame = pd.DataFrame({"to": [busy, *FRAME["to"]], "body": "news"})
    result = bulk_send(frame, client=sandbox.client(), rate=None, progress=False, concurrency=1)
    assert {Status.ACCEPTED} == set(result["status"])
    assert result["attempts"].tolist() == [3] + [1] * len(FRAME)


@pytest.mark.parametrize("given", [0, 2])
def test_no_more_threads(given: int, client: Client, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system gives fewer threads than asked for, those that it gave send all; with none, the run says so."""
    start, started = threading.Thread.start, list[str]()

    def limited(self: threading.Thread) -> None:
        if self.name.startswith("greenapi_nb-"):
            if len(started) == given:
                raise RuntimeError("can't start new thread")
            started.append(self.name)
        start(self)

    monkeypatch.setattr(threading.Thread, "start", limited)
    result = send(client, Ledger(None))
    if given:
        assert {Status.ACCEPTED} == set(result["status"])
        assert len(FRAME) == len(sandbox.messages)
    else:
        assert ({ErrorCode.STOPPED}, 0) == (set(result["error_code"]), len(sandbox.messages))
        assert "no thread" in result.attrs["stopped"]

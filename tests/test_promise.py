"""The one promise, with a process that is killed: nobody gets two, nothing is lost, every end is known."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from greenapi_nb import Client, Ledger, Sandbox, bulk_send

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 2000
CONCURRENCY = 8
DEADLINE = 60.0

CHILD = """
import sys
import pandas as pd
from greenapi_nb import Client, bulk_send
url, token, ledger, rows = sys.argv[1:]
frame = pd.DataFrame({"to": [str(79001000000 + row) for row in range(int(rows))], "body": "news"})
bulk_send(frame, client=Client(token, base_url=url), ledger=ledger, campaign="news", rate=None,
          concurrency=8, progress=False)
"""


@pytest.fixture
def server() -> Iterator[Sandbox]:
    """Run a sandbox whose answers take a moment, so that a kill finds messages on their way."""
    with Sandbox(latency=0.005) as sandbox:
        yield sandbox


def frame() -> pd.DataFrame:
    """Make the same frame that the child sends."""
    return pd.DataFrame({"to": [str(79001000000 + row) for row in range(ROWS)], "body": "news"})


def begin(server: Sandbox, ledger: Path) -> subprocess.Popen[bytes]:
    """Start a process that runs the campaign."""
    return subprocess.Popen([sys.executable, "-c", CHILD, server.base_url, server.token, str(ledger), str(ROWS)])


def received(server: Sandbox) -> int:
    """Count what the server accepted so far."""
    return server.store.since()[1]


def kill_after(server: Sandbox, more: int, *processes: subprocess.Popen[bytes]) -> bool:
    """Kill the processes when the server has accepted so many more; False if they finished before."""
    goal, deadline = received(server) + more, time.monotonic() + DEADLINE
    while received(server) < goal and any(process.poll() is None for process in processes):
        assert time.monotonic() < deadline, "the campaign made no progress"
        time.sleep(0.001)
    killed = [process for process in processes if process.poll() is None]
    for process in killed:
        process.kill()
    for process in processes:
        process.wait()
    return bool(killed)


def finish_and_check(server: Sandbox, ledger: Path, kills: int) -> None:
    """Resume the campaign to its end and hold the promise against what the server received."""
    with Client(server.token, base_url=server.base_url) as client:
        options: dict[str, Any] = {
            "client": client,
            "ledger": ledger,
            "campaign": "news",
            "rate": None,
            "progress": False,
        }
        result = bulk_send(frame(), concurrency=CONCURRENCY, **options)
        again = bulk_send(frame(), concurrency=CONCURRENCY, **options)
    got = Counter(message.to for message in server.store.messages())
    assert max(got.values()) == 1
    assert len(result) == ROWS
    assert set(result["status"]) <= {"accepted", "unknown"}
    accepted = result.loc[result["status"] == "accepted", "to"]
    assert {to for to in accepted if got[to] != 1} == set()
    unknown = set(result.loc[result["status"] == "unknown", "to"])
    assert set(got) | unknown == set(frame()["to"])
    assert len(unknown) <= CONCURRENCY * kills
    pd.testing.assert_frame_equal(result, again)
    assert len(Ledger(ledger).results("news")) == ROWS


def test_killed_twenty_times(server: Sandbox, tmp_path: Path) -> None:
    """A campaign killed at 20 random moments and resumed reaches everybody once."""
    ledger, dice = tmp_path / "ledger.sqlite", random.Random(20)
    kills = 0
    for _ in range(20):
        kills += kill_after(server, dice.randint(0, 90), begin(server, ledger))
    assert kills == 20
    finish_and_check(server, ledger, kills)


def test_two_processes_share_and_are_killed(server: Sandbox, tmp_path: Path) -> None:
    """Two processes on one campaign, killed together several times, never send what the other claimed."""
    ledger, dice = tmp_path / "ledger.sqlite", random.Random(2)
    kills = 0
    for _ in range(5):
        kills += 2 * kill_after(server, dice.randint(50, 300), begin(server, ledger), begin(server, ledger))
    assert kills == 10
    finish_and_check(server, ledger, kills)


def test_two_processes_share_to_the_end(server: Sandbox, tmp_path: Path) -> None:
    """Two processes on one campaign that run to the end leave nothing unknown."""
    ledger = tmp_path / "ledger.sqlite"
    processes = [begin(server, ledger), begin(server, ledger)]
    assert [process.wait(DEADLINE) for process in processes] == [0, 0]
    finish_and_check(server, ledger, kills=0)
    assert received(server) == ROWS

"""Jobs are done soon, seldom, one at a time, and never forgotten."""

from __future__ import annotations

import time
from contextvars import ContextVar
from itertools import pairwise
from threading import Event, Timer, current_thread, get_ident
from typing import TYPE_CHECKING

from greenapi_nb.widgets.throttle import Throttle

from .waiting import eventually

if TYPE_CHECKING:
    import pytest


def test_many_wishes_are_few_runs() -> None:
    """A burst is one run at once and one after the interval; between any two lies the interval."""
    runs: list[float] = []
    throttle = Throttle(lambda: runs.append(time.monotonic()), interval=0.1)
    end = time.monotonic() + 0.35
    wishes = 0
    while time.monotonic() < end:
        throttle.ask()
        wishes += 1
    last_wish = time.monotonic()
    eventually(lambda: runs[-1] >= last_wish)
    assert wishes > 100
    assert 3 <= len(runs) <= 5
    assert min(later - earlier for earlier, later in pairwise(runs)) >= 0.1


def test_a_wish_during_a_run_is_followed_by_another_run() -> None:
    """What comes too late for a run has the next one, and the two never overlap."""
    running, go_on, runs = Event(), Event(), []

    def job() -> None:
        runs.append(get_ident())
        running.set()
        assert go_on.wait(10)

    throttle = Throttle(job, interval=0.0)
    throttle.ask()
    assert running.wait(10)
    throttle.ask()
    throttle.ask()
    assert len(runs) == 1
    go_on.set()
    eventually(lambda: len(runs) == 2)
    assert throttle._asked is False


def test_a_job_that_fails_is_run_again_when_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    """One failure is logged and does not end it."""
    runs: list[int] = []

    def job() -> None:
        runs.append(1)
        raise ValueError("no luck")

    throttle = Throttle(job, interval=0.0)
    for count in (1, 2):
        throttle.ask()
        eventually(lambda: len(runs) == count and throttle._timer is None)  # noqa: B023 - called at once
    assert caplog.text.count("ValueError: no luck") == 2


def test_where_no_thread_can_be_started_nothing_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end of the interpreter a wish is in vain, and otherwise the next one is heard."""
    ran = Event()
    throttle = Throttle(ran.set, interval=0.0)

    def refuse(_timer: Timer) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    with monkeypatch.context() as patch:
        patch.setattr(Timer, "start", refuse)
        throttle.ask()
    assert not ran.is_set()
    throttle.ask()
    assert ran.wait(10)


def test_the_job_runs_in_the_context_of_its_maker() -> None:
    """It is there that ipykernel looks for the cell that an update belongs to."""
    cell: ContextVar[str] = ContextVar("cell")
    cell.set("one")
    found: list[tuple[str, bool]] = []
    throttle = Throttle(lambda: found.append((cell.get(), current_thread().daemon)), interval=0.0)
    cell.set("two")
    throttle.ask()
    eventually(lambda: found == [("one", True)])

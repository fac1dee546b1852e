"""Jobs of several threads, in order, with no lock held."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from greenapi_nb.widgets.turns import Turns


def test_another_thread_leaves_its_job_to_the_one_that_is_at_it() -> None:
    """A job may wait for a thread that brings one itself: nobody waits for ever, and the order holds."""
    turns, done, added = Turns(), [], Event()

    def other() -> None:
        turns.add(lambda: done.append("second"))
        turns.run()
        added.set()

    def job() -> None:
        Thread(target=other).start()
        assert added.wait(10)
        done.append("first")

    turns.add(job)
    turns.run()
    assert done == ["first", "second"]


def test_an_interrupt_does_not_stop_the_line_for_good() -> None:
    """After a KeyboardInterrupt in one job, the next run goes on."""
    turns, done = Turns(), []

    def interrupt() -> None:
        raise KeyboardInterrupt

    turns.add(interrupt)
    turns.add(lambda: done.append(1))
    with pytest.raises(KeyboardInterrupt):
        turns.run()
    turns.run()
    assert done == [1]

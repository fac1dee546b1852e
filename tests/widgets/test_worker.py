"""A form's own thread."""

from __future__ import annotations

from contextvars import ContextVar
from threading import Event, current_thread

from greenapi_nb.widgets.worker import Worker


def test_jobs_run_in_order_in_one_other_thread() -> None:
    """The kernel's thread is free at once, and no two jobs run at a time."""
    worker, threads, gate = Worker(on_error=print), [], Event()
    worker.do(gate.wait, 10)
    for _ in range(3):
        last = worker.do(lambda: threads.append(current_thread()))
    assert threads == []
    gate.set()
    last.result(10)
    worker.close()
    assert len(threads) == 3
    assert len(set(threads)) == 1
    assert current_thread() not in threads


def test_what_a_job_raises_is_handed_on() -> None:
    """Any exception reaches the form, and the next job still runs."""
    problems: list[BaseException] = []
    done: list[int] = []
    worker = Worker(problems.append)

    def fail(problem: BaseException) -> None:
        raise problem

    worker.do(fail, ValueError("broken"))
    worker.do(fail, SystemExit())
    worker.do(done.append, 1).result(10)
    worker.close()
    assert [type(problem) for problem in problems] == [ValueError, SystemExit]
    assert done == [1]


def test_jobs_see_the_context_they_were_given_in() -> None:
    """The kernel keeps there which request an update belongs to."""
    request = ContextVar("request", default="none")
    worker, seen = Worker(on_error=print), []
    request.set("click")
    worker.do(lambda: seen.append(request.get())).result(10)
    worker.close()
    assert seen == ["click"]

"""Which runs seem alive."""

import subprocess
import sys

from greenapi_nb import runs

BEGIN = "from greenapi_nb.runs import begin_run; print(begin_run(), flush=True); input()"


def test_a_run_of_this_process() -> None:
    """A run is alive from its beginning to its end."""
    run = runs.begin_run()
    assert runs.seems_alive(run)
    runs.end_run(run)
    assert not runs.seems_alive(run)


def test_a_run_of_another_process() -> None:
    """Another process's run is alive as long as the process is."""
    with subprocess.Popen(
        [sys.executable, "-c", BEGIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        run = child.stdout.readline().strip()
        assert runs.seems_alive(run)
        child.kill()
    assert not runs.seems_alive(run)


def test_a_run_of_another_machine() -> None:
    """Of a run elsewhere nothing is known, so it does not count as alive."""
    run = runs.begin_run()
    elsewhere = f"{int(run[:8], 16) ^ 1:08x}{run[8:]}"
    assert not runs.seems_alive(elsewhere)
    runs.end_run(run)

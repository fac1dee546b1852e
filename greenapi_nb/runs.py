"""Which process a run belongs to, so that nobody settles or forgets messages it has under way."""

from __future__ import annotations

import os
import secrets
import socket
from hashlib import blake2b

__all__ = ["begin_run", "end_run", "seems_alive"]

_under_way: set[str] = set()


def begin_run() -> str:
    """Return an identifier of a new run of this process.

    Eight hex digits tell the machine, eight the process, sixteen the run.
    """
    run = f"{_machine()}{os.getpid():08x}{secrets.token_hex(8)}"
    _under_way.add(run)
    return run


def end_run(run: str) -> None:
    """Note that nothing of a run is on its way any more."""
    _under_way.discard(run)


def seems_alive(run: str) -> bool:
    """Say whether a run of this machine is still at work; of other machines nothing is known, which is False.

    Examples
    --------
    >>> run = begin_run()
    >>> seems_alive(run)
    True
    >>> end_run(run)
    >>> seems_alive(run)
    False
    """
    if run[:8] != _machine():
        return False
    process = int(run[8:16], 16)
    return run in _under_way if process == os.getpid() else _exists(process)


def _machine() -> str:
    return blake2b(socket.gethostname().encode(), digest_size=4).hexdigest()


def _exists(process: int) -> bool:
    if os.name != "posix":
        return False  # there, asking a process with a signal would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

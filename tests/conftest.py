"""What every test runs in: no token, no proxy, no ledger of the user's; and a sandbox to send to."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from greenapi_nb import Client, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True, scope="session")
def stop_button() -> Iterator[None]:
    """Have Ctrl-C interrupt, also where a shell that began the tests in the background had them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away what the user's environment would add, and put the user's directories into a fresh one."""
    for name in list(os.environ):
        if name.startswith("GREENAPI_") or name.lower().endswith(("_proxy", "_ca_bundle")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "data"))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Run a sandbox for one test."""
    with Sandbox(seed=1) as server:
        yield server


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    """Give a client of the test's sandbox."""
    with sandbox.client() as sender:
        yield sender

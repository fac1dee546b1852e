"""A copy of the tree to run commands in, as somebody who has just cloned it would; and what a shell finds there."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.browser.jupyter import environment
from tests.support.documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Said = TypeVar("Said")
IN_CI = bool(os.environ.get("CI"))
_NO_INDEX = re.compile("No matching distribution|Could not find a version|ConnectionError|Max retries exceeded")
_BROWSER = '#!/bin/sh\nprintf %s "$1" > "$OPENED.part" && mv "$OPENED.part" "$OPENED"\n'
_LEFT_OUT = [line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]


class Clone:
    """A copy of the tree without what git ignores, and directories for what its programs would write elsewhere.

    Parameters
    ----------
    folder
        An empty directory.
    prepared
        Whether ``.venv`` is already there: this environment's programs under that name.
    """

    def __init__(self, folder: Path, *, prepared: bool) -> None:
        self.root = folder / "greenapi_nb"
        self.opened = folder / "opened"
        self.log = folder / "log"
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns(*_LEFT_OUT, ".git"))
        if prepared:
            (self.root / ".venv").symlink_to(sys.prefix, target_is_directory=True)
        own = folder / "own"
        config = own / "jupyter_config_dir"
        config.mkdir(parents=True)
        server = {"ServerApp": {"allow_root": True, "ip": "127.0.0.1", "port": 0}}
        (config / "jupyter_server_config.json").write_text(json.dumps(server))
        (config / "voila.json").write_text(json.dumps({"Voila": {"port": free_port(), "ip": "127.0.0.1"}}))
        browser = folder / "browser"
        browser.write_text(_BROWSER)
        browser.chmod(0o755)
        path = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ["PATH"]])
        self.environment = {
            **environment(own),
            "PATH": path,
            "BROWSER": str(browser),
            "OPENED": str(self.opened),
            "PYTEST_ADDOPTS": "-p no:cacheprovider",
        }

    def run(self, line: str, *, where: Path | None = None, seconds: float = 120, **variables: str) -> str:
        """Type a line into a shell, in the tree or elsewhere, and return what it said; it has to succeed."""
        done = subprocess.run(
            ["bash", "-c", line],  # noqa: S607 - whichever bash there is
            cwd=where or self.root,
            env=self.environment | variables,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
        )
        assert 0 == done.returncode, done.stdout
        return done.stdout

    @contextmanager
    def started(self, line: str) -> Iterator[subprocess.Popen[bytes]]:
        """Type a line into a shell, and end all that it started."""
        self.opened.unlink(missing_ok=True)
        with (
            self.log.open("wb") as log,
            subprocess.Popen(
                ["bash", "-c", line],  # noqa: S607 - whichever bash there is
                cwd=self.root,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ) as server,
        ):
            try:
                yield server
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(server.pid, signal.SIGTERM)
                try:
                    server.wait(10)
                except subprocess.TimeoutExpired:
                    os.killpg(server.pid, signal.SIGKILL)

    def address_opened(self, server: subprocess.Popen[bytes], seconds: float) -> str:
        """Wait until what was started has opened a browser, and return the address it gave it."""
        self._until(self.opened.exists, server, seconds)
        return self.opened.read_text("utf-8")

    def line_said(self, server: subprocess.Popen[bytes], seconds: float) -> str:
        """Wait until what was started has said a line, and return that."""
        self._until(lambda: "\n" in self.log.read_text("utf-8"), server, seconds)
        return self.log.read_text("utf-8").splitlines()[0]

    def _until(self, holds: Callable[[], bool], server: subprocess.Popen[bytes], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            ended = server.poll() is not None
            assert not ended or holds(), self.log.read_text("utf-8")[-3000:]
            assert time.monotonic() < deadline, self.log.read_text("utf-8")[-3000:]
            time.sleep(0.05)


def with_an_index(do: Callable[[], Said]) -> Said:
    """Do what asks a package index; skip where there is none to ask, but not in CI."""
    try:
        return do()
    except AssertionError as failure:
        if not IN_CI and _NO_INDEX.search(str(failure)):
            pytest.skip("no package index can be reached from here")
        raise


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Jupyter servers for tests, each with directories of its own and nothing of the user's."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

import nbformat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STARTS_WITHIN = 60.0
_QUIET_LAB = '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}'
_OWN_DIRECTORIES = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
    "XDG_DATA_HOME",
)


class Served(NamedTuple):
    """A running server: its address, and the directory whose notebooks it serves."""

    url: str
    root: Path


def environment(root: Path) -> dict[str, str]:
    """Build the environment of a server or kernel: no token, no proxy, no directory of the user's."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GREENAPI_") and not name.lower().endswith("_proxy")
    }
    own = {name: str(root / name.lower()) for name in _OWN_DIRECTORIES}
    return {**kept, **own, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def write_notebook(path: Path, *cells: str) -> Path:
    """Write a notebook of code cells, without outputs; it names its kernel, or JupyterLab asks for one."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])  # type: ignore[no-untyped-call]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    return path


def execute(root: Path, *command: str) -> None:
    """Run a `jupyter` command in a directory, in an environment of its own."""
    subprocess.run(
        [sys.executable, "-m", *command], cwd=root, env=environment(root), check=True, capture_output=True, timeout=60
    )


@contextmanager
def lab(root: Path) -> Iterator[Served]:
    """Run JupyterLab, with its application object within the page's reach."""
    settings = root / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(_QUIET_LAB, encoding="utf-8")
    options = ["--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"]
    with _serving(root, "jupyterlab", "api", *options) as served:
        yield served


@contextmanager
def voila(root: Path) -> Iterator[Served]:
    """Run Voila over all notebooks of the directory; ``?theme=dark`` is heeded."""
    options = ["--VoilaConfiguration.allow_theme_override=YES", "--VoilaConfiguration.show_tracebacks=True"]
    with _serving(root, "jupyter_server", "api", *options) as served:
        yield served._replace(url=f"{served.url}/voila/render")


@contextmanager
def _serving(root: Path, module: str, probe: str, *options: str) -> Iterator[Served]:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", module, "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={root}",
        "--ServerApp.disable_check_xsrf=True", *options,
    ]  # fmt: skip
    with (root / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=root, env=environment(root), stdout=log, stderr=subprocess.STDOUT)
        try:
            _await(f"{url}/{probe}", server, root / "server.log")
            yield Served(url, root)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 - the server just started here
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"no server at {url}:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

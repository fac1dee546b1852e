"""One JupyterLab, one Voila and one browser for all browser tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from greenapi_nb import Sandbox

from . import jupyter

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this directory."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


def launched(playwright: Playwright) -> Browser:
    """Start Chromium, the system's or Playwright's own."""
    system = {"executable_path": str(_CHROMIUM)} if _CHROMIUM.exists() else {}
    return playwright.chromium.launch(args=_FLAGS, **system)  # type: ignore[arg-type]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium; without one, skip - but fail in CI."""
    with sync_playwright() as playwright:
        try:
            chromium = launched(playwright)
        except Error as problem:
            words = f"no Chromium to test in; `playwright install chromium` gets one: {problem.message}"
            if os.environ.get("CI"):
                pytest.fail(words)
            pytest.skip(words)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def arrivals() -> Iterator[Sandbox]:
    """Run, in the tests' own process, the server all forms send to."""
    with Sandbox() as server:
        yield server


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[jupyter.Served]:
    """Run JupyterLab."""
    with jupyter.lab(tmp_path_factory.mktemp("lab")) as served:
        yield served


@pytest.fixture(scope="package")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[jupyter.Served]:
    """Run Voila."""
    with jupyter.voila(tmp_path_factory.mktemp("voila")) as served:
        yield served


@pytest.fixture(scope="package")
def artefacts() -> Path:
    """Make the directory that screenshots are put into for people to look at; git ignores it."""
    directory = Path(__file__).parents[2] / "test-artefacts"
    directory.mkdir(exist_ok=True)
    return directory

"""What the sandbox's tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from greenapi_nb.sandbox import Sandbox

from .wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Run a sandbox."""
    with Sandbox(seed=1) as running:
        yield running


@pytest.fixture
def wire(sandbox: Sandbox) -> Wire:
    """Speak to that sandbox."""
    return Wire(sandbox)

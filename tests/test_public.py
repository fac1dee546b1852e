"""The public surface."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import pytest

import greenapi_nb
from greenapi_nb import Client, GreenApiError, Ledger, Sandbox
from greenapi_nb.templates import Template

if TYPE_CHECKING:
    from collections.abc import Callable


def test_all_names() -> None:
    """Every public name is there, sorted, documented with an example, and nothing else is."""
    assert greenapi_nb.__all__ == sorted(greenapi_nb.__all__)
    assert set(greenapi_nb.__all__) == set(greenapi_nb._HOMES)
    undocumented = [name for name in greenapi_nb.__all__ if ">>>" not in (getattr(greenapi_nb, name).__doc__ or "")]
    assert undocumented == []
    assert set(greenapi_nb.__all__) <= set(dir(greenapi_nb))


def test_unknown_name() -> None:
    """A mistyped name is an AttributeError, as of any module."""
    assert not hasattr(greenapi_nb, "send_txt")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Client(5),  # type: ignore[arg-type]
        lambda: Ledger("nonsense://x"),
        lambda: Sandbox(port=-1),
        lambda: Template("Hi {name"),
        lambda: Template(5),  # type: ignore[arg-type]
    ],
)
def test_what_could_not_be_made_can_be_printed(make: Callable[[], object]) -> None:
    """A traceback that prints what its frames hold meets the object that was not made, and must not fail on it."""
    with pytest.raises((TypeError, ValueError, GreenApiError)) as caught:
        make()
    printed = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "self = " in "".join(printed.format())

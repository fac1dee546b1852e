"""Exceptions are shown, and the token is not."""

from __future__ import annotations

import pytest

from greenapi_nb import Client
from greenapi_nb.widgets.problems import ProblemRegion, problem_html


def test_tokens_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the client's token, nor the environment's, nor what follows Bearer is shown."""
    monkeypatch.setenv("GREENAPI_TOKEN", "ENV-T0KEN")
    shown = problem_html(ValueError("CL-T0KEN ENV-T0KEN bearer  OTHER"), Client("CL-T0KEN"))
    assert "T0KEN" not in shown
    assert "OTHER" not in shown
    assert shown.count("&lt;token hidden&gt;") == 3


def test_problems_are_escaped() -> None:
    """An exception's text is not HTML."""
    assert "<img" not in problem_html(ValueError("<img src=x onerror=alert(1)>"))


def test_a_callback_that_raises_says_so_in_the_form() -> None:
    """What a guarded action raises shows; the next one begins with a clean region."""
    region = ProblemRegion()

    def fail() -> None:
        raise LookupError("no such thing")

    region.guard(fail)(None)
    assert "LookupError" in region.html
    assert "no such thing" in region.html
    region.guard(lambda: None)(None)
    assert region.html == ""


def test_interrupts_go_through() -> None:
    """The stop button is no problem of the form's."""
    with pytest.raises(KeyboardInterrupt), ProblemRegion().catching():
        raise KeyboardInterrupt

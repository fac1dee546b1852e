"""A button brings along what its user saw."""

from __future__ import annotations

import pytest

from greenapi_nb.widgets.press import PressButton


def test_a_press_in_the_browser_brings_the_fields() -> None:
    """Whoever listens is told what the fields showed, and nothing else the message may hold."""
    button, seen = PressButton("Send", carries={"to": "greenapi-to"}), list[dict[str, str]]()
    button.on_press(seen.append)
    button._handle_custom_msg({"press": {"to": "79001234567", "more": "x"}}, [])
    assert seen == [{"to": "79001234567"}]


@pytest.mark.parametrize("content", [{}, {"press": None}, {"press": {}}, {"press": {"to": 7}}, {"event": "click"}])
def test_what_is_no_press_is_none(content: dict[str, object]) -> None:
    """A message without the fields' texts is not taken for a press."""
    button, seen = PressButton("Send", carries={"to": "greenapi-to"}), list[dict[str, str]]()
    button.on_press(seen.append)
    button._handle_custom_msg(content, [])
    assert seen == []


def test_code_may_press_it_with_nothing_seen() -> None:
    """Then every listener is told that no field was seen."""
    button, seen = PressButton("Send"), list[dict[str, str]]()
    button.on_press(seen.append)
    button.on_press(seen.append)
    button.press()
    assert seen == [{}, {}]

"""A button whose press says what the user saw when it was pressed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from anywidget import AnyWidget
from traitlets import Bool, Dict, Unicode

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PressButton"]


class PressButton(AnyWidget):
    """A button that brings the contents of fields along.

    A browser holds back a field's newer values until the kernel has taken the older ones, but not a click: with
    a busy kernel, the click of an ordinary button arrives before the text that was typed ahead of it.

    Parameters
    ----------
    label
        What it says.
    carries
        Names of values, and the CSS class of the field whose content each is. The field is one of the same form.

    Attributes
    ----------
    disabled : bool
        Whether it looks and speaks as if it could not be pressed. It can be focused all the same, and a press is
        reported: who is told decides.

    Examples
    --------
    >>> button = PressButton("Send", carries={"to": "greenapi-to"})
    >>> button.on_press(print)
    >>> button.press({"to": "79001234567"})
    {'to': '79001234567'}
    """

    # Its text rather than its path: a path keeps every widget that was ever made from it.
    _esm = Path(__file__).with_name("press.js").read_text(encoding="utf-8")
    label = Unicode("").tag(sync=True)
    disabled = Bool(default_value=False).tag(sync=True)
    carries = Dict(value_trait=Unicode(), key_trait=Unicode()).tag(sync=True)

    def __init__(self, label: str, *, carries: dict[str, str] | None = None) -> None:
        super().__init__(label=label, carries=carries or {})
        self._callbacks: list[Callable[[dict[str, str]], object]] = []
        self.on_msg(self._receive)

    def on_press(self, callback: Callable[[dict[str, str]], object]) -> None:
        """Have a function called with what the fields showed, by name; empty if code pressed the button."""
        self._callbacks.append(callback)

    def press(self, seen: dict[str, str] | None = None) -> None:
        """Press it."""
        for callback in self._callbacks:
            callback(dict(seen or {}))

    def _receive(self, _widget: PressButton, content: dict[str, Any], _buffers: object) -> None:
        seen = content.get("press")
        if isinstance(seen, dict) and all(isinstance(seen.get(name), str) for name in self.carries):
            self.press({name: seen[name] for name in self.carries})

    def __repr__(self) -> str:
        return f"PressButton({self.label!r})"

"""A text as its recipient will see it: the chat bubble."""

from __future__ import annotations

from greenapi_nb.markup import to_html
from greenapi_nb.widgets.live import LiveHtml

__all__ = ["Preview", "bubble"]

_NOTHING = '<p class="greenapi-nothing">Your text appears here as the recipient will see it.</p>'


class Preview(LiveHtml):
    """The bubble of a message that has not been sent: no time, no ticks.

    Examples
    --------
    >>> preview = Preview()
    >>> preview.text = "*Hello*"
    >>> preview.html
    '<div class="greenapi-bubble" dir="auto"><strong>Hello</strong></div>'
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(
            # A long preview scrolls, and what scrolls must be within the keyboard's reach.
            attributes={"role": "group", "aria-label": "Preview of the message", "tabindex": "0"},
        )
        self.add_class("greenapi-preview")
        self.text = text

    @property
    def text(self) -> str:
        """The text that is shown, with its marks."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        self._text = text
        self.show(bubble(text))


def bubble(text: str) -> str:
    """HTML of a chat bubble; the direction of the writing is read off the text.

    Parameters
    ----------
    text
        Any text; nothing in it becomes HTML of its own.

    Examples
    --------
    >>> bubble("1 < 2")
    '<div class="greenapi-bubble" dir="auto">1 &lt; 2</div>'
    """
    if not text.strip():
        return _NOTHING
    return f'<div class="greenapi-bubble" dir="auto">{to_html(text)}</div>'

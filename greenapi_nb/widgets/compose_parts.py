"""The visible parts of the compose form and where they stand; what they do is `compose`'s business."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ipywidgets import HTML, Box, Button, VBox, Widget

from greenapi_nb.widgets.fields import LineField, TextField
from greenapi_nb.widgets.live import LiveHtml
from greenapi_nb.widgets.press import PressButton
from greenapi_nb.widgets.preview import Preview
from greenapi_nb.widgets.problems import ProblemRegion
from greenapi_nb.widgets.style import stylesheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenapi_nb.widgets.compose_step import Step

__all__ = ["ComposeParts"]

_W = TypeVar("_W", bound=Widget)

_FIELDS = {"to": "greenapi-to", "body": "greenapi-body"}
_MARKS = (
    '<span class="greenapi-marks"><code>*<b>bold</b>*</code> <code>_<i>italic</i>_</code> '
    "<code>~<s>strike</s>~</code> <code>```mono```</code></span>"
)
_TOKENLESS = (
    "<p><strong>There is no token yet, so nothing can be sent.</strong></p>"
    "<p>Set the environment variable <code>GREENAPI_TOKEN</code> to your account's token before you start Jupyter, "
    "or show the form with a client of your own: <code>ComposeForm(Client(token=...))</code>. "
    "Do not write the token into a notebook that you share.</p>"
    "<p>To try the form without an account, use the sandbox: it answers like the API, and nothing reaches "
    "WhatsApp.</p>"
)
_BADGE = '<span class="greenapi-badge">sandbox: nothing reaches WhatsApp</span>'


class ComposeParts:
    """All widgets of one compose form.

    Parameters
    ----------
    client
        Returns the client whose token must not be shown, or None.

    Examples
    --------
    >>> ComposeParts().send.label
    'Send'
    """

    def __init__(self, client: Callable[[], object] = lambda: None) -> None:
        self.head = HTML()
        self.to = LineField("Recipient", name=_FIELDS["to"], placeholder="79001234567")
        self.to_note = _classed(LiveHtml(describes=_FIELDS["to"]), "greenapi-note")
        self.body = TextField("Text", name=_FIELDS["body"], placeholder="Write a message")
        self.body_note = _classed(LiveHtml(describes=_FIELDS["body"]), "greenapi-note")
        self.preview = Preview()

        self.sandbox = Button(description="Use the sandbox")
        self.notice = _classed(VBox([HTML(_TOKENLESS), self.sandbox]), "greenapi-notice")

        self.send = _classed(PressButton("Send", carries=_FIELDS), "greenapi-primary")
        self.again = Button(description="Send again…")
        self.confirm = PressButton("Yes, send it again", carries=_FIELDS)
        self.cancel = Button(description="Cancel")
        self.status = _classed(LiveHtml(attributes={"role": "status", "aria-live": "polite"}), "greenapi-status")
        self.problem = ProblemRegion(client)

    def arranged(self) -> list[Widget]:
        """Put the parts in the order in which they are read and reached by the keyboard."""
        hints = _classed(Box([self.body_note, HTML(_MARKS)]), "greenapi-hints")
        editor = _classed(VBox([self.to, self.to_note, self.body, hints]), "greenapi-column")
        label = HTML('<span class="greenapi-label">Preview</span>')
        shown = _classed(VBox([label, self.preview]), "greenapi-column")
        columns = _classed(Box([editor, shown]), "greenapi-columns")
        actions = _classed(Box([self.send, self.again, self.confirm, self.cancel]), "greenapi-actions")
        return [stylesheet(), self.head, self.notice, columns, actions, self.status, self.problem]

    def show_client(self, *, known: bool, sandbox: bool) -> None:
        """Show whether messages can be sent, and whether they stay on this machine."""
        badge = _BADGE if sandbox else ""
        self.head.value = (
            f'<div class="greenapi-head"><span class="greenapi-title">WhatsApp message</span>{badge}</div>'
        )
        _show(self.notice, visible=not known)

    def show_step(self, step: Step) -> None:
        """Show the buttons and words of one step: send, or send again, or confirm that."""
        self.send.label, self.send.disabled = step.send, not step.enabled
        _show(self.send, visible=not step.confirming)
        _show(self.again, visible=step.again)
        _show(self.confirm, visible=step.confirming)
        _show(self.cancel, visible=step.confirming)
        self.status.show(*step.note)


def _classed(widget: _W, name: str) -> _W:
    widget.add_class(name)
    return widget


def _show(widget: Widget, *, visible: bool) -> None:
    widget.layout.display = None if visible else "none"

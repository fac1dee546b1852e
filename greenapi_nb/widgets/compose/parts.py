"""The visible parts of the compose form and where they stand; what they do is `form`'s business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipywidgets import HTML, Box, Button, VBox, Widget

from greenapi_nb.widgets.boxes import classed, visible
from greenapi_nb.widgets.fields import LineField, TextField
from greenapi_nb.widgets.live import LiveHtml
from greenapi_nb.widgets.press import PressButton
from greenapi_nb.widgets.preview import Preview
from greenapi_nb.widgets.problems import ProblemRegion
from greenapi_nb.widgets.style import stylesheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenapi_nb.widgets.compose.step import Step

__all__ = ["ComposeParts"]


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
        self.to_note = classed(LiveHtml(describes=_FIELDS["to"]), "greenapi-note")
        self.body = TextField("Text", name=_FIELDS["body"], placeholder="Write a message")
        self.body_note = classed(LiveHtml(describes=_FIELDS["body"]), "greenapi-note")
        self.preview = Preview()

        self.sandbox = Button(description="Use the sandbox")
        self.notice = classed(VBox([HTML(_TOKENLESS), self.sandbox]), "greenapi-notice")

        self.send = classed(PressButton("Send", carries=_FIELDS), "greenapi-primary")
        # Cancel stands where "Send again…" stood: the second click of a double one does no harm.
        self.again = classed(PressButton("Send again…"), "greenapi-second")
        self.confirm = PressButton("Yes, send it again", carries=_FIELDS)
        self.cancel = classed(PressButton("Cancel"), "greenapi-second")
        self.status = classed(LiveHtml(attributes={"role": "status", "aria-live": "polite"}), "greenapi-status")
        self.problem = ProblemRegion(client)

    def arranged(self) -> list[Widget]:
        """Put the parts in the order in which they are read and reached by the keyboard."""
        hints = classed(Box([self.body_note, HTML(_MARKS)]), "greenapi-hints")
        editor = classed(VBox([self.to, self.to_note, self.body, hints]), "greenapi-column")
        label = HTML('<span class="greenapi-label">Preview</span>')
        shown = classed(VBox([label, self.preview]), "greenapi-column")
        columns = classed(Box([editor, shown]), "greenapi-columns")
        actions = classed(Box([self.send, self.again, self.cancel, self.confirm]), "greenapi-actions")
        return [stylesheet(), self.head, self.notice, columns, actions, self.status, self.problem]

    def show_client(self, *, known: bool, sandbox: bool) -> None:
        """Show whether messages can be sent, and whether they stay on this machine."""
        badge = _BADGE if sandbox else ""
        self.head.value = (
            f'<div class="greenapi-head"><span class="greenapi-title">WhatsApp message</span>{badge}</div>'
        )
        visible(self.notice, when=not known)

    def show_step(self, step: Step) -> None:
        """Show the buttons and words of one step: send, or send again, or confirm that."""
        self.send.label, self.send.disabled = step.send, not step.enabled
        there = {self.again: step.again, self.cancel: step.confirming, self.confirm: step.confirming}
        # What comes is there before anything goes, so that the keyboard finds where to go on.
        for button in sorted(there, key=lambda each: not there[each]):
            visible(button, when=there[button])
        self.status.show(*step.note)

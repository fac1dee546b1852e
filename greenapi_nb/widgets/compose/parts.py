"""The visible parts of the compose form and where they stand; what they do is `form`'s business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipywidgets import HTML, Box, VBox, Widget

from greenapi_nb.widgets.boxes import classed, note_for, row, visible
from greenapi_nb.widgets.fields import LineField, TextField
from greenapi_nb.widgets.live import LiveHtml
from greenapi_nb.widgets.parts import FormParts
from greenapi_nb.widgets.press import PressButton
from greenapi_nb.widgets.preview import Preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenapi_nb.widgets.compose.step import Step

__all__ = ["ComposeParts"]


_FIELDS = {"to": "greenapi-to", "body": "greenapi-body"}
_MARKS = (
    '<span class="greenapi-marks"><code>*<b>bold</b>*</code> <code>_<i>italic</i>_</code> '
    "<code>~<s>strike</s>~</code> <code>```mono```</code></span>"
)


class ComposeParts(FormParts):
    """All widgets of one compose form.

    Parameters
    ----------
    client
        As `FormParts` takes it.

    Examples
    --------
    >>> ComposeParts().send.label
    'Send'
    """

    title = "WhatsApp message"
    example = "ComposeForm(Client(token=...))"

    def __init__(self, client: Callable[[], object] = lambda: None) -> None:
        super().__init__(client)
        self.to = LineField("Recipient", name=_FIELDS["to"], placeholder="79001234567")
        self.to_note = note_for(_FIELDS["to"])
        self.body = TextField("Text", name=_FIELDS["body"], placeholder="Write a message")
        self.body_note = note_for(_FIELDS["body"])
        self.preview = Preview()

        self.send = classed(PressButton("Send", carries=_FIELDS), "greenapi-primary")
        # Cancel stands where "Send again…" stood: the second click of a double one does no harm.
        self.again = classed(PressButton("Send again…"), "greenapi-second")
        self.confirm = PressButton("Yes, send it again", carries=_FIELDS)
        self.cancel = classed(PressButton("Cancel"), "greenapi-second")
        self.status = classed(LiveHtml(attributes={"role": "status", "aria-live": "polite"}), "greenapi-status")

    def content(self) -> list[Widget]:
        """List the editor beside the preview, the buttons, and what came of the message."""
        hints = classed(Box([self.body_note, HTML(_MARKS)]), "greenapi-hints")
        editor = classed(VBox([self.to, self.to_note, self.body, hints]), "greenapi-column")
        label = HTML('<span class="greenapi-label">Preview</span>')
        shown = classed(VBox([label, self.preview]), "greenapi-column")
        return [
            row(editor, shown, name="greenapi-columns"),
            row(self.send, self.again, self.cancel, self.confirm),
            self.status,
        ]

    def show_step(self, step: Step) -> None:
        """Show the buttons and words of one step: send, or send again, or confirm that."""
        self.send.label, self.send.disabled = step.send, not step.enabled
        there = {self.again: step.again, self.cancel: step.confirming, self.confirm: step.confirming}
        # What comes is there before anything goes, so that the keyboard finds where to go on.
        for button in sorted(there, key=lambda each: not there[each]):
            visible(button, when=there[button])
        self.status.show(*step.note)

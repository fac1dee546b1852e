"""The second step of the bulk form: which column is what, and the text, seen as each recipient will see it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ipywidgets import HTML, Box, Button, VBox

from greenapi_nb.widgets.boxes import Choice, StepBox, classed, note_for, row, visible
from greenapi_nb.widgets.bulk.chips import Chips
from greenapi_nb.widgets.bulk.words import row_note
from greenapi_nb.widgets.fields import TextField
from greenapi_nb.widgets.live import LiveHtml
from greenapi_nb.widgets.preview import Preview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenapi_nb.widgets.bulk.checks import RowView

__all__ = ["TextStep"]

_WRITTEN_HERE = "written below"
_MARKS = (
    '<span class="greenapi-marks"><code>*<b>bold</b>*</code> <code>_<i>italic</i>_</code> '
    "<code>~<s>strike</s>~</code> <code>```mono```</code></span>"
)


class TextStep:
    """Choose columns, write the template, page through the rows.

    Examples
    --------
    >>> step = TextStep()
    >>> step.offer(["to", "name"], recipient=0, text=None)
    >>> step.to.place, step.body.place
    (0, None)
    """

    def __init__(self) -> None:
        self.to = classed(Choice("Phone numbers are in column"), "greenapi-column-to")
        self.to_note = classed(LiveHtml(), "greenapi-note")
        self.body = Choice("The text is")
        self.template = TextField("Text", name="greenapi-template", placeholder="Hello {name}, ...")
        self.template_note = note_for("greenapi-template")
        self.chips = Chips("Insert a column into the text", target="greenapi-template")
        hint = HTML('<span class="greenapi-label">Insert a column where the cursor is</span>')
        hints = classed(Box([self.template_note, HTML(_MARKS)]), "greenapi-hints")
        self.writing = classed(VBox([self.template, hints, hint, self.chips]), "greenapi-writing")

        self.place = classed(LiveHtml(), "greenapi-place")
        self.preview = Preview()
        self.back = Button(description="Previous", tooltip="Show the message of the row before")
        self.forth = Button(description="Next", tooltip="Show the message of the next row")
        self.trouble = Button(description="Next problem", tooltip="Show the next row that cannot be sent")
        self.row_note = classed(LiveHtml(attributes={"role": "status"}), "greenapi-note")
        pager = row(self.back, self.forth, self.trouble, self.place)

        left = classed(VBox([self.to, self.to_note, self.body, self.writing]), "greenapi-column")
        label = HTML('<span class="greenapi-label">Preview</span>')
        right = classed(VBox([label, self.preview, self.row_note, pager]), "greenapi-column")
        columns = classed(Box([left, right]), "greenapi-columns")
        self.box = StepBox(2, "Columns and text", [columns], waits_for="Comes when there is a table.")
        self.box.reached = False

    def offer(self, columns: Sequence[object], *, recipient: int | None, text: int | None) -> None:
        """Offer the columns of a frame, with guesses."""
        self.to.offer(columns, none="please choose")
        self.body.offer(columns, none=_WRITTEN_HERE)
        self.to.place, self.body.place = recipient, text
        self.chips.offer(columns)

    def show_row(self, view: RowView | None, position: int, total: int) -> None:
        """Show one row's message; None where none can be composed yet."""
        visible(self.writing, when=self.body.place is None)
        self.preview.text = (view.body if view else None) or ""
        self.row_note.show(*row_note(view) if view else ("", ""))
        name = f" · row {view.label}" if view and view.label != position + 1 else ""
        self.place.show(f"{position + 1:,} of {total:,}{name}" if total else "")
        self.back.disabled, self.forth.disabled = position <= 0, position >= total - 1

    def show_problem(self, words: str) -> None:
        """Say what is wrong with the template, nothing where it is fine."""
        self.template_note.show(escape(words), "bad" if words else "", invalid=bool(words))

    def show_trouble(self, *, there_is: bool) -> None:
        """Offer to go to the next row that cannot be sent, where there is one."""
        visible(self.trouble, when=there_is)

    def lock(self, *, locked: bool) -> None:
        """Take the fields away while messages go."""
        for widget in (self.to, self.body, self.template, self.chips):
            widget.disabled = locked

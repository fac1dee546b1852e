"""The first step of the bulk form: the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenapi_nb.bulk.spreadsheet import MAX_BYTES
from greenapi_nb.widgets.boxes import StepBox, classed
from greenapi_nb.widgets.bulk.panels import first_rows
from greenapi_nb.widgets.bulk.upload import Upload
from greenapi_nb.widgets.bulk.words import data_note
from greenapi_nb.widgets.live import LiveHtml

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

__all__ = ["DataStep"]


class DataStep:
    """Choose a file, see what is in it.

    Parameters
    ----------
    on_file, on_refused
        As `Upload` calls them.

    Examples
    --------
    >>> DataStep(on_file=print, on_refused=print).box
    StepBox()
    """

    def __init__(self, *, on_file: Callable[[str, bytes], object], on_refused: Callable[[str, int], object]) -> None:
        self.upload = Upload(
            "Table of recipients: CSV, TSV or Excel (.xlsx)",
            accept=".csv,.tsv,.txt,.tab,.xlsx,.xlsm",
            limit=MAX_BYTES,
            on_file=on_file,
            on_refused=on_refused,
        )
        self.note = classed(LiveHtml(attributes={"role": "status"}), "greenapi-said")
        self.preview = LiveHtml()
        self.box = StepBox(1, "Data", [self.upload, self.note, self.preview], waits_for="")

    def show_frame(self, source: str, frame: pd.DataFrame, how: str = "", *, has_names: bool = True) -> None:
        """Show what was read."""
        self.note.show(*data_note(source, frame, how, has_names=has_names))
        self.preview.show(first_rows(frame))

"""The visible parts of the bulk form and where they stand; what they do is `form`'s business."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from greenapi_nb.widgets.bulk.check_step import CheckStep
from greenapi_nb.widgets.bulk.data_step import DataStep
from greenapi_nb.widgets.bulk.result_step import ResultStep
from greenapi_nb.widgets.bulk.send_step import SendStep
from greenapi_nb.widgets.bulk.text_step import TextStep
from greenapi_nb.widgets.parts import FormParts

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipywidgets import Widget

__all__ = ["BulkParts"]


class BulkParts(FormParts):
    """All widgets of one bulk form.

    Parameters
    ----------
    client
        As `FormParts` takes it.
    on_file, on_refused
        As `Upload` calls them.
    make
        Returns the name and content of the file to download.
    do
        Runs a job in the form's own thread.

    Examples
    --------
    >>> parts = BulkParts(lambda: None, on_file=print, on_refused=print, make=print, do=print)
    >>> len(parts.arranged())
    9
    """

    title = "WhatsApp campaign"
    example = "BulkSendForm(client=Client(token=...))"
    service = "service"
    meanwhile = " You can prepare and check everything."
    sheets = (Path(__file__).with_name("bulk.css"),)

    def __init__(
        self,
        client: Callable[[], object],
        *,
        on_file: Callable[[str, bytes], object],
        on_refused: Callable[[str, int], object],
        make: Callable[[], tuple[str, bytes]],
        do: Callable[..., object],
    ) -> None:
        super().__init__(client)
        self.data = DataStep(on_file=on_file, on_refused=on_refused)
        self.text = TextStep()
        self.check = CheckStep()
        self.send = SendStep()
        self.result = ResultStep(make=make, do=do)

    def content(self) -> list[Widget]:
        """List the five steps."""
        return [step.box for step in (self.data, self.text, self.check, self.send, self.result)]

    def lock(self, *, locked: bool) -> None:
        """Take every field away that says what is sent, while it is being sent."""
        self.data.upload.disabled = locked
        self.text.lock(locked=locked)
        self.check.lock(locked=locked)

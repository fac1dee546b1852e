"""The visible parts of the bulk form and where they stand; what they do is `form`'s business."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipywidgets import HTML, Button, Layout, VBox, Widget

from greenapi_nb.widgets.boxes import classed, visible
from greenapi_nb.widgets.bulk.check_step import CheckStep
from greenapi_nb.widgets.bulk.data_step import DataStep
from greenapi_nb.widgets.bulk.result_step import ResultStep
from greenapi_nb.widgets.bulk.send_step import SendStep
from greenapi_nb.widgets.bulk.text_step import TextStep
from greenapi_nb.widgets.problems import ProblemRegion
from greenapi_nb.widgets.style import stylesheet

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BulkParts"]

_TOKENLESS = (
    "<p><strong>There is no token yet, so nothing can be sent.</strong> You can prepare and check everything.</p>"
    "<p>Set the environment variable <code>GREENAPI_TOKEN</code> to your account's token before you start Jupyter, "
    "or show the form with a client of your own: <code>BulkSendForm(client=Client(token=...))</code>. "
    "Do not write the token into a notebook that you share.</p>"
    "<p>To try the form without an account, use the sandbox: it answers like the service, and nothing reaches "
    "WhatsApp.</p>"
)
_BADGE = '<span class="greenapi-badge">sandbox: nothing reaches WhatsApp</span>'


class BulkParts:
    """All widgets of one bulk form.

    Parameters
    ----------
    client
        Returns the client whose token must not be shown, or None.
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
    10
    """

    def __init__(
        self,
        client: Callable[[], object],
        *,
        on_file: Callable[[str, bytes], object],
        on_refused: Callable[[str, int], object],
        make: Callable[[], tuple[str, bytes]],
        do: Callable[..., object],
    ) -> None:
        self.head = HTML()
        self.sandbox = Button(description="Use the sandbox")
        self.notice = classed(VBox([HTML(_TOKENLESS), self.sandbox]), "greenapi-notice")
        self.data = DataStep(on_file=on_file, on_refused=on_refused)
        self.text = TextStep()
        self.check = CheckStep()
        self.send = SendStep()
        self.result = ResultStep(make=make, do=do)
        self.problem = ProblemRegion(client)

    def arranged(self) -> list[Widget]:
        """Put the parts in the order in which they are read and reached by the keyboard."""
        css = Path(__file__).with_name("bulk.css").read_text(encoding="utf-8")
        style = HTML(f"<style>{css}</style>", layout=Layout(display="none"))
        steps = [step.box for step in (self.data, self.text, self.check, self.send, self.result)]
        return [stylesheet(), style, self.head, self.notice, *steps, self.problem]

    def show_client(self, *, known: bool, sandbox: bool) -> None:
        """Say who sends: an account, the sandbox, or nobody yet."""
        badge = _BADGE if sandbox else ""
        self.head.value = (
            f'<div class="greenapi-head"><span class="greenapi-title">WhatsApp campaign</span>{badge}</div>'
        )
        visible(self.notice, when=not known)

    def lock(self, *, locked: bool) -> None:
        """Take every field away that says what is sent, while it is being sent."""
        self.data.upload.disabled = locked
        self.text.lock(locked=locked)
        self.check.lock(locked=locked)

"""The last step of the bulk form: what came of it, and how to go on."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from ipywidgets import HTML, Button, VBox

from greenapi_nb.bulk.safe_csv import safe_csv
from greenapi_nb.outcomes import Status
from greenapi_nb.widgets.boxes import StepBox, classed, row, visible
from greenapi_nb.widgets.bulk.download import Download
from greenapi_nb.widgets.bulk.panels import result_html
from greenapi_nb.widgets.bulk.words import messages
from greenapi_nb.widgets.live import LiveHtml

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

__all__ = ["ResultStep", "joined"]


_LOOK = (
    "<p><strong>Some messages may have been sent.</strong> They are never sent again by themselves. Look in these "
    "chats, and say what you found. If some are there and some are not, write to the others by hand.</p>"
)


class ResultStep:
    """Chart, tables, download, and sending what is left.

    Parameters
    ----------
    make
        Returns the name and content of the file to download.
    do
        Runs a job in the form's own thread.

    Examples
    --------
    >>> ResultStep(make=lambda: ("a.csv", b""), do=lambda job, *args: job(*args)).again.disabled
    False
    """

    def __init__(self, *, make: Callable[[], tuple[str, bytes]], do: Callable[..., object]) -> None:
        self.state = classed(LiveHtml(attributes={"role": "status"}), "greenapi-status")
        self.chart = classed(LiveHtml(), "greenapi-chart")
        self.tables = classed(LiveHtml(), "greenapi-check")
        self.again = Button(description="Send the unsent again")
        self.download = Download("Download CSV", make, do=do)
        self.next = classed(LiveHtml(), "greenapi-next")
        self.there = Button(description="They are all in the chats")
        self.missing = Button(description="None of them is there")
        self.doubt = classed(VBox([HTML(_LOOK), row(self.there, self.missing)]), "greenapi-notice")
        content = [self.state, self.chart, self.tables, self.doubt, row(self.again, self.download), self.next]
        self.box = StepBox(5, "Result", content, waits_for="Comes when the messages are sent.")
        self.box.reached = False

    def show_result(self, result: pd.DataFrame, left: int) -> None:
        """Show a finished run.

        Parameters
        ----------
        result
            What came of each row.
        left
            How many messages another run would send.
        """
        accepted = int((result["status"] == Status.ACCEPTED.value).sum())
        stopped = result.attrs["stopped"]
        why = f"<p>It stopped early because {escape(stopped.rstrip('.'))}.</p>" if stopped else ""
        headline = f"<p><strong>{accepted:,} of {messages(len(result))} accepted.</strong></p>"
        self.state.show(f"{headline}{why}", "good" if accepted == len(result) else "doubt")
        self.chart.show(_chart(result))
        self.tables.show(result_html(result))
        self.show_left(left)
        visible(self.doubt, when=bool((result["status"] == Status.UNKNOWN.value).any()))
        self.next.show(_how_to_go_on(result.attrs["campaign"]) if left else "")
        self.box.reached = True

    def show_left(self, left: int) -> None:
        """Offer to send what is left."""
        visible(self.again, when=left > 0)
        self.again.description = f"Send the unsent again ({left:,})"


def joined(frame: pd.DataFrame, result: pd.DataFrame) -> pd.DataFrame:
    """Put what came of each row beside the row itself, by position; a name that is taken gets ``_result``.

    Examples
    --------
    >>> import pandas as pd
    >>> joined(pd.DataFrame({"to": ["+7900"]}), pd.DataFrame({"to": ["7900"], "status": ["accepted"]})).columns.tolist()
    ['to', 'to_result', 'status']
    """
    table = frame.copy(deep=False)
    for name in result.columns:
        free = str(name)
        while free in table.columns:
            free += "_result"
        table[free] = result[name].array
    return table


def as_file(frame: pd.DataFrame, result: pd.DataFrame, campaign: str) -> tuple[str, bytes]:
    r"""Make the file to download.

    Examples
    --------
    >>> import pandas as pd
    >>> as_file(pd.DataFrame({"to": ["=1"]}), pd.DataFrame({"status": ["rejected"]}), "a/b")
    ('a_b result.csv', b"\xef\xbb\xbfrow,to,status\r\n0,'=1,rejected\r\n")
    """
    table = joined(frame, result)
    labels = "row" if frame.index.name is None else str(frame.index.name)
    while labels in table.columns:
        labels += "_label"
    name = "".join(character if character.isalnum() or character in " -_." else "_" for character in campaign)
    return f"{name} result.csv", safe_csv(table.rename_axis(index=labels), index=True).encode("utf-8-sig")


def _chart(result: pd.DataFrame) -> str:
    try:
        from greenapi_nb.bulk.chart import plot_outcomes

        png, size = plot_outcomes(result)._repr_png_()  # type: ignore[attr-defined]
    except ImportError:
        return ""
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    return f'<img alt="Chart of the numbers in the table below" width="{size["width"]}" src="{source}">'


def _how_to_go_on(campaign: str) -> str:
    return (
        "<p>To go on later, also after a restart: upload the same table, write the same text, and give the campaign "
        f"the same name, <b>{escape(campaign)}</b>. Only what is left is sent.</p>"
    )

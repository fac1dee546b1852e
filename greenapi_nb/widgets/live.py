"""HTML that a browser shows and no notebook keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from anywidget import AnyWidget
from traitlets import Dict, Unicode

__all__ = ["LiveHtml", "Tone"]

Tone = Literal["", "hint", "good", "bad", "doubt"]


class LiveHtml(AnyWidget):
    """A region whose content lives in the kernel and the browser alone, never in the widget's state.

    `nbclient`, and so `nbconvert --execute` and `jupyter execute`, stores the state of every widget, and
    JupyterLab does when asked to. Custom messages are no state; so that is how the content travels.

    Parameters
    ----------
    describes
        CSS class of the field this region speaks about: the field gets ``aria-describedby`` and ``aria-invalid``.
    attributes
        HTML attributes of the region, like ``{"role": "status"}``. The region itself stays when its content
        changes, as a live region must.

    Examples
    --------
    >>> region = LiveHtml(attributes={"role": "status"})
    >>> region.show("<b>Accepted</b>", tone="good")
    >>> region.html, "Accepted" in str(region.get_state())
    ('<b>Accepted</b>', False)
    """

    # Its text rather than its path: a path keeps every widget that was ever made from it.
    _esm = Path(__file__).with_name("live.js").read_text(encoding="utf-8")
    describes = Unicode("").tag(sync=True)
    attributes = Dict(value_trait=Unicode(), key_trait=Unicode()).tag(sync=True)

    def __init__(self, *, describes: str = "", attributes: dict[str, str] | None = None) -> None:
        super().__init__(describes=describes, attributes=attributes or {})
        self._content: dict[str, Any] = {"html": "", "tone": "", "invalid": False}
        self.on_msg(self._answer)

    @property
    def html(self) -> str:
        """What is shown."""
        return str(self._content["html"])

    @property
    def tone(self) -> str:
        """What it means: a hint, good or bad news, a doubt; shown in colour beside the words."""
        return str(self._content["tone"])

    @property
    def invalid(self) -> bool:
        """Whether the described field holds something that cannot be used."""
        return bool(self._content["invalid"])

    def show(self, html: str, tone: Tone = "", invalid: bool = False) -> None:  # noqa: FBT001, FBT002 - takes a Note
        """Show this HTML in every view, now and later.

        Parameters
        ----------
        html
            Trusted HTML: escape what people or servers wrote.
        tone
            What it means.
        invalid
            Whether the described field holds something that cannot be used.
        """
        carried = html.encode("utf-8", "replace").decode("utf-8")
        content = {"html": carried, "tone": tone, "invalid": invalid}
        if content != self._content:
            self._content = content
            self.send(content)

    def _answer(self, _widget: LiveHtml, content: dict[str, Any], _buffers: object) -> None:
        if content.get("want") == "html":
            self.send(self._content)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

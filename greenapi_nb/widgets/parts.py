"""What is seen of every form: who sends, what to do without a token, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipywidgets import HTML, Button, VBox, Widget

from greenapi_nb.widgets.boxes import classed, visible
from greenapi_nb.widgets.problems import ProblemRegion
from greenapi_nb.widgets.style import stylesheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["FormParts"]

_TOKENLESS = (
    "<p><strong>There is no token yet, so nothing can be sent.</strong>{meanwhile}</p>"
    "<p>Set the environment variable <code>GREENAPI_TOKEN</code> to your account's token before you start Jupyter, "
    "or show the form with a client of your own: <code>{example}</code>. "
    "Do not write the token into a notebook that you share.</p>"
    "<p>To try the form without an account, use the sandbox: it answers like the {service}, and nothing reaches "
    "WhatsApp.</p>"
)
_BADGE = '<span class="greenapi-badge">sandbox: nothing reaches WhatsApp</span>'


class FormParts:
    """The widgets around a form's own, which a subclass gives in `content`; its words are those of the class.

    Parameters
    ----------
    client
        Returns the client whose token must not be shown, or None.

    Examples
    --------
    >>> parts = FormParts()
    >>> parts.show_client(known=False, sandbox=False)
    >>> parts.notice.layout.display is None, len(parts.arranged())
    (True, 4)
    """

    title = "WhatsApp"
    example = "Client(token=...)"
    service = "API"
    meanwhile = ""
    sheets: Sequence[Path] = ()

    def __init__(self, client: Callable[[], object] = lambda: None) -> None:
        words = _TOKENLESS.format(meanwhile=self.meanwhile, example=self.example, service=self.service)
        self.head = HTML()
        self.sandbox = Button(description="Use the sandbox")
        self.notice = classed(VBox([HTML(words), self.sandbox]), "greenapi-notice")
        self.problem = ProblemRegion(client)

    def content(self) -> Sequence[Widget]:
        """List the form's own parts."""
        return []

    def arranged(self) -> list[Widget]:
        """Put the parts in the order in which they are read and reached by the keyboard."""
        return [stylesheet(*self.sheets), self.head, self.notice, *self.content(), self.problem]

    def show_client(self, *, known: bool, sandbox: bool) -> None:
        """Say who sends: an account, the sandbox, or nobody yet."""
        badge = _BADGE if sandbox else ""
        self.head.value = f'<div class="greenapi-head"><span class="greenapi-title">{self.title}</span>{badge}</div>'
        visible(self.notice, when=not known)

"""One button per column that writes it into the template."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from anywidget import AnyWidget
from traitlets import Bool, List, Unicode

from greenapi_nb.templates import Template, TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Chips", "fits_template"]


class Chips(AnyWidget):
    """Buttons that insert ``{column}`` at the cursor of a text area.

    Parameters
    ----------
    label
        What the buttons are for, for screen readers.
    target
        CSS class of the text area's widget.

    Examples
    --------
    >>> chips = Chips("Insert", target="greenapi-template")
    >>> chips.offer(["name", 7])
    >>> chips.columns
    [{'name': 'name', 'usable': True}, {'name': '7', 'usable': False}]
    """

    # Its text rather than its path: a path keeps every widget that was ever made from it.
    _esm = Path(__file__).with_name("chips.js").read_text(encoding="utf-8")
    label = Unicode("").tag(sync=True)
    target = Unicode("").tag(sync=True)
    columns: Any = List().tag(sync=True)
    disabled = Bool(False).tag(sync=True)  # noqa: FBT003 - the trait's first value

    def __init__(self, label: str, *, target: str) -> None:
        super().__init__(label=label, target=target)

    def offer(self, names: Iterable[object]) -> None:
        """Show these columns."""
        self.columns = [{"name": str(name), "usable": fits_template(name)} for name in names]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.columns)} columns)"


def fits_template(name: object) -> bool:
    """Say whether a template can use a column of this name.

    Examples
    --------
    >>> [fits_template(name) for name in ("first name", "a.b", "7", 7)]
    [True, False, False, False]
    """
    try:
        return Template(f"{{{name}}}").columns == (name,)
    except TemplateError:
        return False

"""Small helpers to put widgets together: classes, steps, what is there and what is not."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, TypeVar

from ipywidgets import HTML, Box, Dropdown, VBox, Widget

from greenapi_nb.widgets.live import LiveHtml

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Choice", "StepBox", "classed", "note_for", "row", "visible"]

_W = TypeVar("_W", bound=Widget)
_NONE = -1  # ipywidgets shows nothing at all for a chosen None


def classed(widget: _W, *names: str) -> _W:
    """Give a widget CSS classes, and give it back.

    Examples
    --------
    >>> classed(Box(), "greenapi-actions")._dom_classes
    ('greenapi-actions',)
    """
    for name in names:
        widget.add_class(name)
    return widget


def visible(widget: Widget, *, when: bool) -> None:
    """Show a widget or take it away.

    Examples
    --------
    >>> box = Box()
    >>> visible(box, when=False)
    >>> box.layout.display
    'none'
    """
    widget.layout.display = None if when else "none"


def row(*widgets: Widget, name: str = "greenapi-actions") -> Box:
    """Put widgets beside one another, as far as there is room.

    Examples
    --------
    >>> len(row(Box(), Box()).children)
    2
    """
    return classed(Box(widgets), name)


def note_for(name: str) -> LiveHtml:
    """Make the note that speaks about the field of this class.

    Examples
    --------
    >>> note_for("greenapi-rate").describes
    'greenapi-rate'
    """
    return classed(LiveHtml(describes=name), "greenapi-note")


class Choice(Dropdown):  # type: ignore[misc]  # ipywidgets has no types
    """A labelled choice of one among names, or of none of them.

    Parameters
    ----------
    label
        The visible label.

    Examples
    --------
    >>> choice = Choice("Column")
    >>> choice.offer(["to", "name"], none="please choose")
    >>> choice.place = 1
    >>> choice.label, choice.place
    ('name', 1)
    """

    def __init__(self, label: str) -> None:
        super().__init__(description=label, options=[])

    def offer(self, names: Sequence[object], *, none: str) -> None:
        """Offer these names, and before them `none`."""
        self.options = [(none, _NONE), *((str(name), place) for place, name in enumerate(names))]

    @property
    def place(self) -> int | None:
        """Which of the names is chosen, from 0; None for none of them."""
        return None if self.value in {None, _NONE} else self.value

    @place.setter
    def place(self, value: int | None) -> None:
        self.value = _NONE if value is None else value

    def __repr__(self) -> str:
        return f"Choice({self.description!r})"


class StepBox(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A step of a form: its number and title, and either its content or what it waits for.

    Parameters
    ----------
    number, title
        As they are shown.
    content
        What it is made of.
    waits_for
        What to say while the content is not there.

    Examples
    --------
    >>> step = StepBox(1, "Data", [], waits_for="")
    >>> step.reached, len(step.children)
    (True, 3)
    """

    def __init__(self, number: int, title: str, content: Sequence[Widget], *, waits_for: str) -> None:
        heading = HTML(f'<h3 class="greenapi-step-title"><span>{number}</span> {escape(title)}</h3>')
        self._waiting = classed(HTML(f"<p>{escape(waits_for)}</p>"), "greenapi-waiting")
        self._content = classed(VBox(content), "greenapi-step-content")
        super().__init__([heading, self._waiting, self._content])
        self.add_class("greenapi-step")
        self.reached = True

    @property
    def reached(self) -> bool:
        """Whether the content is there."""
        return bool(self._content.layout.display != "none")

    @reached.setter
    def reached(self, value: bool) -> None:
        visible(self._content, when=value)
        visible(self._waiting, when=not value)
        (self.remove_class if value else self.add_class)("greenapi-ahead")

    def __repr__(self) -> str:
        return "StepBox()"

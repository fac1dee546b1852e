"""Fields with a label of their own whose value stays out of the notebook's text outputs."""

from __future__ import annotations

from ipywidgets import DOMWidget, Text, Textarea

__all__ = ["LineField", "TextField"]


class _Field(DOMWidget):  # type: ignore[misc]  # ipywidgets has no types
    """A labelled field that shows no value in its repr, which JupyterLab saves as text/plain.

    Parameters
    ----------
    label
        The visible label, tied to the input.
    name
        A CSS class by which styles and descriptions find the field.
    placeholder
        An example of what to write.
    """

    def __init__(self, label: str, *, name: str, placeholder: str = "") -> None:
        super().__init__(description=label, placeholder=placeholder)
        self.add_class(name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.description!r})"


class LineField(_Field, Text):  # type: ignore[misc]
    """A line of text.

    Examples
    --------
    >>> field = LineField("Recipient", name="greenapi-to")
    >>> field.value = "79001234567"
    >>> field
    LineField('Recipient')
    """


class TextField(_Field, Textarea):  # type: ignore[misc]
    """A text area that grows with its text.

    Examples
    --------
    >>> field = TextField("Text", name="greenapi-body")
    >>> field.value = "Hello"
    >>> field
    TextField('Text')
    """

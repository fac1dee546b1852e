"""Fields with a label of their own whose value stays out of the notebook's text outputs."""

from __future__ import annotations

from ipywidgets import Text, Textarea

__all__ = ["LineField", "TextField"]


class LineField(Text):  # type: ignore[misc]  # ipywidgets has no types
    """A labelled line of text that shows no value in its repr, which JupyterLab saves as text/plain.

    Parameters
    ----------
    label
        The visible label, tied to the input.
    name
        A CSS class by which styles and descriptions find the field.
    placeholder
        An example of what to write.

    Examples
    --------
    >>> field = LineField("Recipient", name="greenapi-to")
    >>> field.value = "79001234567"
    >>> field
    LineField('Recipient')
    """

    def __init__(self, label: str, *, name: str, placeholder: str = "") -> None:
        super().__init__(description=label, placeholder=placeholder)
        self.add_class(name)

    def __repr__(self) -> str:
        return f"LineField({self.description!r})"


class TextField(Textarea):  # type: ignore[misc]  # ipywidgets has no types
    """A labelled text area that grows with its text and shows no value in its repr.

    Parameters
    ----------
    label
        The visible label, tied to the text area.
    name
        A CSS class by which styles and descriptions find the field.
    placeholder
        An example of what to write.

    Examples
    --------
    >>> field = TextField("Text", name="greenapi-body")
    >>> field.value = "Hello"
    >>> field
    TextField('Text')
    """

    def __init__(self, label: str, *, name: str, placeholder: str = "") -> None:
        super().__init__(description=label, placeholder=placeholder)
        self.add_class(name)

    def __repr__(self) -> str:
        return f"TextField({self.description!r})"

"""The stylesheet of all forms, and what one form adds to it."""

from __future__ import annotations

from pathlib import Path

from ipywidgets import HTML, Layout

__all__ = ["FORM_CLASS", "stylesheet"]

FORM_CLASS = "greenapi-form"
"""The class every form carries; the stylesheet touches nothing outside it."""
_FORMS = Path(__file__).with_name("forms.css")


def stylesheet(*sheets: Path) -> HTML:
    """Make the invisible first child that brings a form its looks.

    Parameters
    ----------
    *sheets
        What the form has beside the looks of all forms.

    Examples
    --------
    >>> stylesheet().value.startswith("<style>")
    True
    """
    css = "\n".join(sheet.read_text(encoding="utf-8") for sheet in (_FORMS, *sheets))
    return HTML(f"<style>{css}</style>", layout=Layout(display="none"))

"""The one stylesheet of all forms."""

from __future__ import annotations

from pathlib import Path

from ipywidgets import HTML, Layout

__all__ = ["FORM_CLASS", "stylesheet"]

FORM_CLASS = "greenapi-form"
"""The class every form carries; the stylesheet touches nothing outside it."""


def stylesheet() -> HTML:
    """Make the invisible first child that brings a form its looks.

    Examples
    --------
    >>> stylesheet().value.startswith("<style>")
    True
    """
    css = Path(__file__).with_name("forms.css").read_text(encoding="utf-8")
    return HTML(f"<style>{css}</style>", layout=Layout(display="none"))

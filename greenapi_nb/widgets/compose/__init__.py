"""The form that writes and sends one message, and what it alone is made of."""

from greenapi_nb.widgets.compose.form import ComposeForm

__all__ = ["ComposeForm"]

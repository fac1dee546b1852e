"""The form that sends a whole table, and what it alone is made of."""

from greenapi_nb.widgets.bulk.form import BulkSendForm

__all__ = ["BulkSendForm"]

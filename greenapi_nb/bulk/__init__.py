"""Send a whole frame: plan it, run it, report on it."""

from greenapi_nb.bulk.send import bulk_send

__all__ = ["bulk_send"]

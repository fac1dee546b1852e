"""Send WhatsApp text messages from Jupyter through GREEN-API, and always know what happened to each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from greenapi_nb.bulk import bulk_send
    from greenapi_nb.bulk.chart import plot_outcomes
    from greenapi_nb.bulk.report import summarize
    from greenapi_nb.client import Client, send_text
    from greenapi_nb.errors import (
        AlreadySent,
        BulkSendInterrupted,
        ErrorCode,
        GreenApiError,
        MessageRejected,
        MessageUnsent,
        OutcomeUnknown,
    )
    from greenapi_nb.ledger import Ledger
    from greenapi_nb.outcomes import Receipt, Status
    from greenapi_nb.sandbox import Sandbox
    from greenapi_nb.widgets.bulk import BulkSendForm
    from greenapi_nb.widgets.compose import ComposeForm

_HOMES = {
    "AlreadySent": "errors",
    "BulkSendForm": "widgets.bulk",
    "BulkSendInterrupted": "errors",
    "Client": "client",
    "ComposeForm": "widgets.compose",
    "ErrorCode": "errors",
    "GreenApiError": "errors",
    "Ledger": "ledger",
    "MessageRejected": "errors",
    "MessageUnsent": "errors",
    "OutcomeUnknown": "errors",
    "Receipt": "outcomes",
    "Sandbox": "sandbox",
    "Status": "outcomes",
    "bulk_send": "bulk",
    "plot_outcomes": "bulk.chart",
    "send_text": "client",
    "summarize": "bulk.report",
}

__all__ = [
    "AlreadySent",
    "BulkSendForm",
    "BulkSendInterrupted",
    "Client",
    "ComposeForm",
    "ErrorCode",
    "GreenApiError",
    "Ledger",
    "MessageRejected",
    "MessageUnsent",
    "OutcomeUnknown",
    "Receipt",
    "Sandbox",
    "Status",
    "bulk_send",
    "plot_outcomes",
    "send_text",
    "summarize",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute may be anything
    """Import a public name from its home when it is first touched: the package itself imports nothing heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])

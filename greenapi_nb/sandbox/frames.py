"""The sandbox's record as DataFrames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from greenapi_nb.sandbox.magic import MAGIC
from greenapi_nb.sandbox.store import Message, Request

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["magic_frame", "messages_frame", "requests_frame"]

_DTYPES = {"at": "datetime64[us, UTC]", "http_status": "Int64", "code": "Int64", "arrives": "bool"}


def messages_frame(messages: Iterable[Message]) -> pd.DataFrame:
    """Tabulate accepted messages, one row each.

    Examples
    --------
    >>> list(messages_frame([]).columns)
    ['at', 'to', 'recipient_type', 'body', 'message_id']
    """
    return _frame(messages, Message._fields)


def requests_frame(requests: Iterable[Request]) -> pd.DataFrame:
    """Tabulate requests, one row each.

    Examples
    --------
    >>> list(requests_frame([]).columns)
    ['at', 'method', 'path', 'to', 'http_status', 'code']
    """
    return _frame(requests, Request._fields)


def magic_frame() -> pd.DataFrame:
    """Tabulate the magic recipients, one row each.

    Examples
    --------
    >>> int(magic_frame().set_index("to").loc["79000000503", "http_status"])
    503
    """
    rows = (
        (magic.to, magic.first_answer.status, magic.first_answer.code, magic.accept is not None, magic.does)
        for magic in MAGIC.values()
    )
    return _frame(rows, ("to", "http_status", "code", "arrives", "does"))


def _frame(rows: Iterable[tuple[object, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pd.DataFrame(
        {
            column: pd.Series(list(values), dtype=_DTYPES.get(column, "string"))
            for column, values in zip(columns, cells, strict=True)
        }
    )

"""Outcomes as a result frame: the columns and types every result has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from greenapi_nb.outcomes import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenapi_nb.outcomes import Outcome

__all__ = ["outcomes_to_frame"]

_DTYPES: dict[str, Any] = {
    "to": "string",
    "status": pd.CategoricalDtype([status.value for status in Status]),
    "message_id": "string",
    "error_code": "Int64",
    "error": "string",
    "http_status": "Int64",
    "attempts": "Int64",
    "at": "datetime64[us, UTC]",
}


def outcomes_to_frame(
    recipients: Sequence[str | None], outcomes: Sequence[Outcome], index: pd.Index | None = None
) -> pd.DataFrame:
    """Lay outcomes out as a frame, one row each, in their order.

    Parameters
    ----------
    recipients
        Whom each message is to, as shown in column ``to``; None for nobody.
    outcomes
        As many.
    index
        The labels of the rows, repeats and all; None counts from 0.

    Returns
    -------
    DataFrame
        Columns ``to`` (string), ``status`` (categorical), ``message_id`` (string), ``error_code`` (Int64),
        ``error`` (string), ``http_status`` (Int64), ``attempts`` (Int64), ``at`` (datetime, UTC).
    """
    columns: dict[str, list[Any]] = {"to": list(recipients)}
    columns["status"] = [outcome.status.value for outcome in outcomes]
    for name in ("message_id", "error_code", "error", "http_status", "attempts", "at"):
        columns[name] = [getattr(outcome, name) for outcome in outcomes]
    arrays = {name: pd.Series(values, dtype=_DTYPES[name], index=index) for name, values in columns.items()}
    return pd.DataFrame(arrays, index=index)

"""Outcomes as a result frame: the columns and types every result has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
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
    # Rows that share one outcome (a dry run's, the skipped) are laid out once: a million of them cost what one does.
    distinct = {id(outcome): outcome for outcome in outcomes}
    places = {identity: place for place, identity in enumerate(distinct)}
    rows = np.fromiter((places[id(outcome)] for outcome in outcomes), dtype=np.intp, count=len(outcomes))
    columns: dict[str, Any] = {"to": pd.array(recipients, dtype=_DTYPES["to"])}
    columns |= {name: _column(name, list(distinct.values())).take(rows) for name in list(_DTYPES)[1:]}
    return pd.DataFrame(columns, index=index)


def _column(name: str, outcomes: list[Outcome]) -> Any:  # noqa: ANN401 - an array of the column's own kind
    values = [getattr(outcome, name) for outcome in outcomes]
    if name == "status":
        values = [status.value for status in values]
    return pd.array(values, dtype=_DTYPES[name])

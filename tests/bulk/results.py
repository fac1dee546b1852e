"""Results of runs that never happened, of any size, for the reports."""

from __future__ import annotations

import numpy as np
import pandas as pd

from greenapi_nb import Status

__all__ = ["result_of"]

_CODES = {Status.REJECTED: 1021, Status.UNSENT: -1, Status.UNKNOWN: -2, Status.SKIPPED: -9}
_STATUSES = pd.CategoricalDtype([status.value for status in Status])


def result_of(seconds: float = 60.0, **rows: int) -> pd.DataFrame:
    """Make a result with so many rows of each status, spread evenly over so many seconds."""
    statuses = np.repeat([Status(name).value for name in rows], list(rows.values()))
    statuses = np.random.default_rng(1).permutation(statuses)
    codes = pd.Series(statuses).map({status.value: code for status, code in _CODES.items()})
    begin = np.datetime64("2026-11-05T09:58:10", "us")
    moments = begin + np.linspace(0, seconds * 1e6, len(statuses)).astype("timedelta64[us]")
    at = pd.Series(moments).dt.tz_localize("UTC")
    return pd.DataFrame(
        {
            "status": pd.Series(statuses, dtype=_STATUSES),
            "error_code": pd.to_numeric(codes).astype("Int64"),
            "at": at.where(~pd.Series(statuses).isin([Status.SKIPPED, Status.READY])),
        }
    )

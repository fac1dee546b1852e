"""A column's cells as they are stored, where pandas would hand them out as something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from greenapi_nb.values import is_missing

__all__ = ["exact"]

_NARROW = (np.dtype("float16"), np.dtype("float32"))


def exact(column: pd.Series[Any]) -> pd.Series[Any]:
    """Keep 32-bit floats what they are; handed out as Python's floats, the digits they lost would not show.

    Examples
    --------
    >>> column = pd.Series([79001234567], dtype="float32")
    >>> [type(cell).__name__ for cell in (*column.tolist(), *exact(column).tolist())]
    ['float', 'float32']
    """
    if column.iloc[:0].to_numpy().dtype not in _NARROW:
        return column
    cells = [None if is_missing(cell) else np.float32(cell) for cell in column]
    return pd.Series(cells, index=column.index, dtype=object)

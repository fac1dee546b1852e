"""What a cell of a table may hold: nothing at all, or a value that an error text can name."""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from typing import Any

__all__ = ["is_missing", "shown"]


def is_missing(value: Any) -> bool:  # noqa: ANN401 - a cell may hold anything
    """Whether a cell holds no value; never raises and imports nothing.

    An empty text is a value. A container is one too, whatever it holds.

    Parameters
    ----------
    value
        Anything.

    Returns
    -------
    bool
        True for None, a NaN of Python, Decimal or NumPy, NumPy's NaT, and pandas' NA and NaT.

    Examples
    --------
    >>> is_missing(float("nan")), is_missing(None)
    (True, True)
    >>> is_missing(""), is_missing(0), is_missing([])
    (False, False, False)
    """
    kind = type(value)
    if issubclass(kind, (str, int)):
        return False
    if issubclass(kind, float):
        return math.isnan(value)
    if issubclass(kind, Decimal):
        return Decimal.is_nan(value)
    return value is None or _is_pandas_missing(value) or _is_numpy_missing(value, kind)


def shown(value: object, limit: int = 60) -> str:
    """Name a value in an error text: its repr, cut short; never raises.

    Parameters
    ----------
    value
        Anything, also an object whose repr fails.
    limit
        The most characters to give.

    Examples
    --------
    >>> shown("79001234567 ")
    "'79001234567 '"
    >>> shown("a" * 1000, limit=10)
    "'aaaaaa..."
    """
    try:
        text = repr(value).encode("utf-8", "backslashreplace").decode()
    except Exception:  # noqa: BLE001 - a repr may raise anything
        text = f"an unprintable {type(value).__name__}"
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def _is_pandas_missing(value: object) -> bool:
    pandas = sys.modules.get("pandas")
    return any(value is getattr(pandas, name, None) for name in ("NA", "NaT"))


def _is_numpy_missing(value: object, kind: type) -> bool:
    numpy: Any = sys.modules.get("numpy")
    if numpy is None:
        return False
    if issubclass(kind, numpy.inexact):
        return bool(numpy.isnan(value))
    return issubclass(kind, (numpy.datetime64, numpy.timedelta64)) and bool(numpy.isnat(value))

"""The list of recipients not to write to: read whole, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from numbers import Number

import pandas as pd

from greenapi_nb.bulk.cells import exact
from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.recipients import read_recipient
from greenapi_nb.values import is_missing, shown

__all__ = ["entries_of", "read_suppressed"]

_MOST_NAMED = 5


def read_suppressed(suppress: object, region: str | None) -> frozenset[str]:
    """Return the identifiers of the recipients on a list; empty cells are passed over.

    Raises
    ------
    TypeError
        It is no list.
    ValueError
        An entry is no recipient: passed over, it would let through whoever it stands for.

    Examples
    --------
    >>> sorted(read_suppressed(["+7 900 123-45-67", None, 79001234568.0], None))
    ['79001234567', '79001234568']
    """
    identifiers, unreadable = set(), []
    for entry in entries_of(suppress):
        try:
            identifiers.add(read_recipient(entry, region=region).identifier)
        except MessageRejected as error:
            if error.code != ErrorCode.RECIPIENT_MISSING:
                unreadable.append(entry)
    if unreadable:
        named = ", ".join(map(shown, unreadable[:_MOST_NAMED]))
        raise ValueError(
            f"suppress holds entries that are no recipients ({named}); mend or remove them, so that "
            "nobody on the list is written to by mistake. Nothing was sent."
        )
    return frozenset(identifiers)


def entries_of(suppress: object) -> Iterator[object]:
    """Go through a list not to write to, in whatever form it was given.

    Raises
    ------
    TypeError
        It is no list.

    Examples
    --------
    >>> list(entries_of("79001234567")), list(entries_of(pd.Series([79001234568])))
    (['79001234567'], [79001234568])
    """
    if isinstance(suppress, str | Number) and not is_missing(suppress):
        return iter([suppress])
    if isinstance(suppress, pd.Index):
        suppress = suppress.to_series()
    if isinstance(suppress, pd.Series | pd.api.extensions.ExtensionArray):
        return iter(exact(pd.Series(suppress)))
    if isinstance(suppress, Iterable):
        return iter(suppress)
    raise TypeError(f"suppress is a list of recipients not to write to, not {shown(suppress)}; nothing was sent.")

"""Which row goes next: frame order, and never two of one recipient at once."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenapi_nb.bulk.plan import Row

__all__ = ["Lanes"]


class Lanes:
    """Hands rows to many workers so that each recipient's go in order, one at a time.

    Parameters
    ----------
    rows
        In frame order.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self._waiting: dict[str, deque[Row]] = {}
        self._freed: deque[Row] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def take(self) -> Row | None:
        """Return the next row whose recipient is free, waiting for one; None when there will be none."""
        with self._changed:
            while not self._closed:
                if self._freed:
                    return self._freed.popleft()
                row = next(self._rows, None)
                if row is None:
                    if not any(self._waiting.values()):
                        return None
                    self._changed.wait()
                elif row.message.to in self._waiting:
                    self._waiting[row.message.to].append(row)
                else:
                    self._waiting[row.message.to] = deque()
                    return row
            return None

    def done(self, row: Row) -> None:
        """Free the recipient of a row that was taken, for its next row."""
        with self._changed:
            waiting = self._waiting[row.message.to]
            if waiting:
                self._freed.append(waiting.popleft())
            else:
                del self._waiting[row.message.to]
            self._changed.notify_all()

    def close(self) -> None:
        """Hand out no more rows."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

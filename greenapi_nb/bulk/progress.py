"""The progress bar: how many rows came to which status."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from greenapi_nb.outcomes import Status

__all__ = ["Progress"]


class Progress:
    """A bar that can fail without harm to the run it shows.

    Parameters
    ----------
    total
        Number of messages to send.
    shown
        False shows nothing.
    """

    def __init__(self, total: int, *, shown: bool) -> None:
        self._bar: Any = None
        if shown and total:
            self._try(lambda: self._open(total))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._bar is not None:
            self._try(self._bar.close)

    def show(self, counts: Mapping[Status, int]) -> None:
        """Draw the counts."""
        if self._bar is not None:
            self._try(lambda: self._draw(dict(counts)))

    def _open(self, total: int) -> None:
        from tqdm.auto import tqdm

        self._bar = tqdm(total=total, unit="message", desc="Sending")

    def _draw(self, counts: dict[Status, int]) -> None:
        self._bar.set_postfix({status.value: count for status, count in sorted(counts.items())}, refresh=False)
        self._bar.update(sum(counts.values()) - self._bar.n)

    def _try(self, draw: Any) -> None:  # noqa: ANN401 - any callable
        try:
            draw()
        except Exception as error:  # noqa: BLE001 - a bar that cannot be drawn must not end a run
            self._bar = None
            warnings.warn(f"The progress bar failed ({error!r}); the run goes on without it.", stacklevel=2)

"""What the bulk form shows of a run: that it began, how far it is, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import RLock

    from greenapi_nb.outcomes import Status
    from greenapi_nb.widgets.bulk.desk import Desk
    from greenapi_nb.widgets.bulk.inspector import Inspector
    from greenapi_nb.widgets.bulk.parts import BulkParts
    from greenapi_nb.widgets.bulk.shipments import Shipment

__all__ = ["Conductor"]


class Conductor:
    """Begins runs when their buttons are pressed, each once, and follows them to their end.

    Parameters
    ----------
    desk
        Sends.
    parts
        Show it.
    inspector
        Knows what was checked, and looks anew after a run.
    lock
        Held while parts are shown.
    tell
        Called with the form's new state, under the lock.
    announce
        Called after that, without the lock: has the observers told.
    """

    def __init__(  # noqa: PLR0913 - what it stands between
        self,
        desk: Desk,
        parts: BulkParts,
        inspector: Inspector,
        *,
        lock: RLock,
        tell: Callable[[str], object],
        announce: Callable[[], object],
    ) -> None:
        self._desk, self._parts, self._inspector = desk, parts, inspector
        self._lock, self._tell, self._announce = lock, tell, announce
        self._ended: Shipment | None = None

    def press_send(self) -> None:
        """Send what was checked, if it still holds and was agreed to; a second press finds nothing to send."""
        with self._lock:
            check = self._inspector.check
            if check is None or not self._parts.send.tick.value or not check.ready or self._desk.busy:
                return
            self._inspector.forget()
            self._desk.begin(check)
            self._parts.send.tick.value = False  # what was agreed to is under way; anything more is agreed to anew
        self.follow()

    def press_again(self) -> None:
        """Send what the last run left; a second press finds a run under way."""
        with self._lock:
            if self._desk.busy or not self._desk.left:
                return
            self._inspector.forget()
            self._desk.begin_again()
        self.follow()

    def settle(self, status: Status) -> None:
        """Record what looking into the chats showed."""
        finished = self._desk.settle(status)
        if finished is not None and finished.result is not None:
            with self._lock:
                self._parts.result.show_result(finished.result, self._desk.left)
            self._inspector.look(after_run=True)

    def follow(self) -> None:
        """Show where the run is; called from its thread as it goes on, and never raises."""
        with self._parts.problem.catching():
            shipment = self._desk.shipment
            if shipment is not None and shipment.ended:
                self._end(shipment)
            elif shipment is not None:
                self._show(shipment)

    def _show(self, shipment: Shipment) -> None:
        state = "stopping" if shipment.stopping else "paused" if shipment.paused else "sending"
        with self._lock:
            if shipment.ended:
                return
            self._parts.lock(locked=True)
            self._parts.send.show_run(shipment.progress, state)
            self._parts.result.show_left(0)
            self._tell(state)
        self._announce()

    def _end(self, shipment: Shipment) -> None:
        parts = self._parts
        with self._lock:
            if shipment is self._ended:
                return
            self._ended = shipment
            parts.lock(locked=False)
            finished = self._desk.take_in()
            if finished is not None and finished.result is not None:
                parts.send.show_run(shipment.progress, "done")
                parts.result.show_result(finished.result, self._desk.left)
        self._inspector.look(after_run=finished is not None)
        if finished is None:
            parts.send.show_failure(str(shipment.problem))

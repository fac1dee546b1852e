"""What the bulk form shows of its rows before they go: one at a time, and all in numbers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from greenapi_nb.errors import GreenApiError
from greenapi_nb.widgets.bulk.checks import Check, Kind, view_row
from greenapi_nb.widgets.bulk.orders import FieldError

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import RLock

    from greenapi_nb.widgets.bulk.checks import RowView
    from greenapi_nb.widgets.bulk.desk import Desk
    from greenapi_nb.widgets.bulk.fields import BulkFields
    from greenapi_nb.widgets.bulk.orders import Wish
    from greenapi_nb.widgets.bulk.parts import BulkParts

__all__ = ["Inspector"]


class Inspector:
    """Keeps the preview and the check up to date, the check in a thread of its own and only for the latest wish.

    Parameters
    ----------
    desk
        Checks.
    parts
        Show it.
    fields
        Say what is wished.
    lock
        Held while parts are shown.
    do
        Runs a job in the form's own thread.
    tell
        Called with the form's new state, under the lock.
    announce
        Called after that, without the lock: has the observers told.

    Attributes
    ----------
    check
        What was found about what the fields hold; None while that is not known, or something is missing.
    view
        The row that is shown, None where there is none.
    """

    def __init__(  # noqa: PLR0913 - what it stands between
        self,
        desk: Desk,
        parts: BulkParts,
        fields: BulkFields,
        *,
        lock: RLock,
        do: Callable[..., object],
        tell: Callable[[str], object],
        announce: Callable[[], object],
    ) -> None:
        self.check: Check | None = None
        self.view: RowView | None = None
        self._desk, self._parts, self._fields = desk, parts, fields
        self._lock, self._do = lock, do
        self._tell, self._announce = tell, announce
        self._version = 0
        self._position = 0

    def forget(self) -> None:
        """Let what was found hold no longer."""
        with self._lock:
            self._version += 1
            self.check = None

    def look(self, *, after_run: bool = False) -> None:
        """Look at everything anew; after a run its end stays shown."""
        with self._lock:
            self.forget()
            if not after_run:
                self._parts.send.show_ready(0, sandbox=self._desk.is_sandbox)
                self._parts.send.forget()
            self._parts.check.state.show("<p>Checking…</p>", "hint")
            self.turn(0)
            self._do(self._look, self._version, self._fields.wish, after_run)
            self._tell("done" if after_run else "checking")
        self._announce()

    def begin_with_first_row(self) -> None:
        """Show the first row next."""
        self._position = 0

    def turn(self, by: int) -> None:
        """Show the row so many further on."""
        frame = self._desk.frame
        rows = 0 if frame is None else len(frame)
        with self._lock:
            self._position = max(0, min(self._position + by, rows - 1))
            self.view = None
            if frame is not None and rows:
                try:
                    columns = self._fields.wish.columns(frame)
                    self.view = view_row(frame, self._position, columns, self._desk.given.recipient_type)
                except ValueError:
                    self.view = None  # the check says what is missing
            self._parts.text.show_row(self.view, self._position, rows)

    def turn_to_trouble(self) -> None:
        """Show the next row that cannot be sent, after the last the first."""
        with self._lock:
            places = self.check.places[Kind.REJECTED] if self.check else []
            if places:
                following = next((place for place in places if place > self._position), places[0])
                self.turn(following - self._position)

    def _look(self, version: int, wish: Wish, after_run: bool) -> None:  # noqa: FBT001 - a queued job's argument
        if version != self._version:
            return
        check, problems = None, {}
        try:
            check = self._desk.check(wish)
        except FieldError as problem:
            problems = {problem.name: str(problem)}
        except (ValueError, GreenApiError) as problem:
            problems = {"": str(problem)}
        with self._lock:
            if version != self._version or self._desk.busy:
                return
            self.check = check
            self._show(problems)
            if not after_run:
                if check is not None:
                    self._parts.send.show_ready(check.ready, sandbox=self._desk.is_sandbox)
                self._tell("open" if check is None else "ready")
        self._announce()

    def _show(self, problems: dict[str, str]) -> None:
        parts, check = self._parts, self.check
        parts.check.show_notes(problems)
        parts.text.show_problem(problems.get("template", ""))
        parts.text.show_trouble(there_is=check is not None and bool(check.places[Kind.REJECTED]))
        if self._desk.finished is None:
            parts.send.box.reached = check is not None and self._desk.client is not None
        if check is not None:
            parts.check.show_check(check)
            return
        words = "".join(problems.values())
        parts.check.state.show(f"<p><strong>Not ready yet.</strong> {escape(words)}</p>", "hint")
        parts.check.counts.show("")

"""The form that sends a whole table: read, written, checked, sent and understood in five steps."""

from __future__ import annotations

from datetime import datetime
from html import escape
from threading import RLock
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox
from traitlets import Unicode

from greenapi_nb.bulk.columns import guess_recipient, guess_text
from greenapi_nb.bulk.spreadsheet import read_table, too_large
from greenapi_nb.bulk.uploads import UploadError
from greenapi_nb.client import Client
from greenapi_nb.errors import GreenApiError
from greenapi_nb.frames import outcomes_to_frame
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.unset import UNSET
from greenapi_nb.widgets.bulk_defaults import Defaults
from greenapi_nb.widgets.bulk_parts import BulkParts
from greenapi_nb.widgets.bulk_result import as_file
from greenapi_nb.widgets.checks import Kind, view_row
from greenapi_nb.widgets.desk import Desk
from greenapi_nb.widgets.orders import FieldError, Wish, proposed_campaign
from greenapi_nb.widgets.outbox import Outbox
from greenapi_nb.widgets.style import FORM_CLASS
from greenapi_nb.widgets.turns import Turns
from greenapi_nb.widgets.wording import outcome_note
from greenapi_nb.widgets.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    import pandas as pd

    from greenapi_nb.sandbox import Sandbox
    from greenapi_nb.widgets.checks import Check, RowView
    from greenapi_nb.widgets.shipments import Shipment

__all__ = ["BulkSendForm"]

_SAID = {
    "sending": "Sending. You may close this page: the messages go on as long as the kernel runs.",
    "paused": "Paused. Nothing more is sent until you press Resume.",
    "stopping": "Stopping: the messages on their way come to their end.",
    "done": "It is over; what came of it stands below.",
}


class BulkSendForm(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A form to send a text to every row of a table: see it before, watch it, stop it, know what happened.

    It does what `bulk_send` does, in a thread of its own: closing the page does not stop a run, and displaying the
    form again shows where it is. Under a campaign's name each message goes at most once: the form made again with
    the same table and name sends what is left. What is shown of the table lives in the browser and the kernel
    alone, never in the notebook.

    Parameters
    ----------
    frame
        One row a message; None lets a file be uploaded. It is copied.
    client
        Who sends; None uses the token in ``GREENAPI_TOKEN``. Without one the form says how to give it, and
        offers the sandbox.
    **defaults
        What the fields begin with, as `bulk_send` takes it: ``to``, ``body``, ``template``, ``recipient_type``,
        ``campaign``, ``rate``, ``concurrency``, ``duplicates``, ``suppress``, ``limit``, ``region``, ``ledger``.

    Attributes
    ----------
    state : str
        ``"empty"``, ``"checking"``, ``"open"`` (something is missing or wrong), ``"ready"``, ``"sending"``,
        ``"paused"``, ``"stopping"`` or ``"done"``. Read-only, to be observed.
    sandbox : Sandbox or None
        The sandbox the form started when asked to.

    Raises
    ------
    TypeError, ValueError
        An argument cannot be used; nothing was sent.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb import BulkSendForm, Sandbox
    >>> frame = pd.DataFrame({"phone": ["+7 900 123-45-67", "nobody"], "name": ["Ann", "Bob"]})
    >>> with Sandbox() as sandbox:
    ...     form = BulkSendForm(frame, sandbox.client(), template="Hi {name}", campaign="news", ledger=None)
    ...     form.check()["status"].tolist(), form.send()["status"].tolist(), len(sandbox.messages)
    (['ready', 'rejected'], ['accepted', 'rejected'], 1)
    """

    state = Unicode("empty", read_only=True)
    sandbox: Sandbox | None = None

    def __init__(self, frame: pd.DataFrame | None = None, client: Client | None = None, **defaults: Any) -> None:  # noqa: ANN401 - each as the docstring says
        if client is not None and not isinstance(client, Client):
            raise TypeError(f"client is a greenapi_nb.Client or None, not {type(client).__name__}; nothing was sent.")
        self._defaults = Defaults.read(defaults)
        self._lock = RLock()
        self._turns = Turns()
        self._desk = Desk(client, self._defaults.given, self._follow)
        self._outbox = Outbox(client)
        self._check: Check | None = None
        self._view: RowView | None = None
        self._version = 0
        self._position = 0
        self._proposed = ""
        self._filling = False
        self._worker = Worker(self._report)
        self._parts = BulkParts(
            lambda: self.client,
            on_file=lambda name, content: self._worker.do(self._read, name, content),
            on_refused=lambda name, size: self._parts.data.note.show(escape(too_large(name, size)), "bad"),
            make=self._file,
            do=self._worker.do,
        )
        super().__init__(self._parts.arranged())
        self.add_class(FORM_CLASS)
        self._connect()
        self._fill(self._defaults.wish)
        self._show_client()
        if frame is not None:
            self.load(frame)

    @property
    def client(self) -> Client | None:
        """Who sends; None while there is no token."""
        return self._desk.client

    @property
    def campaign(self) -> str:
        """The campaign's name as it stands in its field."""
        return str(self._parts.check.campaign.value)

    @property
    def result(self) -> pd.DataFrame | None:
        """What came of the last run, as `bulk_send` returns it; None before there was one."""
        return self._desk.finished.result if self._desk.finished else None

    def load(self, frame: pd.DataFrame, source: str = "table") -> None:
        """Take these rows in place of those before.

        Parameters
        ----------
        frame
            One row a message; it is copied.
        source
            What to call it; the proposed name of the campaign is made of it.

        Raises
        ------
        TypeError
            It is no DataFrame.
        ValueError
            It has no such column as was asked for.
        RuntimeError
            Messages are being sent.
        """
        import pandas as pd

        if not isinstance(frame, pd.DataFrame):
            raise TypeError(f"frame is a pandas DataFrame, not {type(frame).__name__}; nothing was sent.")
        for name in (self._defaults.to, self._defaults.body):
            if name is not UNSET and name is not None and name not in frame.columns:
                raise ValueError(f"The frame has no column {name!r}. Nothing was sent.")
        self._take(frame.copy(), source)

    def check(self) -> pd.DataFrame:
        """Check every row now and return what would happen, as ``bulk_send(dry_run=True)``.

        Raises
        ------
        ValueError
            A field cannot be used as it stands.
        """
        plan = self._desk.check(self._wish()).plan
        ready = Outcome(Status.READY)
        return outcomes_to_frame(plan.shown, [outcome or ready for outcome in plan.outcomes], plan.index)

    def send(self) -> pd.DataFrame:
        """Send what the check finds, wait for the end, and return what came of every row.

        Raises
        ------
        ValueError
            A field cannot be used as it stands; nothing was sent.
        MissingToken
            There is no token; nothing was sent.
        RuntimeError
            Messages are being sent already.
        """
        return self._finish(self._desk.begin(self._desk.check(self._wish())))

    def send_unsent(self) -> pd.DataFrame:
        """Send again what the last run left unsent, wait for the end, and return what came of every row.

        Rows that were refused, and all that may have been sent, stay as they are.

        Raises
        ------
        RuntimeError
            There was no run, or one is under way.
        """
        return self._finish(self._desk.begin_again())

    def pause(self) -> None:
        """Begin no more messages until `resume`."""
        if self._desk.shipment is not None:
            self._desk.shipment.pause()
        self._follow()

    def resume(self) -> None:
        """Go on after `pause`."""
        if self._desk.shipment is not None:
            self._desk.shipment.resume()
        self._follow()

    def stop(self, reason: str = "you stopped it") -> None:
        """Begin no more messages; those on their way come to their end. The campaign can be sent on later."""
        if self._desk.shipment is not None:
            self._desk.shipment.stop(reason)
        self._follow()

    def use_sandbox(self) -> Sandbox:
        """Send to a sandbox from now on, started for this form; nothing reaches WhatsApp.

        Returns
        -------
        Sandbox
            Also in ``sandbox``; it ends with `close`.
        """
        from greenapi_nb.sandbox import Sandbox

        with self._lock:
            if self.sandbox is None:
                self.sandbox = Sandbox().start()
                self._desk.given_client = self._outbox.given_client = self.sandbox.client()
        self._show_client()
        self._edit()
        return self.sandbox

    def close(self) -> None:
        """Take the form away, stop its run, and end the sandbox it started."""
        if hasattr(self, "_worker"):  # a form that was refused its parameters is closed, too
            self.stop("the form was closed")
            self._worker.close()
        if self.sandbox is not None:
            self.sandbox.stop()
        super().close()

    def __repr__(self) -> str:
        return (
            "BulkSendForm: a form for JupyterLab, Jupyter Notebook, VS Code or Voila. Where Jupyter widgets are not "
            'available, send with greenapi_nb.bulk_send(frame, template="Hello {name}", campaign="a name").'
        )

    def _connect(self) -> None:
        parts, guard = self._parts, self._parts.problem.guard
        text, check, send = parts.text, parts.check, parts.send
        fields = (
            *(text.to, text.body, text.template),
            *(check.campaign, check.rate, check.limit, check.region, check.suppress, check.repeats),
        )
        for field in fields:
            field.observe(guard(self._edit), "value")
        text.to.observe(lambda _: text.to_note.show(""), "value")
        send.tick.observe(guard(lambda: send.show_buttons("ready")), "value")
        for button, action in (
            (parts.sandbox, lambda: self._worker.do(self.use_sandbox)),
            (text.back, lambda: self._turn(-1)),
            (text.forth, lambda: self._turn(1)),
            (text.trouble, self._turn_to_trouble),
            (check.carry_on, self._carry_on),
            (check.test, self._press_test),
            (send.send, self._press_send),
            (send.pause, self.pause),
            (send.resume, self.resume),
            (send.stop, self.stop),
            (parts.result.again, self._press_again),
        ):
            button.on_click(guard(action))

    # The table

    def _read(self, name: str, content: bytes) -> None:
        note = self._parts.data.note
        note.show(f"<p>Reading {escape(name)}…</p>", "hint")
        try:
            table = read_table(name, content)
        except UploadError as problem:
            note.show(escape(str(problem)), "bad")
            return
        self._take(table.frame, name, table.format, has_names=table.has_names)

    def _take(self, frame: pd.DataFrame, source: str, how: str = "", *, has_names: bool = True) -> None:
        with self._lock:
            if self._desk.busy:
                raise RuntimeError(
                    "Messages are being sent; wait for the end, or stop them, before you change the table."
                )
            self._desk.frame = frame
            self._position = 0
            self._parts.data.show_frame(source, frame, how, has_names=has_names)
            self._filling = True
            try:
                self._choose_columns(frame)
                self._propose(source)
            finally:
                self._filling = False
            self._parts.text.box.reached = self._parts.check.box.reached = True
        self._edit()

    def _choose_columns(self, frame: pd.DataFrame) -> None:
        columns, text = frame.columns.tolist(), self._parts.text
        recipient, why = _place(columns, self._defaults.to), ""
        if recipient is None:
            guess = guess_recipient(frame, self._defaults.region)
            recipient = _place(columns, guess.column) if guess else None
            why = (
                f"Guessed: {guess.why}. Choose another if that is wrong."
                if guess
                else "No column looks like phone numbers. Choose the right one."
            )
        body = _place(columns, self._defaults.body)
        if body is None and not text.template.value:
            body = _place(columns, guess_text(frame))
        text.offer(columns, recipient=recipient, text=body)
        text.to_note.show(escape(why))

    def _propose(self, source: str) -> None:
        field = self._parts.check.campaign
        if field.value in {"", self._proposed}:
            self._proposed = field.value = proposed_campaign(source, datetime.now().astimezone().date())

    def _fill(self, wish: Wish) -> None:
        text, check = self._parts.text, self._parts.check
        text.template.value, check.campaign.value = wish.template, wish.campaign
        check.rate.value, check.limit.value, check.region.value = wish.rate, wish.limit, wish.region
        check.repeats.value = wish.repeats

    def _wish(self) -> Wish:
        text, check = self._parts.text, self._parts.check
        return Wish(
            to=text.to.place,
            body=text.body.place,
            template=text.template.value,
            campaign=check.campaign.value,
            rate=check.rate.value,
            limit=check.limit.value,
            region=check.region.value,
            suppress=check.suppress.value,
            repeats=check.repeats.value,
        )

    # The check

    def _edit(self) -> None:
        """Look at everything anew: what was checked and agreed to before no longer holds."""
        if self._filling or self._desk.busy or self._desk.frame is None:
            return
        self._look_anew("checking")

    def _look_anew(self, state: str) -> None:
        with self._lock:
            self._version += 1
            self._check = None
            self._parts.send.show_ready(0, sandbox=self._is_sandbox)
            self._parts.check.state.show("<p>Checking…</p>", "hint")
            self._show_row()
            self._worker.do(self._look, self._version, self._wish(), state)
        self._tell(state)

    def _look(self, version: int, wish: Wish, state: str) -> None:
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
            self._check = check
            self._show_check(check, problems)
        if state == "checking":
            self._tell("ready" if check is not None else "open")

    def _show_check(self, check: Check | None, problems: dict[str, str]) -> None:
        parts = self._parts
        parts.check.show_notes(problems)
        wrong = problems.get("template", "")
        parts.text.template_note.show(escape(wrong), "bad" if wrong else "", invalid=bool(wrong))
        parts.text.trouble.layout.display = None if check and check.places[Kind.REJECTED] else "none"
        parts.send.box.reached = check is not None and self.client is not None
        if check is None:
            words = next(iter(problems.values()), "")
            parts.check.state.show(f"<p><strong>Not ready yet.</strong> {escape(words)}</p>", "hint")
            parts.check.counts.show("")
            return
        parts.check.show_check(check)
        parts.send.show_ready(check.ready, sandbox=self._is_sandbox)

    def _show_row(self) -> None:
        frame = self._desk.frame
        view: RowView | None = None
        if frame is not None and len(frame):
            self._position = min(self._position, len(frame) - 1)
            try:
                columns = self._wish().columns(frame)
                view = view_row(frame, self._position, columns, self._defaults.recipient_type)
            except ValueError:
                view = None  # the check says what is missing
        self._view = view
        self._parts.text.show_row(view, self._position, 0 if frame is None else len(frame))

    def _turn(self, by: int) -> None:
        with self._lock:
            self._position = max(0, self._position + by)
            self._show_row()

    def _turn_to_trouble(self) -> None:
        with self._lock:
            places = self._check.places[Kind.REJECTED] if self._check else []
            if places:
                self._position = next((place for place in places if place > self._position), places[0])
                self._show_row()

    def _carry_on(self) -> None:
        if self._check is not None and self._check.earlier is not None:
            self._parts.check.campaign.value = self._check.earlier.campaign

    def _press_test(self) -> None:
        view, own = self._view, self._parts.check.own.value
        if view is None or view.body is None:
            self._parts.check.test_note.show("<p>This row has no message that could be sent.</p>", "bad")
            return
        self._parts.check.test_note.show("<p>Sending…</p>", "hint")
        self._worker.do(self._test, own, view.body)

    def _test(self, own: str, body: str) -> None:
        before = self._outbox.outcome(own, body)
        note = outcome_note(self._outbox.submit(own, body))
        went = before is not None and before.status.may_have_been_sent
        again = "<p>The same text went to you before, and is not sent twice.</p>" if went else ""
        self._parts.check.test_note.show(note.html + again, note.tone)

    # The run

    def _press_send(self) -> None:
        with self._lock:
            check, ticked = self._check, self._parts.send.tick.value
            if check is None or not ticked or not check.ready or self._desk.busy:
                return
            self._check = None
            self._desk.begin(check)
        self._follow()

    def _press_again(self) -> None:
        with self._lock:
            if self._desk.busy or not self._desk.left:
                return
            self._version += 1
            self._check = None
            self._desk.begin_again()
        self._follow()

    def _finish(self, shipment: Shipment) -> pd.DataFrame:
        self._follow()
        try:
            return self._desk.wait(shipment)
        finally:
            self._follow()

    def _follow(self) -> None:
        """Show where the run is; called from its thread as it goes on, and never raises."""
        with self._parts.problem.catching():
            shipment = self._desk.shipment
            if shipment is None:
                return
            if shipment.ended:
                self._end(shipment)
            else:
                self._show_run(shipment)

    def _show_run(self, shipment: Shipment) -> None:
        state = "stopping" if shipment.stopping else "paused" if shipment.paused else "sending"
        send = self._parts.send
        with self._lock:
            self._parts.lock(locked=True)
            send.box.reached = True
            send.show_buttons(state)
            send.show_progress(shipment.progress, state)
            send.state.show(f"<p>{_SAID[state]}</p>")
            self._parts.result.show_left(0)
        self._tell(state)

    def _end(self, shipment: Shipment) -> None:
        parts = self._parts
        with self._lock:
            parts.lock(locked=False)
            parts.send.show_buttons("ready")
            parts.send.show_progress(shipment.progress, "done")
            finished = self._desk.take_in()
            if finished is not None and finished.result is not None:
                parts.send.state.show(f"<p>{_SAID['done']}</p>")
                parts.result.show_result(finished.result, self._desk.left)
            elif shipment.problem is not None:
                parts.send.state.show(f"<p>{escape(str(shipment.problem))}</p>", "bad")
        if finished is not None or shipment.problem is not None:
            self._look_anew("done" if finished else "checking")

    def _file(self) -> tuple[str, bytes]:
        finished = self._desk.finished
        if finished is None or finished.result is None:
            raise RuntimeError("There is no result to download yet.")
        return as_file(finished.order.frame, finished.result, finished.order.campaign)

    # Around it

    def _report(self, problem: BaseException) -> None:
        self._parts.problem.report(problem)

    @property
    def _is_sandbox(self) -> bool:
        return bool(getattr(self.client, "is_sandbox", False))

    def _show_client(self) -> None:
        self._parts.show_client(known=self.client is not None, sandbox=self._is_sandbox)

    def _tell(self, state: str) -> None:
        """Set the state for its observers, who are strangers' code: in turn, and with no lock held."""

        def tell() -> None:
            with self._parts.problem.catching():
                self.set_trait("state", state)

        self._turns.add(tell)
        self._turns.run()


def _place(columns: Sequence[Hashable], name: object) -> int | None:
    return columns.index(name) if name is not UNSET and name in columns else None

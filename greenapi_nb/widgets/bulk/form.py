"""The form that sends a whole table: read, written, checked, sent and understood in five steps."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from traitlets import Unicode

from greenapi_nb.bulk.spreadsheet import read_table, too_large
from greenapi_nb.bulk.uploads import UploadError
from greenapi_nb.client import Client
from greenapi_nb.frames import outcomes_to_frame
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.unset import UNSET
from greenapi_nb.widgets.bulk.conductor import Conductor
from greenapi_nb.widgets.bulk.defaults import Defaults
from greenapi_nb.widgets.bulk.desk import Desk
from greenapi_nb.widgets.bulk.fields import BulkFields
from greenapi_nb.widgets.bulk.inspector import Inspector
from greenapi_nb.widgets.bulk.parts import BulkParts
from greenapi_nb.widgets.bulk.result_step import as_file
from greenapi_nb.widgets.forms import Form
from greenapi_nb.widgets.outbox import Outbox
from greenapi_nb.widgets.wording import outcome_note
from greenapi_nb.widgets.worker import Worker

if TYPE_CHECKING:
    import pandas as pd

    from greenapi_nb.widgets.bulk.shipments import Shipment

__all__ = ["BulkSendForm"]


class BulkSendForm(Form):
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
    _parts: BulkParts

    def __init__(self, frame: pd.DataFrame | None = None, client: Client | None = None, **defaults: Any) -> None:  # noqa: ANN401 - each as the docstring says
        if client is not None and not isinstance(client, Client):
            raise TypeError(f"client is a greenapi_nb.Client or None, not {type(client).__name__}; nothing was sent.")
        self._defaults = Defaults.read(defaults)
        self._desk = Desk(client, self._defaults.given, self._follow)
        worker = Worker(self._report)
        parts = BulkParts(
            lambda: self.client,
            on_file=lambda name, content: worker.do(self._read, name, content),
            on_refused=lambda name, size: self._parts.data.note.show(escape(too_large(name, size)), "bad"),
            make=self._file,
            do=worker.do,
        )
        super().__init__(parts, Outbox(client), worker)
        self._fields = BulkFields(parts.text, parts.check, self._defaults)
        around: dict[str, Any] = {"lock": self._lock, "tell": self._tell, "announce": self._turns.run}
        self._inspector = Inspector(self._desk, parts, self._fields, do=worker.do, **around)
        self._conductor = Conductor(self._desk, parts, self._inspector, **around)
        self._connect()
        self._show_client()
        if frame is not None:
            self.load(frame)

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

        Returns
        -------
        DataFrame
            One row a row of the table, ``ready`` where it would be sent.

        Raises
        ------
        ValueError
            A field cannot be used as it stands.
        """
        plan = self._desk.check(self._fields.wish).plan
        ready = Outcome(Status.READY)
        return outcomes_to_frame(plan.shown, [outcome or ready for outcome in plan.outcomes], plan.index)

    def send(self) -> pd.DataFrame:
        """Send what the check finds, wait for the end, and return what came of every row.

        Returns
        -------
        DataFrame
            As `bulk_send` returns it.

        Raises
        ------
        ValueError
            A field cannot be used as it stands; nothing was sent.
        MissingToken
            There is no token; nothing was sent.
        RuntimeError
            Messages are being sent already.
        """
        return self._wait_for(self._desk.begin(self._desk.check(self._fields.wish)))

    def send_unsent(self) -> pd.DataFrame:
        """Send again what the last run left unsent, wait for the end, and return what came of every row.

        Rows that were refused, and all that may have been sent, stay as they are.

        Returns
        -------
        DataFrame
            As `bulk_send` returns it, all rows of the table.

        Raises
        ------
        RuntimeError
            There was no run, or one is under way.
        """
        return self._wait_for(self._desk.begin_again())

    def pause(self) -> None:
        """Begin no more messages until `resume`."""
        if self._desk.shipment is not None:
            self._desk.shipment.pause()
        self._conductor.follow()

    def resume(self) -> None:
        """Go on after `pause`."""
        if self._desk.shipment is not None:
            self._desk.shipment.resume()
        self._conductor.follow()

    def stop(self, reason: str = "you stopped it") -> None:
        """Begin no more messages; those on their way come to their end. The campaign can be sent on later.

        Parameters
        ----------
        reason
            Why, in the words that the result and the form show.
        """
        if self._desk.shipment is not None:
            self._desk.shipment.stop(reason)
        self._conductor.follow()

    def close(self) -> None:
        """Take the form away, stop its run, and end the sandbox it started."""
        if hasattr(self, "_conductor"):  # a form that was refused its parameters is closed, too
            self.stop("the form was closed")
        super().close()

    def __repr__(self) -> str:
        return (
            "BulkSendForm: a form for JupyterLab, Jupyter Notebook, VS Code or Voila. Where Jupyter widgets are not "
            'available, send with greenapi_nb.bulk_send(frame, template="Hello {name}", campaign="a name").'
        )

    def _connect(self) -> None:
        parts, guard = self._parts, self._parts.problem.guard
        inspector, conductor = self._inspector, self._conductor
        text, check, send, result = parts.text, parts.check, parts.send, parts.result
        self._fields.on_edit(guard(self._refresh))
        send.tick.observe(guard(lambda: send.show_buttons("ready")), "value")
        check.test.on_press(self._press_test)
        for button, action in (
            (parts.sandbox, lambda: self._worker.do(self.use_sandbox)),
            (text.back, lambda: inspector.turn(-1)),
            (text.forth, lambda: inspector.turn(1)),
            (text.trouble, inspector.turn_to_trouble),
            (check.carry_on, self._carry_on),
            (send.send, conductor.press_send),
            (send.pause, self.pause),
            (send.resume, self.resume),
            (send.stop, self.stop),
            (result.again, conductor.press_again),
            (result.there, lambda: self._worker.do(conductor.settle, Status.ACCEPTED)),
            (result.missing, lambda: self._worker.do(conductor.settle, Status.UNSENT)),
        ):
            button.on_click(guard(action))

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
                raise RuntimeError("Messages are being sent; wait for the end, or stop them, then change the table.")
            self._desk.frame = frame
            self._parts.data.show_frame(source, frame, how, has_names=has_names)
            self._fields.suit(frame, source)
            self._inspector.begin_with_first_row()
            self._parts.text.box.reached = self._parts.check.box.reached = True
        self._refresh()

    def _send_with(self, client: Client) -> None:
        super()._send_with(client)
        self._desk.given_client = client

    def _refresh(self) -> None:
        """Look at everything anew: what was checked and agreed to before no longer holds."""
        self._show_client()
        if not self._desk.busy and self._desk.frame is not None:
            self._inspector.look()

    def _carry_on(self) -> None:
        check = self._inspector.check
        if check is not None and check.earlier is not None:
            self._parts.check.campaign.value = check.earlier.campaign

    def _press_test(self, seen: dict[str, str]) -> None:
        """Send the row that is shown to the number that is shown; the browser may be ahead of the kernel."""
        template, note, view = self._parts.text.template, self._parts.check.test_note, self._inspector.view
        if seen.get("template", template.value) != template.value:
            template.value = seen["template"]
            note.show("<p>The text has just changed: look at it, and press again.</p>", "hint")
        elif view is None or view.body is None:
            note.show("<p>This row has no message that could be sent.</p>", "bad")
        else:
            note.show("<p>Sending…</p>", "hint")
            self._worker.do(self._test, seen.get("own", self._parts.check.own.value), view.body)

    def _test(self, own: str, body: str) -> None:
        before = self._outbox.outcome(own, body)
        note = outcome_note(self._outbox.submit(own, body))
        went = before is not None and before.status.may_have_been_sent
        again = "<p>The same text went to you before, and is not sent twice.</p>" if went else ""
        self._parts.check.test_note.show(note.html + again, note.tone)

    def _wait_for(self, shipment: Shipment) -> pd.DataFrame:
        self._follow()
        try:
            return self._desk.wait(shipment)
        finally:
            self._follow()

    def _file(self) -> tuple[str, bytes]:
        finished = self._desk.finished
        if finished is None or finished.result is None:
            raise RuntimeError("There is no result to download yet.")
        return as_file(finished.order.frame, finished.result, finished.order.campaign)

    def _follow(self) -> None:
        self._conductor.follow()

    def _report(self, problem: BaseException) -> None:
        self._parts.problem.report(problem)

    def _tell(self, state: str) -> None:
        """Set the state for its observers, who are strangers' code: in turn, and with no lock held."""

        def tell() -> None:
            with self._parts.problem.catching():
                self.set_trait("state", state)

        self._turns.add(tell)

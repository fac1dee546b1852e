"""The form that writes one message, shows it as its recipient will see it, and sends it once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from traitlets import CUnicode, Int, Unicode, link

from greenapi_nb.messages import check_recipient_type
from greenapi_nb.widgets.compose.history import history_frame
from greenapi_nb.widgets.compose.parts import ComposeParts
from greenapi_nb.widgets.compose.step import next_step
from greenapi_nb.widgets.forms import Form
from greenapi_nb.widgets.outbox import Outbox
from greenapi_nb.widgets.places import country_of
from greenapi_nb.widgets.wording import body_note, recipient_note
from greenapi_nb.widgets.worker import Worker

if TYPE_CHECKING:
    import pandas as pd

    from greenapi_nb.client import Client
    from greenapi_nb.messages import Message
    from greenapi_nb.outcomes import Outcome

__all__ = ["ComposeForm"]

SENDING = "sending"
_ANY_NUMBER = "79001234567"


class ComposeForm(Form):
    """A form to write, preview and send one WhatsApp text.

    What is shown about outcomes lives in the browser and the kernel alone, never in the notebook.

    Parameters
    ----------
    client
        Who sends; None uses the token in ``GREENAPI_TOKEN``. Without one the form says how to give it, and
        offers the sandbox.
    to
        The recipient to begin with, in any usual spelling.
    body
        The text to begin with.
    recipient_type
        ``"individual"`` or ``"group"``; None reads it off the recipient.

    Attributes
    ----------
    to, body : str
        What the fields hold; setting them fills the fields.
    status : str
        ``""`` for a draft, ``"sending"``, or the `Status` this draft came to. Read-only, to be observed.
    message_id : str or None
        The API's identifier of the accepted message.
    error_code : int or None
        Why the message was not accepted, an `ErrorCode` where it is a known one.
    sandbox : Sandbox or None
        The sandbox the form started when asked to; its ``messages`` show what arrived.

    Raises
    ------
    TypeError
        `client` cannot send.
    ValueError
        `recipient_type` is no type of recipient, or what the environment says of token and base URL is unusable.

    Examples
    --------
    >>> from greenapi_nb import ComposeForm, Sandbox
    >>> with Sandbox() as sandbox:
    ...     form = ComposeForm(sandbox.client(), to="79001234567", body="Hello *there*")
    ...     form.submit().status, form.submit() is form.submit(), len(sandbox.messages)
    (<Status.ACCEPTED: 'accepted'>, True, 1)
    """

    to = CUnicode("")
    body = Unicode("")
    status = Unicode("", read_only=True)
    message_id = Unicode(None, allow_none=True, read_only=True)
    error_code = Int(None, allow_none=True, read_only=True)
    _parts: ComposeParts

    def __init__(
        self,
        client: Client | None = None,
        *,
        to: object = "",
        body: str = "",
        recipient_type: str | None = None,
    ) -> None:
        if client is not None and not callable(getattr(client, "send", None)):
            raise TypeError(f"client is a greenapi_nb.Client or None, not {type(client).__name__}; nothing was sent.")
        check_recipient_type(recipient_type)
        self._asking: Message | None = None
        self._pressed = False
        parts = ComposeParts(lambda: self.client)
        report = parts.problem.report
        outbox = Outbox(client, recipient_type, self._refresh, report)
        super().__init__(parts, outbox, Worker(report), to="" if to is None else to, body=body)
        self._connect()
        self.client  # noqa: B018 - what is wrong with the environment is said here and now
        self._refresh()
        self._worker.do(country_of, _ANY_NUMBER)  # loads the tables before the first number is typed

    @property
    def history(self) -> pd.DataFrame:
        """What this form handed to its client, one row per attempt, oldest first.

        Columns ``at`` (UTC), ``to``, ``recipient_type``, ``body``, ``status``, ``message_id``, ``error_code``,
        ``error``, ``http_status``, ``attempts``. Displaying it writes recipients and texts into the notebook.
        """
        return history_frame(list(self._outbox.sent))

    def submit(self) -> Outcome:
        """Send what the fields hold, unless this form has sent it, and say what came of it.

        A call while the same message is on its way waits for that; one after it was accepted, or may have
        been sent, returns that outcome. `new_draft` allows the same message once more.

        Returns
        -------
        Outcome
            The outcome says what happened; nothing is raised for the message, the network or a missing token.
        """
        try:
            return self._outbox.submit(self.to, self.body)
        finally:
            self._refresh()

    def new_draft(self) -> None:
        """Forget that the message in the fields was sent: `submit` may then send it a second time."""
        self._asking = None
        message = self._outbox.message(self.to, self.body)
        if message is not None:
            self._outbox.forget(message)
        self._refresh()

    def __repr__(self) -> str:
        return (
            "ComposeForm: a form for JupyterLab, Jupyter Notebook, VS Code or Voila. Where Jupyter widgets are "
            'not available, send with greenapi_nb.send_text("79001234567", "Hello").'
        )

    def _connect(self) -> None:
        parts, problem, guard = self._parts, self._parts.problem, self._parts.problem.guard
        link((self, "to"), (parts.to, "value"))
        link((self, "body"), (parts.body, "value"))
        self.observe(guard(self._edit), ["to", "body"])
        parts.send.on_press(problem.guard_event(self._press_send))
        parts.again.on_press(guard(self._press_again))
        parts.confirm.on_press(problem.guard_event(self._press_confirm))
        parts.cancel.on_press(guard(self._edit))
        parts.sandbox.on_click(guard(self._press_sandbox))

    def _edit(self) -> None:
        self._asking = None
        self._refresh()

    def _press_send(self, seen: dict[str, str]) -> None:
        to, body = self._seen(seen)
        outcome = self._outbox.outcome(to, body)
        if outcome is None or not outcome.status.may_have_been_sent:
            self._begin(to, body)

    def _press_again(self) -> None:
        self._asking = self._outbox.message(self.to, self.body)
        self._refresh()

    def _press_confirm(self, seen: dict[str, str]) -> None:
        to, body = self._seen(seen)
        with self._lock:
            asked, self._asking = self._asking, None
        if asked is not None and asked == self._outbox.message(to, body):
            self._begin(to, body, again=asked)
        self._refresh()

    def _seen(self, seen: dict[str, str]) -> tuple[str, str]:
        """Take the fields as the browser showed them, except that it knows one kind of line break only."""
        to, body = seen.get("to", self.to), seen.get("body", self.body)
        kept = self.body if _with_one_line_break(self.body) == _with_one_line_break(body) else body
        return to, kept

    def _press_sandbox(self) -> None:
        self._parts.sandbox.disabled = True
        self._worker.do(self.use_sandbox)

    def _begin(self, to: str, body: str, *, again: Message | None = None) -> None:
        """Hand a message to the form's own thread, unless that is busy with one."""
        with self._lock:
            if not self._may_begin():
                return
            if again is not None:
                self._outbox.forget(again)
            self._worker.do(self._deliver, to, body)
            self._pressed = True
        self._refresh()

    def _may_begin(self) -> bool:
        return not self._pressed and not self._outbox.in_flight()

    def _deliver(self, to: str, body: str) -> None:
        try:
            self._outbox.submit(to, body)
        finally:
            with self._lock:
                self._pressed = False
            self._refresh()

    def _refresh(self) -> None:
        """Show how things stand; called from any thread, and never raises."""
        problem = self._parts.problem
        with self._lock:
            with problem.catching():
                self._show_fields()
            with problem.catching():
                self._show_step()
        self._turns.run()  # strangers' observers, so without the lock

    def _show_fields(self) -> None:
        parts = self._parts
        self._show_client()
        parts.to_note.show(*recipient_note(self.to, self._outbox.recipient_type))
        parts.body_note.show(*body_note(self.body))
        parts.preview.text = self.body

    def _show_step(self) -> None:
        outbox = self._outbox
        message, outcome = outbox.message(self.to, self.body), outbox.outcome(self.to, self.body)
        step = next_step(
            message,
            outcome,
            earlier=outbox.sent[-1].outcome if outbox.sent else None,
            can_send=self.client is not None,
            busy=not self._may_begin(),
            asking=self._asking is not None,
        )
        self._parts.show_step(step)
        on_its_way = message is not None and outbox.in_flight(message)
        status = SENDING if on_its_way else str(outcome.status) if outcome else ""
        self._turns.add(partial(self._tell, status, outcome))

    def _tell(self, status: str, outcome: Outcome | None) -> None:
        """Set the traits that say what came of the draft, the status last: its observers find the others set."""
        about = {
            "message_id": outcome.message_id if outcome else None,
            "error_code": outcome.error_code if outcome else None,
        }
        for name, value in {**about, "status": status}.items():
            with self._parts.problem.catching():
                self.set_trait(name, value)


def _with_one_line_break(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

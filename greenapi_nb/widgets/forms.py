"""What every form is, whatever it sends."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

from ipywidgets import VBox

from greenapi_nb.widgets.style import FORM_CLASS
from greenapi_nb.widgets.turns import Turns

if TYPE_CHECKING:
    from greenapi_nb.client import Client
    from greenapi_nb.sandbox import Sandbox
    from greenapi_nb.widgets.outbox import Outbox
    from greenapi_nb.widgets.parts import FormParts
    from greenapi_nb.widgets.worker import Worker

__all__ = ["Form"]


class Form(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A form with a thread of its own, and a sandbox of its own when asked for one.

    Parameters
    ----------
    parts
        What is seen of it.
    outbox
        Sends its single messages, and knows who sends.
    worker
        Its thread; it ends with the form.
    **traits
        First values of its traits.
    """

    sandbox: Sandbox | None = None

    def __init__(self, parts: FormParts, outbox: Outbox, worker: Worker, **traits: object) -> None:
        self._lock = RLock()
        self._turns = Turns()
        self._parts, self._outbox, self._worker = parts, outbox, worker
        super().__init__(parts.arranged(), **traits)
        self.add_class(FORM_CLASS)

    @property
    def client(self) -> Client | None:
        """Who sends; None while there is no token."""
        return self._outbox.client

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
                self._send_with(self.sandbox.client())
        self._refresh()
        return self.sandbox

    def close(self) -> None:
        """Take the form away, and end the sandbox it started; a message on its way still goes."""
        if hasattr(self, "_worker"):  # a form that was refused its parameters is closed, too
            self._worker.close()
        if self.sandbox is not None:
            self.sandbox.stop()
        super().close()

    def _send_with(self, client: Client) -> None:
        self._outbox.given_client = client

    def _refresh(self) -> None:
        """Show how things stand."""
        raise NotImplementedError

    def _show_client(self) -> None:
        client = self.client
        self._parts.show_client(known=client is not None, sandbox=bool(getattr(client, "is_sandbox", False)))

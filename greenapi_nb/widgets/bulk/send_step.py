"""The fourth step of the bulk form: the tick, the button with the number, and the run."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ipywidgets import Button, Checkbox

from greenapi_nb.widgets.boxes import StepBox, classed, row, visible
from greenapi_nb.widgets.bulk.panels import progress_html
from greenapi_nb.widgets.bulk.words import messages
from greenapi_nb.widgets.live import LiveHtml

if TYPE_CHECKING:
    from greenapi_nb.widgets.bulk.shipments import Progress

__all__ = ["SendStep"]


_SAID = {
    "sending": "Sending. You may close this page: the messages go on as long as the kernel runs.",
    "paused": "Paused. Nothing more is sent until you press Resume.",
    "stopping": "Stopping: the messages on their way come to their end.",
    "done": "It is over; what came of it stands below. To send something else, change it above.",
}


class SendStep:
    """Agree to the number, send, watch, pause, stop.

    Examples
    --------
    >>> step = SendStep()
    >>> step.show_ready(1234, sandbox=False)
    >>> step.send.description, step.send.disabled
    ('Send 1,234 messages', True)
    """

    def __init__(self) -> None:
        self.tick = classed(Checkbox(indent=False), "greenapi-tick")
        self.send = classed(Button(description="Send"), "greenapi-primary")
        self.pause = Button(description="Pause")
        self.resume = classed(Button(description="Resume"), "greenapi-primary")
        self.stop = classed(Button(description="Stop"), "greenapi-stop")
        self.progress = LiveHtml()
        self.state = classed(LiveHtml(attributes={"role": "status"}), "greenapi-said")
        actions = row(self.send, self.pause, self.resume, self.stop)
        content = [self.tick, actions, self.progress, self.state]
        self.box = StepBox(4, "Send", content, waits_for="Comes when the check is done.")
        self.box.reached = False

    def show_ready(self, count: int, *, sandbox: bool) -> None:
        """Offer to send so many messages; the tick is taken off."""
        self.tick.value = False
        self.tick.disabled = not count
        where = " to the sandbox" if sandbox else ""
        self.tick.description = f"I have looked at the check: {messages(count)} may go{where}"
        self.send.description = f"Send {messages(count)}"
        self.show_buttons("ready")

    def show_buttons(self, state: str) -> None:
        """Show the buttons of a state: ``ready``, ``sending``, ``paused``, ``stopping``; none when it is ``done``."""
        visible(self.tick, when=state == "ready")
        visible(self.send, when=state == "ready")
        visible(self.pause, when=state == "sending")
        visible(self.resume, when=state == "paused")
        visible(self.stop, when=state in {"sending", "paused", "stopping"})
        self.send.disabled = not self.tick.value
        self.stop.disabled = state == "stopping"

    def forget(self) -> None:
        """Take the run before off the page."""
        self.progress.show("")
        self.state.show("")

    def show_run(self, progress: Progress, state: str) -> None:
        """Show how far the run is, with the buttons of its state."""
        self.box.reached = True
        self.show_buttons(state)
        self.progress.show(progress_html(progress, state=state))
        self.state.show(f"<p>{_SAID[state]}</p>")

    def show_failure(self, words: str) -> None:
        """Say what ended a run without a result."""
        self.show_buttons("done")
        self.state.show(f"<p>{escape(words)}</p>", "bad")

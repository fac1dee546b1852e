"""The recipient's phone: what the sandbox received, as the people written to would see it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakMethod

from anywidget import AnyWidget

from greenapi_nb.recipients import read_recipient
from greenapi_nb.widgets.chats import Chats
from greenapi_nb.widgets.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenapi_nb.sandbox.store import Message, Store

__all__ = ["Phone"]

_INTERVAL = 0.2
_HERE = Path(__file__).parent


class Phone(AnyWidget):
    """Shows one chat, or the list of all, and follows it while messages arrive, from wherever they come.

    What it shows travels as custom messages, so that no notebook stores it. Updates are sent at most five times
    a second, with at most a few hundred messages each; that is all a browser ever holds.

    Parameters
    ----------
    store
        What was received.
    to
        As `Sandbox.phone` takes it.
    running
        Says whether messages can arrive at all; asked whenever `refresh` was called.

    Raises
    ------
    MessageRejected
        If `to` is no recipient.

    Examples
    --------
    >>> from greenapi_nb.sandbox.store import Store
    >>> phone = Phone(Store(), "79001234567")
    >>> phone.close()
    """

    # Texts rather than paths: a path keeps every widget that was ever made from it.
    _esm = (_HERE / "phone.js").read_text(encoding="utf-8")
    _css = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("forms.css", "phone.css"))
    _unsubscribe: Callable[[], None] | None = None
    _closed = False

    def __init__(self, store: Store, to: object | None = None, *, running: Callable[[], bool] = lambda: True) -> None:
        recipient = None if to is None else read_recipient(to)
        super().__init__()
        self._store = store
        self._of = recipient
        self._running = running
        self._lock = Lock()
        self._chats = Chats(recipient.identifier if recipient else None)
        self._next = 0
        self._epoch = 0
        self._forgotten = False
        self._shown_running: bool | None = None
        self._throttle = Throttle(partial(_call, WeakMethod(self.update)), _INTERVAL)
        hear = partial(_call, WeakMethod(self._hear))
        self.on_msg(self._answer)
        self._unsubscribe = store.message_subscribers.add(hear)

    def refresh(self) -> None:
        """Have the phone look again, soon and in a thread of its own; returns at once."""
        self._throttle.ask()

    def update(self) -> None:
        """Tell the browser what is new, if anything is. Safe to call from any thread."""
        with self._lock:
            if self._closed:
                return
            running = self._running()
            again = self._read()
            news = self._chats.news()
            if news or again or running != self._shown_running:
                self._tell(news)

    def close(self) -> None:
        """Take the phone off the page and follow the sandbox no longer; one that is collected is closed so, too."""
        self._closed = True
        if self._unsubscribe is not None:
            self._unsubscribe()
        super().close()

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}: what the sandbox received, for JupyterLab, Jupyter Notebook, VS Code or Voila. "
            "Where Jupyter widgets are not available, look at the sandbox's messages."
        )

    def _hear(self, message: Message | None) -> None:
        if message is None:
            self._forgotten = True
        self.refresh()

    def _answer(self, _widget: Phone, content: dict[str, Any], _buffers: object) -> None:
        """Answer a view: at once, not with the next update, for it has nothing to show yet."""
        with self._lock:
            self._read()
            if content.get("want") == "overview":
                self._tell(self._chats.overview())
            elif content.get("want") == "chat":
                self._tell(self._chats.chat(str(content.get("to"))))

    def _read(self) -> bool:
        """Read what is new; return whether everything before it was forgotten."""
        # The mark goes first: a reset while we read puts it back, and all is read again.
        again, self._forgotten = self._forgotten, False
        if again:
            self._epoch += 1
            self._chats.clear()
            self._next = 0
        messages, self._next = self._store.since(self._next)
        self._chats.add(messages)
        return again

    def _tell(self, chats: list[dict[str, Any]]) -> None:
        self._shown_running = self._running()
        self.send(
            {
                "epoch": self._epoch,
                "running": self._shown_running,
                "of": {"to": self._of.identifier, "kind": self._of.kind} if self._of else None,
                "total": len(self._chats),
                "chats": chats,
            }
        )


def _call(method: WeakMethod[Any], *args: object) -> None:
    """Call a method of a phone that may be gone."""
    if (alive := method()) is not None:
        alive(*args)

"""A local, real HTTP server that speaks the GREEN-API v1 protocol: try everything without an account."""

from __future__ import annotations

import atexit
import secrets
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Self
from weakref import WeakSet

from greenapi_nb.sandbox import options
from greenapi_nb.sandbox.server import ServerThread
from greenapi_nb.sandbox.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from greenapi_nb.client import Client
    from greenapi_nb.ledger import Ledger
    from greenapi_nb.sandbox.store import Message, Store
    from greenapi_nb.widgets.phone import Phone

__all__ = ["Sandbox"]

_HIGHEST_PORT = 65535


class _MagicTable:
    def __get__(self, instance: object, owner: type) -> pd.DataFrame:
        from greenapi_nb.sandbox.frames import magic_frame

        return magic_frame()


class Sandbox:
    """A local server that answers as GREEN-API does, and remembers what it received. Nothing leaves this machine.

    Any valid recipient is accepted, except the *magic* ones of `Sandbox.magic`, which make it answer with an
    error, a delay, rubbish, or not at all: ``7900000CCCC`` error code CCCC (79000001021), ``79000000SSS`` HTTP
    status SSS with an empty body (79000000503), ``79000010SSS`` the same with a GREEN-API error, ``79000020SSS``
    with a page of HTML, ``7900008xxxx`` rubbish, ``7900009xxxx`` delays, silence and resets.

    It starts with `start`, in a ``with`` block, or by itself when `client` or `base_url` is first asked for.
    A message counts as received when its request has been read, so one whose sender did not wait for the answer
    is in `messages` all the same - as it would be on the real service.

    Parameters
    ----------
    rate_limit
        Requests with the right token to let pass in any one second; more are answered 429 and do not count.
    latency
        Seconds to wait before each answer. Requests do not wait for one another.
    quota
        Messages to accept; further ones are refused with code 82.
    token
        The token to accept; None makes a random one.
    seed
        Makes the message IDs reproducible.
    host
        The address to listen on; other machines can reach it only if you name one that they can.
    port
        The port to listen on; 0 takes a free one, and the same one again after `stop` and `start`, if it can.

    Attributes
    ----------
    token
        The token it accepts.
    store
        The record behind `messages` and `requests`, for reading while it grows.

    Raises
    ------
    ValueError
        A parameter makes no sense.

    Examples
    --------
    >>> from greenapi_nb import Sandbox, send_text
    >>> with Sandbox() as sandbox:
    ...     receipt = send_text("79001234567", "Hello", client=sandbox.client())
    >>> sandbox.messages[["to", "body"]].values.tolist()
    [['79001234567', 'Hello']]
    """

    magic = _MagicTable()
    """A DataFrame of the magic recipients: ``to``, ``http_status``, ``code``, ``arrives`` (whether the message
    is accepted, now or at last), ``does``."""

    def __init__(  # noqa: PLR0913 - all keyword-only, each a condition of its own
        self,
        *,
        rate_limit: int | None = None,
        latency: float = 0.0,
        quota: int | None = None,
        token: str | None = None,
        seed: int | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        if rate_limit is not None:
            options.check_whole("rate_limit", rate_limit, lowest=1)
        if quota is not None:
            options.check_whole("quota", quota, lowest=0)
        options.check_whole("port", port, lowest=0, highest=_HIGHEST_PORT)
        options.check_latency(latency)
        if token is not None:
            options.check_token(token)
        self.token = token or secrets.token_urlsafe(24)
        self._service = Service(self.token, rate_limit=rate_limit, quota=quota, seed=seed)
        self.store: Store = self._service.store
        self._latency = latency
        self._host = host
        self._wanted_port = port
        self._port: int | None = None
        self._server: ServerThread | None = None
        self._phones: WeakSet[Phone] = WeakSet()
        self._lock = threading.RLock()

    def start(self) -> Self:
        """Listen; does nothing if it does already.

        Returns
        -------
        Sandbox
            This one.

        Raises
        ------
        OSError
            The port is taken, or the address is not this machine's; the text says which and what to do.

        Examples
        --------
        >>> sandbox = Sandbox().start()
        >>> sandbox.base_url.startswith("http://127.0.0.1:")
        True
        >>> sandbox.stop()
        """
        with self._lock:
            if self._server is None:
                self._server = self._listen()
                self._port = self._server.port
                atexit.register(self.stop)
                self._refresh_phones()
        return self

    def stop(self) -> None:
        """Stop listening and close every connection; does nothing if it has stopped already.

        What was received stays in `messages` and `requests`, and `start` goes on from there.
        """
        with self._lock:
            server, self._server = self._server, None
            self._refresh_phones()
        if server is not None:
            atexit.unregister(self.stop)
            server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        if not hasattr(self, "_lock"):  # printed by the traceback of the error that kept it from being made
            return "<Sandbox, not made>"
        state = "not started" if self._port is None else options.url(self._host, self._port)
        if self._port is not None and self._server is None:
            state += ", stopped"
        return f"<Sandbox {state}, {len(self.store.messages())} messages>"

    @property
    def base_url(self) -> str:
        """The address to give to clients; a sandbox that never ran is started for it.

        After `stop` it stays the address the sandbox had.
        """
        with self._lock:
            if self._port is None:
                self.start()
            return options.url(self._host, self._port or 0)

    def client(self) -> Client:
        """Make a client of this sandbox; a sandbox that never ran is started for it.

        What `bulk_send` sends with it is recorded in a ledger that lives as long as the sandbox.

        Returns
        -------
        Client
            It has the sandbox's token and address, and ``is_sandbox`` is True.

        Raises
        ------
        OSError
            The sandbox has to be started for it, and cannot be; see `start`.

        Examples
        --------
        >>> with Sandbox() as sandbox:
        ...     sandbox.client().send_text("79001234567", "Hello").to
        '79001234567'
        """
        from greenapi_nb.client import Client

        client = Client(self.token, base_url=self.base_url)
        client.is_sandbox = True
        client.ledger = self._ledger
        return client

    @cached_property
    def _ledger(self) -> Ledger:
        from greenapi_nb.ledger import Ledger

        return Ledger(None)

    @property
    def messages(self) -> pd.DataFrame:
        """The accepted messages in order: ``at`` (UTC), ``to``, ``recipient_type``, ``body``, ``message_id``."""
        from greenapi_nb.sandbox.frames import messages_frame

        return messages_frame(self.store.messages())

    @property
    def requests(self) -> pd.DataFrame:
        """Every request in order: ``at`` (arrival, UTC), ``method``, ``path``, ``to``, ``http_status``, ``code``.

        ``to`` is what the request gave, if anything. ``http_status`` is the answer's, even if the client did
        not wait for it, and NA where none was given; ``code`` is the first error code in the answer, or NA.
        What is not HTTP is refused but not listed.
        """
        from greenapi_nb.sandbox.frames import requests_frame

        return requests_frame(self.store.requests())

    @property
    def busiest_second(self) -> int:
        """The most requests that arrived in any window of one second, refused ones and all."""
        return self._service.busiest_second

    def subscribe(self, callback: Callable[[Message | None], object]) -> Callable[[], None]:
        """Have a function called for each message as it is accepted.

        Parameters
        ----------
        callback
            Called with the message, in the server's thread and before the answer is written, so it should be
            quick; and with None after `reset`, in the thread that resets.

        Returns
        -------
        callable
            Call it to end the subscription.

        Examples
        --------
        >>> sandbox = Sandbox()
        >>> unsubscribe = sandbox.subscribe(print)
        >>> sandbox.reset()
        None
        >>> unsubscribe()
        """
        return self.store.message_subscribers.add(callback)

    def phone(self, to: object | None = None) -> Phone:
        """Show a recipient's phone: send, and watch the message arrive.

        It follows the sandbox by itself, whoever sends: a form, a cell that runs, another process.

        Parameters
        ----------
        to
            Whose chat to show, a person's or a group's, in any spelling that a form takes; None lists all chats.

        Returns
        -------
        Phone
            A widget; it shows the latest 200 messages of a chat and counts the earlier ones.

        Raises
        ------
        MessageRejected
            If `to` is no recipient.

        Examples
        --------
        >>> sandbox = Sandbox()
        >>> phone = sandbox.phone("+7 900 123-45-67")
        >>> phone.close()
        """
        from greenapi_nb.widgets.phone import Phone

        phone = Phone(self.store, to, running=lambda: self._port is None or self._server is not None)
        with self._lock:
            self._phones.add(phone)
        return phone

    def reset(self) -> None:
        """Forget all messages, requests and campaigns, and count rate, quota and patience anew.

        Message IDs go on: none is given out twice.
        """
        self._service.reset()
        if "_ledger" in vars(self):
            self._ledger.forget()

    def _refresh_phones(self) -> None:
        for phone in self._phones:
            phone.refresh()

    def _listen(self) -> ServerThread:
        if self._port is not None and self._wanted_port == 0:
            try:
                return ServerThread(self._service, self._host, self._port, self._latency)
            except OSError:
                pass  # somebody took it in the meantime: any free one will do
        try:
            return ServerThread(self._service, self._host, self._wanted_port, self._latency)
        except OSError as error:
            raise OSError(error.errno, options.explain(error, self._host, self._wanted_port)) from None

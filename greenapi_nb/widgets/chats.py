"""The sandbox's messages sorted into chats, and the news of them that fit one update."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any

from greenapi_nb.markup import to_html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from greenapi_nb.sandbox.store import Message

__all__ = ["MOST", "Chats"]

MOST = 200
"""Messages of one chat, and chats, that a browser is given."""


class _Chat:
    def __init__(self, to: str, kind: str) -> None:
        self.to = to
        self.kind = kind
        self.count = 0
        self.number = 0
        self.told = 0
        self.latest: deque[Message] = deque(maxlen=MOST)

    def add(self, message: Message, number: int) -> None:
        self.latest.append(message)
        self.count += 1
        self.number = number

    def tell(self, most: int) -> dict[str, Any]:
        self.told = self.count
        first = max(0, len(self.latest) - most)
        items = [
            {
                "index": self.count - len(self.latest) + place,
                "id": self.latest[place].message_id,
                "at": self.latest[place].at.isoformat(timespec="milliseconds"),
                "html": to_html(self.latest[place].body),
            }
            for place in range(first, len(self.latest))
        ]
        return {"to": self.to, "kind": self.kind, "count": self.count, "number": self.number, "items": items}


class Chats:
    """Chats by recipient, the one that was last written to last.

    Parameters
    ----------
    only
        The one recipient to keep a chat of; None: of all.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from greenapi_nb.sandbox.store import Message
    >>> chats = Chats()
    >>> chats.add([Message(datetime.now(UTC), "79001234567", "individual", "*Hello*", "1")])
    >>> (chat,) = chats.news()
    >>> chat["to"], chat["count"], chat["items"][0]["html"]
    ('79001234567', 1, '<strong>Hello</strong>')
    >>> chats.news()
    []
    """

    def __init__(self, only: str | None = None) -> None:
        self._only = only
        self._chats: dict[str, _Chat] = {}
        self._changed: dict[str, None] = {}
        self._followed: set[str] = set()
        self._added = 0

    def __len__(self) -> int:
        return len(self._chats)

    def add(self, messages: Iterable[Message]) -> None:
        """Sort new messages in, in the order they came."""
        for message in messages:
            to = message.to
            if self._only is not None and to != self._only:
                continue
            chat = self._chats.pop(to, None) or _Chat(to, message.recipient_type)
            self._chats[to] = chat
            self._added += 1
            chat.add(message, self._added)
            self._changed.pop(to, None)
            self._changed[to] = None

    def clear(self) -> None:
        """Forget all messages; who is followed stays so."""
        self._chats.clear()
        self._changed.clear()

    def news(self) -> list[dict[str, Any]]:
        """Tell what has not been told: of the latest chats and of the followed ones, the latest messages.

        Each chat that is told has its last message, and as many before it as there are and the update has
        room for: about `MOST` messages in all. Older ones are for `chat` to tell.
        """
        changed = list(reversed(self._changed))
        told = []
        room = MOST
        for to in [*changed[:MOST], *(to for to in changed[MOST:] if to in self._followed)]:
            chat = self._chats[to]
            told.append(chat.tell(min(chat.count - chat.told, max(room, 1))))
            room -= len(told[-1]["items"])
        self._changed.clear()
        return told

    def overview(self) -> list[dict[str, Any]]:
        """Tell the last message of each of the latest chats; of an only chat, the latest messages."""
        latest = islice(reversed(self._chats), MOST)
        return [self._tell(to, 1 if self._only is None else MOST) for to in latest]

    def chat(self, to: str) -> list[dict[str, Any]]:
        """Tell the latest messages of one chat, and follow it from now on."""
        self._followed.add(to)
        return [self._tell(to, MOST)] if to in self._chats else []

    def _tell(self, to: str, most: int) -> dict[str, Any]:
        self._changed.pop(to, None)
        return self._chats[to].tell(most)

"""What a browser is told of the chats is bounded, current and without gaps that it cannot see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from greenapi_nb.sandbox.store import Message
from greenapi_nb.widgets.chats import MOST, Chats

AT = datetime(2026, 11, 23, 12, 30, 5, 123456, tzinfo=UTC)


def messages(count: int, to: str = "79001234567", first: int = 0) -> list[Message]:
    """Make messages of one chat, numbered in text and ID."""
    return [Message(AT + timedelta(seconds=n), to, "individual", f"*{n}*", f"{to}/{n}") for n in range(first, count)]


def one_each(count: int) -> list[Message]:
    """Make one message for each of so many recipients."""
    return [Message(AT, f"{79000000000 + n}", "individual", "Hello", str(n)) for n in range(count)]


def ids(chat: dict[str, Any]) -> list[str]:
    """List what a chat tells of."""
    return [item["id"] for item in chat["items"]]


def test_a_message_is_told_as_html_with_its_exact_time() -> None:
    """Marks are rendered, HTML is escaped, and the time is UTC to the millisecond."""
    chats = Chats()
    chats.add([Message(AT, "79001234567", "individual", "*Hi* <b>", "M1")])
    assert chats.news() == [
        {
            "to": "79001234567",
            "kind": "individual",
            "count": 1,
            "number": 1,
            "items": [
                {
                    "index": 0,
                    "id": "M1",
                    "at": "2026-11-23T12:30:05.123+00:00",
                    "html": "<strong>Hi</strong> &lt;b&gt;",
                }
            ],
        }
    ]


def test_an_only_chat_is_the_only_one() -> None:
    """Messages to others are none of its business."""
    chats = Chats("79001234567")
    chats.add([*messages(3), *one_each(5)])
    assert [(chat["to"], len(chat["items"])) for chat in chats.overview()] == [("79001234567", 3)]
    assert len(chats) == 1


def test_a_flood_is_cut_to_the_latest() -> None:
    """Of ten thousand messages the last are told, and the count says the rest."""
    chats = Chats()
    chats.add(messages(10_000))
    (chat,) = chats.news()
    assert chat["count"] == 10_000
    assert ids(chat) == [f"79001234567/{n}" for n in range(10_000 - MOST, 10_000)]
    assert chat["items"][0]["index"] == 10_000 - MOST


def test_a_flood_of_chats_is_cut_to_the_latest_and_the_followed() -> None:
    """Of a thousand chats the last are told, the latest first, and one that somebody looks at in any case."""
    chats = Chats()
    chats.add(messages(1))
    assert [ids(chat) for chat in chats.chat("79001234567")] == [["79001234567/0"]]
    chats.add([*messages(2, first=1), *one_each(1000)])
    told = chats.news()
    assert [chat["to"] for chat in told] == [*(f"{79000000000 + n}" for n in range(999, 799, -1)), "79001234567"]
    assert [len(chat["items"]) for chat in told] == [1] * (MOST + 1)
    assert len(chats) == 1001
    assert chats.news() == []


def test_who_asks_for_an_unknown_chat_is_told_of_it_later() -> None:
    """Following begins before the first message."""
    chats = Chats()
    assert chats.chat("79001234567") == []
    chats.add([*messages(1), *one_each(500)])
    assert chats.news()[-1]["to"] == "79001234567"


def test_clear_forgets_messages_and_not_who_is_followed() -> None:
    """After a reset the indices begin anew, and what is open stays followed."""
    chats = Chats()
    chats.add(messages(5))
    chats.chat("79001234567")
    chats.add(messages(6, first=5))
    chats.clear()
    assert (len(chats), chats.news(), chats.overview()) == (0, [], [])
    chats.add([*messages(1), *one_each(500)])
    told = chats.news()[-1]
    assert (told["to"], told["items"][0]["index"]) == ("79001234567", 0)


def test_who_is_written_to_again_comes_first_again() -> None:
    """The order of the chats is that of their last messages."""
    chats = Chats()
    chats.add([*messages(1), *one_each(500), *messages(2, first=1)])
    assert chats.overview()[0]["to"] == "79001234567"
    chats.add([*messages(3, first=2), *one_each(500), *messages(4, first=3)])
    assert ids(chats.news()[0]) == ["79001234567/2", "79001234567/3"]


class _Browser:
    """The merging that phone.js does, to check that what is told is enough for it."""

    def __init__(self) -> None:
        self.items: dict[str, list[dict[str, Any]]] = {}

    def take(self, told: list[dict[str, Any]]) -> None:
        for chat in told:
            known, first = self.items.get(chat["to"], []), chat["items"][0]["index"]
            joined = known and first <= known[-1]["index"] + 1
            before = [item for item in known if item["index"] < first] if joined else []
            self.items[chat["to"]] = (before + chat["items"])[-MOST:]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.lists(st.sampled_from("ABC"), max_size=3), st.integers(1, MOST)),
            st.tuples(st.just("news")),
            st.tuples(st.just("overview")),
            st.tuples(st.just("chat"), st.sampled_from("ABC")),
        ),
        max_size=12,
    )
)
def test_a_browser_always_has_the_end_of_each_chat(steps: list[tuple[Any, ...]]) -> None:
    """Whatever was asked for in whatever order, after the news it holds each chat's last messages, without a gap."""
    chats, browser = Chats(), _Browser()
    sent: dict[str, list[str]] = {}
    for name, *arguments in [*steps, ("news",)]:
        if name == "add":
            letters, times = arguments
            for to in [letter for letter in letters for _ in range(times)]:
                sent.setdefault(to, []).append(f"{to}{len(sent.get(to, []))}")
                chats.add([Message(AT, to, "individual", "Hello", sent[to][-1])])
        else:
            told = getattr(chats, name)(*arguments)
            assert sum(len(chat["items"]) for chat in told) <= MOST + len(sent)
            browser.take(told)
    assert {to: items[-len(browser.items[to]) :] for to, items in sent.items()} == {
        to: [item["id"] for item in items] for to, items in browser.items.items()
    }

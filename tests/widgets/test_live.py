"""Live HTML reaches browsers and stays out of the state."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenapi_nb.widgets.live import LiveHtml


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Collect what live regions send over the wire of their own."""
    messages: list[dict[str, Any]] = []

    def note(_region: LiveHtml, message: dict[str, Any], buffers: object = None) -> None:
        assert not buffers
        messages.append(message)

    monkeypatch.setattr(LiveHtml, "_send", note)
    return messages


def test_content_travels_as_custom_messages_alone(sent: list[dict[str, Any]]) -> None:
    """What nbclient stores are messages with a state; these have none."""
    region = LiveHtml()
    sent.clear()
    region.show("<b>secret</b>", "bad", invalid=True)
    content = {"html": "<b>secret</b>", "tone": "bad", "invalid": True}
    assert sent == [{"method": "custom", "content": content}]
    assert "secret" not in json.dumps(region.get_state())
    assert (region.html, region.tone, region.invalid) == ("<b>secret</b>", "bad", True)


def test_the_same_content_is_sent_once(sent: list[dict[str, Any]]) -> None:
    """A keystroke that changes nothing here sends nothing."""
    region = LiveHtml()
    sent.clear()
    region.show("")
    region.show("a")
    region.show("a")
    assert len(sent) == 1


def test_a_view_that_comes_late_is_told(sent: list[dict[str, Any]]) -> None:
    """A browser asks for the content it missed, and no other question is answered."""
    region = LiveHtml()
    region.show("a")
    sent.clear()
    region._handle_custom_msg({"want": "html"}, [])
    region._handle_custom_msg({"want": "else"}, [])
    assert [message["content"]["html"] for message in sent] == ["a"]


def test_halves_of_surrogate_pairs_can_be_shown(sent: list[dict[str, Any]]) -> None:
    """What UTF-8 cannot carry is replaced rather than raised."""
    LiveHtml().show("a\ud800")
    assert sent[-1]["content"]["html"] == "a?"


def test_its_repr_shows_no_content() -> None:
    """Notebooks save reprs."""
    region = LiveHtml()
    region.show("secret")
    assert repr(region) == "LiveHtml()"
    assert "secret" not in str(region._repr_mimebundle_())

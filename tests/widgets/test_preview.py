"""The chat bubble."""

from __future__ import annotations

import json

from greenapi_nb.markup import to_html
from greenapi_nb.widgets.preview import Preview, bubble


def test_the_bubble_follows_the_text() -> None:
    """Setting the text shows it, formatted, in a bubble that reads its direction off the text."""
    preview = Preview("a")
    preview.text = "*שלום*\n🎉"
    assert preview.html == f'<div class="greenapi-bubble" dir="auto">{to_html("*שלום*" + chr(10) + "🎉")}</div>'


def test_html_in_the_text_is_escaped() -> None:
    """A text cannot bring elements of its own."""
    assert "<script>" not in bubble("<script>alert(1)</script>")


def test_no_bubble_without_a_text() -> None:
    """Blank texts, which cannot be sent, leave a hint in place of a bubble."""
    assert "bubble" not in bubble(" \n")
    assert "appears here" in bubble("")


def test_nothing_looks_delivered() -> None:
    """No ticks and no time: nothing has been sent yet."""
    assert bubble("Hello") == '<div class="greenapi-bubble" dir="auto">Hello</div>'


def test_the_text_is_not_in_the_state() -> None:
    """The preview is not stored with the notebook."""
    preview = Preview("secret")
    assert preview.text == "secret"
    assert "secret" not in json.dumps(preview.get_state())


def test_a_long_preview_is_within_the_keyboards_reach() -> None:
    """What scrolls can be focused and has a name."""
    assert Preview().attributes == {"role": "group", "aria-label": "Preview of the message", "tabindex": "0"}

"""The compose form in Voila: type, preview, send once, and nothing runs that was only written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .forms import ComposePage
from .jupyter import write_notebook
from .scripts import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from greenapi_nb import Sandbox

    from .jupyter import Served

_FORM = """
from greenapi_nb import Client, ComposeForm
form = ComposeForm(Client({token!r}, base_url={url!r}))
form
"""
_ECHO = """
from greenapi_nb.outcomes import Outcome, Status

class Echo:
    def send(self, message):
        return Outcome(
            Status.REJECTED, error_code=4711, error=message.body, title=message.body, details=message.body, attempts=1
        )

ComposeForm(Echo())
"""
_BUSY = """
import time
from ipywidgets import Button
busy = Button(description="Busy")
busy.on_click(lambda _: time.sleep(1))
busy
"""


@pytest.fixture(scope="module")
def page(browser: Browser, voila: Served, arrivals: Sandbox) -> Iterator[Page]:
    """Open a page with a form that sends to the sandbox, and one whose server repeats what it got."""
    write_notebook(
        voila.root / "compose.ipynb", _FORM.format(token=arrivals.token, url=arrivals.base_url), _ECHO, _BUSY
    )
    page = browser.new_page(viewport={"width": 900, "height": 1000})
    page.goto(f"{voila.url}/compose.ipynb")
    yield page
    page.close()


@pytest.fixture
def compose(page: Page, arrivals: Sandbox) -> ComposePage:
    """Give the form that sends to the sandbox, which has received nothing yet."""
    arrivals.reset()
    return ComposePage(page).ready()


def test_type_preview_send(compose: ComposePage, arrivals: Sandbox) -> None:
    """What is typed is seen, counted and sent, byte for byte, and the ID comes back."""
    text = "*Hi* _there_ 👩‍👩‍👧 ~x~\n\n  שבת ```a*b*``` www.example.com."
    compose.to.press_sequentially("+7 900 123-45-67")
    expect(compose.to_note).to_have_text("Sends to 79001234567 · person · Russia")
    compose.body.press_sequentially(text)
    expect(compose.body_note).to_have_text(f"{len(text)} / 4096")
    expect(compose.preview.locator("strong")).to_have_text("Hi")
    expect(compose.preview.locator("code")).to_have_text("a*b*")
    expect(compose.preview.get_by_role("link")).to_have_attribute("href", "https://www.example.com")
    expect(compose.preview.locator(".greenapi-bubble")).to_have_attribute("dir", "auto")
    compose.button("Send").click()
    compose.came_to("Accepted")
    (message,) = arrivals.messages.itertuples()
    assert (message.to, message.body) == ("79001234567", text)
    expect(compose.status.locator("code")).to_have_text(str(message.message_id))


def test_everything_works_by_keyboard(compose: ComposePage, arrivals: Sandbox) -> None:
    """Tab goes from recipient to text to preview to Send, and a key presses it."""
    compose.write("", "")
    keyboard = compose.page.keyboard
    compose.to.focus()
    keyboard.type("79001234567")
    keyboard.press("Tab")
    keyboard.type("by keyboard")
    expect(compose.button("Send")).to_be_enabled()
    keyboard.press("Tab")
    expect(compose.preview).to_be_focused()
    keyboard.press("Tab")
    expect(compose.button("Send")).to_be_focused()
    keyboard.press("Enter")
    compose.came_to("Accepted")
    assert arrivals.messages["body"].tolist() == ["by keyboard"]


def test_the_keyboard_stays_in_the_form(compose: ComposePage, arrivals: Sandbox) -> None:
    """Buttons come and go under the keyboard, which goes on at the harmless one."""
    compose.write("79001234567", "twice by keyboard")
    compose.button("Send").focus()
    compose.page.keyboard.press("Enter")
    compose.came_to("Accepted")
    expect(compose.button("Send")).to_be_focused()
    expect(compose.button("Send again…")).to_be_enabled()
    compose.page.keyboard.press("Tab")
    for _ in range(2):
        compose.page.keyboard.press("Enter")
        expect(compose.button("Cancel")).to_be_focused()
        compose.page.keyboard.press("Enter")
        expect(compose.button("Send again…")).to_be_focused()
    compose.page.keyboard.press("Enter")
    expect(compose.button("Cancel")).to_be_focused()
    compose.page.keyboard.press("Tab")
    compose.page.keyboard.press("Enter")
    compose.came_to("Accepted")
    assert arrivals.messages["body"].tolist() == ["twice by keyboard"] * 2


def test_labels_descriptions_and_errors_are_tied_to_the_fields(compose: ComposePage) -> None:
    """A screen reader hears what is wrong with a field from the field itself."""
    compose.write("abc", "a" * 4097)
    for field, words in ((compose.to, "is not a recipient"), (compose.body, "1 too many, shorten the text")):
        expect(field).to_have_attribute("aria-invalid", "true")
        described_by = field.get_attribute("aria-describedby")
        expect(compose.page.locator(f"[id='{described_by}']")).to_contain_text(words)
    expect(compose.button("Send")).to_be_disabled()
    compose.write("79001234567", "a")
    expect(compose.to).to_have_attribute("aria-invalid", "false")
    expect(compose.button("Send")).to_be_enabled()


def test_a_double_click_sends_one_message(compose: ComposePage, arrivals: Sandbox) -> None:
    """Two fast clicks are one wish."""
    compose.write("79001234567", "double click")
    compose.button("Send").dblclick()
    compose.came_to("Accepted")
    assert len(arrivals.messages) == 1


def test_ten_clicks_send_one_message(compose: ComposePage, arrivals: Sandbox) -> None:
    """Ten clicks in one go, past any disabling in the page, are one message; the next draft still goes."""
    compose.write("79001234567", "ten clicks")
    compose.button("Send").evaluate("button => { for (let i = 0; i < 10; i++) button.click(); }")
    compose.came_to("Accepted")
    compose.send("79001234567", "after the ten", "Accepted")
    assert arrivals.messages["body"].tolist() == ["ten clicks", "after the ten"]


def test_clicks_that_wait_for_the_kernel_send_what_was_seen(compose: ComposePage, arrivals: Sandbox) -> None:
    """Where clicks queue up behind a busy kernel, and overtake the last keystrokes, one message goes: the text seen."""
    compose.write("79001234567", "before")
    compose.page.get_by_role("button", name="Busy").click()
    compose.type_and_press_five_times("while the kernel is busy")
    assert arrivals.requests.empty
    compose.came_to("Accepted")
    compose.send("79001234567", "after", "Accepted")
    assert arrivals.messages["body"].tolist() == ["while the kernel is busy", "after"]


def test_what_is_unknown_takes_a_deliberate_second_step(compose: ComposePage, arrivals: Sandbox) -> None:
    """No single click, and no double click, sends an unknown message again; two steps do."""
    compose.send("79000080001", "unknown", "May have been sent")
    expect(compose.button("Send")).to_be_disabled()
    compose.button("Send").dispatch_event("click")
    place = compose.button("Send again…").bounding_box()
    compose.button("Send again…").click()
    compose.came_to("Have you looked in the chat")
    assert compose.button("Cancel").bounding_box() == place
    assert len(arrivals.requests) == 1
    compose.button("Yes, send it again").click()
    compose.came_to("May have been sent")
    assert len(arrivals.requests) == 2


def test_nothing_that_was_written_runs(compose: ComposePage) -> None:
    """Sixty scripts in the text, the recipient and a server's words all show as they were typed."""
    echo = ComposePage(compose.page, nth=1).ready()
    assert len(set(SCRIPTS)) == 60
    echo.to.fill("79001234567")
    for script in SCRIPTS:
        compose.to.fill(script)
        echo.body.fill(script)
        echo.form.locator(".greenapi-primary button").dispatch_event("click")
        echo.until(echo.status, f"In the API's words: {script}")
        echo.until(echo.preview, script)
        compose.until(compose.to_note, repr(script[:20])[1:-1])
        assert echo.status.inner_text().count(script) == 2
    assert echo.form.locator("img, iframe, object, embed, script, form, svg, link").count() == 0
    assert echo.page.evaluate("window.hacked") is None


def test_nothing_jumps(compose: ComposePage) -> None:
    """Notes and outcomes find their room kept, in a wide and in a narrow place."""
    for width in (900, 360):
        compose.page.set_viewport_size({"width": width, "height": 1000})
        tops = []
        compose.write("", "jump")
        for to in ("", "7", "abc", "79001234567"):
            compose.to.fill(to)
            expect(compose.to_note).to_contain_text({"": "Full", "7": "Full"}.get(to, to))
            box = compose.button("Send").bounding_box()
            assert box is not None
            tops.append(box["y"])
        heights = [compose.form.bounding_box()]
        compose.send("79001234567", f"jump {width}", "Accepted")
        heights.append(compose.form.bounding_box())
        assert len(set(tops)) == 1
        assert heights[0] == heights[1]
    compose.page.set_viewport_size({"width": 900, "height": 1000})

"""The recipient's phone in a real browser: messages of another process, floods, scripts, keyboards, looks."""

from __future__ import annotations

import json
import re
import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from greenapi_nb import Client

from .forms import ComposePage
from .jupyter import write_notebook
from .lab_page import LabPage
from .scripts import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from .jupyter import Served

_TO = "79001234567"
_GROUP = "79001234567-1581234048"
_MAKE = """
import json
from pathlib import Path
from greenapi_nb import Sandbox
sandbox = Sandbox()
Path("{name}").write_text(json.dumps([sandbox.token, sandbox.base_url]))
"""
_SHOW = """
from datetime import UTC, datetime
from ipywidgets import Button
from greenapi_nb.sandbox.store import Message

def burst(numbers):
    for count, number in enumerate(numbers):
        message = Message(datetime.now(UTC), str(79001234567 + number), "individual", f"burst {count}", f"B{count}")
        sandbox.store.add_message(message)
        sandbox.store.message_subscribers.call(message)

buttons = {
    "Reset": sandbox.reset,
    "Stop": sandbox.stop,
    "Start": sandbox.start,
    "Burst of chats": lambda: burst(range(-500, 500)),
    "Burst of two": lambda: burst([0, 1] * 1000),
}
for words, press in buttons.items():
    button = Button(description=words)
    button.on_click(lambda _, press=press: press())
    display(button)
display(sandbox.phone("+7 900 123-45-67"))
display(sandbox.phone())
"""
_WATCH = """
log => {
  window.arrived = {};
  new MutationObserver(() => {
    for (const text of log.querySelectorAll('.greenapi-phone-text')) arrived[text.textContent] ??= Date.now() / 1000;
  }).observe(log, {childList: true, subtree: true});
}
"""
_STOPWATCH = """
() => {
  window.longest = 0;
  window.gap = 0;
  let last = performance.now();
  new PerformanceObserver(list => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({type: 'longtask'});
  setInterval(() => {
    window.gap = Math.max(window.gap, performance.now() - last);
    last = performance.now();
  }, 20);
}
"""
_VISIBLE = """
log => {
  const {top, bottom} = log.getBoundingClientRect();
  return [...log.querySelectorAll('.greenapi-phone-row')]
    .filter(row => row.getBoundingClientRect().bottom > top + 1 && row.getBoundingClientRect().top < bottom - 1)
    .map(row => row.querySelector('.greenapi-phone-text').textContent);
}
"""
_LOOKS = [
    "Hello!",
    "*Big news* 🎉 _for you_\nOld price ~100~, now 80.\n```SALE-80```",
    "https://www.example.com/offers?id=7",
    "שבת שלום, נתראה מחר ב-10:30",
    "السلام عليكم 👋",
    "👩‍👩‍👧‍👦🇮🇱🏳️‍🌈",
    "W" * 300,
    "Здравствуйте! Ваш заказ 4711 готов и ждёт вас до пятницы. Мы открыты до 18 часов.",
]


class PhonePage:
    """One phone on a page, as its user meets it."""

    def __init__(self, page: Page, nth: int) -> None:
        self.page = page
        self.root = page.locator(".greenapi-phone").nth(nth)
        self.log = self.root.get_by_role("log")
        self.texts = self.root.locator(".greenapi-phone-text")
        self.chats = self.root.get_by_role("listitem").get_by_role("button")
        self.back = self.root.get_by_role("button", name="Back to the chats")

    def visible(self) -> list[str]:
        """Read the texts that are in sight."""
        found: list[str] = self.log.evaluate(_VISIBLE)
        return found

    def scroll_up(self) -> str:
        """Scroll to the top of what is there, and say what stands there then."""
        self.log.evaluate("log => { log.scrollTop = 0; }")
        expect(self.texts.first).to_be_in_viewport()
        return self.visible()[0]


class Sender:
    """Sends to the kernel's sandbox, from the process of the tests."""

    def __init__(self, page: Page, account: Path) -> None:
        self.token, self._url = json.loads(account.read_text(encoding="utf-8"))
        self._page = page
        self.client = Client(self.token, base_url=self._url)

    def press(self, name: str) -> None:
        """Press one of the notebook's buttons."""
        self._page.get_by_role("button", name=name, exact=True).click()

    def send(self, *texts: str, to: str = _TO) -> None:
        """Send texts, one after the other."""
        for text in texts:
            self.client.send_text(to, text)

    def flood(self, count: int, *, recipients: int = 1) -> None:
        """Send very many messages as fast as the sandbox takes them, to so many recipients in turn."""
        parts = urlsplit(self._url)
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as connection:
            for start in range(0, count, 500):
                numbers = range(start, min(start + 500, count))
                connection.sendall(
                    b"".join(self._request(number, int(_TO) + number % recipients) for number in numbers)
                )
                answers = b""
                while answers.count(b"HTTP/1.1 201") < len(numbers):
                    answers += connection.recv(1 << 16)

    def _request(self, number: int, to: int) -> bytes:
        body = json.dumps({"to": str(to), "type": "text", "text": {"body": f"*flood* {number}"}}).encode()
        head = (
            f"POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


@pytest.fixture(scope="module")
def page(browser: Browser, voila: Served) -> Iterator[Page]:
    """Open a page with a sandbox of its own, one person's phone and the list of chats."""
    write_notebook(voila.root / "phone.ipynb", _MAKE.format(name="phone.json"), _SHOW)
    page = browser.new_page(viewport={"width": 900, "height": 1400}, timezone_id="Asia/Kathmandu")
    page.goto(f"{voila.url}/phone.ipynb")
    yield page
    page.close()


@pytest.fixture
def phone(page: Page) -> PhonePage:
    """Give one person's phone."""
    return PhonePage(page, 0)


@pytest.fixture
def chats(page: Page) -> PhonePage:
    """Give the list of chats."""
    return PhonePage(page, 1)


@pytest.fixture
def sender(page: Page, voila: Served, phone: PhonePage, chats: PhonePage) -> Iterator[Sender]:
    """Give a sender; the sandbox has received nothing yet."""
    expect(phone.root).to_contain_text("Sandbox", timeout=30_000)
    sender = Sender(page, voila.root / "phone.json")
    if chats.back.is_visible():
        chats.back.click()
    sender.press("Reset")
    expect(phone.root).to_contain_text("No messages yet")
    expect(chats.root).to_contain_text("No messages yet")
    with sender.client:
        yield sender


def test_a_message_of_another_process_appears_within_a_second(phone: PhonePage, sender: Sender) -> None:
    """From the request to the bubble, with an idle kernel, at each of ten messages, takes less than a second."""
    phone.log.evaluate(_WATCH)
    begun = {}
    for number in range(10):
        text = f"Hello {number}"
        begun[text] = time.time()
        sender.send(text)
        phone.page.wait_for_function("text => window.arrived[text]", arg=text)
    arrived = phone.page.evaluate("window.arrived")
    assert max(arrived[text] - at for text, at in begun.items()) < 1


def test_a_bubble_shows_marks_and_the_readers_own_time(phone: PhonePage, sender: Sender) -> None:
    """Bold is bold, the time is the browser's, its attribute is exact, and there is no tick."""
    sender.send("*Hi* 1 < 2 www.example.com")
    expect(phone.texts).to_have_text("Hi 1 < 2 www.example.com")
    expect(phone.texts.locator("strong")).to_have_text("Hi")
    expect(phone.texts.get_by_role("link")).to_have_attribute("href", "https://www.example.com")
    expect(phone.texts).to_have_attribute("dir", "auto")
    stamp = phone.log.locator("time")
    exact = stamp.get_attribute("datetime")
    assert exact is not None
    assert abs(phone.page.evaluate("at => Date.now() - Date.parse(at)", exact)) < 10_000
    local = phone.page.evaluate("at => new Date(at).toTimeString().slice(0, 5)", exact)
    expect(stamp).to_have_text(local)
    assert phone.log.inner_text().split() == ["Hi", "1", "<", "2", "www.example.com", local]


def test_the_newest_is_in_sight_unless_the_reader_scrolled_up(phone: PhonePage, sender: Sender) -> None:
    """Who reads stays where they are and is told how many came; one press leads to the newest."""
    sender.send(*(f"line {number}" for number in range(30)))
    expect(phone.texts.last).to_have_text("line 29")
    expect(phone.texts.last).to_be_in_viewport()
    assert phone.visible()[-1] == "line 29"
    top = phone.scroll_up()
    sender.send("new 1", "new 2")
    jump = phone.root.get_by_role("button", name="2 new messages")
    expect(jump).to_be_visible()
    assert phone.visible()[0] == top == "line 0"
    jump.click()
    expect(jump).to_be_hidden()
    expect(phone.root.locator(".greenapi-phone-newest")).to_be_hidden()
    assert phone.visible()[-1] == "new 2"
    sender.send("new 3")
    expect(phone.texts.last).to_have_text("new 3")
    assert phone.visible()[-1] == "new 3"


def test_nothing_that_was_written_runs(phone: PhonePage, chats: PhonePage, sender: Sender) -> None:
    """Sixty scripts show as they were typed, in the chat and in the list of chats."""
    assert len(set(SCRIPTS)) >= 50
    sender.send(*SCRIPTS)
    expect(phone.texts).to_have_text(SCRIPTS, use_inner_text=True)
    for number, script in enumerate(SCRIPTS):
        sender.send(script, to=str(79000100000 + number))
    expect(chats.chats).to_have_count(len(SCRIPTS) + 1)
    snippets = chats.root.locator(".greenapi-phone-snippet").all_text_contents()
    assert snippets == [script[:120] for script in [*reversed(SCRIPTS), SCRIPTS[-1]]]
    chats.chats.first.click()
    expect(chats.texts).to_have_text(SCRIPTS[-1:])
    for one in (phone, chats):
        assert one.root.locator("img, iframe, object, embed, script, form, svg, link, style").count() == 0
    assert phone.page.evaluate("window.hacked") is None


@pytest.mark.parametrize("recipients", [1, 10_000])
def test_ten_thousand_messages_do_not_freeze_the_page(
    phone: PhonePage, chats: PhonePage, sender: Sender, recipients: int
) -> None:
    """No task takes half a second, the page stays responsive, and in the end it shows the latest and the count."""
    phone.page.evaluate(_STOPWATCH)
    sender.flood(10_000, recipients=recipients)
    if recipients > 1:
        expect(chats.chats.first).to_contain_text("flood 9999")
        expect(chats.chats).to_have_count(200)
        expect(chats.root).to_contain_text("9,800 earlier chats")
        chats.chats.last.click()
        expect(chats.texts).to_have_text(["flood 9800"])
    else:
        expect(phone.texts.last).to_have_text("flood 9999")
        expect(phone.texts).to_have_count(200)
        expect(phone.log).to_contain_text("9,800 earlier messages")
        assert phone.visible()[-1] == "flood 9999"
        expect(chats.chats).to_contain_text("10,000 messages")
    assert phone.page.evaluate("window.longest") < 500
    assert phone.page.evaluate("window.gap") < 500


def test_chats_are_listed_opened_and_left(chats: PhonePage, sender: Sender) -> None:
    """The latest comes first, with its last words and its count; a click or a key opens it, Back leads back."""
    sender.send("one", "two", to=_TO)
    sender.send("*to all*\nof you", to=_GROUP)
    expect(chats.chats).to_have_count(2)
    assert [re.sub(r"\d\d:\d\d", "TIME", chat.inner_text()).split("\n") for chat in chats.chats.all()] == [
        [f"Group {_GROUP}", "TIME", "to all of you", "1 message"],
        [_TO, "TIME", "two", "2 messages"],
    ]
    chats.chats.nth(1).focus()
    sender.send("three", to=_GROUP)
    expect(chats.chats.first).to_contain_text("three")
    sender.send("four", to=_TO)
    expect(chats.chats.first).to_contain_text("four")
    expect(chats.chats.first).to_be_focused()
    chats.page.keyboard.press("Enter")
    expect(chats.texts).to_have_text(["one", "two", "four"])
    expect(chats.back).to_be_focused()
    sender.send("elsewhere", to=_GROUP)
    sender.send("five", to=_TO)
    expect(chats.texts).to_have_text(["one", "two", "four", "five"])
    chats.page.keyboard.press("Tab")
    expect(chats.log).to_be_focused()
    chats.page.keyboard.press("Shift+Tab")
    chats.page.keyboard.press("Enter")
    expect(chats.chats.filter(has_text="five")).to_be_focused()


def test_an_open_chat_is_followed_through_a_flood_of_others(chats: PhonePage, sender: Sender) -> None:
    """What is open is told of, however many other chats there are news of."""
    sender.send("before")
    chats.chats.first.click()
    expect(chats.texts).to_have_text(["before"])
    sender.press("Burst of chats")
    expect(chats.texts).to_have_text(["before", "burst 500"])
    sender.send("after")
    expect(chats.texts).to_have_text(["before", "burst 500", "after"])


def test_an_open_chat_is_whole_after_a_flood_of_two(chats: PhonePage, sender: Sender) -> None:
    """Where an update had no room for all of its messages, the chat asks for the rest."""
    sender.send("before")
    chats.chats.first.click()
    expect(chats.texts).to_have_text(["before"])
    sender.press("Burst of two")
    expect(chats.texts).to_have_text([f"burst {number}" for number in range(1_600, 2_000, 2)])
    expect(chats.log).to_contain_text("801 earlier messages")


def test_who_reads_stays_there_while_old_messages_go(phone: PhonePage, sender: Sender) -> None:
    """More messages than a page holds may come: those in sight stay, those far above make room."""
    sender.flood(300)
    expect(phone.texts.last).to_have_text("flood 299")
    expect(phone.texts).to_have_count(200)
    phone.log.evaluate("log => { log.scrollTop = log.scrollHeight - log.clientHeight - 200; }")
    seen = phone.visible()
    for count in range(1, 6):
        sender.flood(100)
        expect(phone.root.get_by_role("button", name=f"{count}00 new messages")).to_be_visible()
    assert phone.texts.count() == 600
    assert phone.visible() == seen


def test_the_newest_stays_in_sight_when_the_page_becomes_narrow(phone: PhonePage, sender: Sender) -> None:
    """Texts that need more lines push up, not down."""
    sender.send(*(f"line {number}: " + "words for many lines " * 12 for number in range(20)))
    expect(phone.texts).to_have_count(20)
    phone.page.set_viewport_size({"width": 300, "height": 1400})
    expect(phone.texts.last).to_be_in_viewport()
    phone.page.wait_for_function(
        "log => log.scrollTop + log.clientHeight > log.scrollHeight - 2", arg=phone.log.element_handle()
    )
    assert phone.visible()[-1].startswith("line 19")
    phone.page.set_viewport_size({"width": 900, "height": 1400})


def test_a_new_day_is_said(phone: PhonePage, sender: Sender) -> None:
    """Where there is more than one day, each is named where it begins."""
    sender.send("today")
    expect(phone.texts).to_have_text(["today"])
    expect(phone.log.locator(".greenapi-phone-day")).to_have_count(0)
    yesterday = "new Date(Date.now() - 864e5)"
    name = f"{yesterday}.toLocaleDateString('en-GB', {{weekday:'long', day:'numeric', month:'long', year:'numeric'}})"
    phone.page.evaluate(
        f"document.querySelector('.greenapi-phone-row').dataset.day = {name}"  # the sandbox's clock cannot be turned
    )
    sender.send("now")
    days = phone.log.locator(".greenapi-phone-day")
    expect(days).to_have_count(2)
    expect(days.first).to_have_text(phone.page.evaluate(name))


def test_a_stopped_sandbox_is_said_so(phone: PhonePage, chats: PhonePage, sender: Sender) -> None:
    """A quiet note comes with the stop and goes with the start; the chats stay, and the newest in sight."""
    sender.send(*(f"line {number}" for number in range(30)))
    expect(phone.texts.last).to_have_text("line 29")
    sender.press("Stop")
    for one in (phone, chats):
        expect(one.root.get_by_role("status")).to_have_text("The sandbox has stopped: nothing new arrives.")
    assert phone.visible()[-1] == "line 29"
    sender.press("Start")
    for one in (phone, chats):
        expect(one.root.get_by_role("status")).to_be_empty()
    sender.send("again")
    expect(phone.texts.last).to_have_text("again")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_looks_right(browser: Browser, voila: Served, artefacts: Path, theme: str) -> None:
    """Each state fits 320 px and a wide page, has no accessibility violation, and is kept as a picture."""
    write_notebook(voila.root / "phone-looks.ipynb", _MAKE.format(name="phone-looks.json"), _SHOW)
    page = browser.new_page(viewport={"width": 900, "height": 1400})
    page.goto(f"{voila.url}/phone-looks.ipynb?theme={theme}")
    one, all_chats = PhonePage(page, 0), PhonePage(page, 1)
    expect(one.root).to_contain_text("No messages yet", timeout=30_000)
    sender = Sender(page, voila.root / "phone-looks.json")

    def look(name: str, *phones: PhonePage) -> None:
        for width in (900, 320):
            page.set_viewport_size({"width": width, "height": 1400})
            for phone in phones:
                place = "list" if phone is all_chats else "chat"
                phone.root.screenshot(path=artefacts / f"phone-{theme}-{name}-{place}-{width}.png")
                outside = phone.root.evaluate(
                    "root => [...root.querySelectorAll('*')].filter(each => each.getBoundingClientRect().right > "
                    "root.getBoundingClientRect().right + 0.5).map(each => each.className)"
                )
                assert outside == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert ComposePage(page).violations() == [], name
        page.set_viewport_size({"width": 900, "height": 1400})

    look("empty", one, all_chats)
    sender.send(_LOOKS[0])
    expect(one.texts).to_have_count(1)
    look("one", one, all_chats)
    sender.send(*_LOOKS[1:])
    for number, text in enumerate(_LOOKS):
        sender.send(text, to=str(int(_TO) + 1 + number))
    sender.send("To all of you", to=_GROUP)
    expect(all_chats.chats).to_have_count(len(_LOOKS) + 2)
    look("many", one, all_chats)
    sender.send(*SCRIPTS)
    sender.flood(200)
    expect(one.texts.last).to_have_text("flood 199")
    one.scroll_up()
    sender.send("Are you there?")
    expect(one.root.get_by_role("button", name="1 new message")).to_be_visible()
    all_chats.chats.nth(1).click()
    expect(all_chats.texts).to_have_text("To all of you")
    all_chats.log.focus()
    look("reading", one, all_chats)
    sender.press("Stop")
    expect(one.root).to_contain_text("The sandbox has stopped")
    look("stopped", one, all_chats)
    page.close()


@pytest.fixture(scope="module")
def lab_page(browser: Browser, lab: Served) -> Iterator[LabPage]:
    """Open a notebook in JupyterLab with both phones, and cells that keep its kernel busy."""
    cells = [_MAKE.format(name="phone.json"), _SHOW, "import time; time.sleep(2)"]
    busy = "end = time.monotonic() + 2\nwhile time.monotonic() < end: pass"
    opened = LabPage(browser, lab, write_notebook(lab.root / "phone.ipynb", *cells, busy))
    opened.run(0)
    opened.run(1)
    yield opened
    opened.page.close()


@pytest.mark.parametrize("cell", [2, 3], ids=["sleeping", "computing"])
def test_messages_appear_while_a_cell_runs(lab_page: LabPage, lab: Served, cell: int) -> None:
    """Neither a sleeping nor a computing main thread holds a message up for a second."""
    page = lab_page.page
    phone = PhonePage(page, 0)
    sender = Sender(page, lab.root / "phone.json")
    phone.log.evaluate(_WATCH)
    lab_page.begin(cell)
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'")
    begun = time.time()
    sender.send(f"while cell {cell} runs")
    page.wait_for_function("text => window.arrived[text]", arg=f"while cell {cell} runs")
    took = page.evaluate("window.arrived")[f"while cell {cell} runs"] - begun
    busy = page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status")
    page.evaluate("() => window.running")
    assert busy == "busy"
    assert took < 1


def test_the_keyboard_stays_in_the_phone(lab_page: LabPage, lab: Served) -> None:
    """Arrow keys and Enter are the phone's, and do not move through the notebook or edit a cell."""
    page = lab_page.page
    phone, chats = PhonePage(page, 0), PhonePage(page, 1)
    Sender(page, lab.root / "phone.json").send(*(f"line {number}" for number in range(40)))
    expect(phone.texts.last).to_have_text("line 39")
    page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    phone.log.focus()
    page.keyboard.press("Home")
    expect(phone.texts.first).to_be_in_viewport()
    page.keyboard.press("ArrowDown")
    expect(phone.log).to_be_focused()
    assert page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex") == 1
    chats.chats.first.focus()
    page.keyboard.press("Enter")
    expect(chats.back).to_be_focused()
    assert page.evaluate("jupyterapp.shell.currentWidget.content.mode") == "command"


def test_the_saved_notebook_keeps_no_text(lab_page: LabPage, lab: Served) -> None:
    """Neither what was received nor the token is in the file."""
    page = lab_page.page
    sender = Sender(page, lab.root / "phone.json")
    sender.send("Confidential")
    expect(PhonePage(page, 0).texts.last).to_have_text("Confidential")
    text = lab_page.saved()
    assert "application/vnd.jupyter.widget-view+json" in text
    assert "Confidential" not in text
    assert sender.token not in text

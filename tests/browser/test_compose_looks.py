"""The compose form's looks: each state in light and dark, narrow and wide, for people and for axe-core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .forms import ComposePage
from .jupyter import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from greenapi_nb import Sandbox

    from .jupyter import Served

_FORMS = """
from greenapi_nb import Client, ComposeForm, Sandbox
display(ComposeForm(Client({token!r}, base_url={url!r})))
display(ComposeForm(Client("T0P", base_url="http://127.0.0.1:9")))
display(ComposeForm())
"""
_TEXT = (
    "*Big news* 🎉 _for you_\nOld price ~100~, now 80.\n```SALE-80```\nhttps://www.example.com/offers?id=7\nשבת שלום"
)
_OK = "79001234567"


def _empty(form: ComposePage) -> None:
    form.write("", "")


def _draft(form: ComposePage) -> None:
    form.write(_OK, _TEXT)


def _wrong(form: ComposePage) -> None:
    form.write("8 (900) 123-45-6x", "a " * 2100)


def _sending(form: ComposePage) -> None:
    form.write("79000090001", _TEXT)
    form.button("Send").click()
    form.came_to("Sending…")


def _accepted(form: ComposePage) -> None:
    form.came_to("Accepted")


def _asked(form: ComposePage) -> None:
    form.button("Send again…").click()


def _rejected(form: ComposePage) -> None:
    form.send("79000001022", _TEXT, "Rejected, not sent")


def _unknown(form: ComposePage) -> None:
    form.send("79000080001", _TEXT, "May have been sent")


def _asked_in_doubt(form: ComposePage) -> None:
    form.button("Send again…").click()
    expect(form.button("Yes, send it again")).to_be_visible()


def _new_draft(form: ComposePage) -> None:
    form.body.press_sequentially("!")
    form.came_to("The message before this draft")


def _unsent(form: ComposePage) -> None:
    form.send(_OK, _TEXT, "Not sent")


def _no_token(form: ComposePage) -> None:
    expect(form.button("Use the sandbox")).to_be_visible()


def _own_sandbox(form: ComposePage) -> None:
    form.button("Use the sandbox").click()
    expect(form.form).to_contain_text("sandbox: nothing reaches WhatsApp")
    form.send(_OK, _TEXT, "Accepted")


_STATES: list[tuple[int, Callable[[ComposePage], None]]] = [
    (0, _empty), (0, _draft), (0, _wrong), (0, _sending), (0, _accepted), (0, _asked), (0, _rejected), (0, _unknown),
    (0, _asked_in_doubt), (0, _new_draft), (1, _unsent), (2, _no_token), (2, _own_sandbox),
]  # fmt: skip


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(
    request: pytest.FixtureRequest, browser: Browser, voila: Served, arrivals: Sandbox
) -> Iterator[tuple[Page, str]]:
    """Open a page in one theme: forms on a sandbox, on an API out of reach, and without a token."""
    write_notebook(voila.root / "looks.ipynb", _FORMS.format(token=arrivals.token, url=arrivals.base_url))
    page = browser.new_page()
    page.goto(f"{voila.url}/looks.ipynb?theme={request.param}")
    yield page, request.param
    page.close()


def test_every_state_looks_right(themed: tuple[Page, str], artefacts: Path) -> None:
    """Each state fits 320 px and a wide page, has no accessibility violation, and is kept as a picture."""
    page, theme = themed
    for nth, show in _STATES:
        form = ComposePage(page, nth).ready()
        page.set_viewport_size({"width": 1000, "height": 900})
        show(form)
        name = f"compose-{theme}-{show.__name__.strip('_')}"
        form.form.screenshot(path=artefacts / f"{name}-wide.png")
        assert form.violations() == [], name
        page.set_viewport_size({"width": 320, "height": 900})
        form.form.screenshot(path=artefacts / f"{name}-320.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        overflowing = form.form.evaluate(
            "form => [...form.querySelectorAll('*')].filter(each => "
            "each.getBoundingClientRect().right > form.getBoundingClientRect().right).map(each => each.className)"
        )
        assert overflowing == [], name


def test_it_is_as_dark_as_the_page(themed: tuple[Page, str]) -> None:
    """The form takes its surface from the theme around it."""
    page, theme = themed
    surface = ComposePage(page).form.evaluate("form => getComputedStyle(form).backgroundColor")
    red = int(surface.partition("(")[2].partition(",")[0])
    assert (red > 200) is (theme == "light"), surface

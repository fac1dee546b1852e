"""The bulk form's looks: each step in light and dark, narrow and wide, for people and for axe-core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .bulk_page import BulkPage
from .jupyter import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from greenapi_nb import Sandbox

    from .jupyter import Served

_FORM = """
from greenapi_nb import BulkSendForm, Client
client = Client({token!r}, base_url={url!r})
client.is_sandbox = True
display(BulkSendForm(client=client, rate=2, campaign={name!r}, suppress=["79001230005"]))
display(BulkSendForm())
"""
_TEXT = "Dear {name}, 🎉 *{total}* _only_ for you\nhttps://www.example.com/offers?id=7\nשבת שלום"


def _table() -> str:
    rows = [f"+7 900 123-{number:04};Name {number};{number * 10},50" for number in range(24)]
    bad = ["nobody;Ann;1", ";Ann;1", "79001234567;;1", "+7 900 123-0003;Name 3;30,50", "79000001022;Ann;1"]
    rest = ["79000000429;Bob;1", "79000080001;Dan;1", "79000000503;Eve;1"]
    return "\r\n".join(["phone;name;total", *rows, *bad, *rest])


def _empty(form: BulkPage, _: Path) -> None:
    expect(form.form.get_by_text("Comes when the messages are sent.")).to_be_visible()


def _broken(form: BulkPage, files: Path) -> None:
    path = files / "broken.csv"
    path.write_text('to,name\r\n79001234567,"Ann\r\n', encoding="utf-8")
    form.file.set_input_files(path)
    expect(form.form.get_by_text("broken.csv is broken")).to_be_visible()


def _uploaded(form: BulkPage, files: Path) -> None:
    path = files / "customers.csv"
    path.write_bytes(_table().encode("cp1251"))
    form.upload(path, 32)
    expect(form.form.get_by_text("Not ready yet.")).to_be_visible()


def _written(form: BulkPage, _: Path) -> None:
    form.template.fill(_TEXT)
    form.checked(27)


def _wrong_fields(form: BulkPage, _: Path) -> None:
    form.form.get_by_label("Messages a second").fill("fast")
    expect(form.form.get_by_text("Not ready yet.")).to_be_visible()


def _checked(form: BulkPage, _: Path) -> None:
    form.form.get_by_label("Messages a second").fill("2")
    form.checked(27)
    form.form.locator("summary").filter(has_text="Rejected").click()
    form.button("Next problem").click()


def _tested(form: BulkPage, _: Path) -> None:
    form.button("Previous").click()
    form.form.get_by_label("Your own number").fill("+7 900 000-00-00")
    form.button("Send this row to me").click()
    expect(form.form.get_by_text("Accepted")).to_be_visible()


def _sending(form: BulkPage, _: Path) -> None:
    form.send(27)
    form.until_done(8)


def _paused(form: BulkPage, _: Path) -> None:
    form.button("Pause").click()
    expect(form.button("Resume")).to_be_visible()


def _result(form: BulkPage, _: Path) -> None:
    form.button("Resume").click()
    form.over()
    expect(form.form.get_by_role("img")).to_be_visible()


def _no_token(form: BulkPage, _: Path) -> None:
    expect(form.button("Use the sandbox")).to_be_visible()


_STATES: list[tuple[int, Callable[[BulkPage, Path], None]]] = [
    (0, _empty), (0, _broken), (0, _uploaded), (0, _written), (0, _wrong_fields), (0, _checked), (0, _tested),
    (0, _sending), (0, _paused), (0, _result), (1, _no_token),
]  # fmt: skip


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(
    request: pytest.FixtureRequest, browser: Browser, voila: Served, arrivals: Sandbox
) -> Iterator[tuple[Page, str]]:
    """Open a page in one theme: a form on a sandbox, and one without a token."""
    theme = request.param
    code = _FORM.format(token=arrivals.token, url=arrivals.base_url, name=f"looks {theme}")
    write_notebook(voila.root / "bulk_looks.ipynb", code)
    page = browser.new_page()
    page.goto(f"{voila.url}/bulk_looks.ipynb?theme={theme}")
    yield page, theme
    page.close()


def test_every_step_looks_right(themed: tuple[Page, str], artefacts: Path, tmp_path: Path) -> None:
    """Each step fits 320 px and a wide page, has no accessibility violation, and is kept as a picture."""
    page, theme = themed
    for nth, show in _STATES:
        form = BulkPage(page, nth).ready()
        page.set_viewport_size({"width": 1000, "height": 3400})
        show(form, tmp_path)
        name = f"bulk-{theme}-{show.__name__.strip('_')}"
        form.form.screenshot(path=artefacts / f"{name}-wide.png")
        assert form.violations() == [], name
        page.set_viewport_size({"width": 320, "height": 5000})
        form.form.screenshot(path=artefacts / f"{name}-320.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        overflowing = form.form.evaluate(
            "form => [...form.querySelectorAll('*')].filter(each => !each.closest('table') && "
            "each.getBoundingClientRect().right > form.getBoundingClientRect().right).map(each => each.className)"
        )
        assert overflowing == [], name


def test_everything_is_within_the_keyboards_reach(themed: tuple[Page, str]) -> None:
    """Every field, button, table and row of details can be focused, in the order in which it is read."""
    page, _ = themed
    order = page.locator(".greenapi-form").first.evaluate(
        "form => [...form.querySelectorAll('button, input, select, textarea, summary, [tabindex]')]"
        ".filter(each => each.offsetParent && !each.disabled).map(each => each.tabIndex)"
    )
    assert len(order) > 20
    assert set(order) == {0}

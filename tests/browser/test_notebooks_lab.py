"""Every demo notebook, run top to bottom by a person's means: in JupyterLab, in a browser; and one as an app."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from .bulk_page import BulkPage
from .forms import ComposePage
from .lab_page import LabPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from .jupyter import Served

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
_SOON = 15_000
_STATE = """
() => jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code').map(cell => ({
  ran: cell.model.executionCount !== null,
  kinds: cell.model.outputs.toJSON().map(output => output.name || output.output_type),
}))
"""


def written(page: Page) -> str:
    """Read all outputs; `inner_text` would leave out those that are scrolled off."""
    cells: list[str] = page.locator(".jp-OutputArea-output td, .jp-OutputArea-output pre").all_text_contents()
    return "\n".join(cells)


# What the text of each notebook promises to its reader, looked for where the reader looks.


def quickstart(page: Page) -> None:
    """Find the message, and the one from the list, on the phone, and the rows in tables."""
    phone = page.get_by_role("log", name="Messages to 79001234567")
    expect(phone).to_contain_text("Your order is ready 🎉", timeout=_SOON)
    expect(phone).to_contain_text("Hi Ann, your order of 1,200.00 is ready.", timeout=_SOON)
    expect(page.locator(".jp-OutputArea-output table")).to_have_count(5)


def compose(page: Page) -> None:
    """Find the form beside the phone, and on that what the cells sent and what a press of Send sends."""
    form = ComposePage(page).ready()
    phone = page.get_by_role("log", name="Messages to 79001234567")
    expect(phone).to_contain_text("We are open till 8 9 today.", timeout=_SOON)
    expect(phone).not_to_contain_text("Hello Ann!")
    form.button("Send").click()
    form.came_to("Accepted")
    expect(phone).to_contain_text("Hello Ann! Your order is ready 🎉", timeout=_SOON)
    left, right = form.form.bounding_box(), phone.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] < right["y"] + right["height"]
    assert right["y"] < left["y"] + left["height"]


def bulk_send(page: Page) -> None:
    """Find both plots, and each outcome in the report."""
    expect(page.locator(".jp-RenderedImage img")).to_have_count(2)
    outputs = written(page)
    assert re.search(r"accepted.*rejected.*unknown.*skipped", outputs, re.DOTALL)
    assert "campaign='orders ready'" in outputs


def when_things_go_wrong(page: Page) -> None:
    """Find every status there is in an output, with words about what to do."""
    text = written(page)
    words = set(re.findall(r"[a-z]+", text))
    assert {"ready", "accepted", "rejected", "unsent", "unknown", "skipped"} <= words
    assert "Look in the chat" in text


def bulk_form(page: Page) -> None:
    """Go by hand from the table to the report, as the page describes it; the phones below follow."""
    form = BulkPage(page).ready()
    form.checked(17)
    assert (9, 2, 2) == tuple(form.count(kind) for kind in ("rejected", "duplicate", "suppressed"))
    form.send(17)
    expect(form.form.get_by_text("14 of 30 messages accepted.")).to_be_visible(timeout=60_000)
    expect(form.form.locator(".greenapi-chart img")).to_be_visible()
    page.get_by_label("Chats in the sandbox").get_by_role("button", name="79000090005").click()
    expect(page.get_by_role("log", name="Messages to 79000090005")).to_contain_text("Hello Ульяна!", timeout=_SOON)
    form.button("They are all in the chats").click()
    expect(form.form.get_by_text("15 of 30 messages accepted.")).to_be_visible(timeout=_SOON)
    expect(form.button("Download CSV")).to_be_visible()


def real_account(page: Page) -> None:
    """Find that the page sends to the sandbox, and hides the token."""
    outputs = written(page)
    assert "This page sends to the sandbox." in outputs
    assert "<token hidden>" in outputs


SHOWS: dict[str, Callable[[Page], None]] = {
    "01_quickstart": quickstart,
    "02_compose": compose,
    "03_bulk_send": bulk_send,
    "04_when_things_go_wrong": when_things_go_wrong,
    "05_bulk_form": bulk_form,
    "06_real_account": real_account,
}


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_runs_in_jupyterlab(browser: Browser, lab: Served, artefacts: Path, name: str) -> None:
    """All cells run, no error and no warning is seen, every widget is drawn, and what the text promises is shown."""
    shutil.copy(NOTEBOOKS / name, lab.root / name)
    shutil.copytree(NOTEBOOKS / "data", lab.root / "data", dirs_exist_ok=True)
    notebook = LabPage(browser, lab, lab.root / name)
    page = notebook.page
    try:
        notebook.command("notebook:run-all-cells")
        cells = page.evaluate(_STATE)
        assert all(cell["ran"] for cell in cells)
        kinds = {kind for cell in cells for kind in cell["kinds"]}
        assert kinds <= {"stdout", "stderr", "execute_result", "display_data"}
        complaints = page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_text_contents()
        assert [] == [text for text in complaints if "Warning" in text or "Error" in text]
        assert 0 == page.get_by_text("Error displaying widget").count()
        SHOWS[Path(name).stem](page)
        page.screenshot(path=artefacts / f"notebook-{Path(name).stem}.png")
    finally:
        page.close()


def test_bulk_form_is_an_app(browser: Browser, voila: Served, artefacts: Path) -> None:
    """Served with Voila, 05_bulk_form shows no code, and leads from the table to the report."""
    shutil.copy(NOTEBOOKS / "05_bulk_form.ipynb", voila.root)
    shutil.copytree(NOTEBOOKS / "data", voila.root / "data", dirs_exist_ok=True)
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    try:
        page.goto(f"{voila.url}/05_bulk_form.ipynb")
        bulk_form(page)
        assert 0 == page.get_by_text("import pandas").count()
        page.screenshot(path=artefacts / "notebook-05_bulk_form-app.png")
    finally:
        page.close()

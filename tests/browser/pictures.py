"""Take the README's pictures: both forms and the report, from a real browser, light and dark.

``python -m tests.browser.pictures`` writes them to ``notebooks/pictures``.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Locator, expect, sync_playwright

from . import jupyter
from .bulk_page import BulkPage
from .conftest import launched
from .forms import ComposePage

PICTURES = Path(__file__).parents[2] / "notebooks" / "pictures"
_COMPOSE = """
from greenapi_nb import ComposeForm, Sandbox
ComposeForm(Sandbox(seed=1).client())
"""
_BULK = """
from greenapi_nb import BulkSendForm, Sandbox
BulkSendForm(client=Sandbox(seed=1).client(), campaign="orders ready")
"""
_TABLE = "\n".join(
    ["phone,name,total"]
    + [f"+7 900 123-45-{number:02},{name},{number * 120 + 80}" for number, name in enumerate(["Anna", "Boris"] * 18)]
    + ["call me,Vera,310", ",Galina,95", "79000001022,Dmitry,40", "79000000503,Elena,75"]
)
_ROWS, _READY = 40, 38


def take(browser: Browser, address: str, root: Path, theme: str) -> None:
    """Take all pictures in one theme."""
    # Taller than the forms: Voila scrolls within the page, and what is scrolled off would be left blank.
    page = browser.new_page(viewport={"width": 900, "height": 2400}, device_scale_factor=1.5)
    page.goto(f"{address}/compose.ipynb?theme={theme}")
    compose = ComposePage(page).ready()
    compose.write("+7 900 123-45-67", "Your order is *ready* 🎉\nWe are open till ~8~ *9* today.")
    compose.button("Send").click()
    compose.came_to("Accepted")
    _shoot(compose.form, PICTURES / f"compose-{theme}.png")
    page.goto(f"{address}/bulk.ipynb?theme={theme}")
    bulk = BulkPage(page).ready()
    bulk.upload(root / "customers.csv", _ROWS)
    bulk.template.fill("Hi {name}, your order of {total} is *ready*.")
    bulk.checked(_READY)
    _shoot(bulk.form, PICTURES / f"bulk-{theme}.png")
    bulk.form.get_by_label("Messages a second").fill("8")  # nobody wants to wait for a picture
    expect(bulk.form.get_by_text("At 8 messages a second")).to_be_visible()
    bulk.send(_READY)
    bulk.over()
    _shoot(bulk.form.locator(".greenapi-chart img"), PICTURES / f"report-{theme}.png")
    page.close()


def _shoot(what: Locator, path: Path) -> None:
    """Take a picture of all of it, without a ring around what was pressed last."""
    what.scroll_into_view_if_needed()
    what.page.evaluate("document.activeElement?.blur()")
    what.page.mouse.move(0, 0)
    box, window = what.bounding_box(), what.page.viewport_size
    assert box is not None
    assert window is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= window["height"], f"{path.name} would be cut off"
    what.screenshot(path=path)


def main() -> None:
    """Serve both forms with Voila, and take the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder)
        (root / "customers.csv").write_text(_TABLE, encoding="utf-8")
        jupyter.write_notebook(root / "compose.ipynb", _COMPOSE)
        jupyter.write_notebook(root / "bulk.ipynb", _BULK)
        browser = launched(playwright)
        with jupyter.voila(root) as served:
            for theme in ("light", "dark"):
                take(browser, served.url, root, theme)
        browser.close()


if __name__ == "__main__":
    main()

"""A bulk form as its user meets it: steps by their titles, fields by their labels, buttons by their names."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_SOON = 30_000


class BulkPage:
    """The bulk form of a page.

    Parameters
    ----------
    page
        The browser's page.
    nth
        Which form of the page, from 0.
    """

    def __init__(self, page: Page, nth: int = 0) -> None:
        self.page = page
        self.form = page.locator(".greenapi-form").nth(nth)
        self.file = self.form.get_by_label("Table of recipients")
        self.template = self.form.get_by_role("textbox", name="Text", exact=True)
        self.preview = self.form.get_by_role("group", name="Preview of the message")
        self.campaign = self.form.get_by_label("Name of this campaign")
        self.tick = self.form.get_by_label("I have looked at the check")
        self.bar = self.form.get_by_role("progressbar")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """Find a button by its whole name."""
        return self.form.get_by_role("button", name=name, exact=isinstance(name, str))

    def ready(self) -> BulkPage:
        """Wait until the form is there and alive."""
        expect(self.file).to_be_visible(timeout=_SOON)
        return self

    def upload(self, path: Path, rows: int) -> None:
        """Choose a file, and wait until its rows were read."""
        self.file.set_input_files(path)
        expect(self.form.get_by_text(f"· {rows:,} row")).to_be_visible(timeout=_SOON)

    def count(self, kind: str) -> int:
        """Read a number of the check."""
        return int(self.form.locator(f'[data-kind="{kind}"] dd').inner_text().replace(",", ""))

    def checked(self, ready: int) -> None:
        """Wait until the check has found so many messages to send."""
        expect(self.form.locator('[data-kind="ready"] dd')).to_have_text(f"{ready:,}", timeout=_SOON)
        expect(self.form.get_by_text("Checking…")).to_have_count(0)

    def send(self, ready: int) -> None:
        """Agree to the number and send."""
        self.checked(ready)
        self.tick.check()
        self.button(re.compile(rf"^Send {ready:,} message")).click()

    def done(self) -> int:
        """Return how many messages came to their end so far."""
        return int(self.bar.get_attribute("aria-valuenow") or 0)

    def until_done(self, count: int) -> None:
        """Wait until so many messages came to their end."""
        self.page.wait_for_function(
            "([form, count]) => form.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow') >= count",
            arg=[self.form.element_handle(), count],
            timeout=_SOON,
        )

    def over(self) -> None:
        """Wait until the run is over."""
        expect(self.form.get_by_text("It is over;")).to_be_visible(timeout=60_000)

    def violations(self) -> list[str]:
        """Let axe-core look at the form: what it finds, of any level."""
        self.page.evaluate(_AXE)
        found: list[dict[str, Any]] = self.page.evaluate("axe.run('.greenapi-form').then(result => result.violations)")
        return [f"{each['id']}: {json.dumps([node['html'] for node in each['nodes']])}" for each in found]

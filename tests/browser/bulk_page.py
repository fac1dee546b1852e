"""A bulk form as its user meets it: steps by their titles, fields by their labels, buttons by their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from .forms import FormPage

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

_SOON = 30_000


class BulkPage(FormPage):
    """The bulk form of a page."""

    def __init__(self, page: Page, nth: int = 0) -> None:
        super().__init__(page, nth)
        self.file = self.form.get_by_label("Table of recipients")
        self.template = self.form.get_by_role("textbox", name="Text", exact=True)
        self.campaign = self.form.get_by_label("Name of this campaign")
        self.tick = self.form.get_by_label("I have looked at the check")
        self.bar = self.form.get_by_role("progressbar")

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

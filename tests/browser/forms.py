"""A form as its user meets it, and the compose form: fields by their labels, buttons by their names."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


class FormPage:
    """One form on a page.

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
        self.preview = self.form.get_by_role("group", name="Preview of the message")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """Find a button by its whole name."""
        return self.form.get_by_role("button", name=name, exact=isinstance(name, str))

    def violations(self) -> list[str]:
        """Let axe-core look at the form: what it finds, of any level."""
        if self.page.evaluate("!window.axe"):
            self.page.evaluate(_AXE)
        found: list[dict[str, Any]] = self.form.evaluate("form => axe.run(form).then(result => result.violations)")
        return [f"{each['id']}: {json.dumps([node['html'] for node in each['nodes']])}" for each in found]


class ComposePage(FormPage):
    """One compose form on a page."""

    def __init__(self, page: Page, nth: int = 0) -> None:
        super().__init__(page, nth)
        self.to = self.form.get_by_label("Recipient")
        self.body = self.form.get_by_label("Text")
        self.to_note = self.form.locator(".greenapi-note").nth(0)
        self.body_note = self.form.locator(".greenapi-note").nth(1)
        self.status = self.form.get_by_role("status")

    def ready(self) -> ComposePage:
        """Wait until the form is there and alive."""
        expect(self.to_note).not_to_be_empty(timeout=30_000)
        return self

    def write(self, to: str, body: str) -> None:
        """Fill both fields, and wait until the form has followed."""
        self.to.fill(to)
        self.body.fill(body)
        self.until(self.body_note, f"{len(body)} / 4096")

    def send(self, to: str, body: str, status: str) -> None:
        """Send a new message, and wait for the words of its status."""
        self.write(to, body)
        expect(self.status).to_have_text(re.compile("^$|^The message before"))
        self.button("Send").click()
        self.came_to(status)

    def type_and_press_five_times(self, body: str) -> None:
        """Write a text key by key and press Send at once, without waiting for the kernel, and past any disabling."""
        self.body.fill("")
        self.body.press_sequentially(body)
        press = "button => { for (let i = 0; i < 5; i++) button.click(); }"
        self.form.locator(".greenapi-primary button").evaluate(press)

    def came_to(self, status: str) -> None:
        """Wait until the status of this draft, not of the one before, begins with these words."""
        expect(self.status).to_have_text(re.compile(f"^{re.escape(status)}"), timeout=15_000)

    def until(self, place: Locator, words: str) -> None:
        """Wait until a place holds these words; looks at every frame, which `expect` does not."""
        self.page.wait_for_function(
            "([element, words]) => element.textContent.includes(words)", arg=[place.element_handle(), words]
        )

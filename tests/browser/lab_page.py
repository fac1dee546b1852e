"""A notebook in JupyterLab, driven through the application object rather than by guessing when it is ready."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from .jupyter import Served

_READY = """
async () => {
  const deadline = performance.now() + 40000;
  const until = async (holds) => {
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`not in time: ${holds}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  await until(() => window.jupyterapp);
  const app = window.jupyterapp;
  await until(() => app.shell.currentWidget);
  await until(() => app.shell.currentWidget?.context?.isReady);
  const session = app.shell.currentWidget.context.sessionContext;
  await until(() => session.isReady);
  const kernel = () => session.session?.kernel;
  await until(() => kernel()?.connectionStatus === 'connected' && kernel().status === 'idle');
}
"""


class LabPage:
    """A notebook, open and with a kernel that answers.

    Parameters
    ----------
    browser
        Where to open it.
    served
        JupyterLab.
    path
        The notebook, within the server's directory.
    """

    def __init__(self, browser: Browser, served: Served, path: Path) -> None:
        self.path = path
        self.page: Page = browser.new_page(viewport={"width": 1280, "height": 1000})
        self.page.goto(f"{served.url}/lab/tree/{path.name}?reset")
        self.page.evaluate(_READY)

    def command(self, name: str, **options: Any) -> None:
        """Run one of JupyterLab's commands, and wait until it is done."""
        self.page.evaluate("([name, options]) => jupyterapp.commands.execute(name, options)", [name, options])

    def run(self, cell: int) -> None:
        """Run a cell by its number, and wait until it is done."""
        self.begin(cell)
        self.page.evaluate("() => window.running")

    def begin(self, cell: int) -> None:
        """Begin to run a cell."""
        self.page.evaluate(
            "cell => { jupyterapp.shell.currentWidget.content.activeCellIndex = cell;"
            " window.running = jupyterapp.commands.execute('notebook:run-cell'); }",
            cell,
        )

    def saved(self) -> str:
        """Save the notebook, and return the file's text, its pieces of text joined."""
        self.command("docmanager:save")
        text = self.path.read_text(encoding="utf-8")
        return text + json.dumps(json.loads(text), ensure_ascii=False)

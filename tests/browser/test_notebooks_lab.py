"""Every demo notebook, run top to bottom by a person's means: in JupyterLab, in a browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .lab_page import LabPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from .jupyter import Served

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
_STATE = """
() => jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code').map(cell => ({
  ran: cell.model.executionCount !== null,
  kinds: cell.model.outputs.toJSON().map(output => output.name || output.output_type),
}))
"""


@pytest.mark.parametrize("name", sorted(path.name for path in NOTEBOOKS.glob("*.ipynb")))
def test_runs_in_jupyterlab(browser: Browser, lab: Served, artefacts: Path, name: str) -> None:
    """All cells run, none shows an error or a warning, and every widget is drawn."""
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
        complaints = page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts()
        assert [text for text in complaints if "Warning" in text or "Error" in text] == []
        assert page.get_by_text("Error displaying widget").count() == 0
        page.screenshot(path=artefacts / f"notebook-{Path(name).stem}.png")
    finally:
        page.close()

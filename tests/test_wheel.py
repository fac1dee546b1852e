"""What is released: both distributions, and the package as the wheel brings it into an empty environment."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.support.clones import IN_CI, Clone, with_an_index

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are those of a POSIX shell")

_SEND = """
import sys
import greenapi_nb
assert "site-packages" in greenapi_nb.__file__, greenapi_nb.__file__
from greenapi_nb import Sandbox, bulk_send, plot_outcomes, send_text
import pandas as pd
with Sandbox() as sandbox:
    client = sandbox.client()
    assert send_text("+7 900 123-45-67", "Hello", client=client).message_id
    frame = pd.DataFrame({"to": ["79001234568", "nobody"], "name": ["Ann", "Bob"]})
    result = bulk_send(frame, template="Hi {name}", client=client, progress=False)
    assert result["status"].tolist() == ["accepted", "rejected"]
    assert sandbox.messages["body"].tolist() == ["Hello", "Hi Ann"]
try:
    plot_outcomes(result)
except ImportError as error:
    print(error)
"""
_SHOW = """
import json, nbformat
from nbclient import NotebookClient
cells = [
    "import pandas as pd\\nfrom greenapi_nb import BulkSendForm, ComposeForm, Sandbox\\nsandbox = Sandbox().start()",
    "ComposeForm(sandbox.client(), to='79001234567', body='Hello')",
    "BulkSendForm(pd.DataFrame({'to': ['79001234567'], 'body': ['Hello']}), sandbox.client())",
    "sandbox.phone()",
]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
views, state = [], notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
for cell in notebook.cells[1:]:
    [output] = cell.outputs
    views.append(state[output.data["application/vnd.jupyter.widget-view+json"]["model_id"]]["model_name"])
print(json.dumps(views))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """Give a copy of the tree in which both distributions were built, the wheel from the sdist."""
    if not IN_CI:
        pytest.importorskip("build", reason='build is not installed; `pip install -e ".[dev]"` does it')
    clone = Clone(tmp_path_factory.mktemp("released"), prepared=True)
    with_an_index(lambda: clone.run(".venv/bin/python -m build"))
    return clone


@pytest.fixture(scope="module")
def bare(tree: Clone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty directory but for an environment that holds the wheel and what it needs, without an extra."""
    folder = tmp_path_factory.mktemp("empty")
    tree.run(f"{sys.executable} -m venv {folder}/env")
    with_an_index(lambda: tree.run(f"{folder}/env/bin/pip install dist/*.whl", seconds=600))
    return folder


def files_in(archive: Path) -> dict[str, bytes]:
    """Read all files of a wheel."""
    with ZipFile(archive) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def test_sdist_builds_the_same_wheel(tree: Clone) -> None:
    """The wheel made from the sdist is the one made from the tree, file for file."""
    with_an_index(lambda: tree.run(".venv/bin/python -m build --wheel --outdir direct"))
    [from_sdist], [from_tree] = tree.root.glob("dist/*.whl"), tree.root.glob("direct/*.whl")
    assert from_tree.name == from_sdist.name
    assert files_in(from_tree) == files_in(from_sdist)


def test_wheel_brings_the_package_alone(tree: Clone) -> None:
    """The wheel holds the package with its scripts and styles, and its licence; no tests, no notebooks."""
    [archive] = tree.root.glob("dist/*.whl")
    names = set(files_in(archive))
    source = tree.root / "greenapi_nb"
    expected = {
        path.relative_to(tree.root).as_posix() for path in source.rglob("*.*") if "__pycache__" not in str(path)
    }
    assert expected == {name for name in names if name.startswith("greenapi_nb/")}
    assert {"dist-info"} == {name.split("/")[0].rpartition(".")[2] for name in names - expected}
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_wheel_sends_without_extras(tree: Clone, bare: Path) -> None:
    """In an empty environment it imports, sends to a sandbox, and says how to get what draws a plot."""
    (bare / "send.py").write_text(_SEND, encoding="utf-8")
    assert "pip install matplotlib" in tree.run("env/bin/python -W error send.py", where=bare)


def test_wheel_shows_the_forms(tree: Clone, bare: Path) -> None:
    """With nothing but a kernel beside it, a notebook shows both forms and the phone."""
    with_an_index(lambda: tree.run(f"{bare}/env/bin/pip install ipykernel nbclient", seconds=600))
    (bare / "show.py").write_text(_SHOW, encoding="utf-8")
    said = tree.run("env/bin/python show.py", where=bare)
    assert ["VBoxModel", "VBoxModel", "AnyModel"] == json.loads(said.splitlines()[-1])

"""The notebooks as they are committed: stripped, with assertions, and safe. That they run, nbval shows."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

import greenapi_nb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenapi_nb import Sandbox

NOTEBOOKS = sorted((Path(greenapi_nb.__file__).parents[1] / "notebooks").glob("*.ipynb"))
DATA = sorted((Path(greenapi_nb.__file__).parents[1] / "notebooks" / "data").iterdir())
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
# Twenty or more of a token's characters, with digits, capitals and small letters among them.
TOKEN = re.compile(r"(?=[\w-]*[0-9])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[A-Za-z0-9_-]{20,}")
SWITCH = "# for_real = True"
CLEAR = "CONTRIBUTING.md says how to clear the notebooks of their outputs"

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    """Read a notebook without mending anything."""
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]


def sources(path: Path, kind: str) -> list[str]:
    """List the texts of a notebook's cells of one kind."""
    return [cell.source for cell in read(path).cells if cell.cell_type == kind]


def test_all_are_there() -> None:
    """The six notebooks are there, in the order in which they are read."""
    expected = ["quickstart", "compose", "bulk_send", "when_things_go_wrong", "bulk_form", "real_account"]
    assert [f"{number:02}_{name}" for number, name in enumerate(expected, 1)] == [path.stem for path in NOTEBOOKS]


@each
def test_is_stripped(path: Path) -> None:
    """A notebook is stored without outputs, counts and widget state, and names its kernel."""
    notebook = read(path)
    nbformat.validate(notebook)
    assert {"kernelspec", "language_info"} == set(notebook.metadata)
    assert KERNEL == notebook.metadata.kernelspec
    for cell in notebook.cells:
        assert {} == cell.metadata, cell.id
        if cell.cell_type == "code":
            assert ([], None) == (cell.outputs, cell.execution_count), f"{path.name} was run and saved: {CLEAR}"


@each
def test_begins_with_its_title(path: Path) -> None:
    """A notebook begins with a title and prose, and says where messages go before any code does."""
    first = read(path).cells[0]
    assert "markdown" == first.cell_type
    assert first.source.startswith("# ")
    assert "sandbox" in first.source


@each
def test_asserts(path: Path) -> None:
    """A notebook's cells check what its text says, more than once."""
    trees = map(ast.parse, sources(path, "code"))
    assert 2 <= sum(isinstance(node, ast.Assert) for tree in trees for node in ast.walk(tree))


@each
def test_links_lead_somewhere(path: Path) -> None:
    """A link to another file of the repository leads to one."""
    links = [link for text in sources(path, "markdown") for link in LINK.findall(text)]
    assert [] == [link for link in links if not (path.parent / link).exists()]


@pytest.mark.parametrize("path", [*NOTEBOOKS, *DATA], ids=lambda path: path.name)
def test_holds_no_token(path: Path) -> None:
    """No token stands in a notebook or its data, in a cell or anywhere else."""
    text = "\n".join(cell.source for cell in read(path).cells) if path in NOTEBOOKS else path.read_text("utf-8")
    assert [] == TOKEN.findall(text)
    assert [] == re.findall(r"""(?i)bearer|token\s*=\s*["']""", text)


def test_would_find_a_token() -> None:
    """What looks for tokens finds one, and takes no word, number or file's name for one."""
    assert ["k3Jx9_QpL2vR8sT1uW5yZ7aB"] == TOKEN.findall('Client("k3Jx9_QpL2vR8sT1uW5yZ7aB")')
    assert [] == TOKEN.findall("79001234567-1581234048 BulkSendInterrupted 04_when_things_go_wrong")


@pytest.fixture
def real_account(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[dict[str, Any], str, pytest.MonkeyPatch]]:
    """Run 06_real_account up to the cell that chooses the client; give what is known then, and that cell."""
    monkeypatch.setenv("GREENAPI_BASE_URL", sandbox.base_url)  # the real account of these tests
    cells = sources(NOTEBOOKS[-1], "code")
    [place] = [place for place, cell in enumerate(cells) if SWITCH in cell]
    names: dict[str, Any] = {}
    for cell in cells[:place]:
        exec(cell, names)  # noqa: S102 - the notebook's own cells
    yield names, cells[place], monkeypatch
    names["sandbox"].stop()


@pytest.mark.parametrize(
    ("token", "uncommented", "real"),
    [(False, False, False), (True, False, False), (False, True, False), (True, True, True)],
)
def test_real_account_needs_a_token_and_a_changed_line(
    real_account: tuple[dict[str, Any], str, pytest.MonkeyPatch], *, token: bool, uncommented: bool, real: bool
) -> None:
    """06_real_account uses an account only if a token is set and the line is uncommented."""
    names, cell, environment = real_account
    if token:
        environment.setenv("GREENAPI_TOKEN", "a-token")
    cell = cell.replace("79001234567", "79001234599", 1)
    exec(cell.replace(SWITCH, SWITCH[2:]) if uncommented else cell, names)  # noqa: S102 - the notebook's own cell
    assert real is not names["client"].is_sandbox


def test_real_account_asks_for_a_number(
    real_account: tuple[dict[str, Any], str, pytest.MonkeyPatch],
) -> None:
    """06_real_account writes to nobody for real before the reader has put in a number."""
    names, cell, environment = real_account
    environment.setenv("GREENAPI_TOKEN", "a-token")
    with pytest.raises(AssertionError, match="your own number"):
        exec(cell.replace(SWITCH, SWITCH[2:]), names)  # noqa: S102 - the notebook's own cell


def test_real_account_writes_to_strangers_in_the_sandbox_alone() -> None:
    """In 06_real_account the chosen client sends one message; the list of people goes through the sandbox's."""
    trees = [ast.parse(cell) for cell in sources(NOTEBOOKS[-1], "code")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    clients = {
        ast.unparse(call.func): ast.unparse(keyword.value)
        for call in calls
        for keyword in call.keywords
        if keyword.arg == "client"
    }
    assert {"send_text": "client", "bulk_send": "sandbox.client()"} == clients

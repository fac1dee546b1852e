"""README and CONTRIBUTING are true: their Python runs, their links lead on. Their commands: test_commands.py."""

from __future__ import annotations

import ast
import getpass
import re
import runpy
import socket
import tomllib
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest

import greenapi_nb
from greenapi_nb import Sandbox
from tests.support.documents import DOCUMENTS, FENCE, ROOT, TEXTS, blocks, inline

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

_PATH = re.compile(r"[\w./-]*(?:\w/|\.(?:md|py|toml|txt|ipynb|csv))")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing out of this machine, and answer a question for the token."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, where: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(where[0]).startswith(("127.", "::1")):
            raise AssertionError(f"a documented example connects to {where}")
        connect(self, where)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: "a-token")


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(("document", "code"), blocks("python"))
def test_python_runs(document: str, code: str) -> None:
    """Each block of Python runs as it stands, without an account."""
    exec(compile(code, document, "exec"), {})  # noqa: S102 - the documents' own code


@pytest.mark.usefixtures("offline")
def test_ten_lines_do_what_they_show() -> None:
    """README's example has ten lines, and sends, mends and refuses what its list is made to show."""
    [code] = [code for _, code in blocks("python") if "bulk_send" in code]
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the document's own code
    assert 10 >= len([line for line in code.splitlines() if line.strip()])
    assert ["accepted", "accepted", "rejected"] == names["result"]["status"].tolist()


def test_blocks_are_of_known_languages() -> None:
    """There is no block of code that no test looks at."""
    kinds = {kind for text in TEXTS.values() for kind, _ in FENCE.findall(text)}
    assert {"python", "sh"} == kinds
    fences = sum(text.count("\n```") for text in TEXTS.values())
    assert fences == 2 * (len(blocks("python")) + len(blocks("sh")))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_paths_lead_somewhere(document: str) -> None:
    """A link or path in a document leads to a file of the repository or the package."""
    ignored = set((ROOT / ".gitignore").read_text("utf-8").split())
    paths = [code for code in inline(document) if _PATH.fullmatch(code) and code not in ignored]
    assert [] == [link for link in _LINK.findall(TEXTS[document]) if not (ROOT / link).exists()]
    assert [] == [path for path in paths if not any((base / path).exists() for base in (ROOT, ROOT / "greenapi_nb"))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_references_are_defined(document: str) -> None:
    """A link that is defined elsewhere in the document is defined there, once."""
    used = set(re.findall(r"\]\[([^\]]+)\]", TEXTS[document]))
    defined = re.findall(r"^\[([^\]]+)\]:", TEXTS[document], flags=re.MULTILINE)
    assert sorted(used) == sorted(defined)


def test_badges_open_notebooks() -> None:
    """The badges open the quickstart in JupyterLab and the form in Voila."""
    pages = re.findall(r"urlpath=(lab/tree|voila/render)/(\S+)", TEXTS["README.md"])
    assert {"lab/tree": "notebooks/01_quickstart.ipynb", "voila/render": "notebooks/05_bulk_form.ipynb"} == dict(pages)
    assert all((ROOT / notebook).is_file() for _, notebook in pages)


def test_badges_are_made_of_the_address() -> None:
    """The badges lead to the address in pyproject.toml."""
    badges = runpy.run_path(str(ROOT / "binder" / "badges.py"))
    assert TEXTS["README.md"] == badges["with_links"](TEXTS["README.md"], badges["links"](badges["address"]()))


def test_address_stands_in_one_place() -> None:
    """The repository's address stands in pyproject.toml; elsewhere only where it is made of that."""
    slug = urlsplit(PROJECT["project"]["urls"]["Repository"]).path.strip("/")
    suffixes = {".md", ".toml", ".py", ".ipynb", ".txt", ".csv", ".js", ".css", ".json", ""}
    folders = ("greenapi_nb", "tests", "notebooks", "binder", "benchmarks", ".ci")
    files = [path for name in folders for path in (ROOT / name).rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file() and path.name != ".coverage"]
    texts = {path: path.read_text("utf-8").replace("%2F", "/") for path in files if path.suffix in suffixes}
    found = {path.relative_to(ROOT).as_posix(): text.count(slug) for path, text in texts.items() if slug in text}
    assert {"pyproject.toml": 1, "README.md": 2} == found
    assert 2 == len(re.findall(rf"^\[.*{re.escape(slug)}/HEAD", texts[ROOT / "README.md"], flags=re.MULTILINE))


def test_binder_names_its_python_and_installs_the_demo() -> None:
    """Binder takes Python 3.12, and installs the package from the clone with what runs and checks the notebooks."""
    assert "python-3.12" == (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip()
    lines = (ROOT / "binder" / "requirements.txt").read_text("utf-8").splitlines()
    [nbval] = [name for name in PROJECT["project"]["optional-dependencies"]["test"] if name.startswith("nbval")]
    assert [".[demo]", nbval] == [line for line in lines if not line.startswith("#")]
    assert not (ROOT / "binder" / "environment.yml").exists()  # repo2docker would read nothing else


def test_magic_recipients_exist() -> None:
    """The magic recipients that README names are the sandbox's; all other numbers in it are ordinary ones."""
    numbers = pd.Series(re.findall(r"\b7900\d{7}\b", TEXTS["README.md"]))
    magic = numbers[~numbers.str.startswith("79001234")]
    assert len(magic) > 5
    assert magic.isin(Sandbox.magic["to"]).all()


def test_statuses_are_all_explained() -> None:
    """README's table of statuses has a row for each, in their order."""
    rows = re.findall(r"^\| `([a-z]+)` +\|", TEXTS["README.md"], flags=re.MULTILINE)
    assert [status.value for status in greenapi_nb.Status] == rows[1:]


def test_names_in_documents_exist() -> None:
    """What the documents import from the package is public."""
    trees = [ast.parse(code) for _, code in blocks("python")]
    imported = [
        alias.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "greenapi_nb"
        for alias in node.names
    ]
    assert set(imported) <= set(greenapi_nb.__all__)

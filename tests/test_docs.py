"""README and CONTRIBUTING are true: their Python runs, their commands are known and checked, their links lead on."""

from __future__ import annotations

import ast
import getpass
import re
import runpy
import shlex
import signal
import socket
import subprocess
import sys
import tomllib
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pandas as pd
import pytest

import greenapi_nb
from greenapi_nb import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(greenapi_nb.__file__).parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md")
TEXTS = {name: (ROOT / name).read_text("utf-8") for name in DOCUMENTS}
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CI = (ROOT / ".ci" / "run").read_text("utf-8")

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_COMMAND = re.compile(r"(\.venv/bin/|\.ci/|python3? |jupyter|tox |pip )")
_PATH = re.compile(r"[\w./-]*(?:\w/|\.(?:md|py|toml|txt|ipynb|csv))")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
_ANSWERS_WITHIN = 20.0

ENVIRONMENTS = "python3 -m venv .venv"


def blocks(language: str) -> list[tuple[str, str]]:
    """List the blocks of code in one language, each with its document."""
    return [(name, code) for name in DOCUMENTS for kind, code in _FENCE.findall(TEXTS[name]) if kind == language]


def inline(name: str) -> list[str]:
    """List what stands between back-ticks in a document's prose."""
    return list(_INLINE.findall(_FENCE.sub("", TEXTS[name])))


def commands() -> set[str]:
    """Collect every single command of both documents."""
    lines = [line for _, block in blocks("sh") for line in block.splitlines()]
    lines += [code for name in DOCUMENTS for code in inline(name) if _COMMAND.match(code)]
    return {part.strip() for line in lines for part in line.split("&&")}


def run(*command: str) -> str:
    """Run a program of this environment in a clone's place, and return what it said."""
    argv = [sys.executable, "-m", *command]
    done = subprocess.run(argv, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


# What proves each command, without installing anything: it is run, or it is held against what it names.


def same_in_ci(command: str) -> None:
    """Find the same words in `.ci/run`, which runs on every change."""
    assert command in CI.replace("--upgrade-deps ", "").replace("--quiet --editable", "-e")


def installs_an_extra(command: str) -> None:
    """Find the extra in pyproject.toml."""
    [extra] = re.findall(r'\.\[(\w+)\]"', command)
    assert extra in PROJECT["project"]["optional-dependencies"]


def opens_a_notebook(command: str) -> None:
    """Find the program among what the README has installed, and the notebook."""
    program, *_, notebook = shlex.split(command)
    packages = {"jupyter": "jupyterlab", "voila": "voila"}
    demo = " ".join(PROJECT["project"]["optional-dependencies"]["demo"])
    assert packages[Path(program).name] in demo
    assert (ROOT / notebook).is_file()


def runs_tests(command: str) -> None:
    """Run the tests that are named."""
    assert " passed" in run("pytest", "-q", "-p", "no:cacheprovider", shlex.split(command)[-1])


def chromium_can_be_had(command: str) -> None:
    """Ask Playwright what the command would do."""
    assert "chrom" in run("playwright", *shlex.split(command)[1:], "--dry-run").lower()


def sandbox_serves(_: str) -> None:
    """Start the sandbox, reach it at the address it prints, and end it."""
    command = [sys.executable, "-m", "greenapi_nb.sandbox"]
    with ExitStack() as stack:
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        stack.callback(server.communicate)
        stack.callback(server.kill)
        assert server.stdout is not None
        address = urlsplit(server.stdout.readline().strip())
        with socket.create_connection((address.hostname, address.port or 0), timeout=_ANSWERS_WITHIN):
            pass
        server.send_signal(signal.SIGTERM)
        assert 0 == server.wait(_ANSWERS_WITHIN)


def environment_is_known(command: str) -> None:
    """Find the environment among those that tox knows."""
    assert shlex.split(command)[-1] in PROJECT["tool"]["tox"]["env_list"]


def ci_is_a_script(_: str) -> None:
    """Have the shell read the script, and see that the system may run it."""
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)  # noqa: S607 - whichever bash there is
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def notebooks_are_cleared(command: str) -> None:
    """Ask nbconvert whether it knows the options, and find the notebooks."""
    words = shlex.split(command)
    told = run("nbconvert", "--help-all")
    assert [] == [word for word in words if word.startswith("--") and word not in told]
    assert list(ROOT.glob(words[-1]))


def badges_are_current(_: str) -> None:
    """Write the badges anew: nothing changes, for they lead to the address in pyproject.toml."""
    badges = runpy.run_path(str(ROOT / "binder" / "badges.py"))
    assert TEXTS["README.md"] == badges["with_links"](TEXTS["README.md"], badges["links"](badges["address"]()))


CHECKS: dict[str, Callable[[str], None]] = {
    ENVIRONMENTS: same_in_ci,
    '.venv/bin/pip install -e ".[demo]"': installs_an_extra,
    '.venv/bin/pip install -e ".[test]"': installs_an_extra,
    '.venv/bin/pip install -e ".[dev]"': same_in_ci,
    ".venv/bin/jupyter lab notebooks/01_quickstart.ipynb": opens_a_notebook,
    ".venv/bin/jupyter lab notebooks/02_compose.ipynb": opens_a_notebook,
    ".venv/bin/voila notebooks/05_bulk_form.ipynb": opens_a_notebook,
    ".venv/bin/coverage run -m pytest": same_in_ci,
    ".venv/bin/python -m pytest tests/test_answers.py": runs_tests,
    ".venv/bin/playwright install chromium": chromium_can_be_had,
    "python -m greenapi_nb.sandbox": sandbox_serves,
    ".venv/bin/python -m greenapi_nb.sandbox": sandbox_serves,
    ".venv/bin/tox run -e py312": environment_is_known,
    ".venv/bin/tox run -e kernel631": environment_is_known,
    ".ci/run": ci_is_a_script,
    ".venv/bin/jupyter nbconvert --clear-output --inplace notebooks/*.ipynb": notebooks_are_cleared,
    ".venv/bin/python binder/badges.py": badges_are_current,
}
NOT_RUN = {
    ".venv/bin/python -m tests.browser.pictures": "it rewrites the pictures",
    ".venv/bin/pip install tox": "no test installs anything",
    ".venv/bin/tox list": "tox is not installed",
    ".venv/bin/pip install build twine": "no test installs anything",
    ".venv/bin/python -m build": "build is not installed",
    ".venv/bin/twine check dist/*": "twine is not installed",
    "jupyter-repo2docker --no-build .": "repo2docker is not installed",
}


def test_every_command_is_accounted_for() -> None:
    """Each command of the documents has its check here, and no check is left over from a command that is gone."""
    assert commands() == set(CHECKS) | set(NOT_RUN)


@pytest.mark.parametrize("command", CHECKS)
def test_command_holds(command: str) -> None:
    """A command does what the document says."""
    CHECKS[command](command)


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
    kinds = {kind for text in TEXTS.values() for kind, _ in _FENCE.findall(text)}
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

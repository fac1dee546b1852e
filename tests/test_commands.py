"""Every line that README and CONTRIBUTING give to a shell is typed into one, in a copy of the tree, as it stands.

The few that would do more than a test may are told so by a variable or an option; each says why in its check below.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

import pytest

from tests.support.clones import IN_CI, Clone, with_an_index
from tests.support.documents import ROOT, lines

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are those of a POSIX shell")

_STARTS_WITHIN = 60.0
_INSTALLS_WITHIN = 600.0


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """Give a copy of the tree with an environment in it: this one."""
    return Clone(tmp_path_factory.mktemp("prepared"), prepared=True)


def needs(clone: Clone, program: str) -> None:
    """Skip where a program of the ``dev`` extra is missing; in CI it has to be there."""
    if not IN_CI and not (clone.root / ".venv" / "bin" / program).exists():
        pytest.skip(f'{program} is not installed; `pip install -e ".[dev]"` does it')


def opens_in_lab(clone: Clone, line: str) -> None:
    """Type it; JupyterLab opens a browser: follow the address to the notebook."""
    with clone.started(line) as server:
        page = clone.address_opened(server, _INSTALLS_WITHIN)
        with urlopen(page) as file:  # noqa: S310 - what JupyterLab has the browser open
            [address] = re.findall(r'href="(http://127\.0\.0\.1:[^"]+)"', file.read().decode())
        notebook = re.findall(r"notebooks/(\S+)", line)[0]
        assert f"/lab/tree/{notebook}" == urlsplit(address).path
        with urlopen(address, timeout=_STARTS_WITHIN) as lab:  # noqa: S310 - the server just started
            assert "jupyter-config-data" in lab.read().decode()
        contents = urljoin(address, f"/api/contents/{notebook}?{urlsplit(address).query}")
        with urlopen(contents, timeout=_STARTS_WITHIN) as found:  # noqa: S310 - the same
            assert '"type": "notebook"' in found.read().decode()


def opens_as_an_app(clone: Clone, line: str) -> None:
    """Type it; Voila opens a browser: find the notebook's title and its widgets in the page."""
    with clone.started(line) as server:
        page = clone.address_opened(server, _STARTS_WITHIN)
        with urlopen(page) as file:  # noqa: S310 - what Voila has the browser open
            [address] = re.findall(r'href="(http://[^"]+)">click here', file.read().decode())
        with urlopen(address, timeout=_STARTS_WITHIN) as app:  # noqa: S310 - the server just started
            html = app.read().decode()
        assert "Send to a whole table, by hand" in html
        assert "application/vnd.jupyter.widget-view+json" in html


def installs(clone: Clone, line: str) -> None:
    """Type it; the environment then imports the package from the tree."""
    clone.run(line, seconds=_INSTALLS_WITHIN)
    home = clone.run(".venv/bin/python -c 'import greenapi_nb; print(greenapi_nb.__file__)'")
    assert str(clone.root / "greenapi_nb" / "__init__.py") == home.strip()


def runs_all_tests(clone: Clone, line: str) -> None:
    """Type it; pytest finds all tests and runs one room's, for all would run this one again, without end."""
    said = clone.run(line, seconds=_INSTALLS_WITHIN, PYTEST_ADDOPTS="-p no:cacheprovider -k test_answers")
    [(passed, left_out)] = re.findall(r"(\d+) passed, (\d+) deselected", said)
    assert int(passed) > 10
    assert int(left_out) > 1000


def runs_tests(clone: Clone, line: str) -> None:
    """Type it; the tests pass."""
    assert re.search(r"= \d+ passed in ", clone.run(line))


def would_fetch_chromium(clone: Clone, line: str) -> None:
    """Type it with ``--dry-run``, for a browser of 300 MB goes into the user's own directories."""
    assert "chrom" in clone.run(f"{line} --dry-run").lower()


def serves(clone: Clone, line: str) -> None:
    """Type it; the sandbox prints its address, answers there, and ends in peace when it is told to."""
    with clone.started(f"exec {line} 2>/dev/null") as server:
        address = urlsplit(clone.line_said(server, _STARTS_WITHIN))
        with socket.create_connection((address.hostname, address.port or 0), timeout=_STARTS_WITHIN):
            pass
        server.send_signal(signal.SIGTERM)
        assert 0 == server.wait(_STARTS_WITHIN)


def lists_environments(clone: Clone, line: str) -> None:
    """Type it; what it lists has the environments that the documents name."""
    needs(clone, "tox")
    listed = set(re.findall(r"^(\w+) +->", clone.run(line), flags=re.MULTILINE))
    assert set(re.findall(r"tox run -e (\w+)", "\n".join(lines()))) <= listed


def runs_with_tox(clone: Clone, line: str) -> None:
    """Have tox say what it would run, for it would run all tests, and this one with them, without end."""
    needs(clone, "tox")
    said = clone.run(line.replace("tox run", "tox config") + " -k extras commands")
    assert "extras = dev" in said
    assert "python -m pytest" in said


def is_a_script(_: Clone, __: str) -> None:
    """Have the shell read it, and see that the system may run it: it runs this test, and installs system packages."""
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)  # noqa: S607 - whichever bash there is
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def clears_notebooks(clone: Clone, line: str) -> None:
    """Type it; the notebooks are as they were, for they are committed so."""
    before = {path.name: path.read_bytes() for path in clone.root.glob("notebooks/*.ipynb")}
    assert "Converting" in clone.run(line)
    assert before == {path.name: path.read_bytes() for path in clone.root.glob("notebooks/*.ipynb")}


def writes_badges(clone: Clone, line: str) -> None:
    """Type it after the badges were led astray; the README is as it was."""
    readme = clone.root / "README.md"
    before = readme.read_text("utf-8")
    readme.write_text(before.replace("https://mybinder.org/v2/", "https://example.org/"), "utf-8")
    clone.run(line)
    assert 2 == before.count("https://mybinder.org/v2/")
    assert before == readme.read_text("utf-8")


def takes_pictures(clone: Clone, line: str) -> None:
    """Type it; all pictures are new, each is a PNG, and README shows each."""
    folder = clone.root / "notebooks" / "pictures"
    names = {path.name for path in folder.iterdir()}
    for path in folder.iterdir():
        path.unlink()
    try:
        clone.run(line, seconds=180)
    except AssertionError as failure:
        if not IN_CI and "Executable doesn't exist" in str(failure):
            pytest.skip("no Chromium to take pictures with; `playwright install chromium` gets one")
        raise
    assert names == {path.name for path in folder.iterdir()}
    assert names == set(re.findall(r"notebooks/pictures/([\w-]+\.png)", (ROOT / "README.md").read_text("utf-8")))
    assert {b"\x89PNG"} == {path.read_bytes()[:4] for path in folder.iterdir()}


def chooses_python_for_binder(clone: Clone, line: str) -> None:
    """Type it; Binder would take Python 3.12 and install what ``binder/requirements.txt`` lists."""
    needs(clone, "jupyter-repo2docker")
    said = clone.run(line)
    assert "Building conda environment for python=3.12\n" in said
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in said


def builds(clone: Clone, line: str) -> None:
    """Type it; both distributions are there, and fit for an index."""
    needs(clone, "twine")
    said = with_an_index(lambda: clone.run(line, seconds=_INSTALLS_WITHIN))
    assert 2 == said.count("PASSED")
    assert [".gz", ".whl"] == sorted(path.suffix for path in (clone.root / "dist").iterdir())


FRESH: dict[str, Callable[[Clone, str], None]] = {
    'python3 -m venv .venv && .venv/bin/pip install -e ".[demo]" '
    "&& .venv/bin/jupyter lab notebooks/01_quickstart.ipynb": opens_in_lab,
    'python3 -m venv .venv && .venv/bin/pip install -e ".[test]" && .venv/bin/coverage run -m pytest': runs_all_tests,
    'python3 -m venv .venv && .venv/bin/pip install -e ".[dev]"': installs,
}
"""What is typed into a fresh clone, in the order of reading."""

LATER: dict[str, Callable[[Clone, str], None]] = {
    ".venv/bin/coverage run -m pytest": runs_all_tests,
    ".venv/bin/jupyter lab notebooks/02_compose.ipynb": opens_in_lab,
    ".venv/bin/voila notebooks/05_bulk_form.ipynb": opens_as_an_app,
    ".venv/bin/python -m pytest tests/test_answers.py": runs_tests,
    ".venv/bin/playwright install chromium": would_fetch_chromium,
    "python -m greenapi_nb.sandbox": serves,
    ".venv/bin/python -m greenapi_nb.sandbox": serves,
    ".venv/bin/tox list": lists_environments,
    ".venv/bin/tox run -e py312": runs_with_tox,
    ".venv/bin/tox run -e kernel631": runs_with_tox,
    ".ci/run": is_a_script,
    ".venv/bin/jupyter nbconvert --clear-output --inplace notebooks/*.ipynb": clears_notebooks,
    ".venv/bin/python binder/badges.py": writes_badges,
    ".venv/bin/python -m tests.browser.pictures": takes_pictures,
    ".venv/bin/jupyter-repo2docker --no-build .": chooses_python_for_binder,
    ".venv/bin/python -m build && .venv/bin/twine check --strict dist/*": builds,
}
"""What is typed once there is an environment."""


def test_every_line_is_accounted_for() -> None:
    """Each line of the documents has its check here, and no check is left over from a line that is gone."""
    assert set(lines()) == FRESH.keys() | LATER.keys()


def test_lines_for_a_fresh_clone(tmp_path_factory: pytest.TempPathFactory) -> None:
    """In a tree without an environment, the documents' first lines install what they say and start it."""
    fresh = Clone(tmp_path_factory.mktemp("fresh"), prepared=False)
    for line, check in FRESH.items():
        with_an_index(lambda line=line, check=check: check(fresh, line))  # type: ignore[misc]


@pytest.mark.parametrize("line", LATER)
def test_line_holds(clone: Clone, line: str) -> None:
    """A line, typed as it stands, does what the document says."""
    LATER[line](clone, line)

"""The public surface."""

import doctest
import inspect
import re
import sys
import textwrap
import tomllib
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import greenapi_nb
from greenapi_nb import Client, GreenApiError, Ledger, Sandbox
from greenapi_nb.templates import Template


def methods() -> Iterator[tuple[str, Callable[..., Any]]]:
    """List the public functions, and the public methods that the package itself defines for its public classes."""
    for name in greenapi_nb.__all__:
        public = getattr(greenapi_nb, name)
        if not inspect.isclass(public):
            yield name, public
            continue
        for own, member in inspect.getmembers_static(public):
            function = getattr(member, "__func__", member)
            if (
                inspect.isfunction(function)
                and not own.startswith("_")
                and function.__module__.startswith("greenapi_nb")
            ):
                yield f"{name}.{own}", function


METHODS = dict(methods())


def section(function: Callable[..., Any], title: str) -> str:
    """Read one section of a docstring; empty if there is none."""
    found = re.search(
        rf"^{title}\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", inspect.getdoc(function) or "", re.MULTILINE | re.DOTALL
    )
    return found[1] if found else ""


def test_all_names() -> None:
    """Every public name is there, sorted, documented with an example, and nothing else is."""
    assert greenapi_nb.__all__ == sorted(greenapi_nb.__all__)
    assert set(greenapi_nb.__all__) == set(greenapi_nb._HOMES)
    undocumented = [name for name in greenapi_nb.__all__ if ">>>" not in (getattr(greenapi_nb, name).__doc__ or "")]
    assert [] == undocumented
    assert set(greenapi_nb.__all__) <= set(dir(greenapi_nb))


def test_unknown_name() -> None:
    """A mistyped name is an AttributeError, as of any module."""
    assert not hasattr(greenapi_nb, "send_txt")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Client(5),  # type: ignore[arg-type]
        lambda: Ledger("nonsense://x"),
        lambda: Sandbox(port=-1),
        lambda: Template("Hi {name"),
        lambda: Template(5),  # type: ignore[arg-type]
    ],
)
def test_what_could_not_be_made_can_be_printed(make: Callable[[], object]) -> None:
    """A traceback that prints what its frames hold meets the object that was not made, and must not fail on it."""
    with pytest.raises((TypeError, ValueError, GreenApiError)) as caught:
        make()
    printed = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "self = " in "".join(printed.format())


@pytest.mark.parametrize("name", greenapi_nb.__all__)
def test_example_runs(name: str) -> None:
    """The example of a public name runs as a doctest, begins with an import of that name, and shows what it says."""
    public = getattr(greenapi_nb, name)
    [example] = doctest.DocTestFinder(recurse=False).find(public, name, sys.modules[public.__module__], globs={})
    assert re.search(rf">>> from greenapi_nb import .*\b{name}\b", example.docstring or "")
    said: list[str] = []
    results = doctest.DocTestRunner().run(example, out=said.append)
    assert [] == said
    assert results.attempted > 0


def test_all_doctests_run_with_the_tests() -> None:
    """A plain `pytest` runs the doctests of every module of the package, also those of the methods."""
    pyproject = tomllib.loads((Path(greenapi_nb.__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    options = pyproject["tool"]["pytest"]["ini_options"]
    assert "--doctest-modules" in options["addopts"]
    assert "greenapi_nb" in options["testpaths"]


@pytest.mark.parametrize("name", METHODS)
def test_help_says_all(name: str) -> None:
    """What `help` shows of a public method names its parameters, what it returns, and the errors it raises."""
    function = METHODS[name]
    signature = inspect.signature(function)
    parameters = [each for each in signature.parameters if each != "self"]
    described = section(function, "Parameters")
    assert [] == [each for each in parameters if not re.search(rf"^{each}$", described, re.MULTILINE)]
    returns = signature.return_annotation not in {None, "None", inspect.Signature.empty}
    assert returns is bool(section(function, "Yields" if inspect.isgeneratorfunction(function) else "Returns"))
    raises = "raise " in textwrap.dedent(inspect.getsource(function))
    assert not raises or section(function, "Raises")

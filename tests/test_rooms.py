"""The rooms: who imports whom and which library lives where, read from the syntax tree."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import greenapi_nb

PACKAGE = Path(greenapi_nb.__file__).parent

FLOORS = {
    0: {"errors", "outcomes", "values", "phones", "recipients", "messages", "templates", "markup", "answers", "unset"},
    1: {
        "settings",
        "connections",
        "exchanges",
        "failures",
        "flights",
        "wire",
        "transport",
        "pacing",
        "storage",
        "ledger",
        "runs",
        "frames",
    },
    2: {"client", "bulk"},
    3: {"widgets", "sandbox"},
}
LIBRARIES = {
    "requests": {"transport", "exchanges", "connections", "failures", "client"},
    "urllib3": {"connections", "exchanges", "failures", "transport", "wire"},
    "sqlalchemy": {"storage", "ledger"},
    "platformdirs": {"storage"},
    "phonenumbers": {"phones", "widgets"},
    "numpy": {"frames", "bulk"},
    "openpyxl": {"bulk"},
    "anywidget": {"widgets"},
    "pandas": {"frames", "ledger", "bulk", "sandbox", "errors", "widgets"},
    "tqdm": {"bulk"},
    "matplotlib": {"bulk", "widgets"},
    "ipywidgets": {"widgets"},
    "traitlets": {"widgets"},
    "IPython": {"widgets"},
    "tornado": {"sandbox"},
}
SANDBOX_MAY_TAKE = {"greenapi_nb.errors"}
# The sandbox hands out a client, its ledger and a view of the phone; what answers requests takes the code table alone.
SANDBOX_HANDS_OUT = {"greenapi_nb.client", "greenapi_nb.ledger", "greenapi_nb.widgets"}


def room_of(module: str) -> str:
    """Name the room of a module path like greenapi_nb.bulk.plan."""
    return module.split(".")[1] if "." in module else "__init__"


def imports() -> list[tuple[str, str]]:
    """List every import in the package as (module, imported)."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [(module, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module} imports relatively"
                found.append((module, node.module or ""))
    return found


def floor_of(room: str) -> int:
    """Say on which floor a room is."""
    return next(floor for floor, rooms in FLOORS.items() if room in rooms)


def test_imports_point_down() -> None:
    """No room imports one on a floor above its own."""
    own = [(module, name) for module, name in imports() if name.startswith("greenapi_nb.") and module != "greenapi_nb"]
    upward = [(module, name) for module, name in own if floor_of(room_of(name)) > floor_of(room_of(module))]
    assert upward == []


def test_forms_keep_to_themselves() -> None:
    """What one form alone is made of is imported by that form alone, by no other and by nothing both use."""
    strays = [
        (module, name)
        for module, name in imports()
        for room in ("greenapi_nb.widgets.bulk", "greenapi_nb.widgets.compose")
        if f"{name}.".startswith(f"{room}.") and not f"{module}.".startswith(f"{room}.") and module != "greenapi_nb"
    ]
    assert strays == []


def test_each_library_has_its_rooms() -> None:
    """A library is imported only where the table has it, and none is imported that the table lacks."""
    used = {(name.split(".")[0], room_of(module)) for module, name in imports()}
    foreign = {(library, room) for library, room in used if library not in sys.stdlib_module_names}
    strays = [
        (library, room)
        for library, room in foreign
        if library != "greenapi_nb" and room not in LIBRARIES.get(library, ())
    ]
    assert strays == []


def test_the_sandbox_shares_only_the_code_table() -> None:
    """Client and server cannot share a bug."""
    taken = {
        (module, name)
        for module, name in imports()
        if module.startswith("greenapi_nb.sandbox") and name.startswith("greenapi_nb.") and ".sandbox" not in name
    }
    assert {name for _, name in taken} <= SANDBOX_MAY_TAKE | SANDBOX_HANDS_OUT | {
        name for _, name in taken if name.startswith("greenapi_nb.widgets")
    }
    rules = {
        name for module, name in taken if module.endswith((".rules", ".server", ".magic", ".conditions", ".service"))
    }
    assert rules <= SANDBOX_MAY_TAKE


@pytest.mark.parametrize("statement", ["import greenapi_nb", "from greenapi_nb import send_text, Client, Status"])
def test_light_imports(statement: str) -> None:
    """Heavy libraries are loaded when a name that needs them is touched, not before."""
    heavy = {"requests", "pandas", "numpy", "ipywidgets", "sqlalchemy", "tornado", "matplotlib", "phonenumbers", "tqdm"}
    code = f"import sys; {statement}; print(*{heavy!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

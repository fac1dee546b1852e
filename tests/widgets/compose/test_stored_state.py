"""What the tools store that run notebooks without a browser: widget state, with everything in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import nbformat
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from greenapi_nb import Sandbox

_CELL = """
from greenapi_nb import ComposeForm
form = ComposeForm(to="79000001022", body="Refused")
display(form)
assert form.submit().error_code == 1022
form.to = "79001234567"
form.body = "Accepted, at last"
assert form.submit().message_id
"""


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("jupyter", ["execute", "--inplace", "form.ipynb"]),
        ("jupyter", ["nbconvert", "--to", "notebook", "--execute", "--inplace", "form.ipynb"]),
    ],
    ids=["execute", "nbconvert"],
)
def test_no_token_and_no_word_of_the_server_is_stored(
    tmp_path: Path, sandbox: Sandbox, module: str, options: list[str]
) -> None:
    """Both tools store widget state; what came of a message is not in it."""
    path = tmp_path / "form.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(_CELL)]), path)  # type: ignore[no-untyped-call]
    own = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    account = {"GREENAPI_TOKEN": sandbox.token, "GREENAPI_BASE_URL": sandbox.base_url}
    subprocess.run(
        [sys.executable, "-m", module, *options],
        cwd=tmp_path,
        env={**os.environ, **own, **account, "IPYTHONDIR": str(tmp_path / "ipython")},
        check=True,
        capture_output=True,
        timeout=60,
    )
    notebook = json.loads(path.read_text(encoding="utf-8"))
    stored = json.dumps(notebook["metadata"]["widgets"], ensure_ascii=False)
    assert "ComposeForm" in str(notebook["cells"][0]["outputs"])
    assert "Recipient" in stored
    (message_id,) = sandbox.messages["message_id"]
    assert len(sandbox.requests) == 2
    for secret in (
        sandbox.token,
        message_id,
        "1022",
        "Subscriber",
        "ID <code>",
        "not sent",
        "has queued it",
        "Sending",
    ):
        assert secret not in stored.replace("79000001022", "")

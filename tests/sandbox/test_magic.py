"""Every row of the magic table does what the table says, seen by the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from greenapi_nb import client as client_module
from greenapi_nb.client import Client
from greenapi_nb.errors import ErrorCode, GreenApiError, OutcomeUnknown
from greenapi_nb.sandbox import Sandbox
from greenapi_nb.sandbox.magic import MAGIC

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = [pytest.param(row, id=str(row.to)) for row in Sandbox.magic.itertuples(index=False)]
SILENT = {"79000090003"}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """Run one sandbox for the whole table."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("row", ROWS)
def test_send_text_sees_what_the_table_says(row: Any, running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message to each magic recipient comes to the status and code of its row, and arrives or not."""
    monkeypatch.setattr(client_module, "_sleep", lambda _: True)
    running.reset()
    timeout = 0.3 if row.to in SILENT else 5.0
    with Client(running.token, base_url=running.base_url, timeout=timeout) as client:
        seen = see(client, str(row.to))
    statuses = running.requests["http_status"]
    expected = None if pd.isna(row.http_status) else row.http_status
    assert expected == (None if pd.isna(statuses[0]) else statuses[0])
    assert row.arrives == (list(running.messages["to"]) == [row.to])
    if isinstance(seen, str):
        assert seen == running.messages["message_id"].item()
    elif expected is None:
        assert isinstance(seen, OutcomeUnknown)
    else:
        assert expected == seen.http_status  # type: ignore[attr-defined]
    if not pd.isna(row.code):
        assert row.code == seen.code  # type: ignore[union-attr]


def see(client: Client, to: str) -> str | GreenApiError:
    """Send, and return the message ID or the error."""
    try:
        return client.send_text(to, "Hello").message_id
    except GreenApiError as error:
        return error


def test_every_documented_code_has_its_number() -> None:
    """The code stands in the last four digits."""
    assert all(f"7900000{code:04}" in MAGIC for code in ErrorCode if code > 0)


def test_those_that_accept_are_few() -> None:
    """The slow, the patient, the one whose answer is lost and the one with the wrong status take the message."""
    accepting = {to for to, magic in MAGIC.items() if magic.accept is not None}
    assert accepting == {"79000080200", "79000090001", "79000090004", "79000090005"}


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, 1041), (403, 1062), (429, 1010), (466, 82), (500, 1042), (502, 1042), (503, 1060), (504, 1042)],
)
def test_every_status_comes_with_and_without_a_body(status: int, code: int) -> None:
    """The status stands in the last three digits; the body has a code that fits it."""
    bare, full = MAGIC[f"79000000{status}"].first_answer, MAGIC[f"79000010{status}"].first_answer
    assert (status, b"", None) == (bare.status, bare.body, bare.code)
    assert (status, code) == (full.status, full.code)


def test_numbers_are_valid_and_each_once() -> None:
    """A magic recipient is a person's identifier of eleven digits that no row takes from another."""
    assert all(len(to) == 11 and to.isdecimal() and to.startswith("79000") for to in MAGIC)
    assert all(magic.refuse or magic.accept for magic in MAGIC.values())


def test_the_slow_one_is_slow() -> None:
    """The delay is in the answer, and the message is accepted all the same."""
    answer = MAGIC["79000090001"].first_answer
    assert (answer.status, answer.delay) == (201, 2.0)

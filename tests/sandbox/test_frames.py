"""The record as DataFrames."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from greenapi_nb.sandbox.frames import magic_frame, messages_frame, requests_frame
from greenapi_nb.sandbox.magic import MAGIC
from greenapi_nb.sandbox.store import Message, Request

AT = datetime(2026, 11, 2, 12, 30, 0, 123456, tzinfo=UTC)
MESSAGE = Message(AT, "79001234567", "individual", "Hi 👋", "SB1")


@pytest.mark.parametrize("messages", [[], [MESSAGE]])
def test_messages_have_their_types_even_when_there_are_none(messages: list[Message]) -> None:
    """Times are UTC, the rest are strings."""
    frame = messages_frame(messages)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        "at": "datetime64[us, UTC]",
        "to": "string",
        "recipient_type": "string",
        "body": "string",
        "message_id": "string",
    }
    assert [tuple(row) for row in frame.itertuples(index=False)] == messages


@pytest.mark.parametrize("requests", [[], [Request(AT, "GET", "/", None, None, None)]])
def test_requests_have_their_types_even_when_there_are_none(requests: list[Request]) -> None:
    """Status and code are whole numbers that may be missing."""
    frame = requests_frame(requests)
    assert [str(dtype) for dtype in frame.dtypes] == [
        "datetime64[us, UTC]",
        "string",
        "string",
        "string",
        "Int64",
        "Int64",
    ]
    assert len(requests) == len(frame)
    assert frame[["to", "http_status", "code"]].isna().all(axis=None)


def test_the_magic_table_lists_every_magic_recipient() -> None:
    """One row each, with what comes."""
    frame = magic_frame().set_index("to")
    assert list(MAGIC) == list(frame.index)
    assert [str(dtype) for dtype in frame.dtypes] == ["Int64", "Int64", "bool", "string"]
    assert frame.loc[["79000001021"], ["http_status", "code", "arrives"]].to_numpy().tolist() == [[400, 1021, False]]
    assert frame.loc["79000090005", "http_status"] is pd.NA
    assert len(set(frame["does"])) == len(frame)

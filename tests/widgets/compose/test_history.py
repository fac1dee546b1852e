"""The table of what a form sent."""

from __future__ import annotations

import pandas as pd

from greenapi_nb.messages import compose
from greenapi_nb.widgets.compose.history import history_frame
from greenapi_nb.widgets.outbox import Sent
from tests.widgets.fakes import ACCEPTED, AT, REJECTED, TO

_DTYPES = {
    "at": "datetime64[us, UTC]",
    "to": "string",
    "recipient_type": "string",
    "body": "string",
    "status": "category",
    "message_id": "string",
    "error_code": "Int64",
    "error": "string",
    "http_status": "Int64",
    "attempts": "Int64",
}


def test_each_attempt_is_a_row() -> None:
    """Message and outcome stand side by side, with an ID or a code and never both."""
    message = compose(TO, "Hello")
    frame = history_frame([Sent(message, REJECTED), Sent(message, ACCEPTED)])
    assert frame["status"].tolist() == ["rejected", "accepted"]
    assert frame["error_code"].tolist() == [1022, pd.NA]
    assert frame["message_id"].isna().tolist() == [True, False]
    assert [frame[name].iloc[1] for name in ("to", "body", "at", "attempts")] == [TO, "Hello", AT, 1]


def test_types_are_the_same_with_and_without_rows() -> None:
    """An empty history can be joined and filtered like a full one."""
    for sent in ([], [Sent(compose(TO, "Hello"), ACCEPTED)]):
        assert {str(name): str(column.dtype) for name, column in history_frame(sent).items()} == _DTYPES

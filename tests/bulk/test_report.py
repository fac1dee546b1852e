"""`summarize`: the numbers, the words, and every shape of result."""

from __future__ import annotations

from io import StringIO
from time import perf_counter
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from greenapi_nb import ErrorCode, Status, bulk_send, summarize
from greenapi_nb.bulk.report import STATUS_WORDS

from .results import result_of

if TYPE_CHECKING:
    from greenapi_nb import Client


def test_it_counts_each_kind_in_the_order_of_the_statuses() -> None:
    """Statuses in their order, within one the most frequent code first."""
    result = result_of(rejected=5, accepted=7, skipped=2, unsent=1)
    result.loc[result.index[result["status"] == "rejected"][:2], "error_code"] = 1032

    summary = summarize(result)

    assert summary["status"].tolist() == ["accepted", "rejected", "rejected", "unsent", "skipped"]
    assert summary["code"].tolist() == [pd.NA, 1021, 1032, -1, -9]
    assert summary["rows"].tolist() == [7, 3, 2, 1, 2]


def test_the_columns_and_their_types_are_always_the_same() -> None:
    """Also for an empty result."""
    expected = ["category", "Int64", "string", "int64", "string"]

    for result in (result_of(accepted=0), result_of(accepted=3, unknown=1)):
        summary = summarize(result)
        assert summary.columns.tolist() == ["status", "code", "meaning", "rows", "what_to_do"]
        assert [str(dtype) for dtype in summary.dtypes] == expected
        assert summary["rows"].sum() == len(result)


def test_each_kind_is_explained() -> None:
    """The words are those of the code table, and a code the table lacks is explained too."""
    result = result_of(rejected=2)
    result.loc[0, "error_code"] = 4711

    meanings = summarize(result).set_index("code")["meaning"].to_dict()

    assert meanings[1021] == ErrorCode.RECIPIENT_INVALID.info.meaning
    assert "4711" in meanings[4711]


def test_what_may_have_been_sent_is_never_advised_to_be_sent_again() -> None:
    """Whatever its code says: first look in the chat."""
    result = result_of(unknown=3)
    result["error_code"] = pd.array([-2, 1042, -4], dtype="Int64")

    advice = summarize(result)["what_to_do"]

    assert all(text.startswith("Look in the chat before you send it again") for text in advice)


def test_a_real_result_and_the_same_read_back_from_a_file_agree(client: Client) -> None:
    """A result saved as CSV can be summarized later."""
    frame = pd.DataFrame({"to": ["79001234567", "nobody", "79000001022"], "body": "Hello"})
    result = bulk_send(frame, client=client, rate=None, progress=False, ledger=None)

    back = pd.read_csv(StringIO(result.to_csv(index=False)), dtype=str)

    assert summarize(result)["code"].tolist() == [pd.NA, 1021, 1022]
    pd.testing.assert_frame_equal(summarize(result), summarize(back))


def test_an_index_with_repeats_does_not_matter() -> None:
    """Rows are counted by position."""
    result = result_of(accepted=3, skipped=2).set_index(pd.Index([0, 0, 0, 1, 1]))

    assert summarize(result)["rows"].tolist() == [3, 2]


def test_a_million_rows_take_under_two_seconds() -> None:
    """The summary is made by columns, not by rows."""
    result = result_of(accepted=900_000, rejected=60_000, unsent=40_000)
    begin = perf_counter()

    summary = summarize(result)

    assert perf_counter() - begin < 2
    assert summary["rows"].tolist() == [900_000, 60_000, 40_000]


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (None, TypeError, "not NoneType"),
        (pd.DataFrame({"to": ["1"]}), ValueError, "no column 'status', 'error_code', 'at'"),
        (pd.DataFrame({"status": ["sent"], "error_code": [1], "at": [None]}), ValueError, "a status is 'sent'"),
        (pd.DataFrame({"status": [None], "error_code": [1], "at": [None]}), ValueError, "a status is missing"),
    ],
)
def test_what_is_no_result_is_named(wrong: pd.DataFrame, error: type[Exception], words: str) -> None:
    """An error says what is wrong with the argument."""
    with pytest.raises(error, match=words):
        summarize(wrong)


def test_every_status_has_words() -> None:
    """No status is without words of its own."""
    assert set(Status) == set(STATUS_WORDS)
    assert len(Status) == len(set(STATUS_WORDS.values()))

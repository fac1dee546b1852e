"""`bulk_send` as its users see it, over real HTTP."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from greenapi_nb import Client, ErrorCode, Ledger, Sandbox, Status, bulk_send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenapi_nb.transport import Transport

DTYPES = {
    "to": "string",
    "status": "category",
    "message_id": "string",
    "error_code": "Int64",
    "error": "string",
    "http_status": "Int64",
    "attempts": "Int64",
    "at": "datetime64[us, UTC]",
}


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    """Run one sandbox for the properties of this module."""
    with Sandbox() as server:
        yield server


def quick(frame: Any, client: Client, **options: Any) -> pd.DataFrame:
    """Send without pacing, in a ledger of its own, without a bar."""
    settings: dict[str, Any] = {"client": client, "ledger": Ledger(None), "rate": None, "progress": False} | options
    result: pd.DataFrame = bulk_send(frame, **settings)
    return result


def check_invariants(frame: pd.DataFrame, result: pd.DataFrame) -> None:
    """Hold the contract of a result against its frame."""
    assert DTYPES == {name: str(dtype) for name, dtype in result.dtypes.items()}
    pd.testing.assert_index_equal(frame.index, result.index)
    assert (result["message_id"].notna() != result["error_code"].notna()).all()
    assert (result["message_id"].notna() == (result["status"] == Status.ACCEPTED)).all()
    assert (result["error"].notna() == result["error_code"].notna()).all()
    assert (result["at"].notna() == (result["attempts"] > 0)).all()


MESSY = pd.DataFrame(
    {
        "to": ["79001234567", 79001234568.0, 79001234569, np.nan, "79001234570@c.us", "x", "79001234567"],
        "body": ["good", "good", "", "good", "x" * 4097, "good", "good"],
    },
    index=["a", 1, 1, None, 2.5, "a", (1, 2)],
)


def test_messy_frame(client: Client, sandbox: Sandbox) -> None:
    """Each row of a messy frame gets the status and code of its own fault, and only good rows arrive."""
    before = MESSY.copy(deep=True)
    result = quick(MESSY, client)
    check_invariants(MESSY, result)
    expected = [("accepted", None), ("accepted", None), ("rejected", 1030), ("rejected", 1020)]
    expected += [("rejected", 1032), ("rejected", 1021), ("skipped", ErrorCode.DUPLICATE)]
    codes = [None if code is pd.NA else code for code in result["error_code"]]
    assert expected == list(zip(result["status"], codes, strict=True))
    assert ["79001234567", "79001234568"] == sorted(sandbox.messages["to"])
    pd.testing.assert_frame_equal(before, MESSY)


recipients = st.one_of(
    st.sampled_from(["79001234567", "+7 900 123-45-68", 79001234569, 79001234570.0, "79001234571@c.us", "", "nobody"]),
    st.sampled_from([None, math.nan, pd.NA, pd.NaT, True, 1.5, math.inf, "79001234567-1581234048"]),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
)
bodies = st.one_of(st.text(max_size=20), st.sampled_from(["x" * 4097, "\ud800", "a\x00b", None, 5, math.nan]))
labels = st.one_of(st.integers(0, 3), st.sampled_from(["a", "b"]))


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(labels, recipients, bodies), max_size=12), duplicates=st.sampled_from(["skip", "send"]))
def test_any_frame(shared: Sandbox, rows: list[tuple[Any, Any, Any]], duplicates: str) -> None:
    """Any frame gives the designed frame, leaves the input alone, and what is accepted is what arrived."""
    frame = pd.DataFrame(
        {
            "to": pd.Series([row[1] for row in rows], dtype=object),
            "body": pd.Series([row[2] for row in rows], dtype=object),
        }
    )
    frame.index = pd.Index([row[0] for row in rows], dtype=object)
    before = frame.copy(deep=True)
    _, start = shared.store.since()
    with shared.client() as client:
        result = quick(frame, client, duplicates=duplicates)
    arrived, _ = shared.store.since(start)
    check_invariants(frame, result)
    pd.testing.assert_frame_equal(before, frame)
    accepted = {
        message.message_id: message.body for message in arrived if message.message_id in set(result["message_id"])
    }
    told = result["message_id"].notna()
    assert accepted == dict(zip(result.loc[told, "message_id"], frame.loc[told.to_numpy(), "body"], strict=True))
    # Magic recipients, which hypothesis finds by itself, may be accepted and answered as if not.
    others = {message.to for message in arrived if message.message_id not in accepted}
    assert others <= set(result.loc[result["status"] == "unknown", "to"])


def test_empty_frame(client: Client) -> None:
    """An empty frame gives an empty result of the same types."""
    frame = pd.DataFrame({"to": [], "body": []})
    check_invariants(frame, quick(frame, client))


def test_multi_index_is_kept(client: Client) -> None:
    """A frame with several index levels keeps them."""
    index = pd.MultiIndex.from_tuples([("a", 1), ("a", 1)], names=["letter", "number"])
    frame = pd.DataFrame({"to": ["79001234567", "x"], "body": "hello"}, index=index)
    check_invariants(frame, quick(frame, client))


def test_template(client: Client, sandbox: Sandbox) -> None:
    """A template is rendered row by row, and a missing value rejects that row alone, naming the column."""
    frame = pd.DataFrame(
        {"to": ["79001234567", "79001234568"], "name": ["Ann", None], "due": [pd.Timestamp("2026-11-23"), pd.NaT]}
    )
    result = quick(frame, client, template="Hi {name}, {{due}} {due:%d.%m.%Y}")
    assert ["accepted", "rejected"] == result["status"].tolist()
    assert "name" in result["error"].iloc[1]
    assert ["Hi Ann, {due} 23.11.2026"] == sandbox.messages["body"].tolist()


def test_order_for_one_recipient(shared: Sandbox) -> None:
    """One recipient's rows arrive in row order, whatever the concurrency; many runs."""
    frame = pd.DataFrame({"to": [f"7900222000{row % 3}" for row in range(60)], "body": [f"{row}" for row in range(60)]})
    for _ in range(10):
        _, start = shared.store.since()
        with shared.client() as client:
            quick(frame, client, concurrency=16)
        arrived, _ = shared.store.since(start)
        for recipient, rows in frame.groupby("to"):
            assert rows["body"].tolist() == [message.body for message in arrived if message.to == recipient]


def test_no_more_connections_than_messages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A boundless concurrency does not make room for connections that no message will use."""
    asked, prepare = [], client.transport

    def transport(connections: int) -> Transport:
        asked.append(connections)
        return prepare(connections)

    monkeypatch.setattr(client, "transport", transport)
    frame = pd.DataFrame({"to": ["79001234567", "79001234568"], "body": "hello"})
    quick(frame, client, concurrency=1_000_000)
    assert [2] == asked


def test_dry_run_sends_nothing(client: Client, sandbox: Sandbox) -> None:
    """A dry run names what would be sent and what would not, and the server hears nothing."""
    result = quick(MESSY, client, dry_run=True)
    assert ["ready", "ready", "rejected", "rejected", "rejected", "rejected", "skipped"] == result["status"].tolist()
    assert result.loc[result["status"] == "ready", ["message_id", "error_code", "error"]].isna().all(axis=None)
    assert sandbox.requests.empty


def test_dry_run_needs_no_token() -> None:
    """A dry run works before there is an account."""
    result = bulk_send(MESSY, dry_run=True, campaign="news", progress=False)
    assert result["status"].tolist().count("ready") == 2


def test_dry_run_knows_the_campaign(client: Client) -> None:
    """A dry run of a campaign shows what it has sent already."""
    ledger = Ledger(None)
    quick(MESSY.iloc[:1], client, campaign="news", ledger=ledger)
    result = quick(MESSY, client, campaign="news", ledger=ledger, dry_run=True)
    assert ["accepted", "ready"] == result["status"].tolist()[:2]


def test_limit_and_suppress(client: Client, sandbox: Sandbox) -> None:
    """A suppressed recipient is passed over in any spelling, and the limit counts what is sent."""
    frame = pd.DataFrame({"to": [f"7900123456{digit}" for digit in range(4)], "body": "hello"})
    result = quick(frame, client, limit=2, suppress=pd.Series(["+7 900 123-45-60", None]))
    assert [ErrorCode.SUPPRESSED, pd.NA, pd.NA, ErrorCode.OVER_LIMIT] == result["error_code"].tolist()
    assert ["79001234561", "79001234562"] == sorted(sandbox.messages["to"])


@pytest.mark.parametrize(("flag", "status"), [(np.True_, Status.READY), (np.False_, Status.ACCEPTED)])
def test_numpy_s_flags_are_flags(client: Client, flag: Any, status: Status) -> None:
    """A flag may come out of a computation."""
    frame = pd.DataFrame({"to": ["79001234567"], "body": "hello"})
    assert [status] == quick(frame, client, dry_run=flag, resend=flag)["status"].tolist()


def test_limit_counts_only_this_run(client: Client) -> None:
    """A campaign run day by day with a limit goes on where it stopped."""
    frame = pd.DataFrame({"to": [f"7900123456{digit}" for digit in range(5)], "body": "hello"})
    options: dict[str, Any] = {"campaign": "news", "ledger": Ledger(None), "limit": 2}
    accepted = [(quick(frame, client, **options)["status"] == "accepted").sum() for _ in range(4)]
    assert [2, 4, 5, 5] == accepted


def test_region(client: Client, sandbox: Sandbox) -> None:
    """National numbers are read only with a region."""
    quick(pd.DataFrame({"to": ["8 (900) 123-45-67"], "body": ["hello"]}), client, region="RU")
    assert ["79001234567"] == sandbox.messages["to"].tolist()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"to": "phone"}, ["'phone'", "'to', 'body'"]),
        ({"to": ["to"]}, ["['to']", "to=", "'to', 'body'"]),
        ({"to": pd.Series(["to"])}, ["to=", "'to', 'body'"]),
        ({"body": "text"}, ["'text'", "'to', 'body'"]),
        ({"body": "body", "template": "Hi"}, ["body=", "template="]),
        ({"body": None}, ["body=", "template="]),
        ({"template": "Hi {nam}"}, ["nam", "'to', 'body'"]),
        ({"template": "Hi {"}, ["template", "brace"]),
        ({"template": "Hi {to.__class__}"}, ["to.__class__"]),
        ({"rate": 0}, ["rate", "0"]),
        ({"rate": math.nan}, ["rate", "nan"]),
        ({"rate": "fast"}, ["rate", "fast"]),
        ({"rate": 1e308}, ["rate", "1e+308"]),
        ({"rate": 10**400}, ["rate", "1000"]),
        ({"rate": 1e-320}, ["rate", "e-320"]),
        ({"concurrency": 0}, ["concurrency", "0"]),
        ({"concurrency": 1.5}, ["concurrency", "1.5"]),
        ({"duplicates": "drop"}, ["duplicates", "drop"]),
        ({"duplicates": ["skip"]}, ["duplicates", "['skip']"]),
        ({"duplicates": np.array(["skip"])}, ["duplicates", "array"]),
        ({"limit": -1}, ["limit", "-1"]),
        ({"limit": True}, ["limit", "True"]),
        ({"recipient_type": "crowd"}, ["recipient_type", "crowd"]),
        ({"region": "Russia"}, ["region", "Russia"]),
        ({"suppress": ["79001234567", "nobody"]}, ["suppress", "nobody"]),
        ({"suppress": None}, ["suppress", "None"]),
        ({"suppress": pd.MultiIndex.from_tuples([("79001234567", 1)])}, ["suppress", "('79001234567', 1)"]),
        ({"suppress": [np.array([1, 2])]}, ["suppress", "array"]),
        ({"campaign": " "}, ["campaign"]),
        ({"resend": "no"}, ["resend", "'no'", "True or False"]),
        ({"dry_run": None}, ["dry_run", "None", "True or False"]),
    ],
)
def test_bad_calls(client: Client, sandbox: Sandbox, options: dict[str, Any], words: list[str]) -> None:
    """A call that cannot be carried out names the problem and the choices before anything is sent."""
    frame = pd.DataFrame({"to": ["79001234567"], "body": ["hello"]})
    with pytest.raises((ValueError, TypeError)) as caught:
        quick(frame, client, **options)
    assert [] == [word for word in words if word not in str(caught.value)]
    assert sandbox.requests.empty


@pytest.mark.parametrize("frame", [[{"to": "79001234567"}], None, pd.Series(["79001234567"])])
def test_no_frame(client: Client, frame: object) -> None:
    """What is no DataFrame is refused, naming what it is."""
    with pytest.raises(TypeError, match=type(frame).__name__):
        quick(frame, client)


def test_column_twice(client: Client) -> None:
    """A column that stands twice is refused, naming it."""
    frame = pd.DataFrame([["79001234567", "a", "b"]], columns=["to", "body", "body"])
    with pytest.raises(ValueError, match="'body'"):
        quick(frame, client)


def test_part_of_a_column_s_name(client: Client) -> None:
    """With several levels of columns a name is all of its parts, and what a part could mean is listed."""
    columns = pd.MultiIndex.from_tuples([("person", "to"), ("person", "body")])
    frame = pd.DataFrame([["79001234567", "hello"]], columns=columns)
    with pytest.raises(ValueError, match=r"no column 'person' \(to=\); it has \('person', 'to'\), "):
        quick(frame, client, to="person", body=("person", "body"))
    result = quick(frame, client, to=("person", "to"), body=("person", "body"))
    assert [Status.ACCEPTED] == result["status"].tolist()
    # Where the other parts are empty, pandas takes the part for the name.
    frame.columns = pd.MultiIndex.from_tuples([("to", ""), ("body", "")])
    assert [Status.ACCEPTED] == quick(frame, client)["status"].tolist()


@pytest.mark.parametrize("dtype", ["float32", "Float32", "category", "Sparse[float32]"])
def test_numbers_that_lost_digits_go_to_nobody(dtype: str, client: Client, sandbox: Sandbox) -> None:
    """A column of 32-bit floats holds no whole phone number: its rows are refused, however pandas widens them."""
    column: Any = pd.Series([79001234567, None], dtype="float32")
    column = column.astype(dtype)
    result = quick(pd.DataFrame({"to": column, "body": "hello"}), client)
    assert [ErrorCode.RECIPIENT_INVALID, ErrorCode.RECIPIENT_MISSING] == result["error_code"].tolist()
    assert "float32 cannot hold a phone number" in result["error"].iloc[0]
    assert sandbox.requests.empty


@pytest.mark.parametrize("kind", [pd.Series, pd.Index, pd.Categorical, np.array])
def test_a_list_that_lost_digits_suppresses_nobody(kind: Any, client: Client, sandbox: Sandbox) -> None:
    """A list not to write to whose numbers are no longer exact is refused: it would let its people through."""
    suppress = kind(np.array([79001234567], dtype="float32"))
    with pytest.raises(ValueError, match="suppress"):
        quick(pd.DataFrame({"to": ["79001234567"], "body": "hello"}), client, suppress=suppress)
    assert sandbox.requests.empty


@pytest.mark.parametrize("one", ["+7 900 123-45-67", 79001234567, 79001234567.0, np.int64(79001234567)])
def test_one_recipient_may_be_suppressed_without_a_list(one: object, client: Client) -> None:
    """A single recipient stands for a list of one."""
    result = quick(pd.DataFrame({"to": ["79001234567"], "body": "hello"}), client, suppress=one)
    assert [ErrorCode.SUPPRESSED] == result["error_code"].tolist()


def test_blanks_in_a_list_suppress_nobody(client: Client) -> None:
    """Empty cells of a list not to write to are passed over, whatever empties them."""
    frame = pd.DataFrame({"to": ["79001234567"], "body": "hello"})
    result = quick(frame, client, suppress=["", "  ", "\N{ZERO WIDTH SPACE}", None, math.nan, pd.NA, pd.NaT])
    assert [Status.ACCEPTED] == result["status"].tolist()


def test_no_client_and_no_token() -> None:
    """Without a token the error says how to give one and how to try the sandbox."""
    from greenapi_nb.errors import MissingToken

    with pytest.raises(MissingToken, match=r"GREENAPI_TOKEN.*(?s:.)*Sandbox"):
        bulk_send(MESSY, progress=False)


def test_not_a_client() -> None:
    """Something else as a client is refused."""
    with pytest.raises(TypeError, match="str"):
        bulk_send(MESSY, client="token")  # type: ignore[call-overload]


def test_closing_line(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    """After a run a line names the campaign, the counts, and how to send what is left."""
    quick(MESSY, client, progress=True, campaign="november", limit=1)
    said = capsys.readouterr().out
    assert "'november': 1 accepted, 4 rejected, 2 skipped" in said
    assert "campaign='november'" in said

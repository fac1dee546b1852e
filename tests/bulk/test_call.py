"""Frames larger than memory: an iterator of frames in, an iterator of results out."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from greenapi_nb import AlreadySent, Client, ErrorCode, Ledger, Sandbox, Status, bulk_send

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME = pd.DataFrame({"to": [str(79001000000 + row) for row in range(10)], "body": "news"})


def pieces(frame: pd.DataFrame = FRAME, size: int = 4) -> Iterator[pd.DataFrame]:
    """Cut a frame as a reader of files does."""
    return (frame.iloc[start : start + size] for start in range(0, len(frame), size))


def send(frames: Iterator[pd.DataFrame], client: Client, **options: Any) -> Iterator[pd.DataFrame]:
    """Send without pacing or a bar."""
    settings: dict[str, Any] = {"client": client, "ledger": Ledger(None), "rate": None, "progress": False} | options
    results: Iterator[pd.DataFrame] = bulk_send(frames, **settings)
    return results


def test_each_piece_gives_its_result(client: Client, sandbox: Sandbox) -> None:
    """Put together, the results are those of the whole frame."""
    results = list(send(pieces(), client))
    assert [4, 4, 2] == [len(result) for result in results]
    whole = pd.concat(results)
    pd.testing.assert_index_equal(FRAME.index, whole.index)
    assert {Status.ACCEPTED} == set(whole["status"])
    assert FRAME["to"].tolist() == whole["to"].tolist()
    assert len(FRAME) == len(sandbox.messages)
    assert len({result.attrs["campaign"] for result in results}) == 1


def test_a_file_is_read_piece_by_piece(client: Client, sandbox: Sandbox, tmp_path: Any) -> None:
    """What pandas reads in chunks can be handed on as it comes."""
    FRAME.to_csv(tmp_path / "people.csv", index=False)
    with pd.read_csv(tmp_path / "people.csv", chunksize=3) as chunks:
        assert sum(len(result) for result in send(iter(chunks), client)) == len(FRAME)
    assert len(FRAME) == len(sandbox.messages)


def test_a_piece_is_sent_when_it_is_asked_for(client: Client, sandbox: Sandbox) -> None:
    """Frames without end can be sent as far as they are wanted, and no more than one is held."""
    endless = (pd.DataFrame({"to": [str(79001000000 + row)], "body": "news"}) for row in count())
    results = send(endless, client)
    for expected in (1, 2, 3):
        next(results)
        assert expected == len(sandbox.messages)


def test_a_piece_reads_its_own_part_of_the_ledger(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hundredth piece of a long campaign costs what the first did: no piece reads what the others sent."""
    ledger, read = Ledger(None), list[int]()
    recorded = ledger.recorded

    def counted(*arguments: Any) -> Any:
        found = recorded(*arguments)
        read.append(len(found))
        return found

    monkeypatch.setattr(ledger, "recorded", counted)
    for _ in range(2):
        list(send(pieces(), client, ledger=ledger, campaign="news"))
    assert [0, 0, 0, 4, 4, 2] == read


def test_repetitions_across_pieces_go_once(client: Client, sandbox: Sandbox) -> None:
    """A row that stands in an earlier piece is not sent again, and shows what came of it there."""
    twice = pd.concat([FRAME, FRAME])
    results = pd.concat(send(pieces(twice, size=10), client))
    assert len(FRAME) == len(sandbox.messages)
    assert results["message_id"].iloc[:10].tolist() == results["message_id"].iloc[10:].tolist()


def test_the_limit_counts_through(client: Client, sandbox: Sandbox) -> None:
    """A limit is one for all the pieces."""
    results = pd.concat(send(pieces(), client, limit=5))
    assert (results["status"] == Status.ACCEPTED).sum() == len(sandbox.messages) == 5
    assert {ErrorCode.OVER_LIMIT} == set(results["error_code"].dropna())


def test_a_dry_run_counts_the_limit_too(client: Client, sandbox: Sandbox) -> None:
    """A dry run of pieces shows what a run would send."""
    results = pd.concat(send(pieces(), client, limit=5, dry_run=True))
    assert (results["status"] == Status.READY).sum() == 5
    assert sandbox.requests.empty


def test_after_a_stop_nothing_goes(sandbox: Sandbox) -> None:
    """Once a piece was stopped, the rows of the others are skipped and say why."""
    results = list(send(pieces(), Client("wrong", base_url=sandbox.base_url), concurrency=1))
    assert len(sandbox.requests) == 1
    assert {Status.SKIPPED} == set(results[-1]["status"])
    assert "1041" in results[-1]["error"].iloc[0]


def test_a_campaign_resumes(client: Client, sandbox: Sandbox) -> None:
    """A campaign that was left in the middle is finished by sending the pieces again."""
    ledger = Ledger(None)
    next(send(pieces(), client, ledger=ledger, campaign="news"))
    list(send(pieces(), client, ledger=ledger, campaign="news"))
    assert sandbox.messages["to"].is_unique
    assert len(FRAME) == len(sandbox.messages)


def test_without_a_campaign_the_guard_raises(client: Client, sandbox: Sandbox) -> None:
    """Pieces sent again without a name are refused like a whole frame."""
    ledger = Ledger(None)
    list(send(pieces(), client, ledger=ledger))
    with pytest.raises(AlreadySent):
        list(send(pieces(), client, ledger=ledger))
    assert len(FRAME) == len(sandbox.messages)


@pytest.mark.parametrize("options", [{"resend": True}, {"rate": 0}, {"limit": -1}, {"region": "Russia"}])
def test_bad_calls(client: Client, sandbox: Sandbox, options: dict[str, Any]) -> None:
    """A call that cannot be carried out is refused at once, not with the first result."""
    with pytest.raises(ValueError, match="nothing was sent"):
        send(pieces(), client, **options)
    assert sandbox.requests.empty

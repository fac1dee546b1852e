"""Files in and out of the form: in pieces, whole, and never in widget state."""

from __future__ import annotations

import gzip
from typing import Any

from greenapi_nb.widgets.bulk.chips import Chips
from greenapi_nb.widgets.bulk.download import Download
from greenapi_nb.widgets.bulk.upload import Upload


def upload(came: list[Any], refused: list[Any] | None = None) -> Upload:
    """Make an upload that notes what comes."""
    return Upload(
        "Table",
        accept=".csv",
        limit=100,
        on_file=lambda *file: came.append(file),
        on_refused=lambda *file: (refused if refused is not None else []).append(file),
    )


def piece(number: int, of: int, mark: str = "1") -> dict[str, Any]:
    """Describe one piece of a file."""
    return {"id": mark, "name": "a.csv", "size": 4, "piece": number, "pieces": of}


def test_pieces_make_a_file() -> None:
    """Two files may come at the same time; each is handed on when its last piece is there."""
    came: list[Any] = []
    field = upload(came)

    field.take(piece(0, 2), [memoryview(b"to")])
    field.take(piece(0, 1, "2"), [b"other"])
    field.take(piece(1, 2), [b"\n7"])

    assert [("a.csv", b"other"), ("a.csv", b"to\n7")] == came


def test_a_piece_that_comes_twice_counts_once() -> None:
    """As when a page is shown in two tabs."""
    came: list[Any] = []
    field = upload(came)

    field.take(piece(0, 2), [b"to"])
    field.take(piece(0, 2), [b"to"])
    field.take(piece(1, 2), [b"\n7"])

    assert [("a.csv", b"to\n7")] == came


def test_what_is_too_large_is_reported_without_its_content() -> None:
    """The browser refuses it and says so."""
    came: list[Any] = []
    refused: list[Any] = []

    upload(came, refused).take({"id": "1", "name": "a.csv", "size": 10**9, "refused": True}, [])

    assert ([], [("a.csv", 10**9)]) == (came, refused)


def test_while_messages_go_no_file_is_taken() -> None:
    """Past any disabling in the page."""
    came: list[Any] = []
    field = upload(came)
    field.disabled = True

    field.take(piece(0, 1), [b"to"])

    assert [] == came


def test_no_file_is_in_widget_state() -> None:
    """Tools that store widget state cannot store it."""
    field = upload([])
    field.take(piece(0, 2), [b"79001234567"])

    assert "79001234567" not in str(field.get_state())
    assert "79001234567" not in repr(field)


def test_a_download_is_packed_and_sent_to_who_asked(monkeypatch: Any) -> None:
    """Its content goes as a buffer, made at that moment."""
    sent: list[Any] = []
    button = Download("Download", lambda: ("a.csv", b"to\r\n"), do=lambda job, *args: job(*args))
    monkeypatch.setattr(button, "send", lambda content, buffers: sent.append((content, buffers)))

    button._handle_custom_msg({"id": "7"}, [])

    [(content, [buffer])] = sent
    assert {"id": "7", "name": "a.csv", "type": "text/csv;charset=utf-8"} == content
    assert b"to\r\n" == gzip.decompress(buffer)


def test_only_columns_a_template_can_name_are_offered_to_it() -> None:
    """The others are shown, with the advice to rename them."""
    chips = Chips("Insert", target="t")

    chips.offer(["name", "a.b", "a{b", "12", 3, "total amount", ""])

    assert ["name", "total amount"] == [chip["name"] for chip in chips.columns if chip["usable"]]
    assert 7 == len(chips.columns)

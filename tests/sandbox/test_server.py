"""The sandbox's HTTP, byte by byte: what is right is answered, what is not does no harm."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenapi_nb.sandbox import Sandbox

from .wire import Wire, message, read

if TYPE_CHECKING:
    from collections.abc import Iterator

MEBIBYTE = 1 << 20


def read_one(connection: socket.socket) -> tuple[int, Any]:
    """Read one answer off a connection that stays open."""
    received = b""
    while True:
        head, blank, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        if blank and len(body) >= int(length[1] if length else 0):
            return read(received)
        piece = connection.recv(65536)
        assert piece, received
        received += piece


def test_an_answer_is_the_protocols_to_the_byte(wire: Wire) -> None:
    """The status line, the headers and the body of the success that the protocol shows."""
    answer = wire.exchange(wire.request(message()))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 201 Created",
        b"Content-Type: application/json; charset=utf-8",
        b"Content-Length: %d" % len(body),
    ]
    assert json.loads(body) == {
        "messages": [{"id": wire.sandbox.messages["message_id"].item()}],
        "meta": {"api_status": "stable", "version": "2.0.1"},
    }


def test_one_connection_serves_many_requests_without_delay(wire: Wire) -> None:
    """Keep-alive, and no waiting for the other side's acknowledgements (40 ms each)."""
    begin = time.monotonic()
    with wire.connect() as connection:
        for number in range(50):
            connection.sendall(wire.request(message(body=str(number))))
            assert read_one(connection)[0] == 201
    assert time.monotonic() - begin < 1
    assert wire.sandbox.messages["body"].tolist() == [str(number) for number in range(50)]


def test_pipelined_requests_are_answered_in_order(wire: Wire) -> None:
    """Requests sent without waiting for the answers get them one by one, errors in between."""
    requests = [
        wire.request(message(body="a")),
        wire.request(message("no")),
        wire.request(b"", method="GET", path="/"),
        wire.request(message(body="b")),
    ]
    answer = wire.exchange(b"".join(requests))
    assert [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)] == [201, 400, 404, 201]
    assert wire.sandbox.messages["body"].tolist() == ["a", "b"]


def test_a_request_may_come_in_drops(wire: Wire) -> None:
    """However it is cut up on the way, it is one request."""
    with wire.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in wire.request(message()):
            connection.send(bytes([byte]))
        assert read_one(connection)[0] == 201


def test_a_body_may_be_chunked(wire: Wire) -> None:
    """Chunked transfer is HTTP and says nothing about the message."""
    body = json.dumps(message(body="chunks")).encode()
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:7], body[7:])) + b"0\r\n\r\n"
    head = wire.request(b"", "Transfer-Encoding: chunked", "Content-Length:")
    assert read(wire.exchange(head + chunks))[0] == 201
    assert wire.sandbox.messages["body"].tolist() == ["chunks"]


def test_a_client_may_ask_before_it_sends_the_body(wire: Wire) -> None:
    """100 Continue comes first, then the answer."""
    whole = wire.request(message(), "Expect: 100-continue")
    head, blank, body = whole.partition(b"\r\n\r\n")
    with wire.connect() as connection:
        connection.sendall(head + blank)
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert read_one(connection)[0] == 201


def test_a_client_that_asks_first_is_spared_a_body_too_large(wire: Wire) -> None:
    """It gets 413 in place of 100."""
    head = wire.request(b"", "Expect: 100-continue", f"Content-Length: {2 * MEBIBYTE}")
    assert read(wire.exchange(head))[0] == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "BREW"])
def test_another_method_is_refused(wire: Wire, method: str) -> None:
    """405 names the methods that there are, and has the protocol's error JSON."""
    answer = wire.exchange(wire.request(b"", method=method))
    status, document = read(answer)
    assert (status, document["errors"][0]["code"]) == (405, 1010)
    assert b"\r\nAllow: POST, OPTIONS\r\n" in answer


def test_head_has_no_body_and_options_no_length(wire: Wire) -> None:
    """HEAD is refused in headers alone, and the connection goes on; OPTIONS says what is allowed."""
    answer = wire.exchange(
        wire.request(b"", method="HEAD") + wire.request(b"", method="OPTIONS") + wire.request(message())
    )
    head, options, success, _ = answer.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405 ")
    assert options.startswith(b"HTTP/1.1 204 No Content\r\nAllow: POST, OPTIONS")
    assert b"Content-Length" not in options
    assert success.startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        (["Authorization:"], 400, 1040),
        (["Authorization: Bearer "], 400, 1040),
        (["Authorization: Bearer wr\xf6ng"], 400, 1041),
        (["Content-Type:"], 400, 1011),
        (["Content-Type: text/plain"], 400, 1011),
    ],
)
def test_headers_count(wire: Wire, headers: list[str], status: int, code: int) -> None:
    """Token and content type are taken from the headers."""
    answered, document = wire.post(message(), *headers)
    assert (status, code) == (answered, document["errors"][0]["code"])
    assert document["meta"] == {"api_status": "stable", "version": "2.0.1"}


def test_a_proxys_absolute_target_is_the_same_door(wire: Wire) -> None:
    """Servers must accept a whole URL in the request line."""
    assert wire.post(message(), path=f"{wire.sandbox.base_url}/v1/messages")[0] == 201


@pytest.mark.parametrize("size", [MEBIBYTE + 1, 8 * MEBIBYTE])
def test_a_body_too_large_is_413_and_the_connection_goes_on(wire: Wire, size: int) -> None:
    """It is read and thrown away, so that the answer is not lost in a reset."""
    requests = wire.request(b" " * size) + wire.request(message(), "Connection: close")
    answer = wire.exchange(requests, hang_up=False)  # tornado drops what it has not answered when a client hangs up
    assert re.findall(rb"HTTP/1\.1 (\d{3}) ", answer) == [b"413", b"201"]


def test_a_body_of_just_the_limit_is_read(wire: Wire) -> None:
    """Up to a mebibyte is the rules' business."""
    body = json.dumps(message()).encode()
    request = wire.request(body + b" " * (MEBIBYTE - len(body)), "Connection: close")
    assert read(wire.exchange(request, hang_up=False))[0] == 201


@pytest.mark.parametrize("length", [65 * MEBIBYTE, 10**30])
def test_an_endless_body_is_not_waited_for(wire: Wire, length: int) -> None:
    """One that is announced beyond all measure is refused at once."""
    with wire.connect() as connection:
        connection.sendall(wire.request(b"", f"Content-Length: {length}"))
        assert re.match(rb"HTTP/1\.1 (413|400) ", connection.recv(65536))
    assert wire.post(message())[0] == 201


def test_an_endless_chunked_body_is_cut_off(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not say how long it is, is refused when it has been too long."""
    monkeypatch.setattr("greenapi_nb.sandbox.server._MOST_READ", 2 * MEBIBYTE)
    head = wire.request(b"", "Transfer-Encoding: chunked", "Content-Length:")
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with wire.connect() as connection:
        connection.sendall(head)
        with pytest.raises(OSError, match=r"reset|Broken pipe"):  # noqa: PT012 - which send fails is the network's affair
            for _ in range(1000):
                connection.sendall(chunk)
    assert wire.sandbox.requests["http_status"].tolist() == [413]


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"\r\n\r\n",
        b"\x00" * 100,
        b"GET\r\n\r\n",
        b"POST /v1/messages HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /v1/messages HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/messages HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"POST /v1/messages HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST /v1/messages HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/messages HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /v1/messages HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"POST /v1/messages HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf",
    ],
)
def test_what_is_not_http_does_no_harm(wire: Wire, nonsense: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It is refused or hung up on, without a word in the notebook, and the next request is answered."""
    assert re.match(rb"$|HTTP/1\.1 4\d\d ", wire.exchange(nonsense))
    assert wire.post(message())[0] == 201
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Wire]:
    """Run one sandbox for all the fuzz, and see that nothing was logged in the end."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = records.append  # type: ignore[assignment]
    logging.getLogger().addHandler(handler)
    try:
        with Sandbox() as sandbox:
            yield Wire(sandbox)
    finally:
        logging.getLogger().removeHandler(handler)
    assert [record.getMessage() for record in records] == []


TOKENS = st.sampled_from(
    [
        "POST",
        "/v1/messages",
        "HTTP/1.1",
        "HTTP/1.0",
        "\r\n",
        "\r\n\r\n",
        ":",
        " ",
        "\x00",
        "chunked",
        "close",
        "5",
        "\xff",
    ]
)
NAMES = st.sampled_from(
    ["Authorization", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Host", "X"]
)
VALUES = st.text(st.characters(max_codepoint=255), max_size=12) | st.sampled_from(
    ["chunked", "gzip", "close", "keep-alive", "100-continue", "7", "-1", "application/json", "Bearer x", ""]
)


@st.composite
def raw_requests(draw: st.DrawFn) -> bytes:
    """Make something like a request, and spoil it."""
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return draw(st.binary(max_size=200))
    if kind == 1:
        return "".join(draw(st.lists(TOKENS, max_size=30))).encode("latin-1")
    headers = draw(st.lists(st.tuples(NAMES, VALUES), max_size=6))
    method = draw(st.sampled_from(["POST", "GET", "HEAD"]))
    line = f"{method} {draw(st.sampled_from(['/v1/messages', '*', '//']))} HTTP/1.1"
    head = "\r\n".join([line, *(f"{name}: {value}" for name, value in headers)])
    return head.encode("latin-1") + b"\r\n\r\n" + draw(st.binary(max_size=60))


@settings(max_examples=150, deadline=None)
@given(data=raw_requests())
def test_any_bytes_do_no_harm(fuzzed: Wire, data: bytes) -> None:
    """Never a 500, never a hang, never a dead server."""
    answer = fuzzed.exchange(data)
    assert not re.search(rb"HTTP/1\.1 5", answer)
    assert fuzzed.post(message())[0] == 201


DOCUMENTS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["to", "text", "body", "type", "recipient_type"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(document=DOCUMENTS)
def test_any_json_gets_the_protocols_answer(fuzzed: Wire, document: Any) -> None:
    """Whatever the document, the answer is a success or errors in the protocol's shape."""
    status, answer = fuzzed.post(document)
    assert answer["meta"] == {"api_status": "stable", "version": "2.0.1"}
    if status == 201:
        assert isinstance(answer["messages"][0]["id"], str)
    else:
        assert status == 400
        assert [{"code", "details", "title"}] == [*{frozenset(error) for error in answer["errors"]}]


def test_answers_wait_beside_each_other() -> None:
    """Two hundred requests at once with half a second of latency take not much longer than one."""
    with Sandbox(latency=0.5) as sandbox:
        wire = Wire(sandbox)
        connections = [wire.connect() for _ in range(200)]
        begin = time.monotonic()
        for connection in connections:
            connection.sendall(wire.request(message()))
        statuses = {read_one(connection)[0] for connection in connections}
        elapsed = time.monotonic() - begin
        for connection in connections:
            connection.close()
    assert statuses == {201}
    assert 0.5 <= elapsed < 1.5


def test_a_client_that_does_not_wait_has_sent_all_the_same() -> None:
    """The message is recorded on arrival; that nobody takes the answer harms nobody."""
    with Sandbox(latency=0.1) as sandbox:
        wire = Wire(sandbox)
        with wire.connect() as connection:
            connection.sendall(wire.request(message()))
            wait_for(sandbox.store.messages)
        with wire.connect() as connection:
            connection.sendall(wire.request(message()))
            assert read_one(connection)[0] == 201
        assert len(sandbox.messages) == 2


def wait_for(condition: Any) -> None:
    """Look until it is so, for five seconds at the most."""
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline


def test_stopping_ends_connections_that_wait(wire: Wire) -> None:
    """One that gets no answer, one that gets it late, one idle and one amid a request are closed at once."""
    requests = [
        wire.request(message("79000090003")),
        wire.request(message("79000090001")),
        b"",
        wire.request(message())[:-5],
    ]
    connections = [wire.connect() for _ in requests]
    for connection, request in zip(connections, requests, strict=True):
        connection.sendall(request)
    wait_for(lambda: len(wire.sandbox.store.requests()) == 2)
    begin = time.monotonic()
    wire.sandbox.stop()
    for connection in connections:
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b""
        connection.close()
    assert time.monotonic() - begin < 1


def test_a_reset_is_a_reset_and_a_cut_is_a_cut(wire: Wire) -> None:
    """The connection is reset where the table says so, and ends amid the body where it says that."""
    with wire.connect() as connection:
        connection.sendall(wire.request(message("79000090002")))
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    head, _, body = wire.exchange(wire.request(message("79000080006"))).partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    assert length is not None
    assert 0 < len(body) < int(length[1])


def test_too_many_open_files_are_waited_out(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A connection that cannot be taken yet is taken when it can, without a word in the notebook."""
    failures = [OSError(errno.EMFILE, "Too many open files")] * 2
    accept = asyncio.SelectorEventLoop.sock_accept

    async def scarce(loop: asyncio.SelectorEventLoop, listener: socket.socket) -> Any:
        if failures:
            raise failures.pop()
        return await accept(loop, listener)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_accept", scarce)
    with Sandbox() as sandbox:
        assert Wire(sandbox).post(message())[0] == 201
    assert (failures, caplog.text) == ([], "")


def test_many_threads_lose_nothing(wire: Wire) -> None:
    """Sixteen clients at once: every message accepted is recorded, once, under the ID that was answered."""

    def send(number: int) -> str:
        status, document = wire.post(message(body=str(number)))
        assert status == 201
        return str(document["messages"][0]["id"])

    with ThreadPoolExecutor(16) as pool:
        ids = list(pool.map(send, range(200)))
    frame = wire.sandbox.messages.set_index("message_id")
    assert [str(number) for number in range(200)] == frame.loc[ids, "body"].tolist()
    assert len(frame) == 200

"""A bad day: whatever the other end does, a message ends in the right status, and no POST is repeated."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import requests
from requests.adapters import HTTPAdapter

from greenapi_nb import Client, ErrorCode, Status
from greenapi_nb.messages import compose
from tests.support.behaviours import BEHAVIOURS
from tests.support.lines import HangUp, Line
from tests.support.servers import BadDay, Door, tunnel
from tests.support.tls import bundle, server_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from greenapi_nb.outcomes import Outcome

TOKEN = "T0P-bad-day-T0P"
QUICK = (1.0, 0.3)
PATIENT = (5.0, 10.0)
MOST_MEMORY = 1 << 20
MOST_MEMORY_OF_HEADERS = 24 << 20  # http.client takes a hundred headers of 64 KiB each, and the e-mail parser copies
MEANS = {
    Status.REJECTED: "Nothing was sent.",
    Status.UNSENT: "Nothing was sent.",
    Status.UNKNOWN: "The message may have been sent.",
}

BACK_OFF = [(0.25, 0.5), (0.5, 1.0)]


class End(NamedTuple):
    """What must come of a behaviour.

    ``hangs``: only the time-out ends it. ``naps``: the bounds of each wait between attempts.
    """

    status: Status
    code: int | None
    http_status: int | None
    hangs: bool = False
    naps: list[tuple[float, float]] = []  # noqa: RUF012 - never written to


def unknown(code: ErrorCode, http_status: int | None = None, *, hangs: bool = False) -> End:
    """Say that the message may have been sent."""
    return End(Status.UNKNOWN, code, http_status, hangs)


def rejected(http_status: int, code: int = ErrorCode.HTTP_ERROR, *, hangs: bool = False) -> End:
    """Say that it was refused."""
    return End(Status.REJECTED, code, http_status, hangs)


def turned_away(*naps: tuple[float, float]) -> End:
    """Say that it was answered 429 until patience ran out."""
    return End(Status.UNSENT, ErrorCode.RATE_LIMITED, 429, naps=list(naps))


ACCEPTED = End(Status.ACCEPTED, None, 201)
SILENT = unknown(ErrorCode.NO_ANSWER)
SILENT_TOO_LONG = unknown(ErrorCode.NO_ANSWER, hangs=True)
USELESS = unknown(ErrorCode.BAD_ANSWER, 201)
USELESS_TOO_LONG = unknown(ErrorCode.BAD_ANSWER, 201, hangs=True)

ENDS: dict[str, End] = {
    "accepts": ACCEPTED,
    "accepts and closes": ACCEPTED,
    "accepts with a number as ID": ACCEPTED,
    "accepts in chunks": ACCEPTED,
    "accepts in gzip": ACCEPTED,
    "accepts in deflate": ACCEPTED,
    "201 with half a gzip": USELESS,
    "201 with a bomb": USELESS,
    "201 with no gzip": USELESS,
    "201 in an unknown encoding": USELESS,
    "accepts after 100": ACCEPTED,
    "accepts after 103": ACCEPTED,
    "never answers": SILENT_TOO_LONG,
    "resets after reading": SILENT,
    "closes": SILENT,
    "closes in the status line": SILENT,
    "closes in the headers": USELESS,
    "closes in the body": USELESS,
    "resets in the body": USELESS,
    "cuts a chunk": USELESS,
    "sends a bad chunk size": USELESS,
    "holds after a bad chunk size": USELESS,
    "speaks no HTTP": SILENT,
    "201 without a body": USELESS,
    "201 with HTML": USELESS,
    "201 with empty messages": USELESS,
    "201 with a null ID": USELESS,
    "201 with an empty ID": USELESS,
    "201 with a list as ID": USELESS,
    "201 with a list": USELESS,
    "201 with invalid UTF-8": USELESS,
    "201 with half a surrogate pair": USELESS,
    "201 with 60,000 brackets": USELESS,
    "201 with 100,000 brackets": USELESS,
    "201 with an ID and 100,000 blanks": USELESS,
    "200 with an ID": unknown(ErrorCode.BAD_ANSWER, 200),
    "202": unknown(ErrorCode.BAD_ANSWER, 202),
    "204": unknown(ErrorCode.BAD_ANSWER, 204),
    "endless 100s": SILENT_TOO_LONG,
    "a flood of 100s": SILENT_TOO_LONG,
    "drips a status line": SILENT_TOO_LONG,
    "drips headers": SILENT_TOO_LONG,
    "drips one header": SILENT_TOO_LONG,
    "drips a body": USELESS_TOO_LONG,
    "drips chunks": USELESS_TOO_LONG,
    "drips a 400": rejected(400, hangs=True),
    "holds the body back": USELESS_TOO_LONG,
    "holds back the end of 70,000 bytes": USELESS,
    "promises a terabyte": USELESS,
    "promises a terabyte of 400": rejected(400),
    "floods headers": SILENT,
    "floods one header": SILENT,
    "floods a chunk size": USELESS,
    "floods trailers": USELESS_TOO_LONG,
    "floods without a length": USELESS,
    **{f"{status} to elsewhere": rejected(status) for status in (301, 302, 307, 308)},
    "303 to elsewhere": unknown(ErrorCode.HTTP_ERROR, 303),
    **{f"{status} with no body": rejected(status) for status in (400, 401, 403, 404, 405, 413, 466)},
    **{f"{status} with HTML": rejected(status) for status in (401, 403, 404, 413, 466)},
    **{f"{status} with no body": unknown(ErrorCode.HTTP_ERROR, status) for status in (408, 500, 502, 503, 504)},
    **{f"{status} with HTML": unknown(ErrorCode.HTTP_ERROR, status) for status in (500, 502, 503, 504)},
    **{f"{status} with code 1022": rejected(status, 1022) for status in (400, 404, 500, 502)},
    "407 with no body": End(Status.UNSENT, ErrorCode.UNREACHABLE, 407, naps=BACK_OFF),
    "429 with no body": turned_away(*BACK_OFF),
    "429 with HTML": turned_away(*BACK_OFF),
    "429 with Retry-After: 7": turned_away((7, 7), (7, 7)),
    "429 with a date": turned_away((25, 30), (25, 30)),
    "429 with a past date": turned_away(*BACK_OFF),
    "429 with an hour": turned_away(),
    "429 with a date in an hour": turned_away(),
    "429 with nonsense": turned_away(*BACK_OFF),
    "429 with an endless number": turned_away(*BACK_OFF),
    "429 with code 82": rejected(429, 82),
    "401 with Retry-After": rejected(401),
    "413 with Retry-After": rejected(413),
    "503 with Retry-After": unknown(ErrorCode.HTTP_ERROR, 503),
    "errors is empty": rejected(400),
    "errors is no list": rejected(400),
    "code is no integer": rejected(400),
    "code is missing": rejected(400),
    "code is a numeric text": rejected(400, 1022),
    "code is unknown": rejected(400, 4711),
    "code is unknown under 500": unknown(4711, 500),  # type: ignore[arg-type]
    "two errors": rejected(400, 1041),
    "code 1042 under 400": rejected(400, 1042),
    "code 1042 under 500": unknown(ErrorCode.SYSTEM_ERROR, 500),
    "code 1060 under 500": rejected(500, 1060),
    "code 82 under 201": rejected(201, 82),
}


@pytest.fixture(scope="module")
def bad_day() -> Iterator[BadDay]:
    """Run one server for all behaviours: each has a recipient of its own."""
    with BadDay() as server:
        yield server


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the waits between attempts instead of waiting."""
    waits: list[float] = []

    def note(seconds: float) -> bool:
        waits.append(seconds)
        return True

    monkeypatch.setattr("greenapi_nb.client._sleep", note)
    return waits


def send(base_url: str, to: str, timeout: tuple[float, float] = PATIENT) -> Outcome:
    """Send one text with a client of its own."""
    with Client(TOKEN, base_url=base_url, timeout=timeout) as client:
        return client.send(compose(to, "Hello"))


def check_words(outcome: Outcome) -> None:
    """Hold the error's text to its three parts: what happened, what it means for the message, what to do."""
    if outcome.status is Status.ACCEPTED:
        assert outcome.error is None
        return
    assert outcome.error is not None
    happened, means, advice = outcome.error.partition(MEANS[outcome.status])
    assert happened.strip(), outcome.error
    assert means, outcome.error
    assert advice.strip().endswith("."), outcome.error
    assert ("Look in the chat" in advice) == (outcome.status is Status.UNKNOWN), outcome.error
    assert TOKEN not in outcome.error


def test_every_behaviour_has_an_end() -> None:
    """The two tables name the same behaviours."""
    assert set(BEHAVIOURS) == set(ENDS)


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_behaviour(name: str, bad_day: BadDay, naps: list[float]) -> None:
    """The status of the design's table, one POST (429 and a refusing proxy apart), in time, and nothing followed."""
    end, to, strays = ENDS[name], bad_day.recipient(name), len(bad_day.strays)
    timeout = QUICK if end.hangs else PATIENT
    begin = time.monotonic()
    outcome = send(bad_day.base_url, to, timeout)
    elapsed = time.monotonic() - begin
    assert (end.status, end.code, end.http_status) == (outcome.status, outcome.error_code, outcome.http_status)
    assert (outcome.message_id is None) == (end.status is not Status.ACCEPTED)
    attempts = 1 + len(end.naps)
    assert (attempts, attempts) == (bad_day.posts[to], outcome.attempts)
    assert len(end.naps) == len(naps)
    assert all(low <= nap <= high for nap, (low, high) in zip(naps, end.naps, strict=True)), naps
    assert elapsed < (timeout[1] + 2 if end.hangs else 3)
    assert bad_day.strays[strays:] == []
    assert outcome.at is not None
    check_words(outcome)
    if (end.code, end.hangs) == (ErrorCode.NO_ANSWER, True):
        assert f"no answer came: {timeout[1]:g} s passed." in str(outcome.error)


@pytest.mark.parametrize(
    "name", [name for name in BEHAVIOURS if "flood" in name or "tera" in name or "bracket" in name]
)
def test_memory_is_bounded(name: str, bad_day: BadDay, naps: list[float]) -> None:
    """However much is sent, little of it is kept."""
    to = bad_day.recipient(name)
    tracemalloc.start()
    try:
        send(bad_day.base_url, to, QUICK)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert naps == []
    assert peak < (MOST_MEMORY_OF_HEADERS if name == "floods headers" else MOST_MEMORY)


def test_a_whole_answer_has_one_time_out(bad_day: BadDay) -> None:
    """Bytes that keep dripping do not put the end off: the answer's time-out is for all of it."""
    begin = time.monotonic()
    send(bad_day.base_url, bad_day.recipient("drips headers"), (5, 0.3))
    assert time.monotonic() - begin < 1


class OwnAdapter(HTTPAdapter):
    """An adapter with a ``send`` of its own, which is to be used."""

    def send(self, *args: Any, **options: Any) -> requests.Response:
        """Do as any other."""
        return super().send(*args, **options)


class TestKeptConnection:
    """A connection that is kept for the next message."""

    def test_is_used_again(self) -> None:
        """Messages share a connection."""
        with BadDay() as server, Client(TOKEN, base_url=server.base_url) as client:
            for _ in range(3):
                assert client.send(compose("79001234567", "Hello")).status is Status.ACCEPTED
            assert (1, 3) == (server.connections, server.posts["79001234567"])

    def test_closed_while_idle_is_replaced(self) -> None:
        """The server's farewell was read before the next message leaves: it goes by a new connection."""
        with BadDay() as server, Client(TOKEN, base_url=server.base_url) as client:
            to = server.recipient("accepts and closes")
            for number in range(3):
                assert client.send(compose(to, "Hello")).status is Status.ACCEPTED
                assert number + 1 == server.posts[to]
                assert server.wait_until_closed()
            assert server.connections == 3

    def test_reset_under_a_message_is_not_tried_again(self) -> None:
        """A connection that breaks when it is used again may have carried the message."""
        with BadDay() as server, Client(TOKEN, base_url=server.base_url) as client:
            to = server.recipient("accepts", "resets after reading")
            assert client.send(compose(to, "Hello")).status is Status.ACCEPTED
            outcome = client.send(compose(to, "Hello"))
            assert (Status.UNKNOWN, 1) == (outcome.status, outcome.attempts)
            assert (1, 2) == (server.connections, server.posts[to])

    def test_is_not_used_after_idling(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a few seconds the server may be closing it at this moment."""
        now = time.monotonic()
        monkeypatch.setattr("greenapi_nb.connections.monotonic", lambda: now)
        with BadDay() as server, Client(TOKEN, base_url=server.base_url) as client:
            for idle, connections in [(0, 1), (3.9, 1), (4.1, 2)]:
                now += idle
                assert client.send(compose("79001234567", "Hello")).status is Status.ACCEPTED
                assert connections == server.connections

    @pytest.mark.parametrize(
        "name",
        [
            "never answers",
            "holds the body back",
            "drips a body",
            "201 with 100,000 brackets",
            "promises a terabyte",
            "holds back the end of 70,000 bytes",
        ],
    )
    @pytest.mark.parametrize("adapter", [None, OwnAdapter])
    def test_half_an_answer_spoils_no_other(self, name: str, adapter: type[OwnAdapter] | None) -> None:
        """A connection on which an answer is still to come, or to come to its end, serves no other message."""
        with BadDay() as server, requests.Session() as session:
            session.mount("http://", adapter() if adapter else HTTPAdapter())
            client = Client(TOKEN, base_url=server.base_url, timeout=QUICK, session=session)
            to = server.recipient(name, "accepts")
            assert client.send(compose(to, "Hello")).status is Status.UNKNOWN
            assert client.send(compose(to, "Hello")).status is Status.ACCEPTED
            assert (2, 2) == (server.connections, server.posts[to])


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the tests' own authority."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle(tmp_path))


def check_unsent(outcome: Outcome, naps: list[float], words: str) -> None:
    """Hold an outcome to one that was tried three times and never left."""
    assert (Status.UNSENT, ErrorCode.UNREACHABLE, None) == (outcome.status, outcome.error_code, outcome.http_status)
    assert (3, 2) == (outcome.attempts, len(naps))
    check_words(outcome)
    assert words in (outcome.error or "")


def free_port() -> int:
    """Find a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


class TestUnreachable:
    """A server that is not reached: unsent, tried a few times, and nothing arrived."""

    def test_refused_port(self, naps: list[float]) -> None:
        """Nobody listens."""
        outcome = send(f"http://127.0.0.1:{free_port()}", "79001234567")
        check_unsent(outcome, naps, "the connection was refused")

    def test_unknown_host(self, naps: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
        """The name has no address."""

        def look_up(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        outcome = send("https://api.nobody.invalid", "79001234567")
        check_unsent(outcome, naps, "the host's name could not be looked up")

    def test_connect_time_out(self, naps: list[float]) -> None:
        """The connection does not come to stand in time."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            port = listener.getsockname()[1]
            callers: list[socket.socket] = []
            try:
                if not fill_backlog(port, callers):
                    pytest.skip("this system completes connections beyond a full backlog")
                begin = time.monotonic()
                outcome = send(f"http://127.0.0.1:{port}", "79001234567", (0.2, 10))
            finally:
                for caller in callers:
                    caller.close()
        check_unsent(outcome, naps, "no connection within 0.2 s")
        assert time.monotonic() - begin < 0.6 + 2


def fill_backlog(port: int, callers: list[socket.socket]) -> bool:
    """Connect until a connection no longer comes to stand."""
    for _ in range(8):
        caller = socket.socket()
        callers.append(caller)
        caller.settimeout(0.2)
        try:
            caller.connect(("127.0.0.1", port))
        except TimeoutError:
            return True
    return False


class TestTls:
    """TLS that does not come to stand: nothing of the message has left."""

    @pytest.mark.usefixtures("trusted")
    def test_trusted_certificate(self) -> None:
        """All is well when it should be."""
        with BadDay(server_context("127.0.0.1")) as server:
            assert send(server.base_url, "79001234567").status is Status.ACCEPTED

    @pytest.mark.usefixtures("trusted")
    def test_wrong_name(self, naps: list[float]) -> None:
        """The certificate is somebody else's."""
        with BadDay(server_context("somebody-else.example")) as server:
            outcome = send(server.base_url, "79001234567")
            check_unsent(outcome, naps, "the server's TLS certificate is not trusted")
            assert server.requests == []

    def test_unknown_authority(self, naps: list[float]) -> None:
        """Nobody vouches for the certificate."""
        with BadDay(server_context("127.0.0.1")) as server:
            outcome = send(server.base_url, "79001234567")
            check_unsent(outcome, naps, "the server's TLS certificate is not trusted")
            assert server.requests == []

    def test_missing_certificate_file(self, monkeypatch: pytest.MonkeyPatch, naps: list[float]) -> None:
        """The file of certificates that the environment names is not there."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "no-such-file.pem")
        outcome = send("https://127.0.0.1:9", "79001234567")
        check_unsent(outcome, naps, "REQUESTS_CA_BUNDLE")

    def test_certificate_file_of_rubbish(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, naps: list[float]
    ) -> None:
        """The file of certificates holds none."""
        (tmp_path / "rubbish.pem").write_text("rubbish")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "rubbish.pem"))
        with BadDay(server_context("127.0.0.1")) as server:
            check_unsent(send(server.base_url, "79001234567"), naps, "TLS")

    def test_plain_port(self, naps: list[float]) -> None:
        """The server speaks plain HTTP where TLS was expected."""
        with Door(lambda line: line.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) as door:
            outcome = send(f"https://127.0.0.1:{door.port}", "79001234567")
            check_unsent(outcome, naps, "the TLS connection failed")
            assert TOKEN.encode() not in door.heard

    def test_silent_port(self, naps: list[float]) -> None:
        """The handshake gets no answer."""
        with Door(Line.hold) as door:
            begin = time.monotonic()
            outcome = send(f"https://127.0.0.1:{door.port}", "79001234567", (0.15, 10))
            check_unsent(outcome, naps, "no connection within 0.15 s")
            assert time.monotonic() - begin < 3 * 0.15 + 2

    def test_dripping_handshake(self, naps: list[float]) -> None:
        """The handshake drips: a record of 16 KiB a byte at a time."""
        with Door(lambda line: line.drip(b"%c" % byte for byte in b"\x16\x03\x03\x40\x00\x02" + bytes(9999))) as door:
            begin = time.monotonic()
            outcome = send(f"https://127.0.0.1:{door.port}", "79001234567", (0.15, 10))
            check_unsent(outcome, naps, "no connection within 0.15 s")
            assert time.monotonic() - begin < 3 * 0.15 + 2

    def test_plain_http_to_a_tls_port(self) -> None:
        """The request went out in plain text: whoever took it, what became of it is not known."""
        with BadDay(server_context("127.0.0.1")) as server:
            outcome = send(f"http://127.0.0.1:{server.port}", "79001234567")
            assert (Status.UNKNOWN, 1) == (outcome.status, outcome.attempts)
            assert server.requests == []


def _says(data: bytes) -> Callable[[Line], None]:
    def behave(line: Line) -> None:
        line.send(data)
        raise HangUp

    return behave


class TestProxy:
    """A proxy between here and the API."""

    REFUSALS: tuple[tuple[str, Callable[[Line], None]], ...] = (
        ("407", _says(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")),
        ("403", _says(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nSorry")),
        ("502", _says(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")),
        ("hangs up", _says(b"")),
        ("resets", Line.abort),
        ("speaks no HTTP", _says(b"SSH-2.0-OpenSSH_9.2\r\n")),
        ("accepts, then hangs up", _says(b"HTTP/1.1 200 Connection established\r\n\r\n")),
        ("is silent", Line.hold),
        ("drips headers", lambda line: line.drip(iter([b"HTTP/1.1 200 OK\r\n", *[b"X-Drip: x\r\n"] * 99]))),
    )

    @pytest.mark.parametrize(("name", "behave"), REFUSALS, ids=[name for name, _ in REFUSALS])
    def test_refuses(
        self, name: str, behave: Callable[[Line], None], monkeypatch: pytest.MonkeyPatch, naps: list[float]
    ) -> None:
        """Whatever a proxy does instead of connecting, nothing of the message has left, nor has the token."""
        timeout = (0.15, 10.0) if name in {"is silent", "drips headers"} else PATIENT
        with Door(behave) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
            begin = time.monotonic()
            outcome = send("https://api.example.invalid", "79001234567", timeout)
            elapsed = time.monotonic() - begin
            check_unsent(outcome, naps, "The API could not be reached")
            assert ["CONNECT api.example.invalid:443"] * 3 == [head.rpartition(" ")[0] for head in proxy.heads]
            assert TOKEN.encode() not in proxy.heard
            assert elapsed < 3 * 0.15 + 2

    def test_refused_port(self, monkeypatch: pytest.MonkeyPatch, naps: list[float]) -> None:
        """Nobody listens where the proxy should be."""
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
        check_unsent(send("https://api.example.invalid", "79001234567"), naps, "the proxy refused")

    @pytest.mark.parametrize(
        ("address", "words"),
        [("http://[::1", "cannot be read"), ("http://", "cannot be read"), ("socks5://127.0.0.1:1", "library")],
    )
    def test_unusable(self, address: str, words: str, monkeypatch: pytest.MonkeyPatch, naps: list[float]) -> None:
        """An address that is no proxy's, or needs what is not installed."""
        monkeypatch.setenv("HTTPS_PROXY", address)
        check_unsent(send("https://api.example.invalid", "79001234567"), naps, words)

    @pytest.mark.usefixtures("trusted")
    def test_connects(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """All is well when it should be, and the answer's time-out does not begin before the connection stands."""
        with BadDay(server_context("127.0.0.1")) as server, Door(tunnel(server.port)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
            assert send(server.base_url, "79001234567").status is Status.ACCEPTED
            assert [f"CONNECT 127.0.0.1:{server.port}"] == [head.rpartition(" ")[0] for head in proxy.heads]
            assert server.posts == {"79001234567": 1}

    @pytest.mark.usefixtures("trusted")
    def test_connects_to_silence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What went through the tunnel may have been sent."""
        with BadDay(server_context("127.0.0.1")) as server, Door(tunnel(server.port)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
            to = server.recipient("never answers")
            outcome = send(server.base_url, to, (5, 0.3))
            assert (Status.UNKNOWN, 1, 1) == (outcome.status, outcome.attempts, server.posts[to])


def test_many_bad_answers_at_once(bad_day: BadDay) -> None:
    """Threads share a client, and each message gets its own end."""
    # A connection that is closed while another thread is about to use it makes that one's message unknown, too.
    names = [
        name
        for name, end in ENDS.items()
        if not (end.hangs or end.naps or "flood" in name or name == "accepts and closes")
    ]
    recipients = {name: bad_day.recipient(name) for name in names}
    outcomes: dict[str, Outcome] = {}
    with Client(TOKEN, base_url=bad_day.base_url, timeout=PATIENT) as client:

        def run(name: str) -> None:
            outcomes[name] = client.transport().post(compose(recipients[name], "Hello"))

        threads = [threading.Thread(target=run, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    expected = {name: (ENDS[name].status, ENDS[name].code) for name in names}
    assert expected == {name: (outcome.status, outcome.error_code) for name, outcome in outcomes.items()}

"""The token shows nowhere, and goes nowhere but to the API."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import connection

import greenapi_nb
from greenapi_nb import (
    BulkSendInterrupted,
    Client,
    ErrorCode,
    Ledger,
    Sandbox,
    Status,
    bulk_send,
    send_text,
)
from greenapi_nb.client import default_client
from greenapi_nb.errors import GreenApiError
from greenapi_nb.messages import compose
from tests.support.behaviours import BEHAVIOURS
from tests.support.servers import BadDay, Door

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOKEN = "T0P-sEcReT-T0P"
QUICK = (1.0, 0.2)
MESSAGE = compose("79001234567", "Hello")
HANGING = ("never answers", "drips", "endless", "a flood", "holds", "floods trailers", "tera")


@pytest.fixture
def server() -> Iterator[BadDay]:
    """Run a server."""
    with BadDay() as running:
        yield running


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Take down everything that is logged."""
    caplog.set_level(logging.DEBUG)
    for name in ("greenapi_nb", "requests", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def printed(error: BaseException) -> str:
    """Print an exception in every way there is: with its frames' locals, its chain and its attributes."""
    everything = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "\n".join(
        [
            str(error),
            repr(error),
            repr(vars(error)),
            *traceback.format_exception(error),
            *everything.format(),
            *(chained(error)),
        ]
    )


def chained(error: BaseException) -> Iterator[str]:
    """Print what hangs on to an exception unseen: suppressed contexts, with their frames' locals."""
    for linked in (error.__cause__, error.__context__):
        if linked is not None:
            yield printed(linked)


def raised(action: Callable[[], object]) -> BaseException:
    """Run what must fail."""
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - any exception will do
        action()
    # The frames of the test itself know the token; those of the package come after them.
    frames = caught.value.__traceback__
    while frames is not None and "greenapi_nb" not in frames.tb_frame.f_globals.get("__name__", ""):
        frames = frames.tb_next
    return caught.value.with_traceback(frames)


class TestShown:
    """What a person or a file may get to see."""

    def test_the_instruments_find_it(self) -> None:
        """These tests would notice: a frame that holds the token is printed."""

        def careless(token: str) -> None:
            raise ValueError(f"{len(token)} letters")

        with pytest.raises(ValueError, match="letters") as caught:
            careless(TOKEN)
        assert TOKEN in printed(caught.value)

    def test_reprs(self, sandbox: Sandbox) -> None:
        """No object that a cell may end on shows it."""
        with Client(TOKEN, base_url=sandbox.base_url) as client:
            transport = client.transport()
            shown = [client, transport, client.__dict__, transport.__dict__, client.account, transport.post(MESSAGE)]
            shown += [sandbox, *(getattr(greenapi_nb, name) for name in greenapi_nb.__all__)]
            assert [thing for thing in shown if TOKEN in repr(thing) + str(thing)] == []
        own = Sandbox(token=TOKEN)
        assert TOKEN not in repr(own) + repr(own.client())
        own.stop()

    @pytest.mark.parametrize("name", [name for name in BEHAVIOURS if not name.startswith(HANGING)])
    def test_errors(
        self, name: str, server: BadDay, logs: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever the server does, neither the exception nor the log has it."""
        monkeypatch.setattr("greenapi_nb.client._sleep", lambda _: True)
        with Client(TOKEN, base_url=server.base_url) as client:
            to = server.recipient(name)
            if name.startswith("accepts"):
                assert TOKEN not in repr(client.send_text(to, "Hello"))
            else:
                error = raised(lambda: client.send_text(to, "Hello"))
                assert isinstance(error, GreenApiError)
                assert TOKEN not in printed(error)
                assert TOKEN.encode() not in pickle.dumps(error)
        assert any(request.headers["authorization"] == f"Bearer {TOKEN}" for request in server.requests)
        assert logs.records
        assert TOKEN not in logs.text

    @pytest.mark.parametrize("name", ["never answers", "drips headers", "drips a body"])
    def test_time_outs(self, name: str, server: BadDay, logs: pytest.LogCaptureFixture) -> None:
        """Nor after a time-out, with half an answer read."""
        with Client(TOKEN, base_url=server.base_url, timeout=QUICK) as client:
            to = server.recipient(name)
            assert TOKEN not in printed(raised(lambda: client.send_text(to, "Hello")))
        assert TOKEN not in logs.text

    @pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
    def test_interrupts(self, kind: type[BaseException], server: BadDay, monkeypatch: pytest.MonkeyPatch) -> None:
        """The stop button, pressed while a request is on its way: the frames it goes through hold the headers."""

        def stop(*_: object, headers: dict[str, str], **__: object) -> None:
            assert TOKEN in headers["Authorization"]
            try:
                len(5)  # type: ignore[arg-type]
            except TypeError:
                raise kind from None

        monkeypatch.setattr("greenapi_nb.connections._Watched.request", stop)
        with Client(TOKEN, base_url=server.base_url) as client:
            error = raised(lambda: client.send_text("79001234567", "Hello"))
        assert type(error) is kind
        assert TOKEN not in printed(error)

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Client(TOKEN, base_url="http://api.example.com"),
            lambda: Client(TOKEN, base_url="nonsense"),
            lambda: Client(TOKEN, timeout=-1),
            lambda: Client(TOKEN + " and more"),
            lambda: Client(TOKEN + "\n" + TOKEN),
            lambda: Client(TOKEN.encode()),  # type: ignore[arg-type]
            lambda: Client([TOKEN]),  # type: ignore[arg-type]
            lambda: Client(TOKEN).send_text("nobody", "Hello"),
            lambda: pickle.dumps(Client(TOKEN)),
            lambda: copy.deepcopy(Client(TOKEN)),
        ],
    )
    def test_mistakes(self, make: Callable[[], object]) -> None:
        """A call that cannot be carried out does not tell it either."""
        assert TOKEN not in printed(raised(make))

    def test_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A token of the environment is hidden as well."""
        monkeypatch.setenv("GREENAPI_TOKEN", TOKEN + "\tx")
        assert TOKEN not in printed(raised(default_client))
        monkeypatch.setenv("GREENAPI_TOKEN", TOKEN)
        assert TOKEN not in repr(default_client())
        assert TOKEN not in printed(raised(lambda: send_text("79001234567", "")))

    def test_pickles(self, server: BadDay) -> None:
        """What holds the token is not pickled; what is pickled does not hold it."""
        with Client(TOKEN, base_url=server.base_url) as client:
            for holder in (client, client.transport()):
                with pytest.raises(TypeError, match="not pickled"):
                    pickle.dumps(holder)
            for result in (client.send(MESSAGE), client.send_text("79001234567", "Hello")):
                assert TOKEN.encode() not in pickle.dumps(result)

    def test_bulk(self, server: BadDay, logs: pytest.LogCaptureFixture, tmp_path: Path) -> None:
        """Neither a frame, nor its exception, nor the log, nor the ledger's file has it."""
        names = ["accepts", "closes", "400 with code 1022", "500 with HTML"]
        frame = pd.DataFrame({"to": [server.recipient(name) for name in names], "body": "Hello"})
        path = tmp_path / "ledger.sqlite"
        with Client(TOKEN, base_url=server.base_url) as client:
            options: dict[str, Any] = {"client": client, "ledger": path, "rate": None, "progress": False}
            result = bulk_send(frame, **options)
            error = raised(lambda: bulk_send(frame, **options))
        assert {"accepted", "unknown", "rejected"} == set(result["status"])
        assert TOKEN not in result.to_csv() + repr(result.attrs) + printed(error) + logs.text
        assert TOKEN.encode() not in pickle.dumps(result)
        ledger = Ledger(path)
        assert TOKEN not in repr(ledger) + ledger.campaigns().to_csv()
        assert [file for file in tmp_path.iterdir() if TOKEN.encode() in file.read_bytes()] == []
        assert TOKEN not in printed(BulkSendInterrupted("stopped", result=result, campaign="x"))

    def test_the_exchange_is_quiet(self, server: BadDay, capfd: pytest.CaptureFixture[str]) -> None:
        """Nothing is printed."""
        with Client(TOKEN, base_url=server.base_url) as client:
            client.send(MESSAGE)
        assert capfd.readouterr() == ("", "")


class TestSent:
    """Where the token goes, and that it stays what it is."""

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "default"])
    def test_netrc_does_not_replace_it(
        self, host: str, server: BadDay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An entry for the API's host is not asked."""
        (tmp_path / "netrc").write_text(f"{'' if host == 'default' else 'machine '}{host} login user password pass\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        assert requests.get(server.base_url, timeout=5).request.headers.get("Authorization") or host == "localhost"
        with requests.Session() as session:
            for given in (None, session):
                with Client(TOKEN, base_url=server.base_url, session=given) as client:
                    client.send(MESSAGE)
        assert [f"Bearer {TOKEN}"] * 2 == [request.headers["authorization"] for request in server.requests[1:]]

    @pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    @pytest.mark.parametrize(
        "proxy", ["http://proxy.example.com:3128", "proxy.example.com:3128", "http://192.0.2.1:3128", "http://[::1"]
    )
    def test_plain_http_goes_to_no_proxy_elsewhere(
        self, server: BadDay, monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str
    ) -> None:
        """To a sandbox the token goes in plain text, so no other machine may be asked to carry it."""
        called: list[Any] = []
        connect = connection.create_connection

        def look(address: Any, *rest: Any, **options: Any) -> socket.socket:
            called.append(address)
            return connect(address, *rest, **options)

        monkeypatch.setattr(connection, "create_connection", look)
        monkeypatch.setenv(variable, proxy)
        with Client(TOKEN, base_url=server.base_url) as client:
            assert client.send(MESSAGE).status is Status.ACCEPTED
        assert [("127.0.0.1", server.port)] == called

    def test_nor_to_one_of_the_session(self, server: BadDay) -> None:
        """A session's own proxy is no exception."""
        with requests.Session() as session:
            session.proxies["http"] = "http://proxy.example.com:3128"
            with Client(TOKEN, base_url=server.base_url, session=session) as client:
                assert client.send(MESSAGE).status is Status.ACCEPTED

    def test_a_proxy_on_this_machine_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment's proxy is honoured where it may be."""
        with BadDay() as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.base_url)
            with Client(TOKEN, base_url="http://127.0.0.1:9") as client:
                assert client.send(MESSAGE).status is Status.ACCEPTED
            assert ["POST http://127.0.0.1:9/v1/messages"] == proxy.strays

    def test_a_tunnel_does_not_see_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy is asked for a connection, and nothing more is said before TLS stands."""
        with Door(lambda line: line.send(b"HTTP/1.1 200 OK\r\n\r\n")) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
            with Client(TOKEN, base_url="https://api.example.invalid", timeout=QUICK) as client:
                outcome = client.transport().post(MESSAGE)
            assert (Status.UNSENT, ErrorCode.UNREACHABLE) == (outcome.status, outcome.error_code)
            assert proxy.heads == ["CONNECT api.example.invalid:443 HTTP/1.0"] or "CONNECT" in proxy.heads[0]
            assert TOKEN.encode() not in proxy.heard

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_redirects_are_not_followed(self, status: int, server: BadDay) -> None:
        """Not here, and not elsewhere, where the token has no business."""
        with requests.Session() as session:
            session.mount("http://", HTTPAdapter(max_retries=5))
            for given in (None, session):
                with Client(TOKEN, base_url=server.base_url, session=given) as client:
                    client.send(compose(server.recipient(f"{status} to elsewhere"), "Hello"))
        assert ([], 2) == (server.strays, len(server.requests))

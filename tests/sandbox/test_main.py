"""The sandbox as a program."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from greenapi_nb import MessageRejected
from greenapi_nb.client import Client
from greenapi_nb.sandbox import Sandbox
from greenapi_nb.sandbox import __main__ as program_module
from greenapi_nb.sandbox.__main__ import log_line, main
from greenapi_nb.sandbox.store import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 20
AT = datetime(2026, 11, 2, 12, 30, tzinfo=UTC)


@contextmanager
def program(*arguments: str, token: str | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run the program."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GREENAPI_")}
    if token is not None:
        environment["GREENAPI_TOKEN"] = token
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "greenapi_nb.sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    """Read the base URL."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def test_it_serves_and_logs_without_telling_who_or_what() -> None:
    """The first line is the URL alone; each request is a line, with neither number, text nor token in it."""
    with program("--token", "T0P-5ECRET", "--quota", "1") as process:
        base_url = first_line(process)
        with Client("T0P-5ECRET", base_url=base_url) as client:
            client.send_text("79001234567", "My secret text")
            with pytest.raises(MessageRejected):
                client.send_text("79001234567-1581234048", "My secret text")
        process.send_signal(signal.SIGTERM)
        rest, log = process.communicate(timeout=PATIENCE)
    assert (process.returncode, rest) == (0, "")
    greeting, *lines = log.splitlines()
    assert base_url in greeting
    assert [line.split(" ", 1)[1] for line in lines] == [
        "POST /v1/messages to=7900*****67 201",
        "POST /v1/messages to=7900****************48 400 code=82",
    ]
    assert not [secret for secret in ("79001234567", "secret", "T0P-5ECRET") if secret in log]


def test_a_token_of_its_own_is_told_on_stderr() -> None:
    """Without a token one is made, and how to use it is said; Ctrl-C ends it cleanly."""
    with program("--port", "0") as process:
        base_url = first_line(process)
        assert process.stderr is not None
        settings = dict(word.split("=", 1) for word in process.stderr.readline().split() if "=" in word)
        with Client(settings["GREENAPI_TOKEN"], base_url=settings["GREENAPI_BASE_URL"].rstrip(";")) as client:
            assert client.base_url == base_url
            client.send_text("79001234567", "Hello")
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in log


def test_the_environments_token_is_accepted_and_not_shown() -> None:
    """GREENAPI_TOKEN serves as the token, so that clients of the same shell fit."""
    with program(token="T0P-5ECRET") as process:
        with Client("T0P-5ECRET", base_url=first_line(process)) as client:
            client.send_text("79001234567", "Hello")
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE)
    assert "T0P-5ECRET" not in log


def test_main_serves_until_it_is_told_to_stop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """While it waits it answers; afterwards nobody listens; a log that nobody can read harms nothing."""
    urls: list[str] = []

    class Visit(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - the overridden signature
            urls.append(capsys.readouterr().out.rstrip())
            monkeypatch.setattr(sys, "stderr", _Broken())
            with Client("T0P", base_url=urls[0]) as client:
                client.send_text("79001234567", "Hello")
            return True

    monkeypatch.setattr(program_module, "_stop_signals", Visit)
    assert main(["--token", "T0P"]) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(urls[0].rpartition(":")[2])), timeout=5)


class _Broken(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError(text)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "add --allow-remote"),  # noqa: S104 - refused
        (["--rate-limit", "0"], "rate_limit is a whole number, 1 or more"),
        (["--token", "a b"], "token is a string of visible ASCII"),
        (["--port", "70000"], "port is a whole number, from 0 to 65535"),
        (["--latency", "x"], "invalid float value"),
    ],
)
def test_what_cannot_begin_says_why(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Code 2, nothing on standard output, and the reason on standard error."""
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    output, log = capsys.readouterr()
    assert output == ""
    assert words in log


def test_a_taken_port_is_told() -> None:
    """Code 2 and one clear line, no traceback."""
    with Sandbox() as sandbox:
        port = sandbox.base_url.rpartition(":")[2]
        with program("--port", port) as process:
            output, log = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (2, "")
    assert f"port {port} on 127.0.0.1 is taken by another program" in log
    assert "Traceback" not in log


def test_allow_remote_listens_everywhere() -> None:
    """Told so, it listens on all addresses; the URL is this machine's own way to it."""
    with program("--host", "0.0.0.0", "--allow-remote", "--token", "T0P") as process:  # noqa: S104 - what is tested
        base_url = first_line(process)
        assert base_url.startswith("http://127.0.0.1:")
        with Client("T0P", base_url=base_url) as client:
            client.send_text("79001234567", "Hello")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request(AT, "POST", "/v1/messages", "79000090003", None, None), "POST /v1/messages to=7900*****03 no answer"),
        (Request(AT, "POST", "/v1/messages", "1234567", 201, None), "POST /v1/messages to=1234*67 201"),
        (
            Request(AT, "POST", "/v1/messages", "a\n@x", 400, 1021),
            "POST /v1/messages to=(not an identifier) 400 code=1021",
        ),
        (Request(AT, "GET", "/", None, 404, 1010), "GET / 404 code=1010"),
        (
            Request(
                AT,
                "POST",
                "/waInstance1101000001/sendMessage/d75b3a66374942c5b3c019c698",
                None,
                404,
                1010,
            ),
            "POST /***/sendMessage/*** 404 code=1010",
        ),
        (Request(AT, "POST", "/\x1b[31m\u202e", None, 404, 1010), "POST /***[31m*** 404 code=1010"),
    ],
)
def test_a_line_tells_neither_who_nor_what(request_: Request, expected: str) -> None:
    """Numbers are masked, what looks like a secret and what a terminal would obey are left out."""
    assert log_line(request_) == f"12:30:00.000Z {expected}"

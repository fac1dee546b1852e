"""Run the sandbox as a program: ``python -m greenapi_nb.sandbox``."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import sys
import threading
from typing import TYPE_CHECKING

from greenapi_nb.sandbox import Sandbox
from greenapi_nb.sandbox.options import is_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence

    from greenapi_nb.sandbox.store import Request

__all__ = ["log_line", "main"]

_IDENTIFIER = re.compile(r"[0-9-]+(@g\.us)?")
_PRIVATE = re.compile(r"[0-9]{5,}|[^/]{16,}|[^!-~]+")
_SHOWN_BEFORE, _SHOWN_AFTER, _SHORTEST = 4, 2, 7


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted.

    Standard output gets one line, the base URL; standard error gets a line for each request.

    Returns
    -------
    int
        0 after Ctrl-C or SIGTERM; 2 if it could not begin.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if not is_loopback(options.host) and not options.allow_remote:
        parser.error(f"{options.host} can be reached from other machines; add --allow-remote if that is meant")
    token = options.token or os.environ.get("GREENAPI_TOKEN") or None
    try:
        sandbox = Sandbox(
            rate_limit=options.rate_limit,
            latency=options.latency,
            quota=options.quota,
            token=token,
            seed=options.seed,
            host=options.host,
            port=options.port,
        )
        stopping = _stop_signals()
        sandbox.store.request_subscribers.add(_log)
        sandbox.start()
    except (ValueError, OSError) as error:
        parser.error(error.strerror if isinstance(error, OSError) and error.strerror else str(error))
    with sandbox:
        _say(_greeting(sandbox, given=token is not None))
        sys.stdout.write(f"{sandbox.base_url}\n")
        sys.stdout.flush()
        stopping.wait()
    return 0


def log_line(request: Request) -> str:
    """Describe a request in one line that tells neither who nor what.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from greenapi_nb.sandbox.store import Request
    >>> at = datetime(2026, 11, 2, 12, 30, tzinfo=UTC)
    >>> log_line(Request(at, "POST", "/v1/messages", "79001234567", 201, None))
    '12:30:00.000Z POST /v1/messages to=7900*****67 201'
    """
    parts = [
        f"{request.at:%H:%M:%S}.{request.at.microsecond // 1000:03}Z",
        _PRIVATE.sub("***", request.method),
        _PRIVATE.sub("***", request.path),
        f"to={_masked(request.to)}" if request.to else "",
        str(request.http_status or "no answer"),
        f"code={request.code}" if request.code is not None else "",
    ]
    return " ".join(filter(None, parts))


def _masked(to: str) -> str:
    if len(to) < _SHORTEST or not _IDENTIFIER.fullmatch(to):
        return "(not an identifier)"
    hidden = len(to) - _SHOWN_BEFORE - _SHOWN_AFTER
    return to[:_SHOWN_BEFORE] + "*" * hidden + to[-_SHOWN_AFTER:]


def _log(request: Request) -> None:
    _say(log_line(request))


def _say(text: str) -> None:
    # A reader of standard error that went away must not end the sandbox.
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def _greeting(sandbox: Sandbox, *, given: bool) -> str:
    token = "the token you gave" if given else f"GREENAPI_TOKEN={sandbox.token}"
    return (
        f"Sandbox for {token} and GREENAPI_BASE_URL={sandbox.base_url}; nothing is sent to WhatsApp. Ctrl-C stops it."
    )


def _stop_signals() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m greenapi_nb.sandbox",
        description="A local server that speaks the GREEN-API v1 protocol and sends nothing to WhatsApp.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--token", help="token to accept (default: GREENAPI_TOKEN, else a random one)")
    parser.add_argument("--rate-limit", type=int, metavar="N", help="answer 429 above N requests a second")
    parser.add_argument("--latency", type=float, default=0.0, metavar="S", help="wait S seconds before each answer")
    parser.add_argument("--quota", type=int, metavar="N", help="accept N messages, then answer code 82")
    parser.add_argument("--seed", type=int, help="make the message IDs reproducible")
    parser.add_argument("--allow-remote", action="store_true", help="allow a host that other machines can reach")
    return parser


if __name__ == "__main__":
    sys.exit(main())

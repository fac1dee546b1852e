"""The client: one text at a time, and the retry of what provably was not sent."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from greenapi_nb import (
    Client,
    ErrorCode,
    MessageRejected,
    MessageUnsent,
    OutcomeUnknown,
    Receipt,
    Sandbox,
    Status,
    send_text,
)
from greenapi_nb.client import MAX_ATTEMPTS, default_client, deliver, retry_delay
from greenapi_nb.errors import GreenApiError, MissingToken
from greenapi_nb.messages import Message, compose
from greenapi_nb.outcomes import Outcome
from tests.support.servers import BadDay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MESSAGE = compose("79001234567", "Hello")
ACCEPTED = Outcome(Status.ACCEPTED, message_id="1", http_status=201, attempts=1)
UNKNOWN = Outcome(Status.UNKNOWN, error_code=ErrorCode.NO_ANSWER, attempts=1)
REJECTED = Outcome(Status.REJECTED, error_code=1022, attempts=1)
UNSENT = Outcome(Status.UNSENT, error_code=ErrorCode.UNREACHABLE, attempts=1)


def busy(seconds: float | None) -> Outcome:
    """Make an outcome of a 429."""
    return Outcome(Status.UNSENT, error_code=ErrorCode.RATE_LIMITED, http_status=429, attempts=1, retry_after=seconds)


class TestSendText:
    """`send_text` over real HTTP."""

    def test_to_a_person_and_to_a_group(self, sandbox: Sandbox, client: Client) -> None:
        """Each is accepted with an ID of its own, in any spelling of the recipient."""
        before = datetime.now(UTC)
        person = send_text("+7 900 123-45-67", "Hello *there* 🌍", client=client)
        group = client.send_text("79001234567-1581234048@g.us", "Hello, all!")
        assert ("79001234567", "79001234567-1581234048") == (person.to, group.to)
        assert person.message_id != group.message_id
        assert before <= person.at <= group.at <= datetime.now(UTC)
        received = sandbox.messages
        assert [person.message_id, group.message_id] == received["message_id"].tolist()
        assert ["Hello *there* 🌍", "Hello, all!"] == received["body"].tolist()
        assert ["individual", "group"] == received["recipient_type"].tolist()

    def test_a_text_too_long(self, sandbox: Sandbox, client: Client) -> None:
        """It is refused before any request."""
        with pytest.raises(MessageRejected) as caught:
            client.send_text("79001234567", "x" * 4097)
        assert caught.value.code is ErrorCode.TEXT_TOO_LONG
        assert len(sandbox.requests) == 0

    def test_a_recipient_type_that_does_not_fit(self, sandbox: Sandbox, client: Client) -> None:
        """Someone who says group and means a person is asked."""
        with pytest.raises(MessageRejected):
            client.send_text("79001234567", "Hello", recipient_type="group")
        assert client.send_text("79001234567", "Hello", recipient_type="individual").to == "79001234567"
        assert len(sandbox.requests) == 1

    def test_a_wrong_token(self, sandbox: Sandbox) -> None:
        """The API's refusal is told in full."""
        with Client("wrong", base_url=sandbox.base_url) as stranger, pytest.raises(MessageRejected) as caught:
            stranger.send_text("79001234567", "Hello")
        error = caught.value
        assert (ErrorCode.TOKEN_NOT_ALLOWED, "Authorization key is not allowed") == (error.code, error.details)
        assert error.http_status is not None
        assert error.title
        assert "Nothing was sent." in str(error)

    @pytest.mark.parametrize(
        ("name", "kind", "code", "http_status"),
        [
            ("400 with code 1022", MessageRejected, 1022, 400),
            ("429 with an hour", MessageUnsent, ErrorCode.RATE_LIMITED, 429),
            ("500 with no body", OutcomeUnknown, ErrorCode.HTTP_ERROR, 500),
            ("closes", OutcomeUnknown, ErrorCode.NO_ANSWER, None),
        ],
    )
    def test_errors(
        self,
        name: str,
        kind: type[GreenApiError],
        code: int,
        http_status: int | None,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Each end but acceptance is an exception of its own, with the whole story; it can be pickled."""
        monkeypatch.setattr("greenapi_nb.client._sleep", lambda seconds: pytest.fail(f"slept {seconds} s"))
        with BadDay() as server, Client("T0P", base_url=server.base_url) as client, pytest.raises(kind) as caught:
            client.send_text(server.recipient(name), "Hello")
        again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - made here
        for error in (caught.value, again):
            assert type(error) is kind
            assert (code, http_status) == (error.code, error.http_status)  # type: ignore[attr-defined]
            assert "sent" in str(error)
        assert str(caught.value) == str(again)

    def test_without_a_token(self) -> None:
        """Nobody's name to send in: the error says what to do."""
        with pytest.raises(MissingToken, match="GREENAPI_TOKEN"):
            send_text("79001234567", "Hello")

    def test_in_the_environment_s_name(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        """With a token in the environment no client is needed."""
        monkeypatch.setenv("GREENAPI_TOKEN", sandbox.token)
        monkeypatch.setenv("GREENAPI_BASE_URL", sandbox.base_url)
        assert isinstance(send_text("79001234567", "Hello"), Receipt)
        default_client().close()


class TestDefaultClient:
    """The client of the environment."""

    def test_is_kept_until_the_environment_changes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Cells share its connections; another token makes another client."""
        monkeypatch.setenv("GREENAPI_TOKEN", "T0P")
        first = default_client()
        assert default_client() is first
        monkeypatch.setenv("GREENAPI_TOKEN", "T1P")
        second = default_client()
        assert second is not first
        assert first.account != second.account
        monkeypatch.setenv("GREENAPI_BASE_URL", "https://other.example.com")
        assert default_client().base_url == "https://other.example.com"


class TestConstruction:
    """What a client may be made of."""

    @pytest.mark.parametrize(
        "timeout", [0, -1, (5, 0), (0, 30), (5,), (5, 30, 1), None, "soon", float("inf"), float("nan")]
    )
    def test_odd_time_outs(self, timeout: Any) -> None:
        """No request waits for ever, or not at all."""
        with pytest.raises(ValueError, match=r"like \(5, 30\)"):
            Client("T0P", timeout=timeout)

    @pytest.mark.parametrize(("timeout", "longest"), [(3, 6), ((5, 30), 35), ([1, 2], 3)])
    def test_time_outs(self, timeout: Any, longest: float) -> None:
        """One number stands for both."""
        assert longest == Client("T0P", timeout=timeout).longest_flight

    @pytest.mark.parametrize("token", [b"T0P-bytes", 12345, ["T0P"]])
    def test_a_token_that_is_no_text(self, token: Any) -> None:
        """It is refused, and not shown."""
        with pytest.raises(TypeError, match="token is a string") as caught:
            Client(token)
        assert repr(token) not in str(caught.value)

    @pytest.mark.parametrize("session", ["https://proxy.example.com", requests, object()])
    def test_a_session_that_is_none(self, session: Any) -> None:
        """It is refused when the client is made, not when the first message is to go."""
        with pytest.raises(TypeError, match=r"session is a requests\.Session, not .*; nothing was sent"):
            Client("T0P", session=session)

    @pytest.mark.parametrize("client", ["T0P", Client, 5, ""])
    def test_a_client_that_is_none(self, client: Any) -> None:
        """A token in a client's place is refused as what it is, and not shown."""
        with pytest.raises(TypeError, match=r"client is a greenapi_nb\.Client, not (str|type|int); nothing was sent"):
            send_text("79001234567", "Hello", client=client)

    def test_repr(self) -> None:
        """It says where to, and hides the token."""
        assert repr(Client("T0P")) == "Client(base_url='https://api.green-api.com', token=<token hidden>)"

    def test_is_no_sandbox_unless_told(self, sandbox: Sandbox) -> None:
        """Only a sandbox's client cannot reach WhatsApp."""
        assert [False, True] == [Client("T0P").is_sandbox, sandbox.client().is_sandbox]


class TestConnections:
    """Sessions of the client's own."""

    def test_are_kept(self) -> None:
        """Messages one after the other, and transports for as many threads as usual, share them."""
        with BadDay() as server, Client("T0P", base_url=server.base_url) as client:
            for transport in (client.transport(), client.transport(8), client.transport(32)):
                transport.post(MESSAGE)
            assert server.connections == 1
            client.transport(33).post(MESSAGE)
            assert server.connections == 2

    def test_are_closed(self) -> None:
        """At the end of the block none is open; the client can be used again."""
        with BadDay() as server:
            with Client("T0P", base_url=server.base_url) as client:
                client.send(MESSAGE)
            assert server.wait_until_closed()
            assert client.send(MESSAGE).status is Status.ACCEPTED
            client.close()
            client.close()

    def test_a_given_session_is_used_and_left_open(self) -> None:
        """It belongs to whoever handed it in."""
        with BadDay() as server, requests.Session() as session:
            session.headers["X-Mine"] = "yes"
            with Client("T0P", base_url=server.base_url, session=session) as client:
                client.send(MESSAGE)
            session.get(server.base_url)
            assert ["yes", "yes"] == [request.headers["x-mine"] for request in server.requests]
            assert server.connections == 1


class Naps(list[float]):
    """Pauses that were noted, not made."""

    def pause(self, seconds: float) -> bool:
        """Note one."""
        self.append(seconds)
        return True


def script(*outcomes: Outcome) -> Callable[[Message], Outcome]:
    """Make a transport that has these outcomes, in order, and no more."""
    turns: Iterator[Outcome] = iter(outcomes)
    return lambda _: next(turns)


class TestDeliver:
    """The retry."""

    @pytest.mark.parametrize("final", [ACCEPTED, UNKNOWN, REJECTED])
    def test_only_the_unsent_is_repeated(self, final: Outcome) -> None:
        """Anything else is the end, at once or after a repetition."""
        naps = Naps()
        for before in range(MAX_ATTEMPTS):
            naps.clear()
            outcome = deliver(script(*[UNSENT] * before, final), MESSAGE, pause=naps.pause)
            assert (final.status, before + 1, before) == (outcome.status, outcome.attempts, len(naps))

    def test_patience_runs_out(self) -> None:
        """After three attempts it stays unsent."""
        outcome = deliver(script(UNSENT, UNSENT, busy(1)), MESSAGE, pause=lambda _: True)
        assert (Status.UNSENT, 3, 429) == (outcome.status, outcome.attempts, outcome.http_status)

    def test_a_pause_that_is_called_off(self) -> None:
        """When the run is to stop, the message stays as it is."""
        outcome = deliver(script(UNSENT), MESSAGE, pause=lambda _: False)
        assert (Status.UNSENT, 1) == (outcome.status, outcome.attempts)

    @pytest.mark.parametrize(
        ("seconds", "naps"), [(None, [0.5, 1.0]), (7, [7, 7]), (60, [60, 60]), (0, [0.5, 1.0]), (61, []), (3600, [])]
    )
    def test_waits(self, seconds: float | None, naps: list[float]) -> None:
        """The server's wish is heeded up to a minute; an hour is not waited for."""
        waited = Naps()
        deliver(
            script(*[busy(seconds)] * 3),
            MESSAGE,
            pause=waited.pause,
            random_share=lambda: 0.0,
        )
        assert naps == waited

    def test_sleeps_by_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a pause of the caller's it sleeps."""
        slept: list[float] = []
        monkeypatch.setattr("greenapi_nb.client.time.sleep", slept.append)
        assert deliver(script(busy(2), ACCEPTED), MESSAGE).status is Status.ACCEPTED
        assert slept == [2]

    @settings(deadline=None)
    @given(
        attempts=st.integers(1, 10),
        retry_after=st.none() | st.floats(0, 1e6),
        share=st.floats(0, 1, exclude_max=True),
    )
    def test_delays(self, attempts: int, retry_after: float | None, share: float) -> None:
        """No delay is longer than a minute or shorter than asked, and the back-off's jitter takes half at most."""
        delay = retry_delay(attempts, retry_after, share)
        if attempts >= MAX_ATTEMPTS or (retry_after or 0) > 60:
            assert delay is None
        else:
            assert delay is not None
            back_off = 0.5 * 2 ** (attempts - 1)
            assert max(back_off / 2, retry_after or 0) <= delay <= max(back_off, retry_after or 0) <= 60

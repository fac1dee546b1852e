"""One message, one POST: what goes out, and that a session of the user's own changes no more than it may."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.util.retry import Retry

from greenapi_nb import Client, ErrorCode, Status, __version__
from greenapi_nb.exchanges import _retry_after
from greenapi_nb.messages import compose
from tests.support.behaviours import success
from tests.support.lines import HangUp, Line
from tests.support.servers import BadDay, Door
from tests.support.tls import bundle, client_certificate, server_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from greenapi_nb.outcomes import Outcome

TOKEN = "T0P-transport-T0P"
TIMEOUT = (5.0, 0.3)
MESSAGE = compose("79001234567", "Hello")


@pytest.fixture
def server() -> Iterator[BadDay]:
    """Run a server."""
    with BadDay() as running:
        yield running


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """Make a session such as a user hands in."""
    with requests.Session() as made:
        yield made


def post(
    base_url: str, session: requests.Session | None = None, *, to: str = "79001234567", body: str = "Hello"
) -> Outcome:
    """Send one message with one POST."""
    with Client(TOKEN, base_url=base_url, timeout=TIMEOUT, session=session) as client:
        return client.transport().post(compose(to, body))


class TestRequest:
    """What goes out."""

    def test_to_the_letter(self, server: BadDay) -> None:
        """The request of protocol.md, and nothing that is not needed."""
        post(server.base_url)
        request = server.requests[0]
        assert ("POST", "/v1/messages") == (request.method, request.path)
        assert {
            "host": f"127.0.0.1:{server.port}",
            "authorization": f"Bearer {TOKEN}",
            "content-type": "application/json",
            "content-length": str(len(request.body)),
            "user-agent": f"greenapi-nb/{__version__}",
            "accept": "application/json",
            "accept-encoding": "identity",
            "connection": "keep-alive",
        } == request.headers
        assert {
            "recipient_type": "individual",
            "to": "79001234567",
            "type": "text",
            "text": {"body": "Hello"},
        } == json.loads(request.body)

    @pytest.mark.parametrize("body", ["🌍 \u202eעם\r\n*fett* e\u0301", '"\\/\t\x7f', "\u2028\ufeff."])
    def test_text_is_kept(self, server: BadDay, body: str) -> None:
        """A text arrives as it was written, in UTF-8."""
        post(server.base_url, body=body)
        request = server.requests[0]
        assert body == json.loads(request.body.decode("utf-8"))["text"]["body"]
        assert json.dumps(body, ensure_ascii=False).encode() in request.body
        assert request.headers["content-length"] == str(len(request.body))

    def test_group(self, server: BadDay) -> None:
        """A group is said to be one."""
        post(server.base_url, to="79001234567-1581234048")
        sent = json.loads(server.requests[0].body)
        assert ("group", "79001234567-1581234048") == (sent["recipient_type"], sent["to"])

    def test_under_a_path(self, server: BadDay) -> None:
        """A base URL may have a path of its own."""
        post(f"{server.base_url}/gateway/")
        assert ["POST /gateway/v1/messages"] == server.strays

    def test_each_message_has_its_own_body(self, server: BadDay) -> None:
        """A prepared request is a template: nothing of one message is left in the next."""
        with Client(TOKEN, base_url=server.base_url) as client:
            transport = client.transport()
            for body in ("a longer text", "short"):
                assert transport.post(compose("79001234567", body)).status is Status.ACCEPTED
        assert ["a longer text", "short"] == [json.loads(sent.body)["text"]["body"] for sent in server.requests]


class TestOutcome:
    """What comes back."""

    @pytest.mark.parametrize("split", [1, 12, 30, 60, -28, -1])
    def test_in_pieces(self, split: int) -> None:
        """An answer that comes in two pieces says what it says whole, wherever it is cut."""
        whole = success()

        def behave(line: Line) -> None:
            line.send(whole[:split])
            line.wait(0.02)
            line.send(whole[split:])

        with Door(behave) as door:
            assert "1234" == post(f"http://127.0.0.1:{door.port}").message_id

    def test_a_broken_answer_leaves_nothing_to_the_next(self, server: BadDay) -> None:
        """A connection whose answer could not be read to its end carries no other message."""
        with Client(TOKEN, base_url=server.base_url, timeout=TIMEOUT) as client:
            transport = client.transport()
            broken = transport.post(compose(server.recipient("holds after a bad chunk size"), "Hello"))
            assert (Status.UNKNOWN, 201) == (broken.status, broken.http_status)
            assert Status.ACCEPTED is transport.post(MESSAGE).status

    def test_accepted(self, server: BadDay) -> None:
        """The ID, one attempt, and when it was."""
        outcome = post(server.base_url)
        assert ("1234", 201, 1) == (outcome.message_id, outcome.http_status, outcome.attempts)
        assert outcome.at is not None
        assert abs(datetime.now(UTC) - outcome.at) < timedelta(seconds=10)

    def test_russian_words(self, server: BadDay) -> None:
        """The API's own words are kept beside ours."""
        outcome = post(server.base_url, to=server.recipient("400 with code 1022"))
        assert ("Subscriber not found", "Абонент не найден") == (outcome.details, outcome.title)

    @settings(deadline=None)
    @given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40))
    @example("9" * 5000)
    @example("9" * 400)
    @example("Mon, 99 Foo 99999 99:99:99 GMT")
    @example("Thu, 31 Dec 9999999999 23:59:59 GMT")
    @example("-1")
    @example("1.5")
    def test_any_retry_after_is_read(self, value: str) -> None:
        """Whatever the header holds, it is seconds or nothing."""
        seconds = _retry_after(value)
        assert seconds is None or 0 <= seconds < float("inf")


class TestGivenSession:
    """A session of the user's own."""

    @pytest.mark.parametrize("name", ["never answers", "resets after reading", "closes", "503 with Retry-After"])
    def test_retries_are_off(self, server: BadDay, session: requests.Session, name: str) -> None:
        """An adapter that repeats any method whatever happened does not repeat this POST."""
        retry = Retry(3, allowed_methods=None, status_forcelist=[500, 503], backoff_factor=0)
        session.mount("http://", HTTPAdapter(max_retries=retry))
        outcome = post(server.base_url, session, to=(to := server.recipient(name)))
        assert (Status.UNKNOWN, 1) == (outcome.status, server.posts[to])
        adapter = session.get_adapter("http://")
        assert isinstance(adapter, HTTPAdapter)
        assert adapter.max_retries is retry

    def test_redirects_are_off(self, server: BadDay, session: requests.Session) -> None:
        """A session follows redirects; this POST is not taken along."""
        session.max_redirects = 5
        outcome = post(server.base_url, session, to=server.recipient("307 to elsewhere"))
        assert (Status.REJECTED, []) == (outcome.status, server.strays)

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (requests.ConnectTimeout("x"), Status.UNSENT),
            (requests.ConnectionError("x"), Status.UNKNOWN),
            (requests.ReadTimeout("x"), Status.UNKNOWN),
            (ValueError("x"), Status.UNKNOWN),
            (MemoryError("x"), Status.UNKNOWN),
        ],
    )
    @pytest.mark.parametrize("base", [HTTPAdapter, BaseAdapter])
    def test_an_adapter_that_raises(
        self, server: BadDay, session: requests.Session, error: Exception, status: Status, base: type[BaseAdapter]
    ) -> None:
        """Of an adapter that sends in its own way, only a connection that never stood is proof."""

        class Own(base):  # type: ignore[misc,valid-type]
            def send(self, *_: Any, **__: Any) -> requests.Response:
                raise error

            def close(self) -> None:
                pass

        session.mount("http://", Own())
        assert status is post(server.base_url, session).status

    @pytest.mark.parametrize("place", ["class", "instance"])
    def test_a_replaced_send(
        self, server: BadDay, session: requests.Session, place: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who puts another ``send`` in an adapter's place, to record or to mock, has it used."""

        def refuse(*_: Any, **__: Any) -> requests.Response:
            raise requests.ConnectTimeout("x")

        adapter = session.get_adapter(server.base_url)
        monkeypatch.setattr(adapter if place == "instance" else HTTPAdapter, "send", refuse)
        assert post(server.base_url, session).status is Status.UNSENT
        assert server.requests == []

    def test_an_adapter_that_repeats(self, server: BadDay, session: requests.Session) -> None:
        """What an adapter of one's own does is its own doing, but it is not called unsent if the first try left."""

        class Own(HTTPAdapter):
            def send(self, *args: Any, **options: Any) -> requests.Response:
                try:
                    return super().send(*args, **options)
                except requests.ConnectionError:
                    server.__exit__()
                    return super().send(*args, **options)

        session.mount("http://", Own())
        assert post(server.base_url, session, to=server.recipient("closes")).status is Status.UNKNOWN

    def test_an_adapter_that_answers(self, session: requests.Session) -> None:
        """An adapter need not use the network: recorded answers are read as any other."""

        class Own(BaseAdapter):
            def send(self, *_: Any, **__: Any) -> requests.Response:
                response = requests.Response()
                response.status_code = 201
                response.raw = io.BytesIO(b'{"messages": [{"id": "77"}]}')
                return response

            def close(self) -> None:
                pass

        session.mount("https://", Own())
        assert post("https://api.example.invalid", session).message_id == "77"

    def test_headers_hold(self, server: BadDay, session: requests.Session) -> None:
        """The session's headers go along, but not in place of those the protocol asks for."""
        session.headers.update({"X-Team": "support", "Content-Type": "text/plain", "authorization": "Basic eA=="})
        session.headers["X-Raw"] = b"\xe9"
        session.headers["X-Left-Out"] = None  # type: ignore[assignment]
        post(server.base_url, session)
        headers = server.requests[0].headers
        assert ("support", "é", "application/json") == (headers["x-team"], headers["x-raw"], headers["content-type"])
        assert "x-left-out" not in headers
        assert headers["authorization"] == f"Bearer {TOKEN}"

    @pytest.mark.parametrize("value", [5, "a\nb", "имя"])
    def test_a_header_that_cannot_go_is_refused(self, server: BadDay, session: requests.Session, value: Any) -> None:
        """A header that HTTP cannot carry is named before anything is sent."""
        session.headers["X-Team"] = value
        with pytest.raises(ValueError, match=r"session\.headers .*'X-Team'.* Nothing was sent"):
            post(server.base_url, session)
        assert 0 == server.connections

    def test_auth_does_not_replace_the_token(self, server: BadDay, session: requests.Session) -> None:
        """The session may be somebody's for another service."""

        def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers.update({"Authorization": "Basic eA==", "X-Signed": "x"})
            return request

        for auth in (("user", "pass"), sign):
            session.auth = auth
            post(server.base_url, session)
        assert [f"Bearer {TOKEN}"] * 2 == [request.headers["authorization"] for request in server.requests]
        assert "x-signed" not in server.requests[1].headers

    def test_used_before(self, server: BadDay, session: requests.Session) -> None:
        """A connection the session had open is not trusted with a message; the session goes on working."""
        session.get(f"{server.base_url}/hello")
        begin_of_drip = server.recipient("drips headers")
        assert post(server.base_url, session, to=begin_of_drip).status is Status.UNKNOWN
        assert session.get(f"{server.base_url}/hello").status_code == 201
        assert server.posts[begin_of_drip] == 1

    def test_stays_open(self, server: BadDay, session: requests.Session) -> None:
        """Closing the client leaves the session to its owner, connections and all."""
        for _ in range(2):
            assert post(server.base_url, session).status is Status.ACCEPTED
        assert server.connections == 1

    @pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
    def test_verify_off(self, session: requests.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who turned verification off on their session has it off, whatever the environment says."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle(tmp_path))
        session.verify = False
        with BadDay(server_context("somebody-else.example")) as server:
            assert post(server.base_url, session).status is Status.ACCEPTED
            session.verify = True
            assert post(server.base_url, session).status is Status.UNSENT

    def test_verify_with_a_file(
        self, session: requests.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The session's own certificates come before the environment's."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "no-such-file.pem")
        session.verify = bundle(tmp_path)
        with BadDay(server_context("127.0.0.1")) as server:
            assert post(server.base_url, session).status is Status.ACCEPTED

    def test_without_the_environment(self, session: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
        """A session that does not trust the environment is not made to."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "no-such-file.pem")
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        session.trust_env = False
        with BadDay() as server:
            assert post(server.base_url, session).status is Status.ACCEPTED

    def test_client_certificate(self, session: requests.Session, tmp_path: Path) -> None:
        """The session's certificate is shown to a server that asks for one."""
        session.verify = bundle(tmp_path)
        with BadDay(server_context("127.0.0.1", ask_back=True)) as server:
            assert post(server.base_url, session).status in {Status.UNSENT, Status.UNKNOWN}
            assert server.requests == []
            session.cert = client_certificate(tmp_path)
            assert post(server.base_url, session).status is Status.ACCEPTED

    def test_proxies_hold(self, session: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
        """The session's own proxy comes before the environment's."""
        with Door(_forbid) as own, Door(_forbid) as another:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{another.port}")
            session.proxies["https"] = f"http://127.0.0.1:{own.port}"
            assert post("https://api.example.invalid", session).status is Status.UNSENT
            assert (1, 0) == (len(own.heads), len(another.heads))

    def test_a_proxy_s_password_is_sent_to_it(self, session: requests.Session) -> None:
        """A proxy with a user name gets it; the server beyond is not asked."""
        with Door(_forbid) as proxy:
            session.proxies["https"] = f"http://user:pass@127.0.0.1:{proxy.port}"
            outcome = post("https://api.example.invalid", session)
            assert b"Basic " + base64.b64encode(b"user:pass") in proxy.heard
            assert "pass" not in (outcome.error or "")


def _forbid(line: Line) -> None:
    line.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    raise HangUp


class TestEnvironment:
    """What the environment adds."""

    def test_proxy_is_used(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """In many offices there is no other way out."""
        with Door(_forbid) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
            outcome = post("https://api.example.invalid")
            assert (Status.UNSENT, ErrorCode.UNREACHABLE) == (outcome.status, outcome.error_code)
            assert len(proxy.heads) == 1

    def test_no_proxy_is_heeded(self, server: BadDay, monkeypatch: pytest.MonkeyPatch) -> None:
        """An address that is to be reached directly is."""
        with Door(_forbid) as proxy:
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv("NO_PROXY", "127.0.0.1")
            assert post(server.base_url).status is Status.ACCEPTED
            assert proxy.heads == []

    @pytest.mark.parametrize("no_proxy", ["[::1],example.com", "[::1", "*.example.com", ","])
    def test_odd_no_proxy(self, server: BadDay, monkeypatch: pytest.MonkeyPatch, no_proxy: str) -> None:
        """A list that makes no sense as an address does no harm."""
        monkeypatch.setenv("NO_PROXY", no_proxy)
        assert post(server.base_url).status is Status.ACCEPTED

    def test_a_plain_proxy_on_this_machine(self, server: BadDay, monkeypatch: pytest.MonkeyPatch) -> None:
        """A debugging proxy here may see plain http: it gets the whole address."""
        monkeypatch.setenv("HTTP_PROXY", server.base_url)
        assert post("http://127.0.0.2:9").status in {Status.REJECTED, Status.ACCEPTED}
        assert ["POST http://127.0.0.2:9/v1/messages"] == server.strays

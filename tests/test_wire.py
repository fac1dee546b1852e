"""What goes over the wire, and that reading an answer the short way gives what the standard library gives."""

from __future__ import annotations

import http.client
import io
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from greenapi_nb.answers import MAX_ANSWER_BYTES
from greenapi_nb.wire import Reply, WrittenHeaders, bounded_body, read_plain

ANSWER = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n1234"


def by_the_standard_library(data: bytes) -> tuple[int, dict[str, str], bytes]:
    """Read an answer as http.client does."""

    class Socket:
        def makefile(self, _mode: str) -> io.BytesIO:
            return io.BytesIO(data)

    response = http.client.HTTPResponse(Socket(), method="POST")  # type: ignore[arg-type]
    response.begin()
    return response.status, {name.title(): value for name, value in response.headers.items()}, response.read()


class TestWrittenHeaders:
    """The head of a request."""

    def test_to_the_letter(self) -> None:
        """The request line, the headers as given, the host, the body's length in bytes, the body."""
        headers = WrittenHeaders({"Accept": "application/json"}, target="/v1/messages", host="127.0.0.1:8")
        expected = "POST /v1/messages HTTP/1.1\r\nAccept: application/json\r\nHost: 127.0.0.1:8\r\n"
        assert f"{expected}Content-Length: 2\r\n\r\nё".encode() == headers.request("ё".encode())

    def test_a_host_of_one_s_own_stays(self) -> None:
        """A session may name the host that a gateway wants to hear."""
        written = WrittenHeaders({"host": "gateway"}, target="/", host="127.0.0.1").request(b"")
        assert 1 == written.lower().count(b"host:")
        assert b"host: gateway\r\n" in written

    @pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X\n": "a"}, {"X": "a\0"}])
    def test_a_broken_header_is_refused(self, headers: dict[str, str]) -> None:
        """No header can add another, or end the head."""
        with pytest.raises(ValueError, match="line break"):
            WrittenHeaders(headers, target="/", host="127.0.0.1")

    def test_are_not_printed(self) -> None:
        """One of them is the token."""
        headers = WrittenHeaders({"Authorization": "Bearer T0P"}, target="/", host="127.0.0.1")
        assert "T0P" not in f"{headers!r} {headers}"

    def test_are_written_once(self) -> None:
        """Urllib3's copy, to which it adds the headers for a proxy that there is not, is the same."""
        headers = WrittenHeaders({}, target="/", host="127.0.0.1")
        assert headers.copy() is headers


class TestReadPlain:
    """The short way to read an answer."""

    @given(
        st.sampled_from([200, 201, 400, 401, 429, 466, 500, 503]),
        st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20),
        st.dictionaries(
            st.from_regex(r"\A[A-Za-z][A-Za-z-]{0,15}\Z").filter(
                lambda name: name.title() not in {"Content-Length", "Transfer-Encoding"}
            ),
            st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f\x85\xa0"), max_size=30),
            max_size=6,
        ),
        st.binary(max_size=300),
    )
    @example(400, "", {"retry-after": "7"}, b"{}")
    def test_gives_what_the_standard_library_gives(
        self, status: int, reason: str, headers: dict[str, str], body: bytes
    ) -> None:
        """Status, headers and body are the same."""
        fields = {name.title(): value for name, value in headers.items()} | {"Content-Length": str(len(body))}
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in fields.items())]
        data = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
        reply = read_plain(data)
        assert reply is not None
        assert by_the_standard_library(data) == (reply.status, dict(reply.headers), reply.read())

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            ANSWER[:30],
            ANSWER.replace(b"1.1", b"1.0"),
            ANSWER.replace(b"201 Created", b"100 Continue"),
            ANSWER.replace(b"201 Created", b"204 No Content"),
            ANSWER.replace(b"201 Created", b"2011 Created"),
            ANSWER.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked"),
            ANSWER.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked\r\nContent-Length: 4"),
            ANSWER.replace(b"Content-Length: 4", b"Content-Length: 4\r\nContent-Length: 3"),
            ANSWER.replace(b"Length: 4", b"Length: +4"),
            ANSWER.replace(b"Length: 4", b"Length: 4, 4"),
            ANSWER.replace(b"Length: 4", b"Length: "),
            ANSWER.replace(b"Length: 4", b"Length: " + b"9" * 5000),
            ANSWER.replace(b"\r\n", b"\n"),
            ANSWER.replace(b"application/json", b"application/\r\n json"),
            ANSWER.replace(b"Content-Type:", b"Content-Type :"),
            ANSWER.replace(b"application/json", b"a\0b"),
            b"SSH-2.0-OpenSSH_9.2\r\n",
        ],
    )
    def test_leaves_any_other_shape(self, data: bytes) -> None:
        """An answer that is not of the plainest shape is left to the standard library."""
        assert read_plain(data) is None

    @given(st.integers(0, len(ANSWER) - 1))
    def test_leaves_what_is_not_whole(self, end: int) -> None:
        """An answer of which something is to come is left to the standard library."""
        assert read_plain(ANSWER[:end]) is None

    @pytest.mark.parametrize(
        ("answer", "body", "reusable"),
        [
            (ANSWER, b"1234", True),
            (ANSWER + b"more", b"1234", False),
            (ANSWER.replace(b"Content-Type: application/json", b"connection: Close"), b"1234", False),
            (ANSWER.replace(b"Length: 4", b"Length: 0")[:-4], b"", True),
        ],
    )
    def test_a_connection_serves_again_only_when_nothing_is_left_on_it(
        self,
        answer: bytes,
        body: bytes,
        reusable: bool,  # noqa: FBT001 - a case's value
    ) -> None:
        """What is left of one answer must not be read as the next message's."""
        reply = read_plain(answer)
        assert reply is not None
        assert (body, reusable) == (reply.read(), reply._reusable)


class TestReply:
    """An answer in the pool's hands."""

    @pytest.mark.parametrize("reusable", [True, False])
    def test_gives_its_connection_back(self, reusable: bool) -> None:  # noqa: FBT001 - a case's value
        """It goes to the pool once, closed before unless it may serve again."""
        said: list[str] = []

        class Pool:
            def _put_conn(self, _connection: Any) -> None:
                said.append("back")

        class Connection:
            def close(self) -> None:
                said.append("closed")

        reply = Reply(201, {}, b"", reusable=reusable)
        reply._pool, reply._connection = Pool(), Connection()  # type: ignore[assignment]
        reply.close()
        reply.release_conn()
        reply.release_conn()
        assert (["back"] if reusable else ["closed", "back"]) == said

    def test_alone(self) -> None:
        """An answer of no pool's has nothing to give back."""
        reply = Reply(201, {}, b"", reusable=False)
        reply.close()
        reply.release_conn()
        assert b"" == reply.read()


class TestBoundedBody:
    """A body that may be too long, or break off."""

    @pytest.mark.parametrize(
        ("body", "expected"),
        [(b"", b""), (b"x" * MAX_ANSWER_BYTES, b"x" * MAX_ANSWER_BYTES), (b"x" * (MAX_ANSWER_BYTES + 1), None)],
    )
    def test_is_bounded(self, body: bytes, expected: bytes | None) -> None:
        """Up to the bound it is read, beyond it is none."""
        assert expected == bounded_body(io.BytesIO(body))

    def test_may_break_off(self) -> None:
        """A body that broke off is none."""

        class Broken:
            def read(self, _most: int) -> bytes:
                raise ConnectionResetError

        assert bounded_body(Broken()) is None

"""A request written out once, and the answer that nearly every server gives, read at a fraction of the usual cost.

What the standard library does for any request and any answer costs several times what sending the same request
with another body does. Only the plainest shape of answer is read here: it came whole with the first bytes, and its
head tells the body's length. Any other is left to the standard library, from its first byte on.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, Self

from greenapi_nb.answers import MAX_ANSWER_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3.connection import HTTPConnection

__all__ = ["Reply", "WrittenHeaders", "bounded_body", "decoded", "read_plain"]

_PLAIN = re.compile(
    rb"HTTP/1\.1 ([2-5][0-9]{2})(?: [^\r\n]*)?\r\n"
    rb"((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\r\n\0]*\r\n)+)"
    rb"\r\n"
)
_LENGTH = re.compile(r"[0-9]{1,9}")
_WITHOUT_BODY = {204, 304}
_ANY_ZLIB = 47  # gzip or deflate, whichever it is


class WrittenHeaders(dict[str, str]):
    """Headers, and beside them the head of a POST as it goes over the wire.

    Parameters
    ----------
    headers
        Without the body's length.
    target
        What the request line names.
    host
        The header of that name, where `headers` has none.

    Raises
    ------
    ValueError
        A header would break the head apart.
    """

    def __init__(self, headers: Mapping[str, str], *, target: str, host: str) -> None:
        super().__init__(headers)
        if not any(name.casefold() == "host" for name in headers):
            self["Host"] = host
        lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in self.items())]
        if any(mark in line for line in lines for mark in "\r\n\0"):
            raise ValueError("a header holds a line break")
        self._head = "\r\n".join([*lines, "Content-Length: "]).encode("latin-1")

    def __repr__(self) -> str:
        return f"<{len(self)} headers>"  # one of them is the token

    def copy(self) -> Self:
        """Return the same: urllib3 copies headers to add a proxy's, and these never go through one."""
        return self

    def request(self, body: bytes) -> bytes:
        """Write the whole request that sends a body."""
        return b"%b%d\r\n\r\n%b" % (self._head, len(body), body)


class Reply:
    """An answer read to its end, in the form in which urllib3's pool hands it on.

    Parameters
    ----------
    status
        Of the answer.
    headers
        Of the answer.
    body
        None if it was cut or too long.
    reusable
        Whether the connection may carry another request.
    """

    retries: Any = None
    version_string = "HTTP/1.1"
    length_remaining = 0
    _connection: HTTPConnection | None = None
    _pool: Any = None

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes | None, *, reusable: bool) -> None:
        self.status = status
        self.headers = headers
        self._body = body
        self._reusable = reusable

    def read(self, _most: int | None = None) -> bytes | None:
        """Return the body."""
        return self._body

    def close(self) -> None:
        """Close the connection, unless it may carry another request."""
        if self._connection is not None and not self._reusable:
            self._connection.close()

    def release_conn(self) -> None:
        """Give the connection back to the pool."""
        if self._connection is not None:
            self._pool._put_conn(self._connection)  # noqa: SLF001 - what urllib3's own response calls
            self._connection = None


def read_plain(answer: bytes) -> Reply | None:
    r"""Read an answer of the plainest shape that is there whole; None if it is of any other, or not yet whole.

    Examples
    --------
    >>> read_plain(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}").read()
    b'{}'
    >>> read_plain(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{")
    >>> read_plain(b"HTTP/1.0 201 Created\r\n\r\n{}")
    """
    found = _PLAIN.match(answer)
    if found is None or (status := int(found[1])) in _WITHOUT_BODY:
        return None
    fields = [line.split(":", 1) for line in found[2].decode("latin-1").split("\r\n")[:-1]]
    headers = {name.title(): value.strip(" \t") for name, value in fields}
    length = headers.get("Content-Length", "")
    if len(headers) < len(fields) or "Transfer-Encoding" in headers or not _LENGTH.fullmatch(length):
        return None
    end = found.end() + int(length)
    if len(answer) < end:
        return None
    reusable = len(answer) == end and "close" not in headers.get("Connection", "").lower()
    return Reply(status, headers, answer[found.end() : end], reusable=reusable)


def bounded_body(source: Any) -> bytes | None:  # noqa: ANN401 - whatever can be read
    """Read a body; None if it was cut or is too long: the status line came, and what that means is `read_answer`'s."""
    try:
        body: bytes | None = source.read(MAX_ANSWER_BYTES + 1)
    except Exception:  # noqa: BLE001 - as above
        return None
    return None if body is None or len(body) > MAX_ANSWER_BYTES else body


def decoded(body: bytes | None, encoding: str | None) -> bytes | None:
    """Undo what a proxy did to a body though nobody asked for it; None if that cannot be undone.

    Examples
    --------
    >>> decoded(zlib.compress(b"{}"), "Deflate"), decoded(b"{}", None), decoded(b"{}", "br")
    (b'{}', b'{}', None)
    """
    kind = (encoding or "identity").strip().lower()
    if body is None or kind == "identity":
        return body
    if kind not in {"gzip", "x-gzip", "deflate"}:
        return None
    packed = zlib.decompressobj(_ANY_ZLIB)
    try:
        text = packed.decompress(body, MAX_ANSWER_BYTES + 1)
    except zlib.error:
        return None
    return text if packed.eof and len(text) <= MAX_ANSWER_BYTES else None

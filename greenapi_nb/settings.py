"""Where messages go and in whose name: the token and the base URL, from arguments or the environment."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit

from greenapi_nb.errors import MissingToken

__all__ = ["BASE_URL_VARIABLE", "DEFAULT_BASE_URL", "TOKEN_VARIABLE", "Secret", "Settings", "is_loopback"]

DEFAULT_BASE_URL = "https://api.green-api.com"
TOKEN_VARIABLE = "GREENAPI_TOKEN"  # noqa: S105 - the variable's name, not a token
BASE_URL_VARIABLE = "GREENAPI_BASE_URL"
_PLACE = re.compile(r"(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9.])?|\[[0-9a-f:.]+\])(?::[0-9]*)?")
_NO_PATH = re.compile(r"[\s\\?#\x00-\x1f\x7f]")


class Secret:
    """A token that does not show itself: not in a repr, a format, a pickle or a comparison's output.

    Examples
    --------
    >>> Secret("T0P")
    <token hidden>
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """Return the token itself; for the one place that writes the header."""
        return self.__value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self.__value)

    def __repr__(self) -> str:
        return "<token hidden>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a token is not pickled: make the Client where it is used, from GREENAPI_TOKEN")


class Settings(NamedTuple):
    """A checked pair of token and base URL.

    Attributes
    ----------
    token
        The bearer token, masked.
    base_url
        Scheme, host, optional port and path; no trailing slash.
    """

    token: Secret
    base_url: str

    @classmethod
    def read(cls, token: Secret | None = None, base_url: str = DEFAULT_BASE_URL) -> Settings:
        """Complete the arguments from the environment and check them.

        Parameters
        ----------
        token
            None reads ``GREENAPI_TOKEN``.
        base_url
            The default gives way to ``GREENAPI_BASE_URL`` where that is set.

        Raises
        ------
        MissingToken
            There is no token in either place.
        ValueError
            The token cannot stand in an HTTP header, or the base URL is not one a token may be sent to.
        """
        if token is None:
            token = Secret(os.environ.get(TOKEN_VARIABLE, ""))
        if base_url == DEFAULT_BASE_URL:
            base_url = os.environ.get(BASE_URL_VARIABLE, "").strip() or base_url
        return cls(_checked_token(token), _checked_url(base_url))

    @property
    def account(self) -> str:
        """A digest that names the account in the ledger without giving the token away."""
        text = f"{self.base_url}\n{self.token.reveal()}"
        return hashlib.blake2b(text.encode(), digest_size=16, person=b"greenapi_nb").hexdigest()


def _checked_token(token: Secret) -> Secret:
    bare = Secret(token.reveal().strip())
    if not bare.reveal():
        raise MissingToken(
            "There is no token, so nothing was sent. Set the environment variable GREENAPI_TOKEN to your account's "
            "token before the kernel starts, or give Client(token=...). To try things without an account, use the "
            "sandbox: `from greenapi_nb import Sandbox; client = Sandbox().client()`."
        )
    if not (bare.reveal().isascii() and bare.reveal().isprintable()) or " " in bare.reveal():
        raise ValueError(
            "The token holds spaces, line breaks or characters that cannot stand in an HTTP header; nothing was "
            "sent. Copy it again from your account, the token alone."
        )
    return bare


def _checked_url(base_url: str) -> str:
    if not isinstance(base_url, str):
        raise TypeError(
            f"base_url is a string like {DEFAULT_BASE_URL!r}, not {type(base_url).__name__}; nothing was sent."
        )
    url = base_url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        raise ValueError(f"base_url must look like {DEFAULT_BASE_URL!r}; nothing was sent.")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(
            f"base_url holds a user name, a query or a fragment; give the bare address, like {DEFAULT_BASE_URL!r}. "
            "Nothing was sent."
        )
    if not _PLACE.fullmatch(parts.netloc.lower()) or _NO_PATH.search(url):
        raise ValueError(
            f"base_url holds characters that no address has; give it like {DEFAULT_BASE_URL!r} (a name in another "
            "script in its xn-- form). Nothing was sent."
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(
            f"base_url is plain http to {host!r}: the token could be read on the way, so nothing was sent. Use "
            "https; plain http is for a sandbox on this machine (127.0.0.1 or localhost) alone."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("localhost.example.com")
    (True, False)
    """
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

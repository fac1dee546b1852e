"""The token and the base URL."""

from __future__ import annotations

import copy
import pickle
import string

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st
from urllib3.util import parse_url

from greenapi_nb.errors import MissingToken
from greenapi_nb.settings import DEFAULT_BASE_URL, Secret, Settings, is_loopback

TOKEN = "T0P-settings-T0P"
URL_PARTS = st.sampled_from(
    [
        "http://",
        "https://",
        "HTTP://",
        "ftp://",
        "127.0.0.1",
        "localhost",
        "[::1]",
        "api.example.com",
        "evil.com",
        "@",
        ":",
        "/",
        "\\",
        "?",
        "#",
        "%00",
        "%2e",
        ".",
        "-",
        "_",
        "*",
        " ",
        "\t",
        "\n",
        "ü",
        "。",
        "80",
        "v1",
    ]
)


def read(base_url: str = DEFAULT_BASE_URL, token: str | None = TOKEN) -> Settings:
    """Read settings from arguments."""
    return Settings.read(None if token is None else Secret(token), base_url)


class TestToken:
    """The token."""

    def test_from_the_argument(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An argument comes before the environment."""
        monkeypatch.setenv("GREENAPI_TOKEN", "another")
        assert TOKEN == read().token.reveal()

    def test_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without an argument the environment is read."""
        monkeypatch.setenv("GREENAPI_TOKEN", TOKEN)
        assert TOKEN == read(token=None).token.reveal()

    @pytest.mark.parametrize("token", [None, "", " ", "\n\t"])
    def test_missing(self, token: str | None) -> None:
        """Neither here nor there: the error says how to give one and how to try things without."""
        with pytest.raises(MissingToken, match=r"nothing was sent.*GREENAPI_TOKEN.*Client\(token=.*Sandbox"):
            read(token=token)

    def test_blanks_around_it_are_passed_over(self) -> None:
        """Copying brings blanks and a line break along."""
        assert TOKEN == read(token=f" {TOKEN}\r\n").token.reveal()

    @pytest.mark.parametrize(
        "token", ["two words", "line\nbreak", "line\r\nX-Header: y", "tök", "nul\0", "\x7f", "тест"]
    )
    def test_unfit_for_a_header(self, token: str) -> None:
        """What cannot stand in a header is refused, and not shown."""
        with pytest.raises(ValueError, match="nothing was sent") as caught:
            read(token=token)
        assert token not in str(caught.value)

    @settings(deadline=None)
    @given(st.text(string.ascii_letters + string.digits + string.punctuation, min_size=1))
    def test_any_printable_token(self, token: str) -> None:
        """A token of any visible ASCII characters is taken as it is."""
        assert token == read(token=token).token.reveal()


class TestSecret:
    """A token that does not show itself."""

    def test_is_hidden(self) -> None:
        """Not in a repr, a text, a format or a comparison."""
        secret = Secret(TOKEN)
        shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", repr([secret]), repr(read())]
        assert [text for text in shown if TOKEN in text] == []

    def test_has_no_dictionary(self) -> None:
        """`vars` finds nothing."""
        with pytest.raises(TypeError):
            vars(Secret(TOKEN))

    @pytest.mark.parametrize("use", [pickle.dumps, copy.copy, copy.deepcopy])
    def test_is_not_copied_out(self, use: object) -> None:
        """A pickle would carry it to who knows where."""
        assert callable(use)
        with pytest.raises(TypeError, match="not pickled") as caught:
            use(Secret(TOKEN))
        assert TOKEN not in str(caught.value)

    def test_equality(self) -> None:
        """Equal tokens are equal, and nothing else is."""
        assert Secret(TOKEN) == Secret(TOKEN)
        assert hash(Secret(TOKEN)) == hash(Secret(TOKEN))
        assert Secret(TOKEN) != Secret("another")
        assert Secret(TOKEN) != TOKEN


class TestBaseUrl:
    """The base URL."""

    def test_default(self) -> None:
        """The service's own address."""
        assert read().base_url == "https://api.green-api.com"

    def test_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The default gives way to the environment; an argument does not."""
        monkeypatch.setenv("GREENAPI_BASE_URL", " https://other.example.com/ ")
        assert read().base_url == "https://other.example.com"
        assert read("https://third.example.com").base_url == "https://third.example.com"

    def test_an_empty_variable_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A variable that was emptied does not count."""
        monkeypatch.setenv("GREENAPI_BASE_URL", " ")
        assert DEFAULT_BASE_URL == read().base_url

    @pytest.mark.parametrize(
        "base_url",
        [
            "https://api.example.com",
            "https://api.example.com:8443/some/path",
            "http://127.0.0.1:8000",
            "http://localhost",
            "http://LOCALHOST.:80",
            "http://[::1]:8000",
            "http://127.8.9.10",
            "HTTPS://API.EXAMPLE.COM",
        ],
    )
    def test_fit(self, base_url: str) -> None:
        """TLS to anywhere, plain http to this machine; capitals and a trailing slash make no difference."""
        assert base_url.lower() == read(base_url).base_url
        assert base_url.lower() == read(f" {base_url}// ").base_url

    @pytest.mark.parametrize(
        "base_url",
        [
            "",
            "api.green-api.com",
            "ftp://api.example.com",
            "https://",
            "https:///path",
            "https:api.example.com",
            "https://api.example.com:port",
            "https://api.example.com:99999",
            "https://[::1",
            "file:///etc/passwd",
        ],
    )
    def test_no_address(self, base_url: str) -> None:
        """What is no web address at all is refused with an example of one."""
        with pytest.raises(ValueError, match=r"https://api\.green-api\.com.*nothing was sent"):
            read(base_url)

    @pytest.mark.parametrize(
        "base_url",
        [
            "https://user@api.example.com",
            "https://user:pass@api.example.com",
            "https://a.de/?x=1",
            "https://a.de#x",
            "https://exa mple.com",
            "https://*.example.com",
            "https://.example.com",
            "https://münchen.de",
            "https://a.de?",
            "https://a.de\\b",
            "https://a.de/\x00",
            "https://a.de/a b",
            "https://a\tb.de",
        ],
    )
    def test_more_than_an_address(self, base_url: str) -> None:
        """User names, queries, fragments and characters that do not belong there are refused."""
        with pytest.raises(ValueError, match="Nothing was sent") as caught:
            read(base_url)
        assert "pass" not in str(caught.value)

    @pytest.mark.parametrize(
        "base_url",
        [
            "http://api.green-api.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://0.0.0.0",
            "http://10.0.0.1",
            "http://[2001:db8::1]",
            "http://128.0.0.1",
            "http://127.1",
        ],
    )
    def test_plain_http_elsewhere(self, base_url: str) -> None:
        """A token does not go over the network in plain text."""
        with pytest.raises(ValueError, match=r"plain http.*nothing was sent.*https"):
            read(base_url)

    @pytest.mark.parametrize("base_url", [None, 80, b"https://api.example.com"])
    def test_no_text(self, base_url: object) -> None:
        """An address is a text."""
        with pytest.raises(TypeError, match="base_url is a string"):
            read(base_url)  # type: ignore[arg-type]

    @settings(deadline=None)
    @example("http://127.0.0.1[::1]")
    @given(st.lists(URL_PARTS, max_size=8).map("".join) | st.text(max_size=30).map("http://localhost".__add__))
    def test_any_text(self, base_url: str) -> None:
        """An address is refused, or it can be requested; over plain http, of this machine alone."""
        try:
            found = read(base_url)
        except ValueError:
            return
        url = requests.Request("POST", f"{found.base_url}/v1/messages").prepare().url
        parsed = parse_url(str(url))
        assert (parsed.path or "").endswith("/v1/messages")
        assert parsed.query is None
        assert parsed.scheme == "https" or is_loopback((parsed.host or "").strip("[]"))


class TestAccount:
    """The digest that names the account."""

    def test_tells_accounts_apart(self) -> None:
        """Another token or another server is another account; the same ones are the same, always."""
        accounts = {read().account, read(token="another").account, read("https://other.example.com").account}
        assert len(accounts) == 3
        assert read().account == read().account
        # Ledgers hold this: another digest would make all of them forget.
        assert read(token="T0P").account == "89cc580de8fc009cc7249394267a5458"

    def test_gives_nothing_away(self) -> None:
        """It is a digest of fixed length."""
        assert TOKEN not in read().account
        assert len(read().account) == 32


@settings(deadline=None)
@given(st.integers(0, 2**24 - 1))
def test_loopback(number: int) -> None:
    """All of 127.0.0.0/8 is this machine, and its neighbours are not."""
    rest = f"{number >> 16}.{number >> 8 & 255}.{number & 255}"
    assert [True, False, False] == [is_loopback(f"{first}.{rest}") for first in (127, 126, 128)]

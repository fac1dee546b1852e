"""One body out, one answer in: over a session's adapter, or past it straight over the adapter's pool."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import Timeout
from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

from greenapi_nb.answers import Answer
from greenapi_nb.connections import over_standing, watch
from greenapi_nb.failures import CertificateFileError
from greenapi_nb.wire import WrittenHeaders, bounded_body, decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests
    from requests.adapters import BaseAdapter

    from greenapi_nb.flights import Flight

    Sign = Callable[[requests.PreparedRequest], requests.PreparedRequest]

__all__ = ["AdapterExchange", "PoolExchange", "exchange_over", "sending_once"]

_STOCK_SEND = HTTPAdapter.send
_NO_RETRY = Retry(0, read=False, redirect=False)


class AdapterExchange:
    """Goes through the adapter's own ``send``, as a session would: for adapters that do something of their own there.

    Parameters
    ----------
    adapter
        Sends once.
    request
        Prepared, but for the body and the token.
    sign
        Writes the token's header.
    options
        The adapter's ``stream``, ``timeout``, ``verify``, ``cert`` and ``proxies``.
    """

    def __init__(
        self, adapter: BaseAdapter, request: requests.PreparedRequest, sign: Sign, options: Mapping[str, Any]
    ) -> None:
        self._adapter = adapter
        self._request = request
        self._sign = sign
        self._options = options

    def __call__(self, body: bytes, flight: Flight) -> Answer:
        """Send a body and read the answer, within the flight's deadlines."""
        request = self._request.copy()
        request.body = body
        request.headers["Content-Length"] = str(len(body))
        if isinstance(self._adapter, HTTPAdapter):
            watched_pool(self._adapter, request, self._options)
        flight.hand_over()
        response = self._adapter.send(self._sign(request), **self._options)
        try:
            return _answer(response.status_code, response.headers, response.raw)
        finally:
            response.close()


class PoolExchange(AdapterExchange):
    """Takes the adapter's pool and does without what its ``send`` does anew for each request.

    The proxies, TLS settings and headers are the same; they are looked up once.
    """

    _adapter: HTTPAdapter

    def __call__(self, body: bytes, flight: Flight) -> Answer:
        """Send a body and read the answer, within the flight's deadlines."""
        pool, target, headers, timeout = self._prepared
        flight.hand_over()
        raw: Any = over_standing(pool, target, body, headers) if isinstance(headers, WrittenHeaders) else None
        if raw is None:
            raw = pool.urlopen(
                "POST",
                target,
                body=body,
                headers=headers,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
                retries=_NO_RETRY,
                timeout=timeout,
            )
        try:
            return _answer(raw.status, raw.headers, raw)
        finally:
            raw.close()
            raw.release_conn()

    @cached_property
    def _prepared(self) -> tuple[Any, str, dict[str, str], Timeout]:
        pool = watched_pool(self._adapter, self._request, self._options)
        target = self._adapter.request_url(self._request, self._options["proxies"])
        self._adapter.add_headers(self._request, **self._options)
        signed = self._sign(self._request.copy())
        signed.headers.pop("Content-Length", None)  # of the request without a body that was prepared
        headers = {name: _text(value) for name, value in signed.headers.items()}
        if pool.proxy is None:
            headers = WrittenHeaders(headers, target=target, host=_host(str(signed.url)))
        connect, read = self._options["timeout"]
        return pool, target, headers, Timeout(connect=connect, read=read)


def sending_once(adapter: BaseAdapter) -> BaseAdapter:
    """Return the adapter with its retries off; the one given, and its pools, stay as they are.

    A session's own adapter may carry ``Retry(allowed_methods=None)``, which repeats a POST whose answer
    timed out (protocol.md: one call reached the server four times).
    """
    if not isinstance(adapter, HTTPAdapter):
        return adapter
    once = object.__new__(type(adapter))
    once.__dict__.update(adapter.__dict__)
    once.max_retries = _NO_RETRY
    return once


def exchange_over(
    adapter: BaseAdapter, request: requests.PreparedRequest, sign: Sign, options: Mapping[str, Any]
) -> AdapterExchange:
    """Choose the short way for an adapter that sends as `requests` does, the long one for any other; none repeats."""
    adapter = sending_once(adapter)
    plain = isinstance(adapter, HTTPAdapter) and getattr(adapter.send, "__func__", None) is _STOCK_SEND
    return (PoolExchange if plain else AdapterExchange)(adapter, request, sign, options)


def watched_pool(adapter: HTTPAdapter, request: requests.PreparedRequest, options: Mapping[str, Any]) -> Any:  # noqa: ANN401 - urllib3's pool
    """Do beforehand what can fail while it is still certain that nothing has left."""
    verify, cert = options["verify"], options["cert"]
    pool: Any = adapter.get_connection_with_tls_context(request, verify, proxies=options["proxies"], cert=cert)
    try:
        adapter.cert_verify(pool, request.url, verify, cert)  # type: ignore[no-untyped-call]
    except OSError:
        raise CertificateFileError from None
    watch(pool)
    return pool


def _answer(status: int, headers: Mapping[str, str], raw: Any) -> Answer:  # noqa: ANN401 - whatever an adapter reads from
    body = decoded(bounded_body(raw), headers.get("Content-Encoding"))
    return Answer(status, body, _retry_after(headers.get("Retry-After")))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _host(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.removesuffix({"http": ":80", "https": ":443"}[parts.scheme])


def _retry_after(value: str | None) -> float | None:
    try:
        return None if value is None else max(0.0, float(Retry().parse_retry_after(value)))
    except (InvalidHeader, ValueError, OverflowError):
        return None

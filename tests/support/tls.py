"""Certificates made for the tests, by an authority of their own."""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["authority", "bundle", "client_certificate", "server_context"]


@cache
def authority() -> trustme.CA:
    """Make the authority, once."""
    return trustme.CA()


def server_context(name: str, *, ask_back: bool = False) -> ssl.SSLContext:
    """Make a server's TLS with a certificate for a name; it may ask the client for one, too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(name).configure_cert(context)
    if ask_back:
        authority().configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def bundle(directory: Path) -> str:
    """Write the authority's certificate to a file and return its path."""
    path = directory / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return str(path)


def client_certificate(directory: Path) -> str:
    """Write a client's key and certificate to a file and return its path."""
    path = directory / "client.pem"
    authority().issue_cert("client.example").private_key_and_cert_chain_pem.write_to_path(str(path))
    return str(path)

"""Connections that report, keep a deadline, and are not used again too late."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ClosedPoolError

from greenapi_nb.connections import over_standing, watch
from greenapi_nb.flights import Flight, flying
from greenapi_nb.wire import Reply, WrittenHeaders
from tests.support.servers import BadDay

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[BadDay]:
    """Run a server."""
    with BadDay() as running:
        yield running


def post(pool: HTTPConnectionPool, to: str = "79001234567", *, read: float = 5) -> Any:
    """Send a message as the transport would, without it."""
    body = b'{"to": "%s"}' % to.encode()
    return pool.urlopen("POST", "/v1/messages", body=body, retries=False, timeout=read)


class TestWatch:
    """A pool whose connections are watched."""

    def test_reports(self, server: BadDay) -> None:
        """A request that went out is known to have."""
        with HTTPConnectionPool("127.0.0.1", server.port) as pool:
            watch(pool)
            for _ in range(2):
                flight = Flight(5, 5)
                flight.hand_over()
                with flying(flight):
                    assert post(pool).status == 201
                assert flight.departed is True
        assert server.connections == 1

    def test_reports_what_did_not_leave(self) -> None:
        """A connection that never stood took nothing."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with HTTPConnectionPool("127.0.0.1", port) as pool:
            watch(pool)
            flight = Flight(5, 5)
            flight.hand_over()
            with flying(flight), pytest.raises(Exception, match="refused"):
                post(pool)
            assert flight.departed is False

    @pytest.mark.parametrize("name", ["drips headers", "holds the body back"])
    def test_keeps_the_deadline(self, server: BadDay, name: str) -> None:
        """The whole answer is bounded, whatever each read may take."""
        with HTTPConnectionPool("127.0.0.1", server.port) as pool:
            watch(pool)
            begin = time.monotonic()
            with flying(Flight(5, 0.2)), pytest.raises(Exception, match=r"[Tt]imed? ?out|Read timed out"):
                post(pool, server.recipient(name), read=5)
            assert time.monotonic() - begin < 2

    def test_without_a_flight_nothing_changes(self, server: BadDay) -> None:
        """The owner of the session goes on using the pool for requests of their own."""
        with HTTPConnectionPool("127.0.0.1", server.port) as pool:
            watch(pool)
            assert [201, 201] == [post(pool).status for _ in range(2)]

    def test_is_done_once(self) -> None:
        """Watching a watched pool changes nothing, and a pool of each kind keeps its kind."""
        for kind in (HTTPConnectionPool, HTTPSConnectionPool):
            with kind("127.0.0.1") as pool:
                stock = pool.ConnectionCls
                watch(pool)
                watched = pool.ConnectionCls
                watch(pool)
                assert watched is pool.ConnectionCls
                assert issubclass(watched, stock)
                assert watched is not stock

    def test_older_connections_are_not_used(self, server: BadDay) -> None:
        """A connection that was opened before can neither report nor keep the deadline: it is replaced."""
        with HTTPConnectionPool("127.0.0.1", server.port) as pool:
            post(pool)
            watch(pool)
            flight = Flight(5, 5)
            flight.hand_over()
            with flying(flight):
                post(pool)
            assert flight.departed is True
            assert server.connections == 2

    def test_a_closed_pool_is_left_to_complain(self) -> None:
        """A session that was closed has pools without connections."""
        pool = HTTPConnectionPool("127.0.0.1")
        pool.close()
        watch(pool)
        with pytest.raises(ClosedPoolError):
            post(pool)

    def test_flights_of_threads_are_their_own(self, server: BadDay) -> None:
        """A request of another thread does not depart on this thread's flight."""
        with HTTPConnectionPool("127.0.0.1", server.port, maxsize=2) as pool:
            watch(pool)
            flight = Flight(5, 5)
            with flying(flight):
                other = threading.Thread(target=post, args=(pool,))
                other.start()
                other.join()
            assert flight.departed is False

    def test_interim_answers_are_passed_over(self, server: BadDay) -> None:
        """After 103 comes the true answer, and the connection serves the next message with its own."""
        with HTTPConnectionPool("127.0.0.1", server.port) as pool:
            watch(pool)
            to = server.recipient("accepts after 103", "500 with no body")
            assert [201, 500] == [post(pool, to).status for _ in range(2)]


class TestOverStanding:
    """A request over a connection that stands."""

    HEADERS = WrittenHeaders({}, target="/v1/messages", host="127.0.0.1")

    def send(self, pool: HTTPConnectionPool, to: str) -> Reply | None:
        """Send a message over a connection that stands, if one does."""
        with flying(Flight(5, 5)):
            return over_standing(pool, "/v1/messages", b'{"to": "%s"}' % to.encode(), self.HEADERS)

    def test_none_stands(self, server: BadDay) -> None:
        """It opens none, and says so."""
        with HTTPConnectionPool("127.0.0.1", server.port) as pool:
            watch(pool)
            assert self.send(pool, "79001234567") is None
        assert [] == server.requests

    def test_uses_it(self, server: BadDay) -> None:
        """The connection serves one message after the other, and is the pool's again after each."""
        with HTTPConnectionPool("127.0.0.1", server.port) as pool:
            watch(pool)
            post(pool)
            for _ in range(3):
                reply = self.send(pool, "79001234567")
                assert reply is not None
                assert 201 == reply.status
                reply.release_conn()
        assert (4, 1) == (len(server.requests), server.connections)

    def test_what_broke_is_not_used_again(self, server: BadDay) -> None:
        """A connection that was reset is closed, and the pool opens another."""
        with HTTPConnectionPool("127.0.0.1", server.port) as pool:
            watch(pool)
            post(pool)
            with pytest.raises(ConnectionError):
                self.send(pool, server.recipient("resets after reading"))
            assert self.send(pool, "79001234567") is None
            assert 201 == post(pool).status
        assert 2 == server.connections


def test_watched_connections_are_urllib3_s() -> None:
    """What requests and urllib3 expect of a connection holds."""
    with HTTPConnectionPool("127.0.0.1") as pool:
        watch(pool)
        assert isinstance(pool.ConnectionCls("127.0.0.1"), HTTPConnection)

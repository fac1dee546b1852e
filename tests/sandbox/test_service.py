"""The account's decisions, by a clock that is handed in and without a server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from greenapi_nb.sandbox.service import Incoming, Service

from .wire import message

if TYPE_CHECKING:
    from greenapi_nb.sandbox.store import Message

TOKEN = "T0P"


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def post(document: object = None, *, token: str = TOKEN, method: str = "POST", path: str = "/v1/messages") -> Incoming:
    """Make a request."""
    body = json.dumps(message() if document is None else document).encode()
    return Incoming(method, path, f"Bearer {token}", "application/json", body)


def ids(service: Service, count: int) -> list[str]:
    """Send messages and return their IDs."""
    return [json.loads(service.answer(post()).body)["messages"][0]["id"] for _ in range(count)]


def test_ids_are_distinct_strings_that_no_table_takes_for_numbers() -> None:
    """A thousand messages have a thousand IDs, none of which a spreadsheet would mangle."""
    issued = ids(Service(TOKEN), 1000)
    assert len(set(issued)) == 1000
    assert all(issue[0].isalpha() and issue.isalnum() for issue in issued)


def test_ids_are_distinct_even_where_chance_repeats_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """That no two are alike is counted, not hoped for."""
    service = Service(TOKEN)
    monkeypatch.setattr(service._random, "getrandbits", lambda _: 0)
    assert len(set(ids(service, 10))) == 10


def test_a_seed_makes_ids_reproducible() -> None:
    """The same seed, the same IDs; another seed or none, others."""
    assert ids(Service(TOKEN, seed=1), 3) == ids(Service(TOKEN, seed=1), 3)
    assert ids(Service(TOKEN, seed=1), 3) != ids(Service(TOKEN, seed=2), 3)
    assert ids(Service(TOKEN), 3) != ids(Service(TOKEN), 3)


def test_no_id_is_given_out_twice_over_a_reset() -> None:
    """A reset forgets messages, not which IDs are out."""
    service = Service(TOKEN, seed=1)
    before = ids(service, 3)
    service.reset()
    assert not set(before) & set(ids(service, 3))


def test_above_the_rate_comes_429_until_the_second_is_over() -> None:
    """Refused requests do not count; a second after the first admitted one there is room again."""
    clock = Clock()
    service = Service(TOKEN, rate_limit=2, clock=clock)
    statuses = []
    for now in (0.0, 0.5, 0.75, 0.875, 1.0, 1.25, 1.5):
        clock.now = now
        statuses.append(service.answer(post()).status)
    assert statuses == [201, 201, 429, 429, 201, 429, 201]
    assert service.busiest_second == 5
    assert len(service.store.messages()) == 4
    assert ("Retry-After", "1") in service.answer(post()).headers


def test_requests_without_the_token_do_not_use_up_the_rate() -> None:
    """The limit is the account's: a stranger's requests are refused for the token alone."""
    service = Service(TOKEN, rate_limit=1, clock=Clock())
    assert [service.answer(post(token="no")).code for _ in range(2)] == [1041, 1041]
    assert service.answer(post()).status == 201


def test_after_the_quota_comes_code_82() -> None:
    """Refused messages do not use up the quota, accepted ones do, and a reset renews it."""
    service = Service(TOKEN, quota=2)
    documents = [message("no"), message(), message("79000001042"), message(), message()]
    assert [service.answer(post(document)).code for document in documents] == [1021, None, 1042, None, 82]
    service.reset()
    assert service.answer(post()).status == 201


def test_a_quota_of_none_accepts_nothing() -> None:
    """Zero is a quota too."""
    assert Service(TOKEN, quota=0).answer(post()).code == 82


@pytest.mark.parametrize(
    ("incoming", "status", "code"),
    [
        (post(message("79000000500"), token="no"), 400, 1041),
        (post(message("79000000500"), path="/"), 404, 1010),
        (post(message("79000000500", body="")), 400, 1030),
        (post(message("79000000500"), method="GET"), 405, 1010),
        (Incoming("POST", "/v1/messages", None, None, None), 400, 1040),
        (Incoming("POST", "/v1/messages", f"Bearer {TOKEN}", None, None), 413, 1011),
        (Incoming("POST", "/v1/messages", f"Bearer {TOKEN}", None, b""), 400, 1011),
    ],
)
def test_the_door_the_token_the_size_and_the_rules_come_before_magic(
    incoming: Incoming, status: int, code: int
) -> None:
    """A fault of the request is told before what the recipient would do."""
    answer = Service(TOKEN).answer(incoming)
    assert (status, code) == (answer.status, answer.code)


def test_every_request_is_recorded_with_its_answer() -> None:
    """Method, path, recipient, status and code stand in the record; odd ones are made fit for a table."""
    service = Service(TOKEN)
    service.answer(post())
    service.answer(post(message("79000090003")))
    service.answer(post(message("\ud800" * 100)))
    service.answer(post(path="/elsewhere?secret=1", method="PUT"))
    rows = [request[1:] for request in service.store.requests()]
    assert rows == [
        ("POST", "/v1/messages", "79001234567", 201, None),
        ("POST", "/v1/messages", "79000090003", None, None),
        ("POST", "/v1/messages", "?" * 64, 400, 1021),
        ("PUT", "/elsewhere", None, 404, 1010),
    ]


def test_subscribers_hear_of_messages_and_resets_alone() -> None:
    """A message tells itself, a reset tells None, a refusal tells nothing; the record is complete by then."""
    service = Service(TOKEN)
    heard: list[tuple[str | None, int]] = []

    def hear(news: Message | None) -> None:
        heard.append((news and news.body, len(service.store.messages())))

    service.store.message_subscribers.add(hear)
    service.answer(post())
    service.answer(post(message("no")))
    service.reset()
    assert heard == [("Hello", 1), (None, 0)]

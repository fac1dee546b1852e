"""The ledger: claims, settlements, faults, and that no key is ever sent twice."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from greenapi_nb import Client, ErrorCode, Ledger, Sandbox, Status, bulk_send, storage
from greenapi_nb.errors import LedgerError
from greenapi_nb.ledger import SETTLED_BY_HAND, Key, digest_of
from greenapi_nb.outcomes import Outcome
from greenapi_nb.runs import begin_run, end_run

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC).replace(microsecond=123456)
ACCEPTED = Outcome(Status.ACCEPTED, message_id="1", http_status=201, attempts=1, at=NOW)
UNKNOWN = Outcome(Status.UNKNOWN, error_code=ErrorCode.NO_ANSWER, error="?", attempts=1, at=NOW)
UNSENT = Outcome(Status.UNSENT, error_code=ErrorCode.UNREACHABLE, error="!", attempts=3, at=NOW)
REJECTED = Outcome(Status.REJECTED, error_code=4711, error="no", http_status=400, attempts=1, at=NOW)
SKIPPED = Outcome(Status.SKIPPED, error_code=ErrorCode.STOPPED, error="-")
KEY = Key("79001234567", digest_of("hello"))
SCOPE = ("account", "news", "0000000000000000run1")
OTHER = ("account", "news", "0000000000000000run2")
FRAME = pd.DataFrame({"to": ["79001234567", "79001234568"], "body": "hello"})


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Open a ledger in a file."""
    return Ledger(tmp_path / "ledger.sqlite")


def test_a_claim_is_given_once(ledger: Ledger) -> None:
    """Of two runs that claim the same message one gets it."""
    assert {KEY} == ledger.write(SCOPE, [KEY], [])
    assert set() == ledger.write(OTHER, [KEY], [])


@pytest.mark.parametrize("outcome", [ACCEPTED, UNKNOWN, UNSENT, REJECTED, SKIPPED])
def test_what_is_recorded_comes_back(ledger: Ledger, outcome: Outcome) -> None:
    """A settled outcome is read back as it was, to the microsecond."""
    ledger.write(SCOPE, [KEY], [])
    ledger.write(SCOPE, [], [(KEY, outcome)])
    assert {KEY: outcome} == ledger.recorded("account", "news")


@pytest.mark.parametrize(
    ("outcome", "open_again"), [(ACCEPTED, False), (UNKNOWN, False), (UNSENT, True), (REJECTED, True), (SKIPPED, True)]
)
def test_what_is_open_again(ledger: Ledger, outcome: Outcome, *, open_again: bool) -> None:
    """Only what provably was not sent can be claimed again."""
    ledger.write(SCOPE, [KEY], [])
    ledger.write(SCOPE, [], [(KEY, outcome)])
    assert open_again == bool(ledger.write(OTHER, [KEY], []))


def test_an_unsettled_claim_is_unknown(ledger: Ledger) -> None:
    """A claim that nobody settled reads as unknown, INTERRUPTED."""
    ledger.write(SCOPE, [KEY], [])
    outcome = ledger.recorded("account", "news")[KEY]
    assert (Status.UNKNOWN, ErrorCode.INTERRUPTED) == (outcome.status, outcome.error_code)


def test_only_the_claimant_settles(ledger: Ledger) -> None:
    """A run that did not claim a message cannot settle it."""
    ledger.write(SCOPE, [KEY], [])
    ledger.write(OTHER, [], [(KEY, UNSENT)])
    assert ledger.recorded("account", "news")[KEY].error_code == ErrorCode.INTERRUPTED


def test_rounds(ledger: Ledger) -> None:
    """A campaign sent again on purpose keeps the first round's record and shows the latest."""
    again = KEY._replace(round=1)
    ledger.write(SCOPE, [KEY], [(KEY, ACCEPTED)])
    ledger.write(SCOPE, [again], [(KEY, ACCEPTED)])
    ledger.write(SCOPE, [], [(again, UNKNOWN)])
    assert {again: UNKNOWN} == ledger.recorded("account", "news")
    assert ["accepted", "unknown"] == ledger.results("news")["status"].tolist()


def test_recent(ledger: Ledger) -> None:
    """What may have gone lately is listed, what was refused is not."""
    other = Key("79001234568", digest_of("hello"))
    ledger.write(SCOPE, [KEY, other], [])
    ledger.write(SCOPE, [], [(other, REJECTED)])
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    assert [(KEY.recipient, "news")] == [(went.recipient, went.campaign) for went in ledger.recent("account", hour_ago)]
    assert [] == list(ledger.recent("other account", hour_ago))
    assert [] == list(ledger.recent("account", datetime.now(UTC) + timedelta(seconds=1)))


def test_campaigns(ledger: Ledger) -> None:
    """Campaigns are listed with their times and counts, an unsettled claim as unknown."""
    other = Key("79001234568", digest_of("hello"))
    ledger.write(SCOPE, [KEY, other], [])
    ledger.write(SCOPE, [], [(KEY, ACCEPTED)])
    [row] = ledger.campaigns().to_dict("records")
    counts = {status: row[status] for status in ("accepted", "rejected", "unsent", "unknown", "skipped")}
    assert {"accepted": 1, "rejected": 0, "unsent": 0, "unknown": 1, "skipped": 0} == counts
    assert row["campaign"] == "news"
    assert timedelta(0) <= datetime.now(UTC) - row["first"] < timedelta(minutes=1)


def test_campaigns_of_an_empty_ledger(ledger: Ledger) -> None:
    """An empty ledger lists no campaigns, in the same columns and types."""
    empty = ledger.campaigns()
    ledger.write(SCOPE, [KEY], [])
    assert empty.empty
    assert ledger.campaigns().dtypes.to_dict() == empty.dtypes.to_dict()


@pytest.mark.parametrize(("to_status", "open_again"), [("accepted", False), ("unsent", True)])
def test_settle_unknown(ledger: Ledger, to_status: str, *, open_again: bool) -> None:
    """What the user saw in the chats settles unknown and unsettled messages, and nothing else."""
    keys = [Key(f"7900123456{digit}", digest_of("hello")) for digit in range(3)]
    ledger.write(SCOPE, keys, [])
    ledger.write(SCOPE, [], [(keys[0], ACCEPTED), (keys[1], UNKNOWN)])
    assert ledger.settle_unknown("news", to_status) == 2
    assert ledger.recorded("account", "news")[keys[0]] == ACCEPTED
    result = ledger.results("news").set_index("to").loc[[key.recipient for key in keys[1:]]]
    assert {to_status} == set(result["status"])
    assert (result["message_id"] == SETTLED_BY_HAND).all() or open_again
    assert len(ledger.write(OTHER, keys[1:], [])) == (2 if open_again else 0)


def test_settle_unknown_leaves_other_campaigns(ledger: Ledger) -> None:
    """Another campaign's unknown messages stay unknown."""
    ledger.write(SCOPE, [KEY], [])
    assert ledger.settle_unknown("other", "accepted") == 0


def test_settle_unknown_refuses_other_statuses(ledger: Ledger) -> None:
    """Only the two things a look into the chats can show are accepted."""
    with pytest.raises(ValueError, match="rejected"):
        ledger.settle_unknown("news", "rejected")


def test_settle_unknown_refuses_while_a_run_works(ledger: Ledger) -> None:
    """A message that is on its way at this moment cannot be settled by hand."""
    run = begin_run()
    ledger.write(("account", "news", run), [KEY], [])
    with pytest.raises(LedgerError, match="still at work"):
        ledger.settle_unknown("news", "unsent")
    end_run(run)
    assert ledger.settle_unknown("news", "unsent") == 1


def test_settle_unknown_while_the_kernel_lives_on(ledger: Ledger) -> None:
    """A run that has ended leaves its unknown messages to be settled, also while its process goes on."""
    run = begin_run()
    ledger.write(("account", "news", run), [KEY], [])
    ledger.write(("account", "news", run), [], [(KEY, UNKNOWN)])
    assert ledger.settle_unknown("news", "accepted") == 1
    end_run(run)


def test_forget(ledger: Ledger) -> None:
    """Records are deleted by campaign and age."""
    ledger.write(SCOPE, [KEY], [])
    ledger.write(("account", "other", "run"), [KEY], [])
    assert ledger.forget("news", older_than=timedelta(hours=1)) == 0
    assert ledger.forget(older_than=datetime.now(UTC) - timedelta(hours=1)) == 0
    assert ledger.forget("news") == 1
    assert ["other"] == ledger.campaigns()["campaign"].tolist()
    assert ledger.forget() == 1


def test_nothing_private_is_stored(client: Client, tmp_path: Path) -> None:
    """Neither a text nor the token is in the ledger's files, and the owner alone may read them."""
    path = tmp_path / "private" / "ledger.sqlite"
    frame = pd.DataFrame({"to": ["79001234567"], "body": ["a very secret text"]})
    book = Ledger(path)
    bulk_send(frame, client=client, ledger=book, progress=False, rate=None)
    files = list(path.parent.iterdir())
    stored = b"".join(file.read_bytes() for file in files)
    assert b"79001234567" in stored
    assert b"secret text" not in stored
    assert client._settings.token.reveal().encode() not in stored
    if os.name == "posix":
        assert {0o600} == {stat.S_IMODE(file.stat().st_mode) for file in files}


def test_default_place(client: Client) -> None:
    """Without a word the ledger is a file in the user's data directory, also for another process."""
    client.ledger = None
    bulk_send(FRAME, client=client, progress=False, rate=None, campaign="news")
    assert ["news"] == Ledger().campaigns()["campaign"].tolist()
    assert storage.default_path().exists()


def test_url(tmp_path: Path) -> None:
    """A SQLAlchemy URL opens the same file as its path."""
    Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}").write(SCOPE, [KEY], [])
    assert ["news"] == Ledger(tmp_path / "ledger.sqlite").campaigns()["campaign"].tolist()


def test_durable(ledger: Ledger) -> None:
    """The file is set up to survive a power loss."""
    with ledger._engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert ["wal", 2] == found


def send_with(place: Path | Ledger, client: Client) -> pd.DataFrame:
    """Run a campaign recorded in a place."""
    return bulk_send(FRAME, client=client, ledger=place, rate=None, progress=False, campaign="x")


def test_corrupt(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """A file that is no database is named, and nothing is sent."""
    (tmp_path / "bad").write_bytes(b"not a database" * 1000)
    with pytest.raises(LedgerError, match=r"bad.*not a database"):
        send_with(tmp_path / "bad", client)
    assert sandbox.requests.empty


def test_newer_schema(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """A ledger of a newer version is left alone, and nothing is sent."""
    Ledger(tmp_path / "ledger").close()
    with sqlite3.connect(tmp_path / "ledger") as connection:
        connection.execute("UPDATE greenapi_schema SET version = 99")
    connection.close()
    with pytest.raises(LedgerError, match="newer"):
        send_with(tmp_path / "ledger", client)
    assert sandbox.requests.empty


def test_older_schema_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger of an older version goes through the steps it lacks, once."""
    Ledger(tmp_path / "ledger").close()
    monkeypatch.setattr(storage, "SCHEMA_VERSION", 3)
    steps = [["ALTER TABLE greenapi_messages ADD COLUMN note TEXT"], ["UPDATE greenapi_messages SET note = ''"]]
    monkeypatch.setattr(storage, "MIGRATIONS", steps)
    for _ in range(2):
        Ledger(tmp_path / "ledger").close()
    with sqlite3.connect(tmp_path / "ledger") as connection:
        assert [(3,)] == connection.execute("SELECT version FROM greenapi_schema").fetchall()
        assert "note" in [column[1] for column in connection.execute("PRAGMA table_info(greenapi_messages)")]
    connection.close()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_read_only(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """A ledger that cannot be written is named, and nothing is sent."""
    Ledger(tmp_path / "ledger").close()
    (tmp_path / "ledger").chmod(0o400)
    tmp_path.chmod(0o500)
    with pytest.raises(LedgerError, match="cannot be used"):
        send_with(tmp_path / "ledger", client)
    tmp_path.chmod(0o700)
    assert sandbox.requests.empty


def test_place_is_a_folder(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """A place that is no file is named, and nothing is sent."""
    with pytest.raises(LedgerError, match="cannot be used"):
        send_with(tmp_path, client)
    assert sandbox.requests.empty


def test_locked(client: Client, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ledger that somebody holds locked is named, and nothing is sent."""
    monkeypatch.setattr(storage, "_BUSY_SECONDS", 0.1)
    Ledger(tmp_path / "ledger").close()
    holder = sqlite3.connect(tmp_path / "ledger", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerError, match="locked"):
        send_with(tmp_path / "ledger", client)
    holder.close()
    assert sandbox.requests.empty


def full_after(ledger: Ledger, pages: int) -> None:
    """Let the database grow by so many pages and no more, as on a full disk."""
    ledger.write(SCOPE, [], [])
    connection = ledger._writer._connection
    [size] = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={size + pages}")


def test_full_from_the_start(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """When not one message can be recorded, none is sent, and the error says so."""
    frame = pd.DataFrame({"to": [str(79001000000 + row) for row in range(400)], "body": "hello"})
    send_with(ledger, client)
    full_after(ledger, 0)
    before = len(sandbox.requests)
    with pytest.raises(LedgerError, match="full"):
        bulk_send(frame, client=client, ledger=ledger, rate=None, progress=False, campaign="x" * 4000, concurrency=1)
    assert before == len(sandbox.requests)


def test_full_on_the_way(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """When the disk fills up, the run stops; what went is in the result, and each POST was claimed before."""
    frame = pd.DataFrame({"to": [str(79001000000 + row) for row in range(400)], "body": "hello"})
    full_after(ledger, 4)
    result = bulk_send(frame, client=client, ledger=ledger, rate=None, progress=False, campaign="x")
    counts = result["status"].value_counts()
    assert counts["accepted"] == len(sandbox.messages) > 0
    assert counts["skipped"] == len(frame) - counts["accepted"]
    assert "full" in result.loc[result["status"] == "skipped", "error"].iloc[0]
    assert set(sandbox.messages["to"]) <= set(ledger.results("x")["to"])


def test_many_threads(ledger: Ledger) -> None:
    """Threads of one process and ledgers of one file never both get a claim."""
    keys = [Key(str(79001000000 + row), "digest") for row in range(50)]
    books = [ledger, Ledger(ledger.where)]
    got: list[Key] = []

    def work(number: int) -> None:
        for key in keys:
            got.extend(books[number % 2].write(("account", "news", f"run{number}"), [key], []))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys == sorted(got)


def test_a_new_ledger_is_opened_by_many_at_once(tmp_path: Path) -> None:
    """Whoever comes while another sets the file up waits for it; many times, for it is a matter of moments."""
    for number in range(20):
        place = tmp_path / f"{number}.sqlite"
        with ThreadPoolExecutor(6) as pool:
            books = list(pool.map(lambda _, place=place: Ledger(place), range(6)))
        assert [True] + [False] * 5 == [bool(book.write(SCOPE, [KEY], [])) for book in books]
        for book in books:
            book.close()


class Runs(RuleBasedStateMachine):
    """Several runs claim, post, settle and crash in any order over one ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger(None)
        self.held: dict[str, set[Key]] = {}
        self.arrived: list[Key] = []

    @rule(run=st.sampled_from("abc"), recipients=st.sets(st.integers(0, 3), max_size=3))
    def claim(self, run: str, recipients: set[int]) -> None:
        """Claim some messages in a run, and post those it was given."""
        keys = [Key(str(recipient), "digest") for recipient in recipients]
        self.held.setdefault(run, set()).update(self.ledger.write(("account", "news", run), keys, []))

    @rule(run=st.sampled_from("abc"), outcome=st.sampled_from([ACCEPTED, UNKNOWN, UNSENT, REJECTED, SKIPPED]))
    def settle(self, run: str, outcome: Outcome) -> None:
        """Settle what a run held; what may have been sent has arrived."""
        for key in self.held.pop(run, set()):
            if outcome.status.may_have_been_sent:
                self.arrived.append(key)
            self.ledger.write(("account", "news", run), [], [(key, outcome)])

    @rule(run=st.sampled_from("abc"))
    def crash(self, run: str) -> None:
        """Let a run die after its POSTs and before it settled."""
        self.arrived.extend(self.held.pop(run, set()))

    @invariant()
    def never_twice(self) -> None:
        """No message arrived twice, and none is held by two."""
        held = [key for keys in self.held.values() for key in keys]
        assert len(held) == len(set(held))
        assert len(self.arrived) == len(set(self.arrived))
        assert not set(held) & set(self.arrived)


TestRuns = Runs.TestCase
TestRuns.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize("where", [5, ["ledger.sqlite"], b"ledger.sqlite"])
def test_what_is_no_place_is_refused(where: object) -> None:
    """A ledger is in a file, a database or memory, and anything else is named."""
    with pytest.raises(TypeError, match="where is a path"):
        Ledger(where)  # type: ignore[arg-type]


def test_a_part_of_a_campaign(ledger: Ledger) -> None:
    """Only the messages of the recipients who are asked for are read, however many that are."""
    keys = [Key(str(79001000000 + number), "digest") for number in range(2_500)]
    ledger.write(SCOPE, keys, [])
    assert set(keys) == set(ledger.recorded("account", "news"))
    asked = {key.recipient for key in keys[:2_100]}
    assert set(keys[:2_100]) == set(ledger.recorded("account", "news", asked))
    assert {} == ledger.recorded("account", "news", [])
    assert {} == ledger.recorded("account", "other", asked)


def test_what_is_recent_can_leave_a_campaign_out(ledger: Ledger) -> None:
    """A run that goes on does not meet its own messages."""
    ledger.write(SCOPE, [KEY], [])
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    assert [] == list(ledger.recent("account", hour_ago, besides="news"))
    assert 1 == len(list(ledger.recent("account", hour_ago, besides="other")))

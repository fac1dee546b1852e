"""The journal: claims are durable when granted, settlements travel with them, nothing is lost to a fault."""

from __future__ import annotations

import threading

import pytest

from greenapi_nb import ErrorCode, Ledger, Status
from greenapi_nb.bulk.journal import Journal
from greenapi_nb.errors import LedgerError
from greenapi_nb.ledger import Key
from greenapi_nb.outcomes import Outcome

SCOPE = ("account", "news", "0000000000000000run1")
SKIPPED = Outcome(Status.SKIPPED, error_code=ErrorCode.STOPPED, error="-")
KEYS = [Key(str(79001000000 + row), "digest") for row in range(40)]


class CountingLedger(Ledger):
    """A ledger that counts its writes, can hold one up, and can fail."""

    def __init__(self) -> None:
        super().__init__(None)
        self.writes: list[tuple[int, int]] = []
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.fails = False

    def write(self, scope, claims, settled):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, D102
        self.begun.set()
        self.go_on.wait(5)
        if self.fails:
            raise LedgerError("the disk is full")
        self.writes.append((len(claims), len(settled)))
        return super().write(scope, claims, settled)


def test_claims_that_wait_are_written_together() -> None:
    """While one write is under way, the claims of all other threads gather for the next."""
    ledger = CountingLedger()
    journal = Journal(ledger, SCOPE)
    ledger.go_on.clear()
    granted: list[bool] = []
    threads = [threading.Thread(target=lambda key=key: granted.append(journal.claim(key))) for key in KEYS]
    threads[0].start()
    ledger.begun.wait(5)
    for thread in threads[1:]:
        thread.start()
    while len(journal._claims) < len(KEYS) - 1:
        pass
    ledger.go_on.set()
    for thread in threads:
        thread.join(5)
    assert granted == [True] * len(KEYS)
    assert ledger.writes == [(1, 0), (len(KEYS) - 1, 0)]


def test_settlements_travel_with_the_next_claim() -> None:
    """One write settles the last message and claims the next."""
    ledger = CountingLedger()
    journal = Journal(ledger, SCOPE)
    journal.claim(KEYS[0])
    journal.settle(KEYS[0], SKIPPED)
    journal.claim(KEYS[1])
    journal.flush()
    assert ledger.writes == [(1, 0), (1, 1)]
    assert ledger.recorded("account", "news")[KEYS[0]] == SKIPPED


def test_a_claim_that_is_not_written_is_not_granted() -> None:
    """When the ledger fails, the claim raises and the settlement waits for a better day."""
    ledger = CountingLedger()
    journal = Journal(ledger, SCOPE)
    journal.claim(KEYS[0])
    journal.settle(KEYS[0], SKIPPED)
    ledger.fails = True
    with pytest.raises(LedgerError, match="full"):
        journal.claim(KEYS[1])
    with pytest.raises(LedgerError, match="full"):
        journal.flush()
    ledger.fails = False
    journal.flush()
    assert ledger.recorded("account", "news") == {KEYS[0]: SKIPPED}


def test_an_interrupted_write_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt ends the flush of one thread; what it had in hand is written by the next."""
    ledger = CountingLedger()
    journal = Journal(ledger, SCOPE)
    journal.claim(KEYS[0])
    journal.settle(KEYS[0], SKIPPED)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as moment:
        moment.setattr(ledger, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            journal.flush()
    assert journal.claim(KEYS[1])
    assert SKIPPED == ledger.recorded("account", "news")[KEYS[0]]


def test_a_claim_of_another_run_is_not_granted() -> None:
    """Of two runs one gets the message."""
    ledger = Ledger(None)
    assert Journal(ledger, SCOPE).claim(KEYS[0])
    assert not Journal(ledger, ("account", "news", "0000000000000000run2")).claim(KEYS[0])

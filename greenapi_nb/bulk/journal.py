"""Many threads' claims and settlements, written to the ledger together.

One durable write costs about the same for one row as for sixteen, so a thread that comes while another writes
leaves its rows for the next write.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from greenapi_nb.errors import LedgerError

if TYPE_CHECKING:
    from greenapi_nb.ledger import Key, Ledger
    from greenapi_nb.outcomes import Outcome

__all__ = ["Journal"]


class _Claim:
    __slots__ = ("error", "key", "ours")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.ours: bool | None = None
        self.error: LedgerError | None = None


class Journal:
    """One run's way into the ledger.

    Parameters
    ----------
    ledger
        Where it is written.
    scope
        Account, campaign, run.
    """

    def __init__(self, ledger: Ledger, scope: tuple[str, str, str]) -> None:
        self._ledger = ledger
        self._scope = scope
        self._claims: list[_Claim] = []
        self._settled: list[tuple[Key, Outcome]] = []
        self._pending = threading.Lock()
        self._writing = threading.Lock()

    def claim(self, key: Key) -> bool:
        """Claim a message; when this returns True, the claim is durable and the message may go.

        Raises
        ------
        LedgerError
            The claim could not be written: the message must not go.
        """
        claim = _Claim(key)
        with self._pending:
            self._claims.append(claim)
        with self._writing:
            if claim.ours is None and claim.error is None:
                self._write()
        if claim.error is not None:
            raise claim.error
        return bool(claim.ours)

    def settle(self, key: Key, outcome: Outcome) -> None:
        """Record what came of a claim; it is written with the next claim, or by `flush`."""
        with self._pending:
            self._settled.append((key, outcome))

    def flush(self) -> None:
        """Write what is not written yet.

        Raises
        ------
        LedgerError
            It could not be written; it stays to be written.
        """
        if not self._settled:
            return
        with self._writing:
            error = self._write()
        if error is not None:
            raise error

    def _write(self) -> LedgerError | None:
        with self._pending:
            claims, self._claims = self._claims, []
            settled, self._settled = self._settled, []
        if not claims and not settled:
            return None
        try:
            ours = self._ledger.write(self._scope, [claim.key for claim in claims], settled)
        except LedgerError as error:
            with self._pending:
                self._settled[:0] = settled
            for claim in claims:
                claim.error = error
            return error
        except BaseException:  # an interrupt of this thread: the others' claims are for the next to write
            with self._pending:
                self._settled[:0] = settled
                self._claims[:0] = claims
            raise
        for claim in claims:
            claim.ours = claim.key in ours
        return None

"""What the ledger knows before a run: which rows are settled, and whether a run would repeat another's."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING

from greenapi_nb.errors import AlreadySent, ErrorCode
from greenapi_nb.outcomes import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from greenapi_nb.bulk.plan import Plan
    from greenapi_nb.ledger import Key, Ledger

__all__ = ["checked_name", "guard", "new_name", "outcomes_elsewhere", "take_recorded"]

_GUARDED = timedelta(hours=24)
_POLL_SECONDS = 0.1


def checked_name(campaign: object) -> str | None:
    """Return a campaign's name without surrounding blanks, or None for none.

    Raises
    ------
    ValueError
        It is no name.
    """
    if campaign is None:
        return None
    if not isinstance(campaign, str) or not campaign.strip() or not campaign.isprintable():
        raise ValueError(f"campaign is a name like 'november-news', not {campaign!r}; nothing was sent.")
    return campaign.strip()


def new_name() -> str:
    """Make up a name for a run that was given none."""
    return f"unnamed {datetime.now(UTC):%Y-%m-%d %H:%M:%S} {secrets.token_hex(2)}"


def guard(plan: Plan, ledger: Ledger, account: str, *, besides: str | None = None) -> None:
    """Refuse a run that would repeat what this account sent in the last 24 hours, but under the name `besides`.

    Raises
    ------
    AlreadySent
        Naming how many, when, and the two ways on.
    """
    recent = ledger.recent(account, datetime.now(UTC) - _GUARDED, besides=besides)
    first = next(recent, None)
    if first is None:
        return
    planned = Counter((row.key.recipient, row.key.digest) for row in plan.rows)
    went = [one for one in chain([first], recent) if (one.recipient, one.digest) in planned]
    if not went:
        return
    again = sum(planned[pair] for pair in {(one.recipient, one.digest) for one in went})
    last = max(one.at for one in went)
    [(campaign, _)] = Counter(one.campaign for one in went).most_common(1)
    raise AlreadySent(
        f"{again:,} of these {len(plan.rows):,} messages went, or may have gone, in the last 24 hours "
        f"(the latest at {last:%Y-%m-%d %H:%M:%S} UTC), so nothing was sent now. To send only what is left of that "
        f"run, give its name: campaign={campaign!r}. To send them all again on purpose: resend=True.",
        count=again,
        last=last,
        campaign=campaign,
    )


def take_recorded(plan: Plan, ledger: Ledger, account: str, campaign: str, *, resend: bool) -> set[Key]:
    """Apply to the plan what the campaign's earlier runs recorded.

    A row that was accepted or is unknown gets its recorded outcome and is not sent; with `resend` it begins a new
    round instead. What was unsent, skipped or rejected is open again.

    Returns
    -------
    set of Key
        Rows that a run claimed and has not settled.
    """
    closed: dict[Key, Outcome] = {}
    rounds: dict[Key, int] = {}
    for key, outcome in ledger.recorded(account, campaign, plan.recipients).items():
        if not outcome.status.may_have_been_sent:
            rounds[first_round(key)] = key.round
        elif resend:
            rounds[first_round(key)] = key.round + 1
        else:
            closed[first_round(key)] = outcome
    plan.settle(closed)
    plan.begin_rounds(rounds)
    return {key for key, outcome in closed.items() if _on_its_way(outcome)}


def outcomes_elsewhere(  # noqa: PLR0913 - where, which, and how long
    ledger: Ledger,
    account: str,
    campaign: str,
    keys: Collection[Key],
    *,
    patience: float,
    pause: Callable[[float], bool],
) -> dict[Key, Outcome]:
    """Read what came of messages that another run claimed, waiting a while for those still on their way.

    Parameters
    ----------
    ledger, account, campaign
        Where they are recorded.
    keys
        Which, in any round.
    patience
        Seconds to wait at most.
    pause
        Waits so many seconds; False ends the waiting.

    Returns
    -------
    dict
        By key, in round 0.
    """
    until = monotonic() + patience
    wanted = {first_round(key) for key in keys}
    recipients = {key.recipient for key in wanted}
    while True:
        recorded = ledger.recorded(account, campaign, recipients)
        found = {first_round(key): outcome for key, outcome in recorded.items() if first_round(key) in wanted}
        if monotonic() >= until or not any(map(_on_its_way, found.values())) or not pause(_POLL_SECONDS):
            return found


def first_round(key: Key) -> Key:
    """Return a key without its round: which message it is, however often it was sent again."""
    return key._replace(round=0)


def _on_its_way(outcome: Outcome) -> bool:
    return outcome.status is Status.UNKNOWN and outcome.error_code == ErrorCode.INTERRUPTED

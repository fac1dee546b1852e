"""Campaigns, the guard of 24 hours, resend and resume."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from greenapi_nb import AlreadySent, Client, ErrorCode, Ledger, Sandbox, Status, bulk_send
from greenapi_nb.bulk import campaign as campaign_module
from greenapi_nb.ledger import Key, digest_of
from greenapi_nb.outcomes import Outcome

FRAME = pd.DataFrame({"to": [str(79001000000 + row) for row in range(5)], "body": "news"})


@pytest.fixture
def ledger() -> Ledger:
    """Keep a ledger in memory."""
    return Ledger(None)


def send(client: Client, ledger: Ledger, frame: pd.DataFrame = FRAME, **options: Any) -> pd.DataFrame:
    """Send without pacing or a bar."""
    return bulk_send(frame, client=client, ledger=ledger, rate=None, progress=False, **options)


def test_a_finished_campaign_sends_nothing(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """Running the cell again gives the same frame and no request."""
    first = send(client, ledger, campaign="news")
    second = send(client, ledger, campaign="news")
    pd.testing.assert_frame_equal(first, second)
    assert len(sandbox.requests) == len(FRAME)


def test_a_grown_frame_sends_only_what_is_new(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """Rows added, removed and shuffled later change nothing for those already sent."""
    send(client, ledger, campaign="news")
    grown = pd.concat([FRAME.iloc[::-1], pd.DataFrame({"to": ["79001234567"], "body": ["news"]})])
    result = send(client, ledger, grown, campaign="news")
    assert set(result["status"]) == {Status.ACCEPTED}
    assert sandbox.messages["to"].tolist()[len(FRAME) :] == ["79001234567"]


def test_without_a_campaign_the_guard_raises(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """A second run without a name is stopped before it sends, with the count, the time and the two ways on."""
    first = send(client, ledger)
    grown = pd.concat([FRAME, pd.DataFrame({"to": ["79001234567"], "body": ["news"]})])
    with pytest.raises(AlreadySent, match=r"5 of these 6.*campaign='unnamed.*resend=True") as caught:
        send(client, ledger, grown)
    assert (caught.value.count, caught.value.campaign) == (5, first.attrs["campaign"])
    assert datetime.now(UTC) - caught.value.last < timedelta(minutes=1)
    assert f"{caught.value.last:%Y-%m-%d %H:%M:%S}" in str(caught.value)
    assert len(sandbox.requests) == len(FRAME)
    resumed = send(client, ledger, grown, campaign=caught.value.campaign)
    assert set(resumed["status"]) == {Status.ACCEPTED}
    assert len(sandbox.messages) == len(grown)


def test_the_guard_looks_back_a_day(
    client: Client, sandbox: Sandbox, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went longer ago than the guard looks back may go again."""
    send(client, ledger)
    monkeypatch.setattr(campaign_module, "_GUARDED", timedelta(0))
    send(client, ledger)
    assert len(sandbox.messages) == 2 * len(FRAME)


def test_the_guard_knows_accounts_and_texts(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """Another text, another recipient or another account is no repetition."""
    send(client, ledger)
    send(client, ledger, FRAME.assign(body="other"))
    other = Client("another-token", base_url=sandbox.base_url)
    assert (send(other, ledger)["error_code"] == ErrorCode.TOKEN_NOT_ALLOWED).any()


def test_the_guard_sees_other_campaigns(client: Client, ledger: Ledger) -> None:
    """A run without a name also sees what a named one sent."""
    send(client, ledger, campaign="news")
    with pytest.raises(AlreadySent, match="'news'"):
        send(client, ledger)


def test_resend_without_a_campaign(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """Asked to send again, it does."""
    send(client, ledger)
    send(client, ledger, resend=True)
    assert len(sandbox.messages) == 2 * len(FRAME)


def test_resend_a_campaign(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """A campaign sent again on purpose goes once more, and then never by itself."""
    first = send(client, ledger, campaign="news")
    again = send(client, ledger, campaign="news", resend=True)
    later = send(client, ledger, campaign="news")
    assert len(sandbox.messages) == 2 * len(FRAME)
    assert not set(first["message_id"]) & set(again["message_id"])
    pd.testing.assert_frame_equal(again, later)


def test_a_resend_that_was_not_sent_is_open_again(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """When the second round did not get through, a plain run finishes it."""
    send(client, ledger, FRAME.iloc[:1], campaign="news")
    sandbox.stop()
    result = send(client, ledger, FRAME.iloc[:1], campaign="news", resend=True)
    assert result["status"].tolist() == [Status.UNSENT]
    sandbox.start()
    client = sandbox.client()
    send(client, ledger, FRAME.iloc[:1], campaign="news")
    assert len(sandbox.messages) == 2


@pytest.mark.parametrize(("outcome", "again"), [("accepted", 0), ("unsent", 1)])
def test_settled_by_hand(client: Client, sandbox: Sandbox, ledger: Ledger, outcome: str, again: int) -> None:
    """What the chats showed decides whether the next run sends an unknown message."""
    scope = (client.account, "news", "a run that died")
    ledger.write(scope, [Key("79001000000", digest_of("news"))], [])
    result = send(client, ledger, campaign="news")
    assert (result["status"].iloc[0], result["error_code"].iloc[0]) == (Status.UNKNOWN, ErrorCode.INTERRUPTED)
    ledger.settle_unknown("news", outcome)
    result = send(client, ledger, campaign="news")
    assert set(result["status"]) == {Status.ACCEPTED}
    assert (sandbox.messages["to"] == "79001000000").sum() == again


def test_repetitions_on_purpose_are_kept_apart(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """With duplicates="send" a row that stands three times goes three times, and no fourth time when run again."""
    frame = pd.concat([FRAME.iloc[:1]] * 3)
    for _ in range(2):
        result = send(client, ledger, frame, campaign="news", duplicates="send")
        assert result["message_id"].nunique() == 3
    assert len(sandbox.messages) == 3


def test_rejected_by_the_api_is_open_again(client: Client, sandbox: Sandbox, ledger: Ledger) -> None:
    """A refusal's cause may be mended, so the campaign's next run tries again."""
    frame = pd.DataFrame({"to": ["79000001022"], "body": ["news"]})
    for _ in range(2):
        assert send(client, ledger, frame, campaign="news")["error_code"].tolist() == [1022]
    assert len(sandbox.requests) == 2


def test_waiting_for_another_run(ledger: Ledger) -> None:
    """What another run has under way is waited for, and taken as it ends."""
    key = Key("79001000000", digest_of("news"))
    done = Outcome(Status.ACCEPTED, message_id="1", http_status=201, attempts=1, at=datetime.now(UTC))
    scope = ("account", "news", "another run")
    ledger.write(scope, [key], [])

    def settle_meanwhile(_seconds: float) -> bool:
        ledger.write(scope, [], [(key, done)])
        return True

    found = campaign_module.outcomes_elsewhere(ledger, "account", "news", {key}, patience=5, pause=settle_meanwhile)
    assert found == {key: done}


def test_patience_with_another_run_ends(ledger: Ledger) -> None:
    """A run that never settles is not waited for longer than an answer can take."""
    key = Key("79001000000", digest_of("news"))
    ledger.write(("account", "news", "another run"), [key], [])
    found = campaign_module.outcomes_elsewhere(ledger, "account", "news", {key}, patience=0, pause=lambda _: True)
    assert found[key].error_code == ErrorCode.INTERRUPTED


def test_ten_thousand_rows_again(client: Client, ledger: Ledger, sandbox: Sandbox) -> None:
    """A finished campaign of 10,000 rows is read back without a request."""
    frame = pd.DataFrame({"to": [str(79001000000 + row) for row in range(10_000)], "body": "news"})
    scope = (client.account, "news", "earlier")
    keys = [Key(to, digest_of("news")) for to in frame["to"]]
    accepted = [Outcome(Status.ACCEPTED, message_id=str(n), attempts=1, at=datetime.now(UTC)) for n in range(10_000)]
    ledger.write(scope, keys, [])
    ledger.write(scope, [], list(zip(keys, accepted, strict=True)))
    result = send(client, ledger, frame, campaign="news")
    assert result["message_id"].tolist() == [str(n) for n in range(10_000)]
    assert sandbox.requests.empty

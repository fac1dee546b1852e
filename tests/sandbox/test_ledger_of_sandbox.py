"""The ledger of a sandbox's clients lives and dies with the sandbox."""

import pandas as pd
import pytest

from greenapi_nb import AlreadySent, Client, Ledger, Sandbox, bulk_send
from greenapi_nb.storage import default_path

FRAME = pd.DataFrame({"to": ["79001234567"], "body": ["hello"]})


def send(client: Client) -> pd.DataFrame:
    """Send without a word about the ledger."""
    return bulk_send(FRAME, client=client, rate=None, progress=False)


def test_clients_of_one_sandbox_share_a_ledger() -> None:
    """A second client knows what the first sent, and the user's own ledger knows nothing of it."""
    with Sandbox() as sandbox:
        send(sandbox.client())
        with pytest.raises(AlreadySent):
            send(sandbox.client())
    assert not default_path().exists()


def test_a_new_sandbox_knows_nothing() -> None:
    """A demo that makes a sandbox of its own can be run again."""
    for _ in range(2):
        with Sandbox() as sandbox:
            send(sandbox.client())


def test_reset_forgets_campaigns() -> None:
    """After a reset everything can be sent anew."""
    with Sandbox() as sandbox:
        client = sandbox.client()
        send(client)
        sandbox.reset()
        send(client)
        assert isinstance(client.ledger, Ledger)
        assert len(client.ledger.campaigns()) == 1

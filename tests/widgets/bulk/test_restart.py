"""A kernel that dies in the middle of a campaign: the form made again finishes it, and nobody gets two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jupyter_client.manager import start_new_kernel

from greenapi_nb import Ledger, Sandbox
from tests.widgets.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TOTAL = 120
_FORM = """
import pandas as pd
from greenapi_nb import BulkSendForm, Client
frame = pd.DataFrame({{"phone": [f"7900123{{number:04}}" for number in range({total})]}})
client = Client({token!r}, base_url={url!r})
form = BulkSendForm(frame, client, template="Hi", campaign="news", rate=40, ledger={ledger!r})
"""
_CLICK = """
import time
deadline = time.monotonic() + 20
while form.state != "ready" and time.monotonic() < deadline:
    time.sleep(0.01)
form._parts.send.tick.value = True
form._parts.send.send.click()
"""
_FINISH = """
dry = form.check()["status"].value_counts()
print(dry["accepted"], dry["ready"], dry["unknown"], dry["rejected"])
print(*form.send()["status"].value_counts()[["accepted", "unknown"]])
"""


class Kernel:
    """A real kernel, as a notebook has one."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3")

    def run(self, code: str) -> str:
        """Run a cell and return what it printed."""
        printed: list[str] = []

        def hook(message: dict[str, Any]) -> None:
            if message["header"]["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(code, output_hook=hook, timeout=40)
        assert reply["content"]["status"] == "ok", reply["content"].get("evalue")
        return "".join(printed)

    def restart(self) -> None:
        """Kill it as the restart button does at last, and start it anew."""
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=40)

    def close(self) -> None:
        """End it."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    """Start a kernel."""
    kernel = Kernel()
    yield kernel
    kernel.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_rest_goes_after_a_restart(kernel: Kernel, tmp_path: Path) -> None:
    """Killed amid the run, with messages on their way; what was on its way is unknown, everything else goes once."""
    ledger = str(tmp_path / "ledger.sqlite")
    with Sandbox(latency=0.2) as sandbox:
        form = _FORM.format(total=_TOTAL, token=sandbox.token, url=sandbox.base_url, ledger=ledger)
        kernel.run(form)
        kernel.run(_CLICK)
        eventually(lambda: len(sandbox.messages) >= 30, within=20)
        kernel.restart()
        before = len(sandbox.messages)
        assert before < _TOTAL

        kernel.run(form)
        dry, end = kernel.run(_FINISH).splitlines()

        accepted, ready, unknown, rejected = map(int, dry.split())
        assert _TOTAL == accepted + ready + unknown
        assert (0, True) == (rejected, 0 < unknown <= 8)
        assert [str(_TOTAL - unknown), str(unknown)] == end.split()
        assert 1 == sandbox.messages["to"].value_counts().max()
        assert before + ready == len(sandbox.messages)
        [campaign] = Ledger(ledger).campaigns().itertuples()
        assert (_TOTAL - unknown, unknown) == (campaign.accepted, campaign.unknown)

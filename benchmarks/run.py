"""Measure greenapi_nb beside its peers, both sides in one go.

``pip install -r benchmarks/requirements.txt``, then ``python benchmarks/run.py`` prints tables of medians and ratios
and writes them to benchmarks/results.json. ``--quick`` does less of each; names choose sections: throughput, ledger,
pacing, dry_run, rerun, growth, imports, startup.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import senders

from greenapi_nb import Client, Ledger, bulk_send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HERE = Path(__file__).parent
SIDES = ["aiohttp_loop", "sdk_async", "requests_pool", "bulk_send_file"]
Table = list[dict[str, Any]]


@contextlib.contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a server in a process of its own, until the block ends."""
    child = subprocess.Popen(  # noqa: S603 - the project's own servers
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield child
    finally:
        child.terminate()
        child.communicate()


@contextlib.contextmanager
def answering_server(latency: float) -> Iterator[str]:
    """Give the base URL of a server that answers at once, but for the latency."""
    with process(str(HERE / "answering_server.py"), str(latency)) as child:
        assert child.stdout is not None
        yield f"http://127.0.0.1:{child.stdout.readline().strip()}"


def frame_of(rows: int) -> pd.DataFrame:
    """Make a frame with two columns for a template."""
    return pd.DataFrame(
        {
            "to": [str(79001000000 + row) for row in range(rows)],
            "name": [f"Name {row}" for row in range(rows)],
            "total": [row / 7 for row in range(rows)],
        }
    )


def interleaved(sides: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """Run each side in turn, once to warm up and then so many rounds; return wall and CPU seconds of each run."""
    seconds: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in sides}
    for number in range(rounds + 1):
        for name, run in sides.items():
            cpu, wall = time.process_time(), time.perf_counter()
            run()
            if number:
                seconds[name][0].append(time.perf_counter() - wall)
                seconds[name][1].append(time.process_time() - cpu)
    return seconds


def throughput(*, quick: bool) -> Table:
    """Messages a second against the hand-written aiohttp loop, the vendor's SDK and a plain requests pool."""
    table: Table = []
    for latency in (0.05, 0.0):
        for connections in (16, 32):
            messages = (800 if quick else 3200) if latency else (1500 if quick else 4000)
            with answering_server(latency) as url:
                sides = {name: partial(getattr(senders, name), url, messages, connections) for name in SIDES}
                seconds = interleaved(sides, rounds=2 if quick else 5)
            rates = {name: messages / statistics.median(walls) for name, (walls, _) in seconds.items()}
            for name, (walls, cpus) in seconds.items():
                row: dict[str, Any] = {"latency_ms": latency * 1000, "connections": connections, "sender": name}
                row |= {
                    "messages_per_s": round(rates[name]),
                    "cpu_ms": round(statistics.median(cpus) / messages * 1e3, 2),
                }
                row |= {"of_limit": round(rates[name] * latency / connections, 3) if latency else None}
                row |= {
                    f"vs_{peer}": round(
                        statistics.median(b / a for a, b in zip(walls, seconds[peer][0], strict=True)), 2
                    )
                    for peer in SIDES[:3]
                }
                table.append(row)
    return table


def ledger(*, quick: bool) -> Table:
    """CPU of a message with the ledger in a file against memory, at 20 ms latency and 16 connections."""
    messages = 1000 if quick else 3000
    with answering_server(0.02) as url:
        names = {"file": senders.bulk_send_file, "memory": senders.bulk_send_memory}
        sides = {name: partial(send, url, messages, 16) for name, send in names.items()}
        seconds = interleaved(sides, rounds=3 if quick else 7)
    ratio = statistics.median(a / b for a, b in zip(seconds["file"][1], seconds["memory"][1], strict=True))
    return [
        {
            "cpu_ms_file": round(statistics.median(seconds["file"][1]) / messages * 1e3, 3),
            "cpu_ms_memory": round(statistics.median(seconds["memory"][1]) / messages * 1e3, 3),
            "cpu_ratio": round(ratio, 3),
        }
    ]


def pacing(*, quick: bool) -> Table:
    """How exactly rate=50 is kept against a server that refuses the 51st request of any one second."""
    rate, seconds = 50, 5 if quick else 30
    options = ["-m", "greenapi_nb.sandbox", "--rate-limit", str(rate), "--token", senders.TOKEN]
    with process(*options) as child:
        assert child.stdout is not None
        url = child.stdout.readline().strip()
        frame = frame_of(rate * seconds)
        with Client(senders.TOKEN, base_url=url) as client:
            start = time.perf_counter()
            result = bulk_send(frame, template="{name}", client=client, ledger=None, rate=rate, progress=False)
            took = time.perf_counter() - start
    refused = int((result["attempts"] > 1).sum() + (result["status"] != "accepted").sum())
    used = len(frame) / rate / took
    return [
        {"rate": rate, "messages": len(frame), "seconds": round(took, 2), "refused": refused, "used": round(used, 4)}
    ]


def dry_run(*, quick: bool) -> Table:
    """Speed of a dry run, and its peak memory over the frame's own."""
    frame = frame_of(100_000 if quick else 1_000_000)
    deep = frame.memory_usage(deep=True).sum()
    bulk_send(frame[:1000], template="Hi {name}, {total:.2f}", dry_run=True)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    speeds = []
    for _ in range(3):
        start = time.perf_counter()
        result = bulk_send(frame, template="Hi {name}, {total:.2f}", dry_run=True)
        speeds.append(len(frame) / (time.perf_counter() - start))
        assert (result["status"] == "ready").all()
        del result
    over = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return [
        {
            "rows": len(frame),
            "rows_per_s": round(statistics.median(speeds)),
            "peak_over_frame": round(over / deep, 2),
        }
    ]


def rerun(*, quick: bool) -> Table:
    """Re-running a finished campaign, which sends nothing."""
    frame = frame_of(10_000 if quick else 100_000)
    with tempfile.TemporaryDirectory() as folder, answering_server(0) as url:
        client = Client(senders.TOKEN, base_url=url)
        options: dict[str, Any] = {"client": client, "campaign": "news", "template": "{name}", "rate": None}
        options |= {"ledger": Ledger(Path(folder) / "ledger"), "progress": False, "concurrency": 16}
        bulk_send(frame, **options)
        start = time.perf_counter()
        result = bulk_send(frame, **options)
        took = time.perf_counter() - start
    assert (result["status"] == "accepted").all()
    return [{"rows": len(frame), "seconds": round(took, 2)}]


def growth(*, quick: bool) -> Table:
    """Time of a row in a long run against a short one."""
    short, long = (500, 5_000) if quick else (10_000, 100_000)
    with answering_server(0) as url:
        each: dict[int, list[float]] = {}
        for rows in (short, long, short):
            start = time.perf_counter()
            senders.bulk_send_file(url, rows, 16)
            each.setdefault(rows, []).append((time.perf_counter() - start) / rows)
    ratio = statistics.mean(each[long]) / statistics.mean(each[short])
    return [{"rows": f"{long} / {short}", "time_per_row_ratio": round(ratio, 3)}]


def imports(*, quick: bool) -> Table:
    """Import time of send_text against requests alone, each in a fresh process."""

    def seconds(statement: str) -> float:
        code = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
        return float(subprocess.check_output([sys.executable, "-c", code]))  # noqa: S603 - as above

    return [side_by_side(seconds, "from greenapi_nb import send_text", "import requests", 5 if quick else 21)]


def startup(*, quick: bool) -> Table:
    """From the start of Python to the first message accepted, against requests alone."""

    def seconds(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - as above
        return time.perf_counter() - start

    rounds = 5 if quick else 21
    with answering_server(0) as url:
        client = f"client=Client({senders.TOKEN!r}, base_url={url!r})"
        post = f"import requests; requests.post('{url}/v1/messages', json={senders.payload(1)!r}).json()['messages']"
        one = f"from greenapi_nb import Client, send_text; send_text('79001234567', 'Hello', {client})"
        frame = "pd.DataFrame({'to': ['79001234567'], 'body': ['Hello']})"
        bulk = f"from greenapi_nb import Client, bulk_send; bulk_send({frame}, {client}, ledger=None, progress=False)"
        return [
            {"with": "send_text"} | side_by_side(seconds, one, post, rounds),
            {"with": "bulk_send"}
            | side_by_side(seconds, f"import pandas as pd; {bulk}", f"import pandas as pd; {frame}; {post}", rounds),
        ]


def side_by_side(seconds: Callable[[str], float], ours: str, theirs: str, rounds: int) -> dict[str, Any]:
    """Time two pieces of code in turn; return both medians and the median ratio."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    medians = [round(statistics.median(column) * 1e3) for column in zip(*pairs, strict=True)]
    ratio = round(statistics.median(a / b for a, b in pairs), 3)
    return {"greenapi_nb_ms": medians[0], "requests_ms": medians[1], "ratio": ratio}


SECTIONS = {run.__name__: run for run in (throughput, ledger, pacing, dry_run, rerun, growth, imports, startup)}


def main() -> None:
    """Run the sections, each in a process of its own, and print what they found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", default=list(SECTIONS), metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="do less of each")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        print(json.dumps(SECTIONS[arguments.sections[0]](quick=arguments.quick)))
        return
    results = {}
    for name in arguments.sections:
        command = [sys.executable, __file__, name, "--alone", *(["--quick"] if arguments.quick else [])]
        results[name] = json.loads(subprocess.check_output(command))  # noqa: S603 - this script
        print(f"\n{name}: {SECTIONS[name].__doc__}\n{pd.DataFrame(results[name]).to_string(index=False)}", flush=True)
    (HERE / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

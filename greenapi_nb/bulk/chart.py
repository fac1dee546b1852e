"""What came of a whole run, as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from greenapi_nb.bulk.report import STATUS_WORDS, checked_result
from greenapi_nb.outcomes import Status

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "plot_outcomes"]

COLOURS = {
    Status.ACCEPTED: "#009e73",
    Status.REJECTED: "#b8420a",
    Status.UNSENT: "#f0b429",
    Status.UNKNOWN: "#6a3d9a",
    Status.SKIPPED: "#a3a8ad",
    Status.READY: "#56b4e9",
}
"""Told apart by people with any kind of colour vision, by lightness where the hue is lost."""

_INK, _QUIET, _LINE = "#1c2024", "#5a6169", "#dfe3e6"
_FONT = 10.0
_WIDTH = 7.2
_FEWEST_BARS = 2
_FEWEST_BINS, _MOST_BINS = 16, 48
_STEPS = {
    1: "second",
    2: "2 seconds",
    5: "5 seconds",
    10: "10 seconds",
    30: "30 seconds",
    60: "minute",
    120: "2 minutes",
    300: "5 minutes",
    600: "10 minutes",
    1800: "30 minutes",
    3600: "hour",
    3 * 3600: "3 hours",
    6 * 3600: "6 hours",
    12 * 3600: "12 hours",
    24 * 3600: "day",
    7 * 24 * 3600: "week",
}
_WEEK = max(_STEPS)
_MICROSECONDS = 1_000_000


def plot_outcomes(result: pd.DataFrame) -> Figure:
    """Draw how many rows came to which end, and when.

    Parameters
    ----------
    result
        From `bulk_send`, ``BulkSendForm.result`` or ``Ledger.results``.

    Returns
    -------
    matplotlib.figure.Figure
        Above, the rows by status in words; below, the attempted ones over time (UTC). It belongs to no window
        and no pyplot state: a notebook shows it once, as the value of a cell, and it goes when it is let go.

    Raises
    ------
    ImportError
        Matplotlib is not installed; the text says how to install it.
    TypeError, ValueError
        It is no result.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb import Sandbox, bulk_send, plot_outcomes
    >>> frame = pd.DataFrame({"to": ["79001234567", "nobody"], "body": "Hello"})
    >>> with Sandbox() as sandbox:
    ...     result = bulk_send(frame, client=sandbox.client(), progress=False)
    >>> [axes.get_title(loc="left") for axes in plot_outcomes(result).axes][0]
    '1 of 2 messages accepted'
    """
    figure_class = _figure_class()
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    known = checked_result(result)
    counts = {Status(str(name)): int(rows) for name, rows in known["status"].value_counts(sort=False).items() if rows}
    attempted = known[known["at"].notna()]
    height_of_bars = 0.55 + 0.34 * max(_FEWEST_BARS, len(counts))
    height_of_times = 2.6 if len(attempted) else 0.45
    layout = ConstrainedLayoutEngine(h_pad=0.14, w_pad=0.12)
    size = (_WIDTH, 0.5 + height_of_bars + height_of_times)
    figure = figure_class(figsize=size, dpi=100, facecolor="white", layout=layout)
    bars, times = figure.subplots(2, 1, height_ratios=[height_of_bars, height_of_times])
    _draw_bars(bars, counts)
    if len(attempted):
        _draw_times(times, attempted)
    else:
        _say(times, "No message was attempted, so there is nothing to show over time." if counts else "")
    return figure


def _figure_class() -> type[Figure]:
    try:
        from greenapi_nb.bulk.figures import NotebookFigure
    except ImportError as error:
        raise ImportError(
            "plot_outcomes draws with Matplotlib, which is not installed. Install it with "
            '`pip install matplotlib` (or `pip install "greenapi_nb[demo]"`) and run this again; '
            "summarize(result) gives the same numbers as a table."
        ) from error
    return NotebookFigure


def _draw_bars(axes: Axes, counts: dict[Status, int]) -> None:
    total = sum(counts.values())
    accepted = counts.get(Status.ACCEPTED, 0)
    title = f"{accepted:,} of {total:,} messages accepted" if total else "No messages"
    if Status.READY in counts:
        title = f"{counts[Status.READY]:,} of {total:,} messages ready to send"
    axes.set_title(title, loc="left", fontsize=_FONT + 3, fontweight="bold", color=_INK, pad=10)
    if not total:
        _say(axes, "The result has no rows.")
        return
    words = [STATUS_WORDS[status] for status in counts]
    rows = list(counts.values())
    drawn = axes.barh(words, rows, color=[COLOURS[status] for status in counts], height=0.68)
    labels = [f"{count:,}  ·  {_share(count, total)}" for count in rows]
    axes.bar_label(drawn, labels, padding=6, fontsize=_FONT, color=_INK)
    axes.set_ylim(max(_FEWEST_BARS, len(rows)) - 0.5, -0.5)
    axes.set_xlim(0, max(rows) * 1.24)
    axes.set_xticks([])
    _bare(axes)
    axes.tick_params(axis="y", labelsize=_FONT, labelcolor=_INK, pad=6)


def _draw_times(axes: Axes, attempted: pd.DataFrame) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import MaxNLocator

    moments = attempted["at"].astype("datetime64[us, UTC]").astype("int64").to_numpy()
    edges, word = time_bins(int(moments.min()), int(moments.max()))
    base = np.zeros(len(edges) - 1)
    starts = edges[:-1].astype("datetime64[us]")
    widths = np.diff(edges).astype("timedelta64[us]")
    for status in Status:
        height, _ = np.histogram(moments[(attempted["status"] == status.value).to_numpy()], edges)
        if height.any():
            axes.bar(
                starts,
                height,
                widths,
                base,
                align="edge",
                color=COLOURS[status],
                edgecolor="white",
                linewidth=0.6,
                label=STATUS_WORDS[status],
            )
            base += height
    axes.set_title(f"Messages per {word}", loc="left", fontsize=_FONT, fontweight="bold", color=_INK, pad=26)
    _bare(axes)
    axes.spines["bottom"].set(visible=True, color=_LINE)
    axes.grid(axis="y", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylim(0, base.max() * 1.08)
    spare = max(1, _FEWEST_BINS - len(base)) // 2 + 1
    axes.set_xlim(starts[0] - spare * widths[0], starts[-1] + (1 + spare) * widths[0])
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.xaxis.get_offset_text().set(color=_QUIET, fontsize=_FONT - 1)
    axes.set_xlabel("Time (UTC)", fontsize=_FONT - 1, color=_QUIET, loc="left")
    axes.tick_params(labelsize=_FONT - 1, labelcolor=_QUIET, color=_LINE, length=0)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=4,
        frameon=False,
        fontsize=_FONT - 1,
        labelcolor=_INK,
        handlelength=0.9,
        handleheight=0.9,
        columnspacing=1.6,
        handletextpad=0.5,
        borderaxespad=0.25,
        borderpad=0,
    )


def time_bins(first: int, last: int) -> tuple[np.ndarray[Any, np.dtype[np.int64]], str]:
    """Cut a span of time into at most 49 even pieces of a length that has a name.

    Parameters
    ----------
    first, last
        Microseconds since 1970, UTC.

    Returns
    -------
    edges, word
        Microseconds, one more than there are pieces; and the length of a piece, like ``"5 seconds"``.

    Examples
    --------
    >>> edges, word = time_bins(0, 90_000_000)
    >>> len(edges), word
    (47, '2 seconds')
    """
    seconds = (last - first) / _MICROSECONDS
    step, word = next((pair for pair in _STEPS.items() if seconds / pair[0] < _MOST_BINS), (0.0, ""))
    if not word:
        weeks = int(seconds / _WEEK // _MOST_BINS) + 1
        step, word = weeks * _WEEK, f"{weeks} weeks"
    width = round(step * _MICROSECONDS)
    start = first // width * width
    return np.arange(start, last + width + 1, width, dtype="int64"), word


def _share(count: int, total: int) -> str:
    percent = 100 * count / total
    if 0 < percent < 0.1:  # noqa: PLR2004 - what would be shown as 0.0 %
        return "under 0.1 %"
    if 99.9 < percent < 100:  # noqa: PLR2004 - what would be shown as 100.0 %
        return "over 99.9 %"
    return f"{percent:.1f} %".replace(".0 %", " %")


def _bare(axes: Axes) -> None:
    axes.set_facecolor("white")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)


def _say(axes: Axes, text: str) -> None:
    _bare(axes)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0, 0.5, text, transform=axes.transAxes, fontsize=_FONT, color=_QUIET, va="center")

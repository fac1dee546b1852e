"""`plot_outcomes`: what is drawn, for every shape of result, and that nobody is left out by its colours."""

from __future__ import annotations

import gc
import sys
import weakref
from itertools import combinations
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from matplotlib.colors import to_rgb

from greenapi_nb import Status, plot_outcomes
from greenapi_nb.bulk.chart import COLOURS, time_bins
from greenapi_nb.bulk.report import STATUS_WORDS

from .results import result_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# Machado, Oliveira and Fernandes (2009): full protanopia, deuteranopia, tritanopia, in linear RGB.
_EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "greyscale": np.full((3, 3), 1.0) * np.array([0.2126, 0.7152, 0.0722]),
}


def texts(figure: Figure) -> list[str]:
    """Return every text that the figure shows."""
    figure.canvas.draw()
    labels = [label for axes in figure.axes for label in (*axes.get_yticklabels(), *axes.texts)]
    return [label.get_text() for label in labels]


def heights(figure: Figure) -> float:
    """Add up the bars over time."""
    return sum(bar.get_height() for bar in figure.axes[1].patches)  # type: ignore[attr-defined]


SHAPES = {
    "empty": result_of(accepted=0),
    "one row": result_of(accepted=1),
    "all accepted": result_of(accepted=500),
    "all rejected": result_of(rejected=500),
    "none attempted": result_of(skipped=20),
    "dry run": result_of(ready=20, skipped=3),
    "every end": result_of(accepted=50, rejected=5, unsent=4, unknown=3, skipped=2),
    "three years": result_of(seconds=3 * 365 * 86400, accepted=50, unknown=3),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_drawn(shape: str) -> None:
    """Rows by status are counted in words, and every attempted row stands somewhere over time."""
    result = SHAPES[shape]

    figure = plot_outcomes(result)

    shown = " ".join(texts(figure))
    for status, count in result["status"].value_counts().items():
        if count:
            assert STATUS_WORDS[Status(str(status))] in shown
            assert f"{count:,}  ·  " in shown
    assert heights(figure) == result["at"].notna().sum()


def test_the_title_says_how_many_were_accepted() -> None:
    """The one number most people want comes first."""
    assert plot_outcomes(SHAPES["every end"]).axes[0].get_title(loc="left") == "50 of 64 messages accepted"
    assert plot_outcomes(SHAPES["dry run"]).axes[0].get_title(loc="left") == "20 of 23 messages ready to send"
    assert plot_outcomes(SHAPES["empty"]).axes[0].get_title(loc="left") == "No messages"


def test_a_million_rows_take_under_two_seconds() -> None:
    """Until the picture is there."""
    result = result_of(seconds=86400, accepted=900_000, rejected=60_000, unsent=40_000)
    begin = perf_counter()

    plot_outcomes(result)._repr_png_()  # type: ignore[attr-defined]

    assert perf_counter() - begin < 2


@pytest.mark.parametrize("eyes", _EYES)
def test_the_colours_differ_for_all_eyes(eyes: str) -> None:
    """Two statuses that may meet in one chart stay apart, in hue or in lightness."""
    together = [status for status in Status if status is not Status.READY]
    seen = {status: _seen(COLOURS[status], _EYES[eyes]) for status in together}

    for one, other in combinations(together, 2):
        distance = float(np.linalg.norm(seen[one] - seen[other]))
        assert distance > (8 if eyes == "greyscale" else 15), (one, other, distance)


def _seen(colour: str, eyes: Any) -> Any:
    """Return the colour as these eyes see it, in CIE Lab."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(eyes @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen
    ratios = xyz / np.array([0.9505, 1.0, 1.089])
    curve = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * curve[1] - 16, 500 * (curve[0] - curve[1]), 200 * (curve[1] - curve[2])])


@given(st.integers(0, 2**52), st.integers(0, 2**52))
@settings(max_examples=60)
def test_any_span_of_time_is_cut_into_few_even_pieces(first: int, length: int) -> None:
    """The pieces cover the span, are at most 49, and have one length."""
    edges, word = time_bins(first, first + length)

    assert edges[0] <= first
    assert first + length < edges[-1]
    assert 2 <= len(edges) <= 50
    assert len(set(np.diff(edges).tolist())) == 1
    assert word


def test_no_figure_is_kept() -> None:
    """A figure that is let go is gone: pyplot, which would keep it, is not used."""
    figure = plot_outcomes(SHAPES["one row"])
    gone = weakref.ref(figure)
    del figure
    gc.collect()

    assert gone() is None
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


def test_a_notebook_shows_it_once() -> None:
    """As the value of a cell it is one PNG of twice the density, at its own size."""
    figure = plot_outcomes(SHAPES["every end"])
    width, height = (round(100 * inches) for inches in figure.get_size_inches())

    formatter: Any = DisplayFormatter()
    data, metadata = formatter.format(figure)

    assert set(data) == {"image/png", "text/plain"}
    assert metadata["image/png"] == {"width": width, "height": height}
    pixels = [int.from_bytes(data["image/png"][place : place + 4]) for place in (16, 20)]
    assert np.abs(np.subtract(pixels, [2 * width, 2 * height])).max() <= 1


def test_without_matplotlib_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is optional."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.delitem(sys.modules, "greenapi_nb.bulk.figures", raising=False)

    with pytest.raises(ImportError, match="pip install matplotlib"):
        plot_outcomes(SHAPES["one row"])


def test_the_result_is_not_changed() -> None:
    """A chart only looks."""
    before: pd.DataFrame = SHAPES["every end"].copy(deep=True)

    plot_outcomes(SHAPES["every end"])

    assert before.equals(SHAPES["every end"])

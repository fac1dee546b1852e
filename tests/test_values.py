"""What counts as no value, and how a value is named."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenapi_nb.values import is_missing, shown


class Odd:
    """Compares and prints as badly as Python lets it."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> NoReturn:
        raise RuntimeError

    def __ne__(self, other: object) -> bool:
        return True

    def __bool__(self) -> NoReturn:
        raise RuntimeError

    def __repr__(self) -> NoReturn:
        raise RuntimeError


@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        Decimal("NaN"),
        Decimal("sNaN"),
        np.float64("nan"),
        np.float32("nan"),
        np.float16("nan"),
        np.longdouble("nan"),
        np.complex128(complex("nan")),
        np.datetime64("NaT", "s"),
        np.timedelta64("NaT", "s"),
        pd.NA,
        pd.NaT,
    ],
    ids=repr,
)
def test_every_kind_of_nothing_is_missing(value: object) -> None:
    """None, NaN, NA and NaT of every library mean that a cell is empty."""
    assert is_missing(value) is True


@pytest.mark.parametrize(
    "value",
    [
        "",
        "nan",
        0,
        False,
        0.0,
        float("inf"),
        Decimal(0),
        np.float32(0),
        np.bool_(0),
        np.datetime64("2024-01-01"),
        np.timedelta64(0, "s"),
        np.array([np.nan]),
        np.array([1.0, 2.0]),
        np.array(np.nan),
        [None],
        (),
        {},
        b"",
        pd.Timestamp(0),
        pd.Series([None]),
        Odd(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_and_containers_are_not_missing(value: object) -> None:
    """An empty text, a zero, a container of nothing and an object that cannot be compared are values."""
    assert is_missing(value) is False


def test_nothing_is_imported_to_find_out() -> None:
    """Asking about a value loads neither pandas nor numpy."""
    code = (
        "import sys; from greenapi_nb.values import is_missing; assert is_missing(float('nan')); "
        "assert not is_missing(object()); assert not {'pandas', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.text())
def test_a_short_text_is_shown_whole(text: str) -> None:
    """A value whose repr fits is named by its repr."""
    assert repr(text) == shown(text, limit=1000)


@pytest.mark.parametrize("value", ["x" * 500, ["y"] * 500, 10**59, 10**6000], ids=["str", "list", "int", "huge"])
def test_a_long_value_is_cut(value: Any) -> None:
    """However large a value is, its name stays within the limit."""
    assert len(shown(value)) <= 60


def test_a_cut_value_says_so() -> None:
    """A name that was cut fills the limit and ends in dots."""
    assert f"'{'x' * 56}..." == shown("x" * 500)


def test_an_object_without_repr_is_named_by_its_type() -> None:
    """A repr that raises does not keep an error from being told."""
    assert "an unprintable Odd" == shown(Odd())


def test_a_name_can_be_encoded() -> None:
    """A repr with a lone surrogate still gives a text that UTF-8 can carry."""
    surrogate = type("Surrogate", (), {"__repr__": lambda _: "\ud800"})()
    assert r"\ud800" == shown(surrogate)

"""A stand-in for an argument that was not given, where None means something of its own."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal

__all__ = ["UNSET", "Unset"]


class Unset(Enum):
    """The type of `UNSET`."""

    UNSET = "not given"

    def __repr__(self) -> str:
        return "<not given>"


UNSET: Final[Literal[Unset.UNSET]] = Unset.UNSET

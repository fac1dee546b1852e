"""Texts with ``{column}`` fields: checked before anything is sent, then filled in row by row."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.values import is_missing, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Template", "TemplateError"]

_TOKEN = re.compile(r"(?P<literal>\{\{|\}\}|[^{}]+)|\{(?P<field>[^{}]*)\}|(?P<brace>[{}])")
_MAX_WIDTH = 4096  # no text may be longer
_MOST_COLUMNS_LISTED = 30
_NEVER_MISSING = frozenset({str, int, bool})


class TemplateError(ValueError):
    """A template that cannot be filled in; nothing was sent.

    Examples
    --------
    >>> Template("Hi {name")
    Traceback (most recent call last):
        ...
    greenapi_nb.templates.TemplateError: The template is broken: the { at character 4 has no partner. ...
    """


class _Field(NamedTuple):
    column: str
    spec: str


class Template:
    """A text with fields in Python's format language, named after columns.

    Parameters
    ----------
    text
        Like ``"Dear {name}, {total:,.2f} is due on {due:%d.%m.%Y}"``. ``{{`` and ``}}`` stand for braces.

    Attributes
    ----------
    text
        The text as it was given.
    columns
        The columns it uses, each once, in the order of their first use.

    Raises
    ------
    TemplateError
        If a brace has no partner, or a field is more than a column and a format: conversions, attributes,
        positions and nested fields are refused.

    Examples
    --------
    >>> template = Template("Dear {first name}, your balance is {balance:,.2f}.")
    >>> template.columns
    ('first name', 'balance')
    >>> template.render(["Ada", 1234.5])
    'Dear Ada, your balance is 1,234.50.'
    """

    __slots__ = ("_fields", "_format", "_specs", "columns", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if not isinstance(text, str):
            raise TemplateError(f"The template is {shown(text)}, not a text; nothing was sent. Give a str.")
        places: dict[str, int] = {}
        fields, pieces = [], []
        for token in _TOKEN.finditer(text):
            if token["brace"]:
                raise _broken(f"the {token['brace']} at character {token.start() + 1} has no partner")
            if token["field"] is None:
                pieces.append(token["literal"])
            else:
                field = _read_field(token["field"], token.start() + 1)
                fields.append(field)
                place = places.setdefault(field.column, len(places))
                pieces.append(f"{{{place}:{field.spec}}}")
        self.columns = tuple(places)
        self._fields = tuple(fields)
        self._specs = tuple((places[field.column], field.spec) for field in fields if field.spec)
        self._format = "".join(pieces).format

    def __repr__(self) -> str:
        return f"Template({self.text!r})"

    def check(self, available: Iterable[str]) -> None:
        """Check that every column the template uses is there.

        Parameters
        ----------
        available
            Names of the columns there are.

        Raises
        ------
        TemplateError
            If one is not; the text names it, a column that looks like it, and the columns there are.

        Examples
        --------
        >>> Template("Hi {nmae}").check(["to", "name"])
        Traceback (most recent call last):
            ...
        greenapi_nb.templates.TemplateError: The template uses {nmae} (did you mean {name}?), and ...
        """
        names = list(available)
        known = set(names)
        unknown = [column for column in self.columns if column not in known]
        if not unknown:
            return
        texts = [str(name) for name in names]
        asked = ", ".join(_unknown(column, texts) for column in unknown)
        listed = ", ".join(map(repr, texts[:_MOST_COLUMNS_LISTED])) or "none"
        more = len(texts) - _MOST_COLUMNS_LISTED
        raise TemplateError(
            f"The template uses {asked}, and there is no such column. Nothing was sent. "
            f"The columns are: {listed}{f' and {more} more' if more > 0 else ''}. "
            "For a brace in the text, write {{ or }}."
        )

    def render(self, values: Sequence[object]) -> str:
        """Fill in one row.

        Parameters
        ----------
        values
            One value for each of `columns`, in that order.

        Raises
        ------
        MessageRejected
            TEXT_MISSING if a value is missing (an empty text is not), TEXT_INVALID if one does not fit its format.
        ValueError
            If there are not as many values as columns.

        Examples
        --------
        >>> Template("{n:03d} of {total}").render([7, 100])
        '007 of 100'
        """
        if len(values) != len(self.columns):
            raise ValueError(f"the template has {len(self.columns)} columns, got {len(values)} values")
        for place, value in enumerate(values):
            if type(value) not in _NEVER_MISSING and is_missing(value):
                raise MessageRejected(
                    f"The template needs column {self.columns[place]!r}, and this row has no value there. "
                    "Nothing was sent. Fill it in, or take the column out of the template.",
                    code=ErrorCode.TEXT_MISSING,
                )
        try:
            text = self._format(*values)
        except Exception:  # noqa: BLE001 - a value's own __format__ may raise anything
            raise self._misfit(values) from None
        for place, spec in self._specs:
            if hasattr(values[place], "strftime") and not _fits(values[place], spec):
                raise self._misfit(values) from None
        return text

    def _misfit(self, values: Sequence[object]) -> MessageRejected:
        row = dict(zip(self.columns, values, strict=True))
        culprit = next((field for field in self._fields if not _fits(row[field.column], field.spec)), None)
        what = "a value of this row cannot be written as text"
        if culprit is not None:
            value = row[culprit.column]
            what = (
                f"column {culprit.column!r} holds {shown(value)} ({type(value).__name__}), "
                f"which does not fit the format {culprit.spec!r}"
            )
        return MessageRejected(
            f"The template cannot be filled in: {what}. Nothing was sent. "
            "Change the value, or the format in the template.",
            code=ErrorCode.TEXT_INVALID,
        )


def _read_field(inner: str, position: int) -> _Field:
    column, _, spec = inner.partition(":")
    where = f"the field {{{inner}}} at character {position}"
    if not column:
        raise _broken(f"{where} names no column")
    if column.isdecimal():
        raise _broken(f"{where} is a position, and fields are named after columns: rename the column")
    if "!" in column:
        raise _broken(f"{where} has a conversion, and only a format after : is allowed")
    if any(mark in column for mark in ".[]"):
        raise _broken(f"{where} reaches into a value, and only whole columns can be used: rename the column")
    if any(len(width) > len(str(_MAX_WIDTH)) or int(width) > _MAX_WIDTH for width in re.findall(r"\d+", spec)):
        raise _broken(f"{where} is wider than the {_MAX_WIDTH} characters of a message")
    return _Field(column, spec)


def _broken(problem: str) -> TemplateError:
    return TemplateError(
        f"The template is broken: {problem}. Nothing was sent. "
        "Write a field as {column} or {column:format}, and a brace in the text as {{ or }}."
    )


def _unknown(column: str, names: list[str]) -> str:
    by_fold = {name.strip().casefold(): name for name in names}
    close = get_close_matches(column.strip().casefold(), by_fold, n=1)
    hint = f" (did you mean {{{by_fold[close[0]]}}}?)" if close else ""
    return f"{{{column}}}{hint}"


def _fits(value: object, spec: str) -> bool:
    try:
        text = format(value, spec)
    except Exception:  # noqa: BLE001 - a value's own __format__ may raise anything
        return False
    # A date takes any format, and gives back unchanged what means nothing to it: a customer would read ",.2f".
    return not (spec and text == spec and hasattr(value, "strftime"))

"""Templates: what they take, what they refuse, and how a row is filled in."""

from __future__ import annotations

import datetime as dt
import string
from decimal import Decimal
from typing import NoReturn

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.templates import Template, TemplateError


class Unformattable:
    """A value that cannot be written as text, whatever is tried."""

    def __format__(self, spec: str) -> NoReturn:
        raise RuntimeError(spec)

    def __repr__(self) -> NoReturn:
        raise RuntimeError


class FailsOnce:
    """A value whose first formatting fails and whose second does not."""

    failed = False

    def __format__(self, spec: str) -> str:
        if self.failed:
            return ""
        self.failed = True
        raise OSError


def refusal(template: str, *values: object) -> MessageRejected:
    """Give the rejection that filling in a row ends in."""
    with pytest.raises(MessageRejected) as caught:
        Template(template).render(values)
    return caught.value


@pytest.mark.parametrize(
    ("template", "columns", "values", "expected"),
    [
        ("no field at all", (), [], "no field at all"),
        ("", (), [], ""),
        ("Hi {name}!", ("name",), ["Ada"], "Hi Ada!"),
        ("{b} {a} {b}", ("b", "a"), ["1", "2"], "1 2 1"),
        ("{a}{a}{b}", ("a", "b"), ["1", "2"], "112"),
        ("{first name}, {Имя}, {naïve_2}", ("first name", "Имя", "naïve_2"), ["a", "b", "c"], "a, b, c"),
        ("{total:,.2f} on {due:%d.%m.%Y}", ("total", "due"), [1234.5, dt.date(2024, 3, 1)], "1,234.50 on 01.03.2024"),
        ("{a:>4}|{a:<4}|", ("a",), ["x"], "   x|x   |"),
        ("{a:!^5}", ("a",), ["x"], "!!x!!"),
        ("{{a}} {{{a}}}", ("a",), [1], "{a} {1}"),
        ("{at:%H:%M}", ("at",), [pd.Timestamp("2024-03-01 09:05")], "09:05"),
        ("{n}", ("n",), [np.int64(7)], "7"),
        ("{d}", ("d",), [Decimal("1.10")], "1.10"),
        ("[{empty}]", ("empty",), [""], "[]"),
        ("{ok}", ("ok",), [False], "False"),
        ("{a}\r\n{{x}}", ("a",), ["{b} {0}"], "{b} {0}\r\n{x}"),
    ],
)
def test_fields_are_filled_in(template: str, columns: tuple[str, ...], values: list[object], expected: str) -> None:
    """Columns come in the order of their first use, and a row's values take their places."""
    made = Template(template)
    assert columns == made.columns
    assert expected == made.render(values)


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("Hi {name", "the { at character 4 has no partner"),
        ("Hi name}", "the } at character 8 has no partner"),
        ("{", "the { at character 1"),
        ("{{{", "the { at character 3"),
        ("{a}} b", "the } at character 4"),
        ("{a:{b}}", "the { at character 1"),
        ("{a{b}", "the { at character 1"),
        ("Hi {}", "{} at character 4 names no column"),
        ("Hi {:>3}", "names no column"),
        ("{0}", "is a position"),
        ("{0:>3}", "is a position"),
        ("{٣}", "is a position"),
        ("{name!r}", "has a conversion"),
        ("{name!s:>3}", "has a conversion"),
        ("{name.__class__}", "reaches into a value"),
        ("{name[0]}", "reaches into a value"),
        ("{0.real}", "reaches into a value"),
        ("{a:>999999999}", "wider than the 4096"),
        ("{a:>4097}", "wider than the 4096"),
        ("{a:.999999999f}", "wider than the 4096"),
        ("{a:%99999999d}", "wider than the 4096"),
        (f"{{a:>{'9' * 5000}}}", "wider than the 4096"),
        ("{a:>٩٩٩٩٩}", "wider than the 4096"),
    ],
)
def test_a_broken_template_is_refused_at_once(template: str, why: str) -> None:
    """What cannot or must not be filled in is an error before any row; it says where and how to write a brace."""
    with pytest.raises(TemplateError) as caught:
        Template(template)
    assert why in str(caught.value)
    assert "Nothing was sent" in str(caught.value)
    assert "a brace in the text as {{ or }}" in str(caught.value)


@pytest.mark.parametrize("text", [None, b"Hi", 42, ["Hi"]])
def test_what_is_no_text_is_refused(text: object) -> None:
    """A template is a text; anything else is named."""
    with pytest.raises(TemplateError, match="not a text; nothing was sent"):
        Template(text)  # type: ignore[arg-type]


def test_known_columns_pass() -> None:
    """A template whose columns are all there is fine, whatever else is there."""
    Template("{a} {b}").check(iter(["to", "b", "a"]))


@pytest.mark.parametrize(
    ("template", "there", "parts"),
    [
        ("{nmae}", ["to", "name"], ["{nmae} (did you mean {name}?)", "The columns are: 'to', 'name'."]),
        ("{Name}", ["NAME"], ["did you mean {NAME}?"]),
        ("{name}", [" Name "], ["did you mean { Name }?"]),
        ("{name} {total}", ["name", "xyz"], ["uses {total}, and", "'name', 'xyz'"]),
        ("{p} {q}", ["to"], ["{p}, {q}"]),
        ("{p}", [], ["The columns are: none"]),
        ("{p}", [f"c{n:03d}" for n in range(100)], ["'c029' and 70 more"]),
    ],
)
def test_an_unknown_column_is_named_with_the_choices(template: str, there: list[str], parts: list[str]) -> None:
    """The error names every unknown column, one that looks like it, and the columns there are."""
    with pytest.raises(TemplateError) as caught:
        Template(template).check(there)
    assert [] == [part for part in [*parts, "Nothing was sent"] if part not in str(caught.value)]


def test_columns_named_by_numbers_are_listed_too() -> None:
    """A frame's column may be no text; it is listed all the same."""
    with pytest.raises(TemplateError, match="'7'"):
        Template("{p}").check([7])  # type: ignore[list-item]


@pytest.mark.parametrize("nothing", [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT], ids=repr)
def test_a_missing_value_rejects_the_row_and_names_the_column(nothing: object) -> None:
    """No message says "Hi nan": the row is refused, with the column to fill in."""
    error = refusal("Hi {name}, {total}", "Ada", nothing)
    assert ErrorCode.TEXT_MISSING == error.code
    assert "column 'total'" in str(error)
    assert "Nothing was sent" in str(error)


@pytest.mark.parametrize(
    ("template", "value", "parts"),
    [
        ("{x} {due:%d.%m.%Y}", "tomorrow", ["column 'due' holds 'tomorrow' (str)", "format '%d.%m.%Y'"]),
        ("{x} {due:,.2f}", "12", ["column 'due' holds '12' (str)", "format ',.2f'"]),
        ("{x} {due:,.2f}", pd.Timestamp("2024-03-01"), ["column 'due' holds Timestamp(", "format ',.2f'"]),
        ("{x} {due} {due:>10}", dt.date(2024, 3, 1), ["column 'due' holds datetime.date(", "format '>10'"]),
        ("{x} {due}", Unformattable(), ["column 'due' holds an unprintable Unformattable"]),
        ("{x} {due}", 10**6000, ["column 'due'", "(int)"]),
        ("{x} {due:d}", [1], ["holds [1] (list)"]),
        ("{x} {due}", FailsOnce(), ["a value of this row cannot be written"]),
    ],
    ids=["date", "number", "timestamp as number", "date as text", "unformattable", "huge", "list", "fails once"],
)
def test_a_value_that_does_not_fit_rejects_the_row(template: str, value: object, parts: list[str]) -> None:
    """A value its format cannot take is the row's error: column, value and format are named, nothing else raises."""
    error = refusal(template, "fine", value)
    assert ErrorCode.TEXT_INVALID == error.code
    assert [] == [part for part in [*parts, "Nothing was sent"] if part not in str(error)]
    assert error.__suppress_context__


@pytest.mark.parametrize("values", [[], ["a"], ["a", "b", "c"], ["a", "b", None]])
def test_a_wrong_number_of_values_is_the_callers_error(values: list[object]) -> None:
    """Values are told by their order, so there must be as many as columns."""
    with pytest.raises(ValueError, match=f"2 columns, got {len(values)} values"):
        Template("{a} {b}").render(values)


def test_a_template_shows_its_text() -> None:
    """The repr is the call that makes the template again."""
    assert "Template('Hi {name}')" == repr(Template("Hi {name}"))


@given(st.text(alphabet="ab{}:>!.[0 3\n", max_size=20))
def test_what_is_accepted_means_what_python_means(text: str) -> None:
    """A template that passes has Python's own fields and renders as Python's own formatting does."""
    try:
        template = Template(text)
    except TemplateError:
        return
    fields = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    assert tuple(dict.fromkeys(fields)) == template.columns
    row = {column: f"<{column}>" for column in template.columns}
    try:
        expected = text.format_map(row)
    except ValueError:
        assert ErrorCode.TEXT_INVALID == refusal(text, *row.values()).code
    else:
        assert expected == template.render(list(row.values()))


@given(st.text(), st.text())
def test_values_are_never_read_as_templates(value: str, literal: str) -> None:
    """Braces in a value, and doubled ones in the template, arrive as they are."""
    escaped = literal.replace("{", "{{").replace("}", "}}")
    assert literal + value + literal == Template(f"{escaped}{{x}}{escaped}").render([value])

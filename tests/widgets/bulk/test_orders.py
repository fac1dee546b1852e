"""Fields become an order, or a word about the field that cannot be used."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from greenapi_nb.widgets.bulk.orders import FieldError, Given, Wish, proposed_campaign, read_wish

FRAME = pd.DataFrame({"phone": ["79001234567"], "name": ["Ann"], "text": ["Hi"]})


def wish(**fields: Any) -> Wish:
    """Make a wish that is fine but for these fields."""
    return Wish(**{"to": 0, "template": "Hi {name}", "campaign": "news", **fields})


def test_a_complete_wish_is_an_order() -> None:
    """Every field arrives where `bulk_send` would have it."""
    given = Given(recipient_type="individual", suppress=("79001234569",))
    fields = {"rate": " 0,5 ", "limit": "1 000", "region": "ru", "suppress": "+7 900 123-45-60\n79001234561, ; "}

    order = read_wish(wish(**fields, campaign=" news ", repeats=True), FRAME, given)

    assert ("news", 0.5) == (order.campaign, order.rate)
    options = order.options
    assert ("phone", None, "Hi {name}") == (options.to, options.body, options.template)
    assert ("RU", 1000, "send", "individual") == (
        options.region,
        options.limit,
        options.duplicates,
        options.recipient_type,
    )
    assert {"79001234560", "79001234561", "79001234569"} == options.suppressed


def test_a_column_of_texts_takes_the_templates_place() -> None:
    """The template stays in its field, unused."""
    options = read_wish(wish(body=2), FRAME, Given()).options

    assert ("text", None) == (options.body, options.template)


def test_no_pacing_is_a_word_not_an_empty_field() -> None:
    """An emptied field must not mean full speed."""
    assert read_wish(wish(rate="no limit"), FRAME, Given()).rate is None
    with pytest.raises(FieldError, match="how many messages a second"):
        read_wish(wish(rate=""), FRAME, Given())


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("to", None, "Choose the column"),
        ("template", " ", "Write the text"),
        ("template", "Hi {nmae}", "did you mean {name}"),
        ("template", "Hi {name", "no partner"),
        ("campaign", "", "campaign is a name"),
        ("campaign", "a\nb", "campaign is a name"),
        ("rate", "0", "how many messages a second"),
        ("rate", "nan", "how many messages a second"),
        ("rate", "fast", "how many messages a second"),
        ("limit", "-1", "whole number"),
        ("limit", "ten", "whole number"),
        ("region", "Russia", "region"),
        ("suppress", "79001234567\nnobody", "'nobody'"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(field: str, value: object, words: str) -> None:
    """The error knows its field, so that the form can say it there."""
    with pytest.raises(FieldError, match=words) as caught:
        read_wish(wish(**{field: value}), FRAME, Given())

    assert field == caught.value.name


@pytest.mark.parametrize("file", ["", "\n", "a\tb.csv", "клиенты.xlsx"])
def test_a_proposed_name_is_always_a_name(file: str) -> None:
    """Whatever the file is called."""
    name = proposed_campaign(file, date(2026, 11, 5))

    assert name == read_wish(wish(campaign=name), FRAME, Given()).campaign

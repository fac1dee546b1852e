"""The stylesheet stays within the forms."""

from __future__ import annotations

import re

from greenapi_nb.widgets.bulk.parts import BulkParts
from greenapi_nb.widgets.style import FORM_CLASS, stylesheet


def test_every_rule_is_scoped_to_forms() -> None:
    """No selector can touch the notebook around a form."""
    style = stylesheet(*BulkParts.sheets).value.removeprefix("<style>").removesuffix("</style>")
    css = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    selectors = [found.strip() for found in re.findall(r"([^{}]+)\{", css) if not found.strip().startswith("@")]
    assert len(selectors) > 90
    for selector in selectors:
        for part in re.split(r",(?![^(]*\))", selector):
            assert re.search(rf"\.{FORM_CLASS}\b", part), part


def test_it_is_invisible() -> None:
    """The element that carries the styles takes no room."""
    assert stylesheet().layout.display == "none"


def test_it_cannot_end_early() -> None:
    """Nothing in the stylesheet closes its element."""
    assert stylesheet(*BulkParts.sheets).value.count("</") == 1

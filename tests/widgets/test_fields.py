"""Fields have labels and keep their values to themselves."""

from __future__ import annotations

import pytest

from greenapi_nb.widgets.fields import LineField, TextField


@pytest.mark.parametrize("kind", [LineField, TextField])
def test_no_value_in_the_repr(kind: type[LineField | TextField]) -> None:
    """JupyterLab saves a displayed field's text/plain: it holds the label alone."""
    field = kind("Recipient", name="greenapi-to", placeholder="79001234567")
    field.value = "secret"
    assert field._repr_mimebundle_()["text/plain"] == f"{kind.__name__}('Recipient')"


@pytest.mark.parametrize("kind", [LineField, TextField])
def test_the_label_is_the_inputs_own(kind: type[LineField | TextField]) -> None:
    """A description is what ipywidgets renders as a label tied to the input; the class makes it findable."""
    field = kind("Recipient", name="greenapi-to", placeholder="79001234567")
    assert field.description == "Recipient"
    assert field.placeholder == "79001234567"
    assert "greenapi-to" in field._dom_classes
    assert field.continuous_update

"""Forms that are closed when their test ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from greenapi_nb.widgets.compose import ComposeForm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def compose_form() -> Iterator[Callable[..., ComposeForm]]:
    """Make compose forms."""
    forms: list[ComposeForm] = []

    def make(*args: object, **options: object) -> ComposeForm:
        forms.append(ComposeForm(*args, **options))  # type: ignore[arg-type]  # tests pass wrong ones, too
        return forms[-1]

    yield make
    for form in forms:
        form.close()

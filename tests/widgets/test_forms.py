"""What both forms do alike: go over to a sandbox, and end."""

from __future__ import annotations

import pytest

from greenapi_nb import BulkSendForm, ComposeForm

KINDS = [ComposeForm, BulkSendForm]


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_ends_what_it_started(kind: type[ComposeForm | BulkSendForm]) -> None:
    """There is one sandbox however often it is asked for; closing the form ends it, and the form's thread."""
    form = kind()
    sandbox = form.use_sandbox()
    assert form.use_sandbox() is sandbox is form.sandbox
    assert form.client is not None
    assert form.client.is_sandbox

    form.close()

    assert sandbox._server is None
    with pytest.raises(RuntimeError):
        form._worker.do(print)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_was_refused_its_client_can_be_closed(kind: type[ComposeForm | BulkSendForm]) -> None:
    """What is thrown away is closed, also what never came to be a form."""
    form = kind.__new__(kind)
    with pytest.raises(TypeError, match="nothing was sent"):
        form.__init__(client="no client")  # type: ignore[misc]
    form.close()

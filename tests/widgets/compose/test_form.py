"""The compose form as an object: what its fields, buttons and traits do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from ipywidgets import Password, Text, Textarea, Widget
from traitlets import TraitError

import greenapi_nb
from greenapi_nb.errors import ErrorCode
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.widgets.compose import ComposeForm
from tests.widgets.fakes import ACCEPTED, REJECTED, TO, UNKNOWN, UNSENT, FakeClient, SlowClient
from tests.widgets.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenapi_nb import Client, Sandbox

    MakeForm = Callable[..., ComposeForm]


def _visible(widget: Widget) -> bool:
    return bool(widget.layout.display != "none")


def _settled(form: ComposeForm) -> None:
    eventually(lambda: form.status not in {"", "sending"} and form._parts.send.label != "Sending…")


def _descendants(widget: Widget) -> list[Widget]:
    return [widget, *(found for child in getattr(widget, "children", ()) for found in _descendants(child))]


def test_it_is_a_public_name() -> None:
    """The form is reached from the package itself."""
    assert greenapi_nb.ComposeForm is ComposeForm


def test_what_is_typed_is_what_is_sent(compose_form: MakeForm, sandbox: Sandbox, client: Client) -> None:
    """The sandbox receives exactly the text, to the recipient the form named."""
    form = compose_form(client)
    form._parts.to.value = "+7 (900) 123-45-67"
    form._parts.body.value = "*Hi* 🎉\n\tשבת  \\n"
    assert (form.to, form.body) == ("+7 (900) 123-45-67", "*Hi* 🎉\n\tשבת  \\n")
    outcome = form.submit()
    assert sandbox.messages[["to", "body"]].to_numpy().tolist() == [[TO, "*Hi* 🎉\n\tשבת  \\n"]]
    assert (form.status, form.message_id, form.error_code) == ("accepted", outcome.message_id, None)


def test_traits_and_fields_follow_each_other(compose_form: MakeForm) -> None:
    """Setting a trait fills the field, and the notes and preview follow either."""
    form = compose_form(FakeClient(ACCEPTED), to=79001234567, body="*a*")
    assert (form._parts.to.value, form._parts.body.value) == (TO, "*a*")
    form.body = "_b_"
    assert form._parts.body.value == "_b_"
    assert "<em>b</em>" in form._parts.preview.html
    form._parts.body.value = "abc"
    assert form._parts.body_note.html == "3 / 4096"
    form.to = "abc"
    assert form._parts.to_note.invalid


@pytest.mark.parametrize(
    ("to", "body", "enabled"),
    [(TO, "Hello", True), ("", "Hello", False), ("abc", "Hello", False), (TO, " ", False), (TO, "a" * 4097, False)],
)
def test_send_waits_for_both_fields(compose_form: MakeForm, to: str, body: str, *, enabled: bool) -> None:
    """The button can be pressed only when recipient and text are valid."""
    assert compose_form(FakeClient(ACCEPTED), to=to, body=body)._parts.send.disabled is not enabled


@pytest.mark.parametrize("outcome", [ACCEPTED, REJECTED, UNSENT, UNKNOWN])
def test_a_press_sends_and_tells(compose_form: MakeForm, outcome: Outcome) -> None:
    """Each status reaches the traits, the words of the form and the history."""
    form = compose_form(FakeClient(outcome), to=TO, body="Hello")
    form._parts.send.press()
    _settled(form)
    assert (form.status, form.message_id, form.error_code) == (outcome.status, outcome.message_id, outcome.error_code)
    assert (outcome.message_id or outcome.error or "?") in form._parts.status.html
    assert form.history["status"].tolist() == [outcome.status]
    assert form._parts.problem.html == ""


def test_while_sending_the_form_says_so_and_cannot_be_pressed(compose_form: MakeForm) -> None:
    """The click returns at once; the message is in the form's own thread."""
    client = SlowClient(ACCEPTED)
    form = compose_form(client, to=TO, body="Hello")
    form._parts.send.press()
    assert client.asked.wait(10)
    eventually(lambda: form.status == "sending")
    assert (form._parts.send.label, form._parts.send.disabled) == ("Sending…", True)
    assert "Sending…" in form._parts.status.html
    client.answer.set()
    _settled(form)
    assert form.status == "accepted"


def test_ten_clicks_during_one_sending_are_one_message(compose_form: MakeForm) -> None:
    """Clicks that queued up, or fired twice, find the message on its way or sent."""
    client = SlowClient(UNSENT)
    form = compose_form(client, to=TO, body="Hello")
    for _ in range(10):
        form._parts.send.press()
    client.answer.set()
    _settled(form)
    assert len(client.sent) == 1


@pytest.mark.parametrize("outcome", [ACCEPTED, UNKNOWN])
def test_ten_clicks_one_after_the_other_are_one_message(compose_form: MakeForm, outcome: Outcome) -> None:
    """After accepted and unknown the button does nothing any more, whatever it looks like."""
    client = FakeClient(outcome)
    form = compose_form(client, to=TO, body="Hello")
    for _ in range(10):
        form._parts.send.press()
        _settled(form)
    assert len(client.sent) == 1
    assert form._parts.send.disabled


def test_a_click_sends_what_the_fields_held_then(compose_form: MakeForm) -> None:
    """What is typed while the form's thread is busy is the next draft."""
    client = SlowClient(ACCEPTED)
    form = compose_form(client, to=TO, body="first")
    form._parts.send.press()
    form.body = "second"
    client.answer.set()
    eventually(lambda: "ID" in form._parts.status.html)
    assert [message.body for message in client.sent] == ["first"]
    assert form.status == ""
    assert not form._parts.send.disabled
    assert "The message before this draft" in form._parts.status.html


def test_what_the_browser_showed_is_what_goes(compose_form: MakeForm) -> None:
    """A press that overtakes the last keystrokes carries them along."""
    client = FakeClient(ACCEPTED)
    form = compose_form(client, to=TO, body="by keybo")
    form._parts.send.press({"to": TO, "body": "by keyboard"})
    eventually(lambda: bool(form._outbox.sent) and not form._outbox.in_flight())
    form.body = "by keyboard"
    _settled(form)
    assert [message.body for message in client.sent] == ["by keyboard"]
    assert form.status == "accepted"


def test_a_browsers_line_breaks_are_no_edit(compose_form: MakeForm) -> None:
    """A browser shows every line break as one kind; the text keeps its own."""
    client = FakeClient(ACCEPTED)
    form = compose_form(client, to=TO, body="a\r\nb")
    form._parts.send.press({"to": TO, "body": "a\nb"})
    _settled(form)
    assert [message.body for message in client.sent] == ["a\r\nb"]


def test_a_confirmation_is_for_the_message_asked_about(compose_form: MakeForm) -> None:
    """If the browser showed another text by then, nothing goes."""
    client = FakeClient(ACCEPTED)
    form = compose_form(client, to=TO, body="Hello")
    form.submit()
    form._parts.again.press()
    form._parts.confirm.press({"to": TO, "body": "Hello!"})
    form._parts.confirm.press()
    form._worker.do(len, "done").result(10)
    assert not _visible(form._parts.confirm)
    assert len(client.sent) == 1


def test_a_call_during_a_click_waits_for_its_outcome(compose_form: MakeForm) -> None:
    """The button and `submit` are one sender."""
    client = SlowClient(ACCEPTED)
    form = compose_form(client, to=TO, body="Hello")
    form._parts.send.press()
    assert client.asked.wait(10)
    client.answer.set()
    assert form.submit() is ACCEPTED
    assert len(client.sent) == 1


@pytest.mark.parametrize("outcome", [ACCEPTED, UNKNOWN])
def test_sending_again_takes_two_deliberate_steps(compose_form: MakeForm, outcome: Outcome) -> None:
    """One button asks, another sends; pressed five times each, the second message goes once."""
    client = FakeClient(outcome)
    form = compose_form(client, to=TO, body="Hello")
    parts = form._parts
    form.submit()
    assert (_visible(parts.again), _visible(parts.confirm)) == (True, False)
    for _ in range(5):
        parts.again.press()
        parts.send.press()
    assert len(client.sent) == 1
    assert parts.send.disabled
    assert [_visible(each) for each in (parts.again, parts.confirm, parts.cancel)] == [False, True, True]
    for _ in range(5):
        parts.confirm.press()
    eventually(lambda: len(form.history) == 2)
    _settled(form)
    assert len(client.sent) == 2
    assert (_visible(parts.again), _visible(parts.confirm)) == (True, False)


def test_confirming_without_having_asked_does_nothing(compose_form: MakeForm) -> None:
    """A stray click on the hidden button sends nothing."""
    client = FakeClient(ACCEPTED)
    form = compose_form(client, to=TO, body="Hello")
    form._parts.confirm.press()
    form.submit()
    form._parts.confirm.press()
    assert len(client.sent) == 1


@pytest.mark.parametrize("way_out", ["cancel", "edit"])
def test_the_question_can_be_left(compose_form: MakeForm, way_out: str) -> None:
    """Cancel goes back to the outcome; so does typing, which makes another draft."""
    client = FakeClient(UNKNOWN)
    form = compose_form(client, to=TO, body="Hello")
    form.submit()
    form._parts.again.press()
    if way_out == "cancel":
        form._parts.cancel.press()
    else:
        form.body = "Hello!"
        form.body = "Hello"
    assert not _visible(form._parts.confirm)
    form._parts.confirm.press()
    form.submit()
    assert len(client.sent) == 1
    assert form.status == "unknown"


def test_editing_makes_a_draft_and_going_back_finds_it_sent(compose_form: MakeForm) -> None:
    """The traits tell the draft's state; the same text to the same recipient stays sent."""
    form = compose_form(FakeClient(ACCEPTED), to=TO, body="Hello")
    form.submit()
    form.body = "Hello!"
    assert (form.status, form.message_id, form._parts.send.disabled) == ("", None, False)
    form.body = "Hello"
    assert (form.status, form.message_id, form._parts.send.disabled) == ("accepted", "1234", True)


def test_a_new_draft_lets_the_same_message_go_again(compose_form: MakeForm) -> None:
    """In code, too, it takes two deliberate steps."""
    client = FakeClient(ACCEPTED)
    form = compose_form(client, to=TO, body="Hello")
    form.submit()
    form.new_draft()
    assert form.status == ""
    form.submit()
    form.submit()
    assert len(client.sent) == 2


def test_a_message_on_its_way_cannot_be_made_a_draft(compose_form: MakeForm) -> None:
    """Otherwise it could go twice at the same time."""
    client = SlowClient(ACCEPTED)
    form = compose_form(client, to=TO, body="Hello")
    form._parts.send.press()
    assert client.asked.wait(10)
    form.new_draft()
    form._parts.send.press()
    client.answer.set()
    form.submit()
    assert len(client.sent) == 1


def test_a_refused_draft_never_reaches_the_client(compose_form: MakeForm) -> None:
    """`submit` on a bad draft says why, and the words go with the next edit."""
    client = FakeClient(ACCEPTED)
    form = compose_form(client, to=TO, body="a" * 4097)
    assert form.submit().error_code is ErrorCode.TEXT_TOO_LONG
    assert (form.status, form.error_code) == ("rejected", 1032)
    assert "Nothing was sent" in form._parts.status.html
    form.body = "a"
    assert (form.status, form.error_code) == ("", None)
    assert client.sent == []
    assert form.history.empty


def test_without_a_token_the_form_says_how_to_give_one(compose_form: MakeForm, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a notice, nothing can be sent, and a token that comes later is found."""
    form = compose_form(to=TO, body="Hello")
    assert _visible(form._parts.notice)
    assert "GREENAPI_TOKEN" in form._parts.notice.children[0].value
    assert form._parts.send.disabled
    assert form.submit().error_code is ErrorCode.TOKEN_MISSING
    monkeypatch.setenv("GREENAPI_TOKEN", "T0P")
    form.body = "Hello!"
    assert not _visible(form._parts.notice)
    assert not form._parts.send.disabled


def test_the_sandbox_is_one_click_away(compose_form: MakeForm) -> None:
    """Without a token, the form can be tried on a sandbox of its own, and says that it is one."""
    form = compose_form(to=TO, body="Hello")
    form._parts.sandbox.click()
    eventually(lambda: "nothing reaches WhatsApp" in form._parts.head.value)
    assert not _visible(form._parts.notice)
    assert form.submit().status is Status.ACCEPTED
    assert form.sandbox is not None
    assert form.sandbox.messages["body"].tolist() == ["Hello"]
    assert form.use_sandbox() is form.sandbox


def test_a_sandbox_client_wears_its_badge(compose_form: MakeForm, client: Client) -> None:
    """Only a sandbox's client says that nothing reaches WhatsApp."""
    assert "nothing reaches WhatsApp" in compose_form(client)._parts.head.value
    assert "sandbox" not in compose_form(FakeClient(ACCEPTED))._parts.head.value


def test_there_is_no_field_for_a_token(compose_form: MakeForm) -> None:
    """Two fields, recipient and text, and nothing that stores a secret."""
    fields = [each.description for each in _descendants(compose_form()) if isinstance(each, Text | Textarea | Password)]
    assert fields == ["Recipient", "Text"]


@pytest.mark.parametrize("outcome", [ACCEPTED, REJECTED, UNKNOWN])
def test_no_state_holds_what_a_server_said_or_the_token(
    compose_form: MakeForm, monkeypatch: pytest.MonkeyPatch, outcome: Outcome
) -> None:
    """The state of all widgets, which some tools store, has no word of the outcome."""
    monkeypatch.setenv("GREENAPI_TOKEN", "T0P-SECRET")
    form = compose_form(FakeClient(outcome), to=TO, body="Hello")
    form.submit()
    assert (outcome.message_id or outcome.error or "?") in form._parts.status.html
    stored = json.dumps(Widget.get_manager_state(), default=str)
    for said in (outcome.error, outcome.title, "T0P-SECRET", "ID <code>", "Accepted", "May have been sent"):
        assert said is None or said not in stored


def test_no_repr_shows_recipient_or_text(compose_form: MakeForm) -> None:
    """Neither the form's text output nor that of any part of it says who was written what."""
    form = compose_form(FakeClient(ACCEPTED), to="79001234568", body="Confidential")
    form.submit()
    for widget in _descendants(form):
        shown = str(widget._repr_mimebundle_()) + repr(widget)
        assert "79001234568" not in shown
        assert "Confidential" not in shown


def test_without_widgets_the_repr_says_what_to_do(compose_form: MakeForm) -> None:
    """A terminal shows a sentence in place of a tree of objects."""
    text = repr(compose_form())
    assert "JupyterLab" in text
    assert "send_text(" in text
    assert "VBox" not in text


def test_a_problem_in_a_callback_shows_in_the_form(compose_form: MakeForm, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an observer raises is shown without the token, and does not stand in the message's way."""
    monkeypatch.setenv("GREENAPI_TOKEN", "T0P-SECRET")
    form = compose_form(FakeClient(ACCEPTED), to=TO, body="Hello")

    def fail(change: dict[str, Any]) -> None:
        raise LookupError(f"{change['new']}: T0P-SECRET is not known")

    form.observe(fail, "status")
    form._parts.send.press()
    _settled(form)
    assert "LookupError" in form._parts.problem.html
    assert "T0P-SECRET" not in form._parts.problem.html
    assert form.status == "accepted"
    assert form.message_id == "1234"


def test_a_client_that_raises_shows_in_the_form(compose_form: MakeForm) -> None:
    """Even that is no lost message: it may have been sent, and the form says both."""
    form = compose_form(FakeClient(RuntimeError("broken <b>")), to=TO, body="Hello")
    form._parts.send.press()
    _settled(form)
    assert form.status == "unknown"
    assert "broken &lt;b&gt;" in form._parts.problem.html


def test_an_observer_may_clear_the_form(compose_form: MakeForm) -> None:
    """Writing the next message on acceptance, from the form's own thread, works."""
    client = FakeClient(ACCEPTED)
    form = compose_form(client, to=TO, body="first")

    def next_one(change: dict[str, Any]) -> None:
        if change["new"] == "accepted" and form.body == "first":
            form.body = "second"

    form.observe(next_one, "status")
    form._parts.send.press()
    eventually(lambda: form.body == "second" and form.status == "" and not form._parts.send.disabled)
    assert form.submit() is ACCEPTED
    assert [message.body for message in client.sent] == ["first", "second"]


def test_an_observer_may_submit(compose_form: MakeForm) -> None:
    """Calling `submit` from an observer of the status neither hangs nor sends twice."""
    client = SlowClient(ACCEPTED)
    form = compose_form(client, to=TO, body="Hello")
    seen: list[object] = []
    form.observe(lambda change: seen.append(change["new"] == "accepted" and form.submit()), "status")
    form._parts.send.press()
    client.answer.set()
    eventually(lambda: ACCEPTED in seen)
    assert len(client.sent) == 1


def test_observers_find_the_id_when_the_status_comes(compose_form: MakeForm) -> None:
    """The status is set last."""
    form = compose_form(FakeClient(ACCEPTED), to=TO, body="Hello")
    seen: list[tuple[str, str | None]] = []
    form.observe(lambda change: seen.append((change["new"], form.message_id)), "status")
    form.submit()
    assert seen == [("sending", None), ("accepted", "1234")]


def test_outcomes_cannot_be_set_from_outside(compose_form: MakeForm) -> None:
    """A status is what happened, not what somebody wrote."""
    form = compose_form(FakeClient(ACCEPTED))
    for name, value in (("status", "accepted"), ("message_id", "1"), ("error_code", 1)):
        with pytest.raises(TraitError):
            setattr(form, name, value)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"token": "T0P-SECRET"}, TypeError),
        ({"client": "T0P-SECRET"}, TypeError),
        ({"body": 5}, TraitError),
        ({"recipient_type": "people"}, ValueError),
    ],
)
def test_a_wrong_call_raises_at_once(compose_form: MakeForm, options: dict[str, Any], error: type[Exception]) -> None:
    """Unknown keywords and values that make no sense are refused, and no token is repeated."""
    with pytest.raises(error) as raised:
        compose_form(**options)
    assert "T0P-SECRET" not in str(raised.value)


def test_an_unusable_environment_is_said_at_once(compose_form: MakeForm, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token with a space in it is no reason to show a form that cannot send."""
    monkeypatch.setenv("GREENAPI_TOKEN", "T0P SECRET")
    with pytest.raises(ValueError, match="token"):
        compose_form()


def test_no_recipient_is_an_empty_field(compose_form: MakeForm) -> None:
    """None, as a table's missing value gives it, is no text."""
    assert compose_form(FakeClient(ACCEPTED), to=None).to == ""

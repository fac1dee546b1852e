"""The bulk form as a plain object: what its methods, fields and buttons do."""

from __future__ import annotations

from io import BytesIO
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from traitlets import TraitError

from greenapi_nb import BulkSendForm, Client, Ledger, Sandbox, bulk_send
from greenapi_nb.bulk.safe_csv import read_safe_csv
from greenapi_nb.errors import BulkSendInterrupted, MissingToken
from greenapi_nb.widgets.bulk.checks import Kind
from greenapi_nb.widgets.bulk.desk import Desk
from tests.widgets.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FRAME = pd.DataFrame(
    {
        "name": ["Ann", "Bob", None, "Dan", "Eve"],
        "phone": ["+7 900 123-45-61", "nobody", "79001234563", "79000001022", "79001234565"],
    },
    index=[10, 10, 11, 12, 13],
)
MANY = pd.DataFrame({"phone": [f"7900123{number:04}" for number in range(40)]})


@pytest.fixture
def make(sandbox: Sandbox) -> Iterator[Callable[..., BulkSendForm]]:
    """Make forms that send to the sandbox and share a ledger in memory."""
    book, forms = Ledger(None), []

    def make(frame: pd.DataFrame | None = None, **defaults: Any) -> BulkSendForm:
        client = defaults.pop("client", None) or sandbox.client()
        given = {"template": "Hi", "campaign": "news", "rate": None, "concurrency": 1, "ledger": book, **defaults}
        forms.append(BulkSendForm(frame, client, **given))
        return forms[-1]

    yield make
    for form in forms:
        form.close()
    eventually(lambda: not any(form._desk.busy for form in forms))
    book.close()


def settled(form: BulkSendForm) -> BulkSendForm:
    """Wait until the form has looked at what it holds."""
    eventually(lambda: form.state in {"ready", "open", "done"} and form._inspector.check is not None)
    return form


def agree_and_send(form: BulkSendForm) -> None:
    """Tick and press, as a user does."""
    settled(form)
    form._parts.send.tick.value = True
    form._parts.send.send.click()


def shown(widget: Any) -> bool:
    """Say whether a widget is there."""
    return widget.layout.display is None


def texts(form: BulkSendForm) -> str:
    """Return all that the form shows outside its fields."""
    regions: list[Any] = []

    def collect(widget: Any) -> None:
        regions.extend([widget.html] if hasattr(widget, "html") else [])
        for child in getattr(widget, "children", ()):
            collect(child)

    collect(form)
    return "\n".join(regions)


def test_it_does_what_bulk_send_does(make: Callable[..., BulkSendForm], sandbox: Sandbox, client: Client) -> None:
    """The same frame, checked and sent, gives the same result; and the check is the dry run."""
    form = make(FRAME, template="Hi {name}")
    options: dict[str, Any] = {"to": "phone", "template": "Hi {name}", "campaign": "same", "rate": None}

    dry = form.check()
    result = form.send()

    expected = bulk_send(FRAME, client=client, ledger=None, progress=False, **options)
    assert expected["status"].tolist() == result["status"].tolist()
    assert expected["error_code"].tolist() == result["error_code"].tolist()
    assert expected.dtypes.tolist() == result.dtypes.tolist()
    assert [10, 10, 11, 12, 13] == result.index.tolist()
    assert ["ready", "rejected", "rejected", "ready", "ready"] == dry["status"].tolist()
    assert form.result is result
    assert {"campaign": "news", "stopped": None} == result.attrs
    assert 2 * 2 == len(sandbox.messages)


def test_the_frame_is_not_changed_and_changing_it_changes_nothing(make: Callable[..., BulkSendForm]) -> None:
    """What was checked is what is sent."""
    frame = MANY.copy()
    form = settled(make(frame))
    frame["phone"] = "nobody"

    assert set(form.send()["status"]) == {"accepted"}


def test_columns_are_guessed_and_said_to_be(make: Callable[..., BulkSendForm]) -> None:
    """The guess can be overridden by a default, and the text column is found by its name."""
    form = make(FRAME)
    assert ("phone", "Guessed:") == (form._parts.text.to.label, form._parts.text.to_note.html[:8])
    assert form._parts.text.body.place is None

    told = make(FRAME.assign(text="Hello"), to="name", template=None)
    assert ("name", "text") == (told._parts.text.to.label, told._parts.text.body.label)
    assert "" == told._parts.text.to_note.html


def test_the_pager_shows_each_row(make: Callable[..., BulkSendForm]) -> None:
    """As its recipient will see it, with the problem named where there is one."""
    form = settled(make(FRAME, template="Hi *{name}*"))
    text = form._parts.text
    assert "Hi <strong>Ann</strong>" in text.preview.html
    assert "79001234561</b>, written +7 900 123-45-61" in text.row_note.html

    text.forth.click()
    assert "is not a recipient" in text.row_note.html
    assert "2 of 5 · row 10" == text.place.html
    text.trouble.click()
    assert "column &#x27;name&#x27;" in text.row_note.html
    text.trouble.click()
    assert "is not a recipient" in text.row_note.html


def test_an_edit_undoes_the_agreement(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """A tick given to one text is not one to another, however fast the click comes."""
    form, busy = settled(make(MANY)), Event()
    form._parts.send.tick.value = True
    form._worker.do(busy.wait, 10)

    form._parts.text.template.value = "Something else"
    form._parts.send.send.click()
    assert not form._parts.send.tick.value
    form._parts.send.tick.value = True
    form._parts.send.send.click()
    form._parts.text.template.value = "And something else"
    assert form.state == "checking"
    busy.set()

    assert "And something else" == settled(form)._inspector.check.order.options.template  # type: ignore[union-attr]
    assert sandbox.requests.empty


def test_the_button_carries_the_number_and_needs_the_tick(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """Without the tick a press does nothing."""
    form = settled(make(MANY, limit=7))
    send = form._parts.send

    assert ("Send 7 messages", True) == (send.send.description, send.send.disabled)
    send.send.click()
    assert form.state == "ready"
    send.tick.value = True
    assert not send.send.disabled
    send.send.click()
    eventually(lambda: form.state == "done")
    assert 7 == len(sandbox.messages)


def test_ten_clicks_send_once(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """Queued clicks find nothing that was agreed to."""
    phones = [*MANY["phone"], "79000001022"]
    form = make(pd.DataFrame({"phone": phones}))
    agree_and_send(form)
    for _ in range(9):
        form._parts.send.send.click()

    eventually(lambda: form.state == "done" and form._inspector.check is not None)
    for _ in range(3):
        form._parts.send.send.click()
    assert form.state == "done"
    assert phones == sandbox.requests["to"].tolist()


def test_pause_resume_stop_and_the_rest(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """The whole life of a campaign, by the buttons; each message goes once."""
    form = make(MANY)
    parts, seen = form._parts, []
    form.observe(lambda change: seen.append(change.new), "state")
    number = [0]

    def came(_message: object) -> None:
        number[0] += 1
        if number[0] == 5:
            parts.send.pause.click()
        if number[0] == 20:
            parts.send.stop.click()

    sandbox.subscribe(came)
    agree_and_send(form)
    eventually(lambda: form.state == "paused" and "5 of 40" in parts.send.progress.html)
    assert parts.text.template.disabled
    assert parts.data.upload.disabled
    assert "Press Resume" in parts.send.state.html or "press Resume" in parts.send.state.html
    parts.send.resume.click()
    eventually(lambda: form.state == "done")
    assert form.result is not None
    assert "you stopped it" == form.result.attrs["stopped"]
    assert 20 == len(sandbox.messages)
    assert "Send the unsent again (20)" == parts.result.again.description
    assert not parts.text.template.disabled

    parts.result.again.click()
    parts.result.again.click()
    eventually(lambda: form.state == "done" and form.result is not None and not form.result.attrs["stopped"])

    assert MANY["phone"].tolist() == sandbox.messages["to"].tolist()
    assert {"accepted"} == set(form.result["status"])
    assert not shown(parts.result.again)
    assert {"sending", "paused", "stopping", "done"} <= set(seen)


def test_a_form_made_again_sends_what_is_left(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """Under the same name; what went is shown, and not sent."""
    make(MANY, limit=15).send()

    form = settled(make(MANY))

    assert 15 == len(form._inspector.check.places[Kind.SENT])  # type: ignore[union-attr]
    assert "Send 25 messages" == form._parts.send.send.description
    assert {"accepted"} == set(form.send()["status"])
    assert MANY["phone"].tolist() == sandbox.messages["to"].tolist()


def test_another_name_is_warned_of_and_a_button_goes_back(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """The mistake of the next day: the same table under a new date."""
    make(MANY, campaign="monday").send()

    form = settled(make(MANY, campaign="tuesday"))
    assert shown(form._parts.check.warning)
    assert "40 of these messages went" in form._parts.check.earlier.html
    form._parts.check.carry_on.click()
    settled(form)

    assert "monday" == form.campaign
    assert "Send 0 messages" == form._parts.send.send.description
    assert 40 == len(sandbox.messages)


def test_what_may_have_been_sent_is_settled_by_hand(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """The form asks, and what is not in the chats can be sent again."""
    form = make(pd.DataFrame({"phone": ["79000080001", "79001234567"]}))
    form.send()
    parts = form._parts
    assert shown(parts.result.doubt)
    assert not shown(parts.result.again)

    parts.result.missing.click()
    eventually(lambda: shown(parts.result.again))

    assert "Send the unsent again (1)" == parts.result.again.description
    assert not shown(parts.result.doubt)
    assert ["79000080001", "79001234567"] == form.send_unsent()["to"].tolist()
    assert ["79000080001", "79001234567", "79000080001"] == sandbox.requests["to"].tolist()


def test_a_row_can_be_sent_to_oneself(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """To nobody else, once, and the campaign knows nothing of it."""
    form = settled(make(FRAME, template="Hi {name}"))
    check = form._parts.check

    check.test.press({"own": "+7 900 000-00-00", "template": "Hi {name}"})
    eventually(lambda: "Accepted" in check.test_note.html)
    check.test.press({"own": "79000000000", "template": "Hi {name}"})
    eventually(lambda: "not sent twice" in check.test_note.html)

    assert [["79000000000", "Hi Ann"]] == sandbox.messages[["to", "body"]].to_numpy().tolist()
    assert 2 == len(form._inspector.check.places[Kind.REJECTED])  # type: ignore[union-attr]


def test_a_test_never_sends_a_text_that_is_not_shown(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """A browser may be ahead of the kernel: the new text is shown first."""
    form = settled(make(FRAME, template="Hi"))

    form._parts.check.test.press({"own": "79000000000", "template": "Hi {name}, bye"})

    assert "press again" in form._parts.check.test_note.html
    assert "Ann, bye" in form._parts.text.preview.html
    assert sandbox.requests.empty


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("phone;name\r\n+79001234567;Анна\r\n".encode("cp1251"), "Windows-1251"),
        ("\ufeffphone\tname\r\n+79001234567\t\u0410\u043d\u043d\u0430\r\n".encode("utf-16-le"), "UTF-16"),
    ],
)
def test_an_uploaded_file_is_read_shown_and_sent(
    make: Callable[..., BulkSendForm], sandbox: Sandbox, content: bytes, words: str
) -> None:
    """Columns found, campaign named after the file, no digit lost."""
    form = make(template="Hi {name}", campaign=None)
    about = {"id": "1", "name": "клиенты.csv", "piece": 0, "pieces": 1}

    form._parts.data.upload.take(about, [content])
    agree_and_send(form)
    eventually(lambda: form.state == "done")

    assert words in form._parts.data.note.html
    assert form.campaign.endswith(" клиенты")
    assert [["79001234567", "Hi Анна"]] == sandbox.messages[["to", "body"]].to_numpy().tolist()
    assert [2] == (form.result.index.tolist() if form.result is not None else [])


def test_a_broken_or_large_file_is_explained(make: Callable[..., BulkSendForm]) -> None:
    """In the form, where the file was chosen; the rows before stay."""
    form = settled(make(FRAME))
    upload, note = form._parts.data.upload, form._parts.data.note

    upload.take({"id": "1", "name": "a.csv", "piece": 0, "pieces": 1}, [b"\x89PNG\0"])
    eventually(lambda: "not a table of text" in note.html)
    upload.take({"id": "2", "name": "a.csv", "size": 60 * 1024 * 1024, "refused": True}, [])

    assert "pandas.read_csv" in note.html
    assert "bad" == note.tone
    assert 5 == len(form.check())


def test_the_download_says_what_happened_to_each_row(make: Callable[..., BulkSendForm]) -> None:
    """The table as it was given, with the outcome of each row beside it, safe for spreadsheet programs."""
    form = make(FRAME.assign(note="=1+1"))
    with pytest.raises(RuntimeError, match="no result"):
        form._file()
    form.send()

    name, content = form._file()

    back = read_safe_csv(BytesIO(content).read())
    assert "news result.csv" == name
    assert ["=1+1"] * 5 == back["note"].tolist()
    assert ["accepted", "rejected", "accepted", "rejected", "accepted"] == back["status"].tolist()
    assert [pd.NA, "1021", pd.NA, "1022", pd.NA] == back["error_code"].tolist()


def test_without_a_token_everything_but_sending_works(sandbox: Sandbox) -> None:
    """The form says how to give one and offers the sandbox; it never asks for one."""
    form = settled(BulkSendForm(FRAME, template="Hi", campaign="news", ledger=None))
    assert shown(form._parts.notice)
    assert not form._parts.send.box.reached
    assert "<dt>To be sent</dt><dd>4</dd>" in form._parts.check.counts.html
    with pytest.raises(MissingToken):
        form.send()

    form.use_sandbox()
    settled(form)
    eventually(lambda: form._parts.send.box.reached)
    assert "sandbox" in form._parts.head.value
    assert "sandbox" in form._parts.send.tick.description
    form.send()
    assert 3 == len(form.sandbox.messages)  # type: ignore[union-attr]
    assert sandbox.requests.empty
    form.close()


def test_nothing_of_the_table_is_in_a_repr_or_in_widget_state(make: Callable[..., BulkSendForm]) -> None:
    """Names of columns are; recipients and texts of rows, errors and tokens are not."""
    form = make(FRAME.assign(text="Dear customer"), template=None)
    form.send()
    token = form.client._settings.token.reveal() if form.client else ""

    states: list[str] = []

    def collect(widget: Any) -> None:
        states.append(str(widget.get_state()) + repr(widget))
        for child in getattr(widget, "children", ()):
            collect(child)

    collect(form)
    kept = "".join(states)
    for secret in ("+7 900 123-45-61", "79001234561", "Dear customer", "nobody", "Subscriber", token):
        assert secret
        assert secret not in kept
    assert "79001234561" in texts(form)
    assert "bulk_send(frame" in repr(form)


def test_an_unknown_keyword_and_wrong_values_are_refused() -> None:
    """As `bulk_send` refuses them."""
    wrong: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"token": "T0P"}, TypeError, "takes no 'token'"),
        ({"rate": -1}, ValueError, "rate"),
        ({"campaign": ""}, ValueError, "campaign"),
        ({"template": "a", "body": "b"}, ValueError, "not both"),
        ({"suppress": ["nobody"]}, ValueError, "suppress"),
        ({"suppress": pd.Series([79001234567], dtype="float32")}, ValueError, "suppress"),
        ({"suppress": None}, TypeError, "suppress"),
        ({"limit": 1.5}, ValueError, "limit"),
        ({"concurrency": 0}, ValueError, "concurrency"),
        ({"frame": [1]}, TypeError, "DataFrame"),
        ({"client": "me"}, TypeError, "Client"),
        ({"frame": FRAME, "to": "tel"}, ValueError, "no column 'tel'"),
    ]
    for keywords, error, words in wrong:
        with pytest.raises(error, match=words):
            BulkSendForm(**keywords)


def test_an_interrupted_wait_stops_the_run(
    make: Callable[..., BulkSendForm], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stop button of the notebook: what is on its way ends, the result is there."""
    form = make(MANY, rate=50)
    waited = Desk.wait

    def interrupted(desk: Any, shipment: Any) -> pd.DataFrame:
        once, original = [True], shipment.wait

        def wait(seconds: float) -> bool:
            if once and len(sandbox.messages) > 3:
                once.clear()
                raise KeyboardInterrupt
            return bool(original(min(seconds, 0.01)))

        monkeypatch.setattr(shipment, "wait", wait)
        return waited(desk, shipment)

    monkeypatch.setattr(Desk, "wait", interrupted)

    with pytest.raises(BulkSendInterrupted) as caught:
        form.send()

    assert 40 == len(caught.value.result)
    assert len(sandbox.messages) == (caught.value.result["status"] == "accepted").sum() < 40
    eventually(lambda: form.state == "done")


def test_a_ledger_that_fails_is_shown_and_nothing_goes(
    make: Callable[..., BulkSendForm], sandbox: Sandbox, tmp_path: Any
) -> None:
    """An exception in the form's thread does not vanish."""
    form = make(MANY, ledger=tmp_path)

    eventually(lambda: form.state == "open")
    assert "Not ready yet" in form._parts.check.state.html
    assert sandbox.requests.empty


def test_a_running_form_keeps_its_table(make: Callable[..., BulkSendForm], sandbox: Sandbox) -> None:
    """Neither a new frame nor a second start gets in between."""
    form = make(MANY)
    done: list[Any] = []

    def came(_message: object) -> None:
        if not done:
            done.append(True)
            for action in (lambda: form.load(FRAME), form.send, form.send_unsent):
                with pytest.raises(RuntimeError):
                    action()

    sandbox.subscribe(came)
    form.send()

    assert done
    assert 40 == len(sandbox.messages)


def test_the_state_is_read_only_and_told_in_order(make: Callable[..., BulkSendForm]) -> None:
    """Observers may wait for other threads; the form does not hang."""
    form = make(MANY)
    seen: list[str] = []

    def observe(change: Any) -> None:
        other = Thread(target=lambda: seen.append(change.new))
        other.start()
        other.join()

    settled(form)
    form.observe(observe, "state")
    form.send()
    eventually(lambda: seen[-1:] == ["done"])
    assert ["sending", "done"] == [state for state in seen if state != "ready"]
    with pytest.raises(TraitError):
        form.state = "sent"

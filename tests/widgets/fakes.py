"""Clients for tests: one whose answers are chosen, one that answers when told to."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING

from greenapi_nb.errors import ErrorCode
from greenapi_nb.outcomes import Outcome, Status

if TYPE_CHECKING:
    from greenapi_nb.messages import Message

TO = "79001234567"
AT = datetime(2026, 11, 23, 12, 30, 5, tzinfo=UTC)
ACCEPTED = Outcome(Status.ACCEPTED, message_id="1234", http_status=201, attempts=1, at=AT)
REJECTED = Outcome(
    Status.REJECTED,
    error_code=ErrorCode.SUBSCRIBER_NOT_FOUND,
    error="The API answered code 1022: Subscriber not found. Nothing was sent. Check the number.",
    title="Подписчик не найден",
    details="Subscriber not found",
    http_status=400,
    attempts=1,
    at=AT,
)
UNSENT = Outcome(
    Status.UNSENT,
    error_code=ErrorCode.UNREACHABLE,
    error="The API could not be reached. Nothing was sent. Check the network.",
    attempts=3,
    at=AT,
)
UNKNOWN = Outcome(
    Status.UNKNOWN,
    error_code=ErrorCode.NO_ANSWER,
    error="No answer came. The message may have been sent. Look in the chat before you send it again.",
    attempts=1,
    at=AT,
)


class FakeClient:
    """Answers each message with the next outcome, the last one for ever; an exception is raised."""

    is_sandbox = False

    def __init__(self, *answers: Outcome | BaseException) -> None:
        self._answers = list(answers)
        self.sent: list[Message] = []

    def send(self, message: Message) -> Outcome:
        """Note the message and answer."""
        self.sent.append(message)
        self._wait()
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _wait(self) -> None:
        pass


class SlowClient(FakeClient):
    """Answers when `answer` is set; `asked` is set when a message has come."""

    def __init__(self, *answers: Outcome | BaseException) -> None:
        super().__init__(*answers)
        self.asked = Event()
        self.answer = Event()

    def _wait(self) -> None:
        self.asked.set()
        assert self.answer.wait(10)

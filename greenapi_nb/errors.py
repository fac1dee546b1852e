"""Every way a message can fail: the code table, and the exceptions that carry it.

The exceptions::

    GreenApiError
    ├── MessageRejected        refused; nothing was sent
    ├── MessageUnsent          the request did not reach the API; nothing was sent
    ├── OutcomeUnknown         may have been sent; look before sending again
    ├── AlreadySent            a bulk send that would repeat messages; nothing was sent
    ├── MissingToken           no token was given; nothing was sent
    └── LedgerError            the ledger cannot be read or written; nothing is sent that it does not know
    BulkSendInterrupted        a KeyboardInterrupt that carries the result so far
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

__all__ = [
    "AlreadySent",
    "BulkSendInterrupted",
    "CodeInfo",
    "Concern",
    "ErrorCode",
    "GreenApiError",
    "LedgerError",
    "MessageRejected",
    "MessageUnsent",
    "MissingToken",
    "OutcomeUnknown",
    "as_code",
    "describe",
]

Concern = Literal["account", "recipient", "text", "request", "service", "network", "run"]


class CodeInfo(NamedTuple):
    """What an error code means and what to do about it.

    Attributes
    ----------
    identifier
        The service's own name of the code; for negative codes, ours.
    meaning
        One clause that says what happened.
    concerns
        What it is about: one bad recipient, or an account that can send nothing more.
    advice
        What the user should do next.
    """

    identifier: str
    meaning: str
    concerns: Concern
    advice: str


class ErrorCode(IntEnum):
    """The API's error codes, and negative ones for what the API has no number for.

    The positive codes are those of the service's standard error table; a check made before
    any request uses the same number the API would have answered. A code missing here is kept as a plain int.
    ``info`` has what each means and what to do about it.

    Examples
    --------
    >>> from greenapi_nb import ErrorCode
    >>> ErrorCode(1032)
    <ErrorCode.TEXT_TOO_LONG: 1032>
    >>> ErrorCode.TEXT_TOO_LONG.info.concerns
    'text'
    """

    QUOTA_EXCEEDED = 82
    ERROR = 1010
    INVALID_PARAMETER = 1011
    RECIPIENT_MISSING = 1020
    RECIPIENT_INVALID = 1021
    SUBSCRIBER_NOT_FOUND = 1022
    SUBSCRIBER_UNSUBSCRIBED = 1023
    SUBSCRIBER_UPDATE_FAILED = 1024
    TEXT_MISSING = 1030
    TEXT_INVALID = 1031
    TEXT_TOO_LONG = 1032
    TOKEN_MISSING = 1040
    TOKEN_NOT_ALLOWED = 1041
    SYSTEM_ERROR = 1042
    MESSAGE_ID_MISSING = 1050
    MESSAGE_ID_INVALID = 1051
    MESSAGE_ARRAY_FAILED = 1052
    TASK_FAILED = 1060
    DATA_NOT_FOUND = 1061
    SUBSCRIPTION_NEEDED = 1062
    SENDERS_NOT_FOUND = 1071
    FILE_EXTENSION_MISSING = 7200

    UNREACHABLE = -1
    NO_ANSWER = -2
    BAD_ANSWER = -3
    HTTP_ERROR = -4
    RATE_LIMITED = -5
    DUPLICATE = -6
    SUPPRESSED = -7
    OVER_LIMIT = -8
    STOPPED = -9
    INTERRUPTED = -10

    @property
    def info(self) -> CodeInfo:
        """The row of the code table: identifier, meaning, what it concerns, and what to do."""
        return _TABLE[self]


_LOOK_FIRST = "Look in the chat before you send it again: this program will not repeat it by itself."
_OTHER_METHOD = "This code belongs to another API method; report it to the service's support."
_BACK_SOON = "The message itself is fine: try again later, and ask the service's support if it stays."

_TABLE: dict[ErrorCode, CodeInfo] = {
    ErrorCode.QUOTA_EXCEEDED: CodeInfo(
        "Outgoing messages limit exceeded",
        "the account may send no more messages now",
        "account",
        "Wait until the account's limit is renewed or raise it in the account's tariff, then send the rest.",
    ),
    ErrorCode.ERROR: CodeInfo("Error", "something went wrong at the API", "request", _BACK_SOON),
    ErrorCode.INVALID_PARAMETER: CodeInfo(
        "Invalid parameter",
        "a parameter is not acceptable",
        "request",
        "Check recipient_type, the recipient and the text of this message.",
    ),
    ErrorCode.RECIPIENT_MISSING: CodeInfo(
        "Parameter -to- is missing", "no recipient was given", "recipient", "Fill in the recipient."
    ),
    ErrorCode.RECIPIENT_INVALID: CodeInfo(
        "Invalid parameter -to-",
        "the recipient is not an identifier of a person or a group",
        "recipient",
        "Give the full number with country code, like 79001234567, or the group's digits-digits identifier.",
    ),
    ErrorCode.SUBSCRIBER_NOT_FOUND: CodeInfo(
        "Subscriber not found",
        "there is no such subscriber",
        "recipient",
        "Check the number: it may be mistyped or not be on WhatsApp.",
    ),
    ErrorCode.SUBSCRIBER_UNSUBSCRIBED: CodeInfo(
        "Subscriber is unsubscribed or not processed",
        "the recipient opted out, or is not handled by the service",
        "recipient",
        "Do not write to this recipient again unless they ask for it.",
    ),
    ErrorCode.SUBSCRIBER_UPDATE_FAILED: CodeInfo(
        "Failed to update subscriber details",
        "the service could not update this recipient's details",
        "recipient",
        _BACK_SOON,
    ),
    ErrorCode.TEXT_MISSING: CodeInfo(
        "Parameter -text- is missing", "no text was given", "text", "Write a text that is not blank."
    ),
    ErrorCode.TEXT_INVALID: CodeInfo(
        "Invalid parameter -text-",
        "the text holds characters that are not allowed",
        "text",
        "Remove the characters that are not allowed (NUL, halves of surrogate pairs) from the text.",
    ),
    ErrorCode.TEXT_TOO_LONG: CodeInfo(
        "Message length exceeded",
        "the text is longer than 4096 characters",
        "text",
        "Shorten the text, or split it into several messages.",
    ),
    ErrorCode.TOKEN_MISSING: CodeInfo(
        "Authorization key is missing",
        "no token was in the request",
        "account",
        "Set GREENAPI_TOKEN or give Client(token=...).",
    ),
    ErrorCode.TOKEN_NOT_ALLOWED: CodeInfo(
        "Authorization key is not allowed",
        "the token is wrong or no longer valid",
        "account",
        "Copy the token again from your account, set GREENAPI_TOKEN, and restart the kernel.",
    ),
    ErrorCode.SYSTEM_ERROR: CodeInfo("System error", "the API had an internal error", "service", _BACK_SOON),
    ErrorCode.MESSAGE_ID_MISSING: CodeInfo(
        "Parameter -messageId- is missing", "the API missed a message ID", "request", _OTHER_METHOD
    ),
    ErrorCode.MESSAGE_ID_INVALID: CodeInfo(
        "Invalid parameter -messageId-", "the API was given a bad message ID", "request", _OTHER_METHOD
    ),
    ErrorCode.MESSAGE_ARRAY_FAILED: CodeInfo(
        "Failed to get message array", "the API could not read its messages", "service", _OTHER_METHOD
    ),
    ErrorCode.TASK_FAILED: CodeInfo(
        "Failed to create task to send message",
        "the API could not queue the message",
        "service",
        _BACK_SOON,
    ),
    ErrorCode.DATA_NOT_FOUND: CodeInfo(
        "Data not found", "the API did not find what the request names", "request", _BACK_SOON
    ),
    ErrorCode.SUBSCRIPTION_NEEDED: CodeInfo(
        "Buying subscription is needed",
        "the account's tariff is not bought or not paid",
        "account",
        "Pay for the tariff in your account, then send again.",
    ),
    ErrorCode.SENDERS_NOT_FOUND: CodeInfo(
        "Senders not found",
        "the account has no sender",
        "account",
        "Connect a WhatsApp sender to your account, then send again.",
    ),
    ErrorCode.FILE_EXTENSION_MISSING: CodeInfo(
        "X-Gr-File-Extension header not found", "the API missed a file extension", "request", _OTHER_METHOD
    ),
    ErrorCode.UNREACHABLE: CodeInfo(
        "Unreachable",
        "the API could not be reached",
        "network",
        "Check the network, the proxy and the base URL, then send it again.",
    ),
    ErrorCode.NO_ANSWER: CodeInfo("No answer", "the request went out and no answer came back", "network", _LOOK_FIRST),
    ErrorCode.BAD_ANSWER: CodeInfo(
        "Bad answer", "an answer came back that cannot be relied on", "network", _LOOK_FIRST
    ),
    ErrorCode.HTTP_ERROR: CodeInfo(
        "HTTP error",
        "an HTTP error came back without the API's own explanation",
        "service",
        "Check the base URL and the account; the HTTP status says more.",
    ),
    ErrorCode.RATE_LIMITED: CodeInfo(
        "Rate limited",
        "the API turned the message away as one too many",
        "service",
        "Send it again later, more slowly.",
    ),
    ErrorCode.DUPLICATE: CodeInfo(
        "Duplicate",
        "the same text to the same recipient stands in an earlier row",
        "run",
        'Nothing to do; use duplicates="send" if it really must go twice.',
    ),
    ErrorCode.SUPPRESSED: CodeInfo(
        "Suppressed", "the recipient is on the list not to write to", "run", "Nothing to do."
    ),
    ErrorCode.OVER_LIMIT: CodeInfo(
        "Over the limit", "the limit of this run was reached first", "run", "Raise limit=, or run again."
    ),
    ErrorCode.STOPPED: CodeInfo(
        "Stopped",
        "the run stopped before this message",
        "run",
        "Mend what stopped the run, then run the campaign again: it sends what is left.",
    ),
    ErrorCode.INTERRUPTED: CodeInfo(
        "Interrupted",
        "a run ended while this message was on its way",
        "run",
        _LOOK_FIRST,
    ),
}


def as_code(number: int) -> int:
    """Return the `ErrorCode` of a number, or the number itself where the table lacks it.

    Examples
    --------
    >>> as_code(82), as_code(4711)
    (<ErrorCode.QUOTA_EXCEEDED: 82>, 4711)
    """
    try:
        return ErrorCode(number)
    except ValueError:
        return number


def describe(code: int) -> CodeInfo:
    """Say what a code means; one the table lacks is described as just that.

    Examples
    --------
    >>> describe(1041).concerns
    'account'
    >>> describe(4711).meaning
    'the API answered code 4711, which its documentation does not list'
    """
    known = as_code(code)
    if isinstance(known, ErrorCode):
        return known.info
    return CodeInfo(
        f"Code {code}",
        f"the API answered code {code}, which its documentation does not list",
        "request",
        "Read the API's own words beside it, or ask the service's support.",
    )


def _pickled(error: BaseException) -> tuple[Any, ...]:
    """Pickle an exception without calling its __init__, whose keyword arguments pickle does not know."""
    return (_revived, (type(error), error.args), error.__dict__)


def _revived(kind: type[BaseException], args: tuple[Any, ...]) -> BaseException:
    return kind.__new__(kind, *args)


class GreenApiError(Exception):
    """The root of this package's errors; all of them can be pickled.

    Examples
    --------
    >>> from greenapi_nb import GreenApiError, Sandbox, send_text
    >>> with Sandbox() as sandbox:
    ...     try:
    ...         send_text("nobody", "Hello", client=sandbox.client())
    ...     except GreenApiError as error:
    ...         print(type(error).__name__)
    MessageRejected
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _pickled(self)


class _OutcomeError(GreenApiError):
    """One message's outcome as an exception.

    Attributes
    ----------
    code
        The `ErrorCode`, or a plain int for a code the table lacks.
    details, title
        The API's own English and Russian words, where it gave any.
    http_status
        The status of the HTTP answer, None where none came.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int,
        details: str | None = None,
        title: str | None = None,
        http_status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.details = details
        self.title = title
        self.http_status = http_status


class MessageRejected(_OutcomeError):
    """The API, or a check before any request, refused the message; nothing was sent.

    Attributes
    ----------
    code
        Why: an `ErrorCode`, or a plain int for a code the table lacks.
    details, title
        The API's own English and Russian words, where it gave any.
    http_status
        The status of the HTTP answer, None where none came.

    Examples
    --------
    >>> from greenapi_nb import MessageRejected, Sandbox, send_text
    >>> with Sandbox() as sandbox:
    ...     try:
    ...         send_text("79000001022", "Hello", client=sandbox.client())
    ...     except MessageRejected as error:
    ...         print(error.code, error.details)
    1022 Subscriber not found
    """


class MessageUnsent(_OutcomeError):
    """The request provably did not reach the API; nothing was sent, and it is safe to send it again.

    Attributes
    ----------
    code
        Why: `ErrorCode.UNREACHABLE`, or `ErrorCode.RATE_LIMITED` where it was turned away as one too many.
    details, title
        The API's own English and Russian words, where it gave any.
    http_status
        The status of the HTTP answer, None where none came.

    Examples
    --------
    >>> from greenapi_nb import Client, MessageUnsent
    >>> client = Client("a-token", base_url="http://127.0.0.1:9")
    >>> try:
    ...     client.send_text("79001234567", "Hello")
    ... except MessageUnsent as error:
    ...     print(error.code.name)
    UNREACHABLE
    """


class OutcomeUnknown(_OutcomeError):
    """The message may have been sent; look in the chat before sending it again.

    Attributes
    ----------
    code
        Why nobody knows: an `ErrorCode`, or a plain int for a code the table lacks.
    details, title
        The API's own English and Russian words, where it gave any.
    http_status
        The status of the HTTP answer, None where none came.

    Examples
    --------
    >>> from greenapi_nb import OutcomeUnknown, Sandbox, send_text
    >>> with Sandbox() as sandbox:
    ...     try:
    ...         send_text("79000000500", "Hello", client=sandbox.client())
    ...     except OutcomeUnknown as error:
    ...         print(error.http_status)
    500
    """


class MissingToken(GreenApiError):
    """No token was given, neither as an argument nor in the environment; nothing was sent."""


class LedgerError(GreenApiError):
    """The ledger cannot be read or written; nothing is sent that the ledger does not know."""


class AlreadySent(GreenApiError):
    """A bulk send without a campaign would repeat messages of the last 24 hours; nothing was sent.

    Attributes
    ----------
    count
        How many rows were already sent.
    last
        When the latest of them went (UTC).
    campaign
        The name under which most of them were recorded: give it as ``campaign=`` to resume.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb import AlreadySent, Sandbox, bulk_send
    >>> frame = pd.DataFrame({"to": ["79001234567"], "body": ["Hello"]})
    >>> with Sandbox() as sandbox:
    ...     for _ in range(2):
    ...         try:
    ...             _ = bulk_send(frame, client=sandbox.client(), progress=False)
    ...         except AlreadySent as error:
    ...             print(error.count)
    1
    """

    def __init__(self, message: str, *, count: int, last: datetime, campaign: str) -> None:
        super().__init__(message)
        self.count = count
        self.last = last
        self.campaign = campaign


class BulkSendInterrupted(KeyboardInterrupt):
    """A bulk send was interrupted; every row's fate so far is in ``result``.

    Attributes
    ----------
    result
        The result frame, one row per input row; rows not reached are ``skipped`` with code STOPPED.
    campaign
        The campaign's name: run it again under this name to send the rest.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb import BulkSendInterrupted
    >>> error = BulkSendInterrupted("Stopped.", result=pd.DataFrame({"status": ["skipped"]}), campaign="news")
    >>> error.campaign, error.result["status"].tolist()
    ('news', ['skipped'])
    """

    def __init__(self, message: str, *, result: pd.DataFrame, campaign: str) -> None:
        super().__init__(message)
        self.result = result
        self.campaign = campaign

    def __reduce__(self) -> tuple[Any, ...]:
        return _pickled(self)

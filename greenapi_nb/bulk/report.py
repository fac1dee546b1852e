"""What came of a whole run, in words: how many rows came to which end, and what to do about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from greenapi_nb.errors import ErrorCode, describe
from greenapi_nb.outcomes import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["STATUS_WORDS", "checked_result", "summarize"]

STATUS_WORDS = {
    Status.ACCEPTED: "Accepted",
    Status.REJECTED: "Rejected, not sent",
    Status.UNSENT: "Not sent",
    Status.UNKNOWN: "May have been sent",
    Status.SKIPPED: "Not attempted",
    Status.READY: "Ready to send",
}
"""Each status as people read it."""

_STATUSES = pd.CategoricalDtype([status.value for status in Status])
_WITHOUT_CODE = {
    Status.ACCEPTED: ("the API accepted it; it reports no delivery", "Nothing to do."),
    Status.READY: ("it would be sent", "Send it when you are ready."),
}
_LOOK_FIRST = ErrorCode.NO_ANSWER.info.advice


def summarize(result: pd.DataFrame) -> pd.DataFrame:
    """Count a result's rows by what came of them, and say what to do about each kind.

    Parameters
    ----------
    result
        From `bulk_send`, ``BulkSendForm.result`` or ``Ledger.results``; also one that was read back from a file.

    Returns
    -------
    DataFrame
        One row per pair of status and code that occurs: ``status`` (categorical), ``code`` (Int64, missing where
        there is none), ``meaning`` (string), ``rows`` (int64), ``what_to_do`` (string). In the order of `Status`,
        the most frequent first.

    Raises
    ------
    TypeError
        It is no DataFrame.
    ValueError
        It is no result: a column is missing, or a status is none.

    Examples
    --------
    >>> import pandas as pd
    >>> from greenapi_nb import Sandbox, bulk_send, summarize
    >>> frame = pd.DataFrame({"to": ["79001234567", "nobody"], "body": "Hello"})
    >>> with Sandbox() as sandbox:
    ...     result = bulk_send(frame, client=sandbox.client(), progress=False)
    >>> summarize(result)[["status", "code", "rows"]].values.tolist()
    [['accepted', <NA>, 1], ['rejected', 1021, 1]]
    """
    known = checked_result(result)
    groups = known.groupby(["status", "code"], observed=True, dropna=False).size().reset_index(name="rows")
    groups = groups.sort_values(["status", "rows", "code"], ascending=[True, False, True], ignore_index=True)
    ends = [
        (Status(status), None if code is pd.NA else int(code))
        for status, code in zip(groups["status"].tolist(), groups["code"].tolist(), strict=True)
    ]
    return pd.DataFrame(
        {
            "status": groups["status"].astype(_STATUSES),
            "code": groups["code"].astype("Int64"),
            "meaning": _strings(_meaning(*end) for end in ends),
            "rows": groups["rows"].astype("int64"),
            "what_to_do": _strings(_what_to_do(*end) for end in ends),
        }
    )


def checked_result(result: object) -> pd.DataFrame:
    """Return the columns that a report is made of: ``status`` (categorical), ``code`` (Int64), ``at`` (UTC).

    Raises
    ------
    TypeError, ValueError
        It is no result.
    """
    if not isinstance(result, pd.DataFrame):
        raise TypeError(f"result is the DataFrame that bulk_send returns, not {type(result).__name__}.")
    missing = [name for name in ("status", "error_code", "at") if name not in result.columns]
    if missing:
        raise ValueError(f"This is no result of bulk_send: it has no column {', '.join(map(repr, missing))}.")
    strange = set(result["status"].dropna().unique()) - set(Status)
    if strange or result["status"].isna().any():
        named = ", ".join(sorted(map(repr, strange))) or "missing"
        raise ValueError(f"This is no result of bulk_send: a status is {named}.")
    return pd.DataFrame(
        {
            "status": result["status"].astype(_STATUSES),
            "code": pd.to_numeric(result["error_code"]).astype("Int64"),
            "at": pd.to_datetime(result["at"], utc=True),
        }
    ).reset_index(drop=True)


def _meaning(status: Status, code: int | None) -> str:
    return _WITHOUT_CODE[status][0] if code is None else describe(code).meaning


def _what_to_do(status: Status, code: int | None) -> str:
    if code is None:
        return _WITHOUT_CODE[status][1]
    return _LOOK_FIRST if status is Status.UNKNOWN else describe(code).advice


def _strings(texts: Iterable[str]) -> pd.Series[str]:
    return pd.Series(list(texts), dtype="string")

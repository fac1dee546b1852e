"""What a form sent, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from greenapi_nb.widgets.outbox import Sent

__all__ = ["history_frame"]


def history_frame(sent: Sequence[Sent]) -> pd.DataFrame:
    """Make a table of messages and what came of each, in the order in which they were settled.

    Parameters
    ----------
    sent
        Messages with their outcomes.

    Returns
    -------
    pandas.DataFrame
        One row per attempt: ``at`` (UTC), ``to``, ``recipient_type``, ``body``, ``status`` (categorical),
        ``message_id``, ``error_code`` (Int64), ``error``, ``http_status`` (Int64), ``attempts`` (Int64).

    Examples
    --------
    >>> history_frame([]).columns.tolist()[:3]
    ['at', 'to', 'recipient_type']
    """
    import pandas as pd

    from greenapi_nb.outcomes import Status

    messages, outcomes = [each.message for each in sent], [each.outcome for each in sent]
    statuses = pd.CategoricalDtype([str(status) for status in Status])
    return pd.DataFrame(
        {
            "at": pd.Series([outcome.at for outcome in outcomes], dtype="datetime64[us, UTC]"),
            "to": pd.Series([message.to for message in messages], dtype="string"),
            "recipient_type": pd.Series([message.recipient_type for message in messages], dtype="string"),
            "body": pd.Series([message.body for message in messages], dtype="string"),
            "status": pd.Series([str(outcome.status) for outcome in outcomes], dtype=statuses),
            "message_id": pd.Series([outcome.message_id for outcome in outcomes], dtype="string"),
            "error_code": pd.Series([outcome.error_code for outcome in outcomes], dtype="Int64"),
            "error": pd.Series([outcome.error for outcome in outcomes], dtype="string"),
            "http_status": pd.Series([outcome.http_status for outcome in outcomes], dtype="Int64"),
            "attempts": pd.Series([outcome.attempts for outcome in outcomes], dtype="Int64"),
        },
    )

"""A frame becomes a checked plan: which message each row is, or why it is none. Nothing is sent here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from numbers import Integral
from typing import TYPE_CHECKING, Any

import pandas as pd

from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.frames import outcomes_to_frame
from greenapi_nb.ledger import Key, digest_of
from greenapi_nb.messages import Message, compose
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.recipients import check_region, read_recipient
from greenapi_nb.templates import Template
from greenapi_nb.values import is_missing, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

__all__ = ["Options", "Plan", "Row", "make_plan"]

RECIPIENT_TYPES = (None, "individual", "group")


@dataclass(frozen=True, slots=True)
class Row:
    """One row to send: its position in the frame, its message, and its key in the ledger."""

    position: int
    message: Message
    key: Key

    def in_round(self, number: int) -> Row:
        """Return the row as a message of another round of its campaign."""
        return replace(self, key=self.key._replace(round=number)) if number else self


@dataclass(slots=True)
class Plan:
    """What is to be done with every row.

    Attributes
    ----------
    index
        The frame's own labels.
    shown
        What column ``to`` shows for each row: the identifier, or the value as it was given.
    outcomes
        What is already known of each row; None for one that is to be sent.
    rows
        The rows that are to be sent, in frame order.
    positions
        Which row each key of the frame is, whatever round of the campaign.
    """

    index: pd.Index
    shown: list[str | None]
    outcomes: list[Outcome | None]
    rows: list[Row]
    positions: dict[Key, int] = field(default_factory=dict)

    def settle(self, outcomes: dict[Key, Outcome]) -> None:
        """Give rows whose outcome is known that outcome, and send them no more."""
        for row in self.rows:
            if row.key in outcomes:
                self.outcomes[row.position] = outcomes[row.key]
        self.rows = [row for row in self.rows if row.key not in outcomes]

    def update(self, outcomes: dict[Key, Outcome]) -> None:
        """Replace the outcomes of keys that turned out otherwise."""
        for key, outcome in outcomes.items():
            if key in self.positions:
                self.outcomes[self.positions[key]] = outcome

    def fill(self, outcome: Outcome) -> None:
        """Give the rows that have no outcome this one."""
        self.outcomes = [known or outcome for known in self.outcomes]

    def preview(self) -> pd.DataFrame:
        """Lay out a dry run: what would be sent is ``ready``."""
        self.fill(Outcome(Status.READY))
        return self.to_frame()

    def to_frame(self) -> pd.DataFrame:
        """Lay out what came of every row; each must have its outcome."""
        return outcomes_to_frame(self.shown, [outcome for outcome in self.outcomes if outcome], self.index)

    def limit_to(self, limit: int | None) -> None:
        """Skip what is over the limit, the last rows first."""
        if limit is None:
            return
        for row in self.rows[limit:]:
            self.outcomes[row.position] = skipped(ErrorCode.OVER_LIMIT, f"the limit of {limit:,} messages was reached")
        self.rows = self.rows[:limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a frame is read into a plan; checked when made.

    Raises
    ------
    ValueError, TypeError
        A value cannot be used; nothing was sent.
    """

    to: Hashable = "to"
    body: Hashable | None = None
    template: str | None = None
    recipient_type: str | None = None
    duplicates: str = "skip"
    suppress: Iterable[object] = ()
    limit: int | None = None
    region: str | None = None
    suppressed: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        if (self.body is None) == (self.template is None):
            raise ValueError(
                'Give either body= (the column that holds the texts) or template= (like "Hi {name}"), not '
                f"{'neither' if self.body is None else 'both'}; nothing was sent."
            )
        if self.template is not None and not isinstance(self.template, str):
            raise TypeError(
                f'template is a text like "Hi {{name}}", not {type(self.template).__name__}; nothing was sent.'
            )
        if self.recipient_type not in RECIPIENT_TYPES:
            raise ValueError(
                f'recipient_type is "individual", "group" or None (read off each identifier), not '
                f"{self.recipient_type!r}; nothing was sent."
            )
        if self.duplicates not in {"skip", "send"}:
            raise ValueError(f'duplicates is "skip" or "send", not {self.duplicates!r}; nothing was sent.')
        _check_limit(self.limit)
        check_region(self.region)
        object.__setattr__(self, "suppressed", frozenset(_identifiers(self.suppress, self.region)))


def _check_limit(limit: object) -> None:
    whole = isinstance(limit, int | Integral) and not isinstance(limit, bool)
    if limit is not None and not (whole and limit >= 0):  # type: ignore[operator]
        raise ValueError(f"limit is a whole number from 0 up, or None for no limit, not {limit!r}; nothing was sent.")


def skipped(code: ErrorCode, why: str, advice: str | None = None) -> Outcome:
    """Make the outcome of a row that is not attempted."""
    text = f"Not attempted: {why}. {code.info.advice if advice is None else advice}".strip()
    return Outcome(Status.SKIPPED, error_code=code, error=text)


def make_plan(frame: pd.DataFrame, options: Options) -> Plan:
    """Render, normalise and check every row before any is sent.

    Raises
    ------
    TypeError
        It is not a pandas DataFrame.
    ValueError
        A column is missing or stands twice, or the template is broken.
    """
    _check_frame(frame)
    render, values = _texts(frame, options)
    recipients = _column(frame, options.to, "to")
    plan = Plan(frame.index, [], [], [])
    counts: Counter[tuple[str, str]] = Counter()
    for position, (to, value) in enumerate(zip(recipients, values, strict=True)):
        planned = _compose(to, value, render, options)
        if isinstance(planned, Message):
            plan.shown.append(planned.to)
            plan.outcomes.append(_passed_over(planned, position, counts, plan, options))
        else:
            plan.shown.append(_shown(to, options))
            plan.outcomes.append(planned)
    return plan


def _compose(to: object, value: Any, render: Callable[[Any], object], options: Options) -> Message | Outcome:  # noqa: ANN401
    try:
        return compose(to, render(value), recipient_type=options.recipient_type, region=options.region)
    except MessageRejected as error:
        return Outcome(Status.REJECTED, error_code=error.code, error=str(error))


def _passed_over(
    message: Message, position: int, counts: Counter[tuple[str, str]], plan: Plan, options: Options
) -> Outcome | None:
    if message.to in options.suppressed:
        return skipped(ErrorCode.SUPPRESSED, "the recipient is on the list not to write to")
    digest = digest_of(message.body)
    occurrence = counts[message.to, digest]
    if occurrence and options.duplicates == "skip":
        return skipped(ErrorCode.DUPLICATE, "the same text to the same recipient stands in an earlier row")
    counts[message.to, digest] += 1
    key = Key(message.to, digest, occurrence)
    plan.positions[key] = position
    plan.rows.append(Row(position, message, key))
    return None


def _check_frame(frame: object) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame is a pandas DataFrame, not {type(frame).__name__}; nothing was sent.")
    twice = [name for name, times in Counter(frame.columns).items() if times > 1]
    if twice:
        raise ValueError(
            f"The frame has more than one column named {_listed(twice)}; rename them, so that it is clear which is "
            "meant. Nothing was sent."
        )


def _texts(frame: pd.DataFrame, options: Options) -> tuple[Callable[[Any], object], Iterable[Any]]:
    """Return how a row's text is made, and of what, row by row."""
    if options.template is None:
        return _as_it_is, _column(frame, options.body, "body")
    template = Template(options.template)
    template.check(frame.columns)
    used = [frame[name].tolist() for name in template.columns]
    return template.render, zip(*used, strict=True) if used else [()] * len(frame)


def _as_it_is(value: object) -> object:
    return value


def _column(frame: pd.DataFrame, name: Hashable, parameter: str) -> Sequence[Any]:
    if name not in frame.columns:
        raise ValueError(
            f"The frame has no column {name!r} ({parameter}=); it has {_listed(frame.columns) or 'none'}. "
            "Nothing was sent."
        )
    return frame[name].tolist()


def _listed(names: Iterable[object]) -> str:
    return ", ".join(repr(name) for name in names)


def _shown(to: object, options: Options) -> str | None:
    try:
        return read_recipient(to, region=options.region).identifier
    except MessageRejected:
        given = to if isinstance(to, str) else shown(to)
        return None if is_missing(to) else given.encode("utf-8", "replace").decode()


def _identifiers(suppress: Iterable[object], region: str | None) -> Iterator[str]:
    entries = [suppress] if isinstance(suppress, str | int) else suppress
    unreadable = []
    for entry in entries:
        if is_missing(entry) or entry == "":
            continue
        try:
            yield read_recipient(entry, region=region).identifier
        except MessageRejected:
            unreadable.append(entry)
    if unreadable:
        raise ValueError(
            f"suppress holds entries that are no recipients ({_listed(unreadable[:5])}); mend or remove them, so that "
            "nobody on the list is written to by mistake. Nothing was sent."
        )

"""A frame becomes a checked plan: which message each row is, or why it is none. Nothing is sent here."""

from __future__ import annotations

import operator
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from numbers import Integral
from typing import TYPE_CHECKING, Any, NamedTuple, cast, overload

import pandas as pd

from greenapi_nb.bulk.cells import exact
from greenapi_nb.bulk.suppression import read_suppressed
from greenapi_nb.errors import ErrorCode, MessageRejected
from greenapi_nb.frames import outcomes_to_frame
from greenapi_nb.ledger import Key, digest_of
from greenapi_nb.messages import Message, check_body, check_recipient_type, read_recipient_of_type
from greenapi_nb.outcomes import Outcome, Status
from greenapi_nb.recipients import check_region, read_recipient
from greenapi_nb.templates import Template
from greenapi_nb.values import is_missing, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

__all__ = ["Options", "Plan", "Row", "make_plan"]

_PIECE = 10_000


class Row(NamedTuple):
    """One row to send: its position in the frame, its message, and its key in the ledger."""

    position: int
    message: Message
    key: Key


@dataclass(slots=True)
class Plan:
    """What is to be done with every row, column by column: a million rows must fit beside their frame.

    Attributes
    ----------
    index
        The frame's own labels.
    shown
        What column ``to`` shows for each row: the identifier, or the value as it was given.
    outcomes
        What is already known of each row; None for one that is to be sent.
    bodies
        The text of each row that is to be sent, else None.
    to_send
        The positions of the rows that are to be sent, in frame order.
    groups
        The positions of rows to groups.
    occurrences
        The how-manieth such message a row is, where it is not the first.
    """

    index: pd.Index
    shown: list[str | None] = field(default_factory=list)
    outcomes: list[Outcome | None] = field(default_factory=list)
    bodies: list[str | None] = field(default_factory=list)
    to_send: array[int] = field(default_factory=lambda: array("q"))
    groups: set[int] = field(default_factory=set)
    occurrences: dict[int, int] = field(default_factory=dict)
    _rounds: dict[int, int] = field(default_factory=dict)

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that are to be sent, in frame order, each made when it is looked at."""
        return _Rows(self)

    @property
    def recipients(self) -> set[str]:
        """Whom the rows that are to be sent go to."""
        return {cast("str", self.shown[position]) for position in self.to_send}

    def settle(self, outcomes: Mapping[Key, Outcome]) -> None:
        """Give rows whose outcome is known that outcome, and send them no more."""
        for row in self.rows:
            self.outcomes[row.position] = outcomes.get(row.key)
        self._keep(self.to_send)

    def begin_rounds(self, rounds: Mapping[Key, int]) -> None:
        """Send rows as messages of these rounds of their campaign."""
        if rounds:
            self._rounds = {row.position: rounds[row.key] for row in self.rows if row.key in rounds}

    def update(self, outcomes: Mapping[Key, Outcome]) -> None:
        """Replace the outcomes of rows, known by their keys in round 0, that turned out otherwise."""
        if not outcomes:
            return
        for position in range(len(self.bodies)):
            if self.bodies[position] is not None:
                key = self.row(position).key._replace(round=0)
                self.outcomes[position] = outcomes.get(key, self.outcomes[position])

    def limit_to(self, limit: int | None) -> None:
        """Skip what is over the limit, the last rows first."""
        if limit is None:
            return
        over = skipped(ErrorCode.OVER_LIMIT, f"the limit of {limit:,} messages was reached")
        for position in self.to_send[limit:]:
            self.outcomes[position] = over
        self._keep(self.to_send[:limit])

    def fill(self, outcome: Outcome) -> None:
        """Give the rows that have no outcome this one."""
        self.outcomes = [known or outcome for known in self.outcomes]

    def preview(self, *, campaign: str | None = None) -> pd.DataFrame:
        """Lay out a dry run: what would be sent is ``ready``."""
        self.fill(Outcome(Status.READY))
        return self.to_frame(campaign=campaign)

    def to_frame(self, *, campaign: str | None = None, stopped: str | None = None) -> pd.DataFrame:
        """Lay out what came of every row; each must have its outcome.

        Parameters
        ----------
        campaign
            Its name, if it is known.
        stopped
            Why the run ended early.
        """
        result = outcomes_to_frame(self.shown, cast("list[Outcome]", self.outcomes), self.index)
        result.attrs.update(campaign=campaign, stopped=stopped)
        return result

    def _keep(self, positions: array[int]) -> None:
        self.to_send = array("q", (position for position in positions if self.outcomes[position] is None))

    def row(self, position: int) -> Row:
        """Make the row at a position, which must have its text."""
        to, body = cast("str", self.shown[position]), cast("str", self.bodies[position])
        message = Message(to, body, "group" if position in self.groups else "individual")
        occurrence, round_ = self.occurrences.get(position, 0), self._rounds.get(position, 0)
        return Row(position, message, Key(to, digest_of(body), occurrence, round_))


class _Rows(Sequence[Row]):
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __len__(self) -> int:
        return len(self._plan.to_send)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return [self._plan.row(position) for position in self._plan.to_send[place]]
        return self._plan.row(self._plan.to_send[place])


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
        check_recipient_type(self.recipient_type)
        _check_duplicates(self.duplicates)
        _check_limit(self.limit)
        check_region(self.region)
        object.__setattr__(self, "suppressed", read_suppressed(self.suppress, self.region))


def skipped(code: ErrorCode, why: str, advice: str | None = None) -> Outcome:
    """Make the outcome of a row that is not attempted."""
    text = f"Not attempted: {why}. {code.info.advice if advice is None else advice}".strip()
    return Outcome(Status.SKIPPED, error_code=code, error=text)


_SUPPRESSED = skipped(ErrorCode.SUPPRESSED, "the recipient is on the list not to write to")
_DUPLICATE = skipped(ErrorCode.DUPLICATE, "the same text to the same recipient stands in an earlier row")


def _check_duplicates(duplicates: object) -> None:
    if not (isinstance(duplicates, str) and duplicates in {"skip", "send"}):
        raise ValueError(f'duplicates is "skip" or "send", not {shown(duplicates)}; nothing was sent.')


def _check_limit(limit: object) -> None:
    whole = isinstance(limit, int | Integral) and not isinstance(limit, bool)
    if limit is not None and not (whole and limit >= 0):  # type: ignore[operator]
        raise ValueError(f"limit is a whole number from 0 up, or None for no limit, not {limit!r}; nothing was sent.")


def make_plan(frame: pd.DataFrame, options: Options, *, keep_bodies: bool = True) -> Plan:
    """Render, normalise and check every row before any is sent.

    Parameters
    ----------
    frame, options
        The rows, and how they are read.
    keep_bodies
        False forgets the texts once they are checked: for looking, not for sending.

    Raises
    ------
    TypeError
        It is not a pandas DataFrame.
    ValueError
        A column is missing or stands twice, or the template is broken.
    """
    _check_frame(frame)
    render, texts = _texts(frame, options)
    columns = [exact(frame[_checked_column(frame, options.to, "to")]), *(frame[name] for name in texts)]
    plan = Plan(frame.index)
    seen: set[bytes] = set()
    repeated: Counter[bytes] = Counter()
    for position, (to, *values) in enumerate(_in_pieces(columns)):
        shown_as: str | None
        outcome: Outcome | None = None
        try:
            shown_as, kind = read_recipient_of_type(to, options.recipient_type, region=options.region)
            body = check_body(render(values))
        except MessageRejected as error:
            shown_as = _shown(to, options)
            body, outcome = None, Outcome(Status.REJECTED, error_code=error.code, error=str(error))
        else:
            same = blake2b(f"{shown_as} {body}".encode(), digest_size=16).digest()
            if shown_as in options.suppressed:
                outcome = _SUPPRESSED
            elif same not in seen:
                seen.add(same)
            elif options.duplicates == "skip":
                outcome = _DUPLICATE
            else:
                repeated[same] += 1
                plan.occurrences[position] = repeated[same]
            if kind == "group":
                plan.groups.add(position)
        plan.shown.append(shown_as)
        plan.outcomes.append(outcome)
        if keep_bodies:
            plan.bodies.append(body if outcome is None else None)
        if outcome is None:
            plan.to_send.append(position)
    return plan


def _in_pieces(columns: list[pd.Series[Any]]) -> Iterator[tuple[Any, ...]]:
    """Go through rows without turning whole columns into lists."""
    for start in range(0, len(columns[0]), _PIECE):
        yield from zip(*(column.iloc[start : start + _PIECE].tolist() for column in columns), strict=True)


def _check_frame(frame: object) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame is a pandas DataFrame, not {type(frame).__name__}; nothing was sent.")
    twice = [name for name, times in Counter(frame.columns).items() if times > 1]
    if twice:
        raise ValueError(
            f"The frame has more than one column named {_listed(twice)}; rename them, so that it is clear which is "
            "meant. Nothing was sent."
        )


def _texts(frame: pd.DataFrame, options: Options) -> tuple[Callable[[list[Any]], object], Sequence[Hashable]]:
    """Return how a row's text is made, and of which columns."""
    if options.template is None:
        return operator.itemgetter(0), [_checked_column(frame, options.body, "body")]
    template = Template(options.template)
    template.check(frame.columns)
    return template.render, template.columns


def _checked_column(frame: pd.DataFrame, name: Hashable, parameter: str) -> Hashable:
    if not _has(frame, name):
        raise ValueError(
            f"The frame has no column {shown(name)} ({parameter}=); it has {_listed(frame.columns) or 'none'}. "
            "Nothing was sent."
        )
    return name


def _has(frame: pd.DataFrame, name: object) -> bool:
    # With several levels of columns a part of a name is in them, too, and stands for many of them.
    try:
        return name in frame.columns and isinstance(frame[name], pd.Series)
    except (KeyError, TypeError):  # TypeError: what cannot be hashed names nothing
        return False


def _listed(names: Iterable[object]) -> str:
    return ", ".join(repr(name) for name in names)


def _shown(to: object, options: Options) -> str | None:
    try:
        return read_recipient(to, region=options.region).identifier
    except MessageRejected:
        given = to if isinstance(to, str) else shown(to)
        return None if is_missing(to) else given.encode("utf-8", "replace").decode()

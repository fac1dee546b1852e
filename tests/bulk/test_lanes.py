"""Lanes: frame order, one message a recipient at once."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from greenapi_nb.bulk.lanes import Lanes
from greenapi_nb.bulk.plan import Row
from greenapi_nb.ledger import Key
from greenapi_nb.messages import Message


def rows(recipients: list[int]) -> list[Row]:
    """Make a row for each recipient, in order."""
    return [
        Row(position, Message(str(to), "hello", "individual"), Key(str(to), str(position)))
        for position, to in enumerate(recipients)
    ]


@given(recipients=st.lists(st.integers(0, 3), max_size=15), data=st.data())
def test_each_recipient_in_order_and_alone(recipients: list[int], data: st.DataObject) -> None:
    """However workers come and go, every row is taken once, in its recipient's order, one at a time."""
    lanes = Lanes(rows(recipients))
    under_way: list[Row] = []
    taken: defaultdict[int, list[int]] = defaultdict(list)
    while sum(len(positions) for positions in taken.values()) < len(recipients):
        free = set(recipients) - {int(row.message.to) for row in under_way}
        left = {to for to in free if recipients.count(to) > len(taken[to])}
        if under_way and (not left or data.draw(st.booleans())):
            lanes.done(under_way.pop(data.draw(st.integers(0, len(under_way) - 1))))
            continue
        row = lanes.take()
        assert row is not None
        assert int(row.message.to) not in {int(other.message.to) for other in under_way}
        under_way.append(row)
        taken[int(row.message.to)].append(row.position)
    for row in under_way:
        lanes.done(row)
    assert lanes.take() is None
    assert all(positions == sorted(positions) for positions in taken.values())


def test_closed_lanes_hand_out_nothing() -> None:
    """After a stop no further row is given."""
    lanes = Lanes(rows([1, 2]))
    lanes.close()
    assert lanes.take() is None

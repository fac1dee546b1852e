"""Rate, and magic recipients' patience, by a clock that is handed in."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from greenapi_nb.sandbox.conditions import MagicCounts, RateLimit, SlidingWindow
from greenapi_nb.sandbox.magic import MAGIC

# Multiples of 1/64 s are exact in binary, so that one second apart is exactly one second apart.
TIMES = st.lists(st.integers(0, 320), max_size=60).map(lambda ticks: [tick / 64 for tick in sorted(ticks)])


@settings(max_examples=100, deadline=None)
@given(times=TIMES)
def test_the_busiest_window_is_the_busiest(times: list[float]) -> None:
    """The count is that of looking at every window."""
    window = SlidingWindow()
    for now in times:
        window.add(now)
    expected = max((sum(start <= t < start + 1 for t in times) for start in times), default=0)
    assert expected == window.busiest


@settings(max_examples=100, deadline=None)
@given(times=TIMES, limit=st.integers(1, 5))
def test_no_second_admits_more_and_none_is_refused_without_need(times: list[float], limit: int) -> None:
    """Strict: no window of a second holds more than the limit, and a refusal means that one would."""
    rate, admitted = RateLimit(limit), list[float]()
    for now in times:
        recent = sum(now - earlier < 1 for earlier in admitted)
        passed = rate.admits(now)
        assert passed == (recent < limit)
        if passed:
            admitted.append(now)


def test_no_limit_admits_everything() -> None:
    """None is no limit."""
    rate = RateLimit(None)
    assert all(rate.admits(0.0) for _ in range(1000))


def test_patience_begins_anew() -> None:
    """Two refusals, one acceptance, and so on."""
    counts, magic = MagicCounts(), MAGIC["79000090004"]
    assert [counts.refuses(magic) for _ in range(6)] == [True, True, False] * 2


def test_the_others_always_do_the_same() -> None:
    """A magic recipient without patience refuses always or never."""
    counts = MagicCounts()
    assert {True} == {counts.refuses(MAGIC["79000001021"]) for _ in range(4)}
    assert {False} == {counts.refuses(MAGIC["79000090001"]) for _ in range(4)}

"""The public surface."""

import greenapi_nb


def test_all_names() -> None:
    """Every public name is there, sorted, documented with an example, and nothing else is."""
    assert greenapi_nb.__all__ == sorted(greenapi_nb.__all__)
    assert set(greenapi_nb.__all__) == set(greenapi_nb._HOMES)
    undocumented = [name for name in greenapi_nb.__all__ if ">>>" not in (getattr(greenapi_nb, name).__doc__ or "")]
    assert undocumented == []
    assert set(greenapi_nb.__all__) <= set(dir(greenapi_nb))


def test_unknown_name() -> None:
    """A mistyped name is an AttributeError, as of any module."""
    assert not hasattr(greenapi_nb, "send_txt")

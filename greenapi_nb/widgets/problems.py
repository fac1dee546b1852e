"""Exceptions where a form's user sees them: in words, and without the token."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from greenapi_nb.settings import TOKEN_VARIABLE, Settings
from greenapi_nb.widgets.live import LiveHtml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ProblemRegion", "problem_html"]

_BEARER = re.compile(r"(?i)(bearer\s+)\S+")
_HIDDEN = "<token hidden>"


class ProblemRegion(LiveHtml):
    """The place of a form where exceptions show that would vanish: those of callbacks and threads.

    Parameters
    ----------
    client
        Returns the client whose token must not be shown, or None.

    Examples
    --------
    >>> region = ProblemRegion()
    >>> with region.catching():
    ...     raise ValueError("no such thing")
    >>> "no such thing" in region.html
    True
    """

    def __init__(self, client: Callable[[], object] = lambda: None) -> None:
        super().__init__(attributes={"role": "alert"})
        self.add_class("greenapi-problem")
        self._client = client

    def report(self, problem: BaseException) -> None:
        """Show an exception; the one before it goes."""
        self.show(problem_html(problem, self._client()), "bad")

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Show what the block raises, and go on after it."""
        try:
            yield
        except Exception as problem:  # noqa: BLE001 - nobody else would ever see it
            self.report(problem)

    def guard(self, action: Callable[[], object]) -> Callable[[Any], None]:
        """Make a callback of a button or a trait that shows what it raises; it begins with a clean region."""
        return self.guard_event(lambda _: action())

    def guard_event(self, action: Callable[[Any], object]) -> Callable[[Any], None]:
        """Do as `guard` does for an action that takes the event."""

        def callback(event: object) -> None:
            self.show("")
            with self.catching():
                action(event)

        return callback


def problem_html(problem: BaseException, client: object = None) -> str:
    """Describe an exception so that it can be shown and saved.

    Parameters
    ----------
    problem
        What was raised.
    client
        Whose token must not be shown; the token in the environment is never shown.

    Examples
    --------
    >>> problem_html(ValueError("no such <thing>"))
    '<p><strong>Something went wrong in the form</strong> · ValueError</p><p>no such &lt;thing&gt;</p>'
    """
    words = _BEARER.sub(rf"\1{_HIDDEN}", str(problem))
    for token in (_token_of(client), os.environ.get(TOKEN_VARIABLE, "").strip()):
        if token:
            words = words.replace(token, _HIDDEN)
    kind = escape(type(problem).__name__)
    return f"<p><strong>Something went wrong in the form</strong> · {kind}</p><p>{escape(words)}</p>"


def _token_of(client: object) -> str:
    settings = getattr(client, "_settings", None)
    return settings.token.reveal() if isinstance(settings, Settings) else ""

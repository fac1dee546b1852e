"""WhatsApp's formatting marks as HTML, everything else escaped."""

from __future__ import annotations

import re
from html import escape

__all__ = ["to_html"]

_TAGS = {"*": "strong", "_": "em", "~": "s"}

_TOKEN = re.compile(
    r"```(?P<mono>.+?)```"
    r"|(?P<url>(?<![^\W_])(?:https?://|www\.)[^\W_][^\s<>\"`]*)"
    r"|(?P<break>\r\n|\r|\n)"
    r"|(?P<mark>[*_~])",
    re.DOTALL | re.IGNORECASE,
)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_AFTER_URL = frozenset(".,;:!?'*_~…»”’")  # noqa: RUF001 - the quotation marks people type
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def to_html(text: str) -> str:
    """Show a text the way WhatsApp does: marks as formatting, addresses as links, the rest as it is.

    Marks count where WhatsApp counts them: around words, not inside them, with no space just inside, and
    within one line; three back-ticks may hold several lines, and nothing in them is a mark.

    Parameters
    ----------
    text
        Any text; nothing in it can become HTML of its own.

    Returns
    -------
    str
        HTML made only of ``strong``, ``em``, ``s``, ``code``, ``br`` and ``a`` (to ``http`` and ``https``).
        Runs of spaces are kept as they are: show it with ``white-space: pre-wrap``.

    Notes
    -----
    The marks are those of the service's formatting page (``*bold*``, ``_italic_``, ``~strikethrough~``, three
    back-ticks). The time taken grows linearly with the length of the text.

    Examples
    --------
    >>> to_html("*Sale* & more, _today_")
    '<strong>Sale</strong> &amp; more, <em>today</em>'
    >>> to_html("snake_case_name, 2*3*4")
    'snake_case_name, 2*3*4'
    """
    pieces: list[str] = []
    opened: dict[str, int] = {}
    position = 0
    while (token := _TOKEN.search(text, position)) is not None:
        pieces.append(escape(text[position : token.start()]))
        position = token.end()
        if token["mono"] is not None:
            pieces.append(f"<code>{_LINE_BREAK.sub('<br>', escape(token['mono']))}</code>")
            if _LINE_BREAK.search(token["mono"]):
                opened.clear()
        elif token["url"] is not None:
            url = _without_trailing_punctuation(token["url"])
            position = token.start() + len(url)
            pieces.append(_link(url))
        elif token["break"] is not None:
            pieces.append("<br>")
            opened.clear()
        else:
            _add_mark(pieces, opened, text, token.start())
    pieces.append(escape(text[position:]))
    return "".join(pieces)


def _add_mark(pieces: list[str], opened: dict[str, int], text: str, at: int) -> None:
    """Add the mark at `at`: it ends an open one, or opens one, or is a plain character so far."""
    mark, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if mark in opened and not after.isalnum() and not before.isspace() and before != mark:
        start = opened[mark]
        pieces[start] = f"<{_TAGS[mark]}>"
        pieces.append(f"</{_TAGS[mark]}>")
        for crossed in [other for other, index in opened.items() if index >= start]:
            del opened[crossed]
        return
    if mark not in opened and not before.isalnum() and after not in {"", mark} and not after.isspace():
        opened[mark] = len(pieces)
    pieces.append(mark)


def _without_trailing_punctuation(url: str) -> str:
    """Leave outside what ends a sentence, a mark or a bracket that was opened before the address."""
    unopened = {end: url.count(end) - url.count(start) for end, start in _BRACKETS.items()}
    length = len(url)
    while (last := url[length - 1]) in _AFTER_URL or unopened.get(last, 0) > 0:
        length -= 1
        if last in unopened:
            unopened[last] -= 1
    return url[:length]


def _link(url: str) -> str:
    target = url if "://" in url[:8] else f"https://{url}"
    return f'<a href="{escape(target)}" target="_blank" rel="noopener noreferrer nofollow">{escape(url)}</a>'

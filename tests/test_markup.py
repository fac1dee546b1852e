"""Formatting marks as HTML: what WhatsApp formats, what it leaves, and that nothing else becomes HTML."""

from __future__ import annotations

import re
from html import unescape
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenapi_nb.markup import to_html

_REL = 'target="_blank" rel="noopener noreferrer nofollow"'
_MARKS_OF_TAGS = {
    "<strong>": "*", "</strong>": "*", "<em>": "_", "</em>": "_", "<s>": "~", "</s>": "~",
    "<code>": "```", "</code>": "```", "<br>": "\n", "</a>": "",
}  # fmt: skip
_LINK = re.compile(rf'<a href="https?://[^"<>]+" {_REL}>')
_TAG = re.compile(r"<[^>]*>")


def _as_typed(html: str) -> str:
    """Undo `to_html`: each tag back to its mark; a tag outside the allow-list is a KeyError."""
    return unescape(
        _TAG.sub(lambda tag: "" if _LINK.fullmatch(tag[0]) else _MARKS_OF_TAGS[tag[0]], html),
    )


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*bold*", "<strong>bold</strong>"),
        ("_italic_", "<em>italic</em>"),
        ("~strike~", "<s>strike</s>"),
        ("```mono```", "<code>mono</code>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("*a _b ~c~_ d*", "<strong>a <em>b <s>c</s></em> d</strong>"),
        ("*one* and *two*", "<strong>one</strong> and <strong>two</strong>"),
        ("(*bold*), *bold*!", "(<strong>bold</strong>), <strong>bold</strong>!"),
        ("*Привет, мир*", "<strong>Привет, мир</strong>"),
        ("*שלום*", "<strong>שלום</strong>"),
        ("🎉*party*🎉", "🎉<strong>party</strong>🎉"),
        ("*2+2*", "<strong>2+2</strong>"),
        ("**double**", "*<strong>double</strong>*"),
        ("*a *b*", "<strong>a *b</strong>"),
    ],
)
def test_marks_become_formatting(text: str, expected: str) -> None:
    """Marks around words format them, also nested, beside punctuation and in any script."""
    assert expected == to_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "snake_case_name", "2*3*4", "* a *", "*a *", "*a **", "* a*", "*", "**", "***", "_____", "~~~~~", "*a", "a*",
        "a*b*", "*b*c", "x ~ y ~ z", "``````", "```", "``a``",
    ],
)  # fmt: skip
def test_what_whatsapp_leaves_plain_stays_plain(text: str) -> None:
    """Marks inside words, beside a space, unclosed or empty are characters like any other."""
    assert text == to_html(text)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_marks_end_with_the_line_and_mono_does_not(line_break: str) -> None:
    """Each kind of line break is one <br>; only back-ticks reach over it."""
    assert "*a<br>b* _c_".replace("_c_", "<em>c</em>") == to_html(f"*a{line_break}b* _c_")
    assert to_html(f"```a{line_break}b```") == "<code>a<br>b</code>"
    assert to_html(f"*a ```b{line_break}c``` d*") == "*a <code>b<br>c</code> d*"


def test_marks_inside_mono_are_literal() -> None:
    """Between back-ticks there are no marks and no links."""
    assert to_html("```*a* _b_ http://c.d```") == "<code>*a* _b_ http://c.d</code>"
    assert to_html("*a ```b*``` c*") == "<strong>a <code>b*</code> c</strong>"


def test_marks_that_cross_do_not_make_crossing_tags() -> None:
    """The mark that closes first wins; the one it cuts through stays plain."""
    assert to_html("*a _b* c_") == "<strong>a _b</strong> c_"


@pytest.mark.parametrize(
    ("text", "url", "rest"),
    [
        ("https://a.example/x_y_z", "https://a.example/x_y_z", ""),
        ("https://a.example/*x*/~y~", "https://a.example/*x*/~y", "~"),
        ("HTTP://A.example", "HTTP://A.example", ""),
        ("https://a.example/?q=1&r=2.", "https://a.example/?q=1&r=2", "."),
        ("https://a.example/w_(x)", "https://a.example/w_(x)", ""),
        ("https://a.example/)).", "https://a.example/", "))."),
        ("https://a.example/(x))", "https://a.example/(x)", ")"),
        ("https://a.example!?…", "https://a.example", "!?…"),
        ("https://a.example'", "https://a.example", "'"),
    ],
)
def test_addresses_become_links(text: str, url: str, rest: str) -> None:
    """An address is one link, marks inside it untouched, punctuation after it outside."""
    shown = url.replace("&", "&amp;")
    assert f'<a href="{shown}" {_REL}>{shown}</a>{rest.replace(chr(39), "&#x27;")}' == to_html(text)


def test_www_addresses_link_to_https() -> None:
    """An address without a scheme gets one in the link alone."""
    assert f'<a href="https://www.a.example" {_REL}>www.a.example</a>' == to_html("www.a.example")


@pytest.mark.parametrize("text", ["javascript:alert(1)", "https://", "www.", "xhttps://a.b", "http:// a", "ftp://a.b"])
def test_other_schemes_are_no_links(text: str) -> None:
    """Nothing but http, https and www. makes a link."""
    assert text == to_html(text)


def test_a_mark_around_an_address_formats_it() -> None:
    """The closing mark after an address is not part of the address."""
    assert f'<strong>(<a href="https://a.example/b" {_REL}>https://a.example/b</a>)</strong>' == to_html(
        "*(https://a.example/b)*"
    )


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "*<b onclick='x'>*", '```<img src=x onerror="y">```'])
def test_html_is_shown_as_typed(text: str) -> None:
    """What looks like HTML comes out escaped, wherever it stands."""
    assert text == _as_typed(to_html(text))
    assert "<" not in _TAG.sub(lambda tag: "" if tag[0] in _MARKS_OF_TAGS else tag[0], to_html(text))


_PARTS = st.sampled_from(
    [*"*_~`<>&\"' \n\r.()ab1é", "```", "https://a.b/", "www.a", "\r\n", "<b>", "&lt;", "🎉", "\ud800"],
)


@settings(max_examples=80)
@given(st.one_of(st.text(), st.lists(_PARTS, max_size=60).map("".join)))
def test_the_text_can_be_read_back(text: str) -> None:
    """Any text comes back whole from its HTML, and no tag outside the allow-list is ever made."""
    assert _normalised(text) == _as_typed(to_html(text))


@settings(max_examples=80)
@given(st.lists(_PARTS, max_size=60).map("".join))
def test_tags_nest(text: str) -> None:
    """Every tag that opens is closed by its own, innermost first."""
    stack: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)", to_html(text)):
        if closing:
            assert stack.pop() == name
        elif name != "br":
            stack.append(name)
    assert stack == []


@pytest.mark.parametrize(
    "part",
    ["*", "*a", "*a_b~", "```", "`", "http://", "http://a", "www.", "(*_~a~_*) ", "http://a.b)", "\n*"],
)
def test_time_grows_linearly(part: str) -> None:
    """A hundred thousand marks take no longer than anyone would wait."""
    begun = perf_counter()
    to_html(part * (100_000 // len(part)))
    to_html("http://a" + part * (100_000 // len(part)))
    assert perf_counter() - begun < 2

"""Sixty texts that would run, or break out of where they are shown, if they were not escaped."""

from __future__ import annotations

_CALL = "parent.hacked=window.hacked=1"

_ELEMENTS = [
    f"<script>{_CALL}</script>",
    f"<SCRIPT>{_CALL}</SCRIPT>",
    f"</script><script>{_CALL}</script>",
    f"<img src=x onerror={_CALL}>",
    f'<img src="x" onerror="{_CALL}">',
    f"<img src=x onerror='{_CALL}'>",
    f"<svg onload={_CALL}>",
    f"<svg><script>{_CALL}</script></svg>",
    f"<svg><animate onbegin={_CALL} attributeName=x dur=1s>",
    f"<body onload={_CALL}>",
    f'<iframe src="javascript:{_CALL}"></iframe>',
    f"<iframe srcdoc='<script>{_CALL}</script>'></iframe>",
    f'<a href="javascript:{_CALL}">x</a>',
    f"<details open ontoggle={_CALL}>x</details>",
    f"<input autofocus onfocus={_CALL}>",
    f"<select autofocus onfocus={_CALL}>",
    f"<textarea autofocus onfocus={_CALL}>",
    f"</textarea><script>{_CALL}</script>",
    f"<video><source onerror={_CALL}></video>",
    f"<audio src=x onerror={_CALL}>",
    f'<object data="javascript:{_CALL}">',
    f'<embed src="javascript:{_CALL}">',
    f'<form><button formaction="javascript:{_CALL}">x</button></form>',
    f'<math href="javascript:{_CALL}">x</math>',
    f"<style>@import 'javascript:{_CALL}';</style>",
    f"</style><script>{_CALL}</script>",
    f'<link rel=stylesheet href="javascript:{_CALL}">',
    f'<meta http-equiv=refresh content="0;url=javascript:{_CALL}">',
    f'<base href="javascript:{_CALL}//">',
    f"<marquee onstart={_CALL}>x</marquee>",
    f'<div style="animation-name:x" onanimationstart={_CALL}>x</div>',
    f"<template><img src=x onerror={_CALL}></template>",
    f'<noscript><p title="</noscript><img src=x onerror={_CALL}>">',
    f"<!--><img src=x onerror={_CALL}>-->",
    f"<![CDATA[><img src=x onerror={_CALL}>]]>",
    f"<<img src=x onerror={_CALL}>",
    f"<img src=x onerror={_CALL}//",
    f"<img/src=x/onerror={_CALL}>",
    f"<x onclick={_CALL}>x</x>",
    f'<img src=x:x onerror="{_CALL}">{{{{7*7}}}}',
]
_ATTRIBUTES = [
    f'" onmouseover="{_CALL}',
    f"' onmouseover='{_CALL}",
    f'"><img src=x onerror={_CALL}>',
    f"'><img src=x onerror={_CALL}>",
    f"--><img src=x onerror={_CALL}>",
    f"]]><img src=x onerror={_CALL}>",
    f"</q></p><img src=x onerror={_CALL}>",
    f"</div><img src=x onerror={_CALL}>",
    f'https://a.example/"onmouseover="{_CALL}',
    f"https://a.example/'onmouseover='{_CALL}",
    f"https://a.example/?<img src=x onerror={_CALL}>",
    f"javascript:{_CALL}",
    f"JaVaScRiPt:{_CALL}",
    f"data:text/html,<script>{_CALL}</script>",
]
_ENTITIES = [
    "&lt;script&gt;",
    "&#60;img src=x&#62;",
    "&amp;lt;b&amp;gt;",
    "\\u003cscript\\u003e",
    "{{constructor.constructor('x')()}}",
    "${7*7}<%= 7*7 %>",
]

SCRIPTS = [*_ELEMENTS, *_ATTRIBUTES, *_ENTITIES]
"""None holds a formatting mark that counts, so each is shown as it was typed."""

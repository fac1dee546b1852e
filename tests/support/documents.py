"""README and CONTRIBUTING taken apart: their blocks of code, their commands, what stands between back-ticks."""

from __future__ import annotations

import re
from pathlib import Path

import greenapi_nb

ROOT = Path(greenapi_nb.__file__).parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md")
TEXTS = {name: (ROOT / name).read_text("utf-8") for name in DOCUMENTS}

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_COMMAND = re.compile(r"(\.venv/bin/|\.ci/|python3? |jupyter[ -]|tox |pip )")


def blocks(language: str) -> list[tuple[str, str]]:
    """List the blocks of code in one language, each with its document."""
    return [(name, code) for name in DOCUMENTS for kind, code in FENCE.findall(TEXTS[name]) if kind == language]


def inline(name: str) -> list[str]:
    """List what stands between back-ticks in a document's prose."""
    return list(_INLINE.findall(FENCE.sub("", TEXTS[name])))


def lines() -> list[str]:
    """List the lines to type into a shell, of both documents, each once, in the order of reading."""
    typed = [line for _, block in blocks("sh") for line in block.splitlines()]
    typed += [code for name in DOCUMENTS for code in inline(name) if _COMMAND.match(code)]
    return list(dict.fromkeys(typed))

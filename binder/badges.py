"""Write the links of README's Binder badges, made of the repository's address in pyproject.toml."""
# ruff: noqa: INP001 - a script, no package

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).parents[1]
PAGES = {
    "quickstart in Lab": "lab/tree/notebooks/01_quickstart.ipynb",
    "form as an app": "voila/render/notebooks/05_bulk_form.ipynb",
}


def address() -> str:
    """Read the repository's address."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["urls"]["Repository"]).removesuffix("/").removesuffix(".git")


def links(repository: str) -> dict[str, str]:
    """Make the definition of each badge's link.

    Examples
    --------
    >>> links("https://github.com/me/it")["quickstart in Lab"]
    '[quickstart in Lab]: https://mybinder.org/v2/gh/me/it/HEAD?urlpath=lab/tree/notebooks/01_quickstart.ipynb'
    """
    parts = urlsplit(repository)
    where = f"gh{parts.path}" if parts.netloc == "github.com" else f"git/{quote(repository, safe='')}"
    return {name: f"[{name}]: https://mybinder.org/v2/{where}/HEAD?urlpath={page}" for name, page in PAGES.items()}


def with_links(text: str, definitions: dict[str, str]) -> str:
    """Put definitions into a text in place of those it has under the same names."""
    for name, definition in definitions.items():
        text = re.sub(rf"^\[{re.escape(name)}\]:.*$", definition.replace("\\", r"\\"), text, flags=re.MULTILINE)
    return text


if __name__ == "__main__":
    readme = ROOT / "README.md"
    readme.write_text(with_links(readme.read_text(encoding="utf-8"), links(address())), encoding="utf-8")

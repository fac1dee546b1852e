"""A button that downloads a file made when it is asked for, and never in the notebook."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

from anywidget import AnyWidget
from traitlets import Unicode

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Download"]


class Download(AnyWidget):
    """A download button; works wherever widgets do, for nothing but the browser touches the file.

    Parameters
    ----------
    description
        What the button says.
    make
        Returns the file's name and content.
    do
        Runs a job somewhere, like `Worker.do`; the file is made and sent there.

    Examples
    --------
    >>> button = Download("Download", lambda: ("a.csv", b"to"), do=lambda job, *args: job(*args))
    >>> button.answer("1").keys()
    dict_keys(['id', 'name', 'type'])
    """

    # Its text rather than its path: a path keeps every widget that was ever made from it.
    _esm = Path(__file__).with_name("download.js").read_text(encoding="utf-8")
    description = Unicode("").tag(sync=True)

    def __init__(self, description: str, make: Callable[[], tuple[str, bytes]], *, do: Callable[..., object]) -> None:
        super().__init__(description=description)
        self._make = make
        self.on_msg(lambda _widget, content, _buffers: do(self.answer, content["id"]))

    def answer(self, asked: str) -> dict[str, str]:
        """Make the file and send it to the view that asked; return what goes with it.

        Parameters
        ----------
        asked
            The view's own mark.
        """
        name, content = self._make()
        about = {"id": asked, "name": name, "type": "text/csv;charset=utf-8"}
        self.send(about, [gzip.compress(content, compresslevel=6)])
        return about

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.description!r})"

"""A file from the user's computer, in any size a browser should carry, and never in the notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from anywidget import AnyWidget
from traitlets import Bool, Int, Unicode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Upload"]


class Upload(AnyWidget):
    """A labelled field to choose a file, or drop one on, that comes in pieces and leaves no trace in widget state.

    Parameters
    ----------
    label
        The visible label.
    accept
        Endings of file names to offer, like ``".csv,.xlsx"``.
    limit
        Most bytes to take; a larger file is refused in the browser.
    on_file
        Called with the name and content of a file that has come.
    on_refused
        Called with the name and size of a file that was too large.

    Examples
    --------
    >>> came = []
    >>> upload = Upload("Table", accept=".csv", limit=10, on_file=lambda *file: came.append(file))
    >>> upload.take({"id": "1", "name": "a.csv", "piece": 0, "pieces": 1}, [b"to"])
    >>> came
    [('a.csv', b'to')]
    """

    # Its text rather than its path: a path keeps every widget that was ever made from it.
    _esm = Path(__file__).with_name("upload.js").read_text(encoding="utf-8")
    label = Unicode("").tag(sync=True)
    accept = Unicode("").tag(sync=True)
    limit = Int(0).tag(sync=True)
    disabled = Bool(False).tag(sync=True)  # noqa: FBT003 - the trait's first value

    def __init__(
        self,
        label: str,
        *,
        accept: str,
        limit: int,
        on_file: Callable[[str, bytes], object],
        on_refused: Callable[[str, int], object] = lambda _name, _size: None,
    ) -> None:
        super().__init__(label=label, accept=accept, limit=limit)
        self._on_file = on_file
        self._on_refused = on_refused
        self._pieces: dict[str, dict[int, bytes]] = {}
        self.on_msg(lambda _widget, content, buffers: self.take(content, buffers))

    def take(self, content: dict[str, Any], buffers: Sequence[bytes | memoryview]) -> None:
        """Take a piece of a file, ask for the next, and hand the file on when it was the last.

        Parameters
        ----------
        content
            ``id``, ``name`` and ``size`` of the file; ``piece`` of so many ``pieces``, or ``refused``.
        buffers
            The piece's bytes.
        """
        if content.get("refused"):
            self._on_refused(content["name"], content["size"])
            return
        if self.disabled:
            return
        pieces = self._pieces.setdefault(content["id"], {})
        pieces[content["piece"]] = bytes(buffers[0])
        self.send({"id": content["id"], "piece": content["piece"]})
        if len(pieces) == content["pieces"]:
            del self._pieces[content["id"]]
            self._on_file(content["name"], b"".join(pieces[number] for number in sorted(pieces)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.label!r})"

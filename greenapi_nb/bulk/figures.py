"""A Matplotlib figure that a notebook shows without pyplot; importing this module imports Matplotlib."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure

__all__ = ["NotebookFigure"]

_SHARPNESS = 2


class NotebookFigure(Figure):
    """A figure of its own: pyplot does not keep it, and it shows where it is the value of a cell.

    Examples
    --------
    >>> png, size = NotebookFigure(figsize=(4, 2), dpi=100)._repr_png_()
    >>> png[1:4], size
    (b'PNG', {'width': 400, 'height': 200})
    """

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=_SHARPNESS * self.dpi)
        width, height = (round(inches * self.dpi) for inches in self.get_size_inches())
        return buffer.getvalue(), {"width": width, "height": height}

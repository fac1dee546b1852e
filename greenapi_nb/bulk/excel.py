"""An Excel file's cells, each as the text it stands for."""

from __future__ import annotations

import warnings
import zipfile
from datetime import datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from greenapi_nb.bulk.uploads import UploadError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["as_text", "read_excel_rows"]

_LARGEST_UNPACKED = 1024 * 1024 * 1024


def read_excel_rows(name: str, content: bytes) -> tuple[list[list[str | None]], str]:
    """Read the first sheet that holds anything.

    Parameters
    ----------
    name
        The file's name.
    content
        An XLSX file.

    Returns
    -------
    rows, how
        The cells as texts, None for an empty one; and how it was read, in words.

    Raises
    ------
    UploadError
        It is no XLSX file, or a broken one, or openpyxl is not installed.
    """
    try:
        from openpyxl import load_workbook  # type: ignore[import-untyped]
    except ImportError:
        raise UploadError(
            f"{name} is an Excel file, and the library that reads them is not installed. Save it as CSV UTF-8 and "
            "upload that, or install the library with `pip install openpyxl`. Nothing was sent."
        ) from None
    try:
        _check_unpacked_size(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about looks, which are not read
            book = load_workbook(BytesIO(content), read_only=True, data_only=True)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            for sheet in sheets:
                sheet.reset_dimensions()  # some programs write wrong ones
                rows = _texts(sheet.iter_rows(values_only=True))
                if any(map(any, rows)):
                    more = f" of {len(sheets)}" if len(sheets) > 1 else ""
                    return rows, f"Excel, sheet “{sheet.title}”{more}"
    except Exception as error:  # noqa: BLE001 - a broken file raises anything
        raise UploadError(
            f"{name} is not an Excel file that can be read ({type(error).__name__}). Open it in a spreadsheet program, "
            "save it as XLSX or as CSV UTF-8, and upload that. Nothing was sent."
        ) from None
    return [], "Excel"


def as_text(value: Any) -> str | None:  # noqa: ANN401 - a cell may hold anything
    """Write a cell as text: whole numbers without a decimal point, days without a time of day.

    Examples
    --------
    >>> [as_text(value) for value in (79001234567.0, 12.5, datetime(2026, 11, 5), True, "  ")]
    ['79001234567', '12.5', '2026-11-05', 'TRUE', None]
    """
    if value is None or isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    return str(value)


def _check_unpacked_size(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _LARGEST_UNPACKED:
            raise MemoryError


def _texts(rows: Iterable[tuple[Any, ...]]) -> list[list[str | None]]:
    return [[as_text(cell) for cell in row] for row in rows]

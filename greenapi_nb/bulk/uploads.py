"""What can be wrong with a file that somebody uploads."""

from __future__ import annotations

__all__ = ["UploadError"]


class UploadError(ValueError):
    """A file that cannot be read as a table; nothing was sent.

    Examples
    --------
    >>> raise UploadError("people.csv holds nothing. Nothing was sent.")
    Traceback (most recent call last):
        ...
    greenapi_nb.bulk.uploads.UploadError: people.csv holds nothing. Nothing was sent.
    """

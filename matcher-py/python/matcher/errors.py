"""What can go wrong, as exceptions: one tree on one screen.

Messages name the record, the field, the value and what was expected.

Examples
--------
>>> import matcher
>>> from matcher import fingerprint
>>> try:
...     fingerprint.Template.from_arrays([700], [20], [0.0], width=300, height=400)
... except matcher.MatcherError as error:
...     print(error)
minutia 0 x is 700, expected 0 to 300, inside the image
"""

from __future__ import annotations

__all__ = [
    "AlreadyEnrolledError",
    "ClusterError",
    "DamagedError",
    "ExpiredError",
    "FileError",
    "InUseError",
    "InvalidValueError",
    "MatcherError",
    "NoModelError",
    "NotAGalleryError",
    "NotEnrolledError",
    "ReadOnlyError",
    "StoreError",
    "ThreadsError",
    "UnknownFormatError",
    "WrongBaseError",
]


class MatcherError(Exception):
    """Base of every error of this package."""


class InvalidValueError(MatcherError, ValueError):
    """A value that cannot be what it claims to be.

    Attributes
    ----------
    record, field, value, expected : str
        Which record and field, what stands there, and what was expected; ``record`` is empty where there is one only.
    """

    def __init__(self, message: str, record: str = "", field: str = "", value: str = "", expected: str = "") -> None:
        super().__init__(message)
        self.record = record
        self.field = field
        self.value = value
        self.expected = expected


class UnknownFormatError(MatcherError, ValueError):
    """Bytes of no format known here."""


class FileError(MatcherError, OSError):
    """A file or folder that could not be read or written."""


class NoModelError(FileError, FileNotFoundError):
    """A model file of the extractor that is not on this machine; ``matcher model install`` puts it there."""


class AlreadyEnrolledError(MatcherError, ValueError):
    """A subject id that is taken."""


class NotEnrolledError(MatcherError, LookupError):
    """A subject that is not enrolled."""


class StoreError(MatcherError):
    """Base of what is wrong with the folder of a gallery.

    Attributes
    ----------
    path, reason : str
        Which file or folder, and why.
    """

    def __init__(self, message: str, path: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.reason = reason


class DamagedError(StoreError):
    """A file of a gallery whose bytes are not what was written."""


class NotAGalleryError(StoreError, ValueError):
    """A folder that is no gallery, or one of a newer version."""


class InUseError(StoreError):
    """A gallery that another process writes to."""


class ReadOnlyError(StoreError):
    """A change to a gallery that may only be read."""


class ExpiredError(StoreError):
    """A search in a shard after the time for which it was exported."""


class WrongBaseError(StoreError, ValueError):
    """A delta and a shard that do not belong together, or a base that no delta can be made from."""


class ThreadsError(MatcherError, RuntimeError):
    """Threads that the operating system did not give."""


class ClusterError(MatcherError, RuntimeError):
    """A cluster that cannot be used: no worker, no shard that can be searched, or parts that do not belong together."""

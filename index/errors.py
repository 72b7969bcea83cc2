"""What can go wrong with a library.

LibraryError                    base
|-- LibraryNotFoundError        no library at that path
|-- LibraryVersionError         written by a newer version of the product
|-- LibraryBusyError            another process is writing
|-- LibraryChangedError         what a reader held is gone, from a folder in which it could not be held
|-- LibraryDamagedError         a file is missing, cut or changed
|-- LibraryWriteError           disk full, read-only, no permission; the library is unchanged
|-- DescriptorMismatchError     rows of another version, kind or size under the same set name
|-- DuplicateIdError            the id stands for other content already
`-- UnknownEntryError           no entry of that id
"""

from __future__ import annotations

__all__ = [
    "DescriptorMismatchError",
    "DuplicateIdError",
    "LibraryBusyError",
    "LibraryChangedError",
    "LibraryDamagedError",
    "LibraryError",
    "LibraryNotFoundError",
    "LibraryVersionError",
    "LibraryWriteError",
    "UnknownEntryError",
]


class LibraryError(Exception):
    """Base of every library error; the message says what, got, expected and the next step."""


class LibraryNotFoundError(LibraryError):
    """No library stands at that path."""


class LibraryVersionError(LibraryError):
    """The library was written by a newer version of the product."""


class LibraryBusyError(LibraryError):
    """Another process is writing to the library."""


class LibraryChangedError(LibraryError):
    """What a reader worked on was removed from a folder that the reader could not write its lease into."""


class LibraryDamagedError(LibraryError):
    """A file of the library is missing, cut or changed."""


class LibraryWriteError(LibraryError):
    """The library could not be written to and is unchanged."""


class DescriptorMismatchError(LibraryError):
    """Rows of another version, kind or size were offered under the name of an existing set."""


class DuplicateIdError(LibraryError):
    """The identifier stands for other content already."""


class UnknownEntryError(LibraryError):
    """No entry has that identifier."""

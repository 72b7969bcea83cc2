"""Small libraries of random vectors, written without waiting for the disk."""

from support.small_library import hasty, library, make, path, pristine

__all__ = ["hasty", "library", "make", "path", "pristine"]

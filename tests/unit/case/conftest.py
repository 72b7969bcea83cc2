"""A small case with everything in it, open, sealed and stamped."""

from support.sealed_cases import authority, copy_of, declare, film, key, open_case, sealed_case, stamped_case

__all__ = ["authority", "copy_of", "declare", "film", "key", "open_case", "sealed_case", "stamped_case"]

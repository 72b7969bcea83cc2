"""One byte string per value: canonical JSON (RFC 8785), what hashes and signatures are taken over."""

from __future__ import annotations

from typing import Any

__all__ = ["canonical_json"]


def canonical_json(value: Any) -> bytes:
    """The value as UTF-8 JSON with sorted keys, no spaces and one way to write every number (RFC 8785).

    Raises:
        ValueError: the value holds something that JSON can't say exactly: a number that is not finite, an integer
            beyond 2**53, text with half a surrogate pair, a key that is no text, an unknown type.
    """
    import rfc8785

    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise ValueError(f"can't be written as canonical JSON (RFC 8785): {error}") from error

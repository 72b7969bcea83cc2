"""Provenance labels that a file carries: C2PA, the AIGC label of GB 45438-2025, XMP, EXIF, and tags of encoders.

A label says what its writer wanted to say: it can be removed, copied and forged.  A missing one says nothing.
"""

__all__ = ["labels", "reading", "values", "visible"]

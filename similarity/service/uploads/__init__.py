"""Files that arrive: created, received in pieces, checked, stored by content, erased."""

__all__ = ["blobs", "receiving", "retaining", "uploads"]

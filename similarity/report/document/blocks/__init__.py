"""Parts of the document, section by section."""

__all__ = ["findings", "match_detail", "matches", "overview", "taking"]

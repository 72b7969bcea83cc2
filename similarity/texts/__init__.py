"""What two texts share: names and passages, with their positions; documents and lists of domains read as text."""

__all__ = ["compare", "documents", "domains", "names", "tokens", "values"]

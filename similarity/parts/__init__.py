"""Parts of works, such as a character or an object, and where they reappear."""

__all__ = ["drawing", "look", "regions", "searching", "store", "values"]

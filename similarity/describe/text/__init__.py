"""Text in pictures: where it is likely, what it says, and how long it stands there."""

__all__ = ["engine", "follow"]

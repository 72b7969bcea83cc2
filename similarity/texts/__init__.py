"""texts."""

__all__: list[str] = []

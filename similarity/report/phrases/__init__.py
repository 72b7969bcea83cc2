"""phrases."""

__all__: list[str] = []

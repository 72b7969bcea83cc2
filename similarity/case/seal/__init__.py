"""seal."""

__all__: list[str] = []

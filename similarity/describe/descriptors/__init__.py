"""descriptors."""

__all__: list[str] = []

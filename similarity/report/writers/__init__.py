"""writers."""

__all__: list[str] = []

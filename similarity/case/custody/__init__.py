"""custody."""

__all__: list[str] = []

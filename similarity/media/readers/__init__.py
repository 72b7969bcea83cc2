"""readers."""

__all__: list[str] = []

"""local."""

__all__: list[str] = []

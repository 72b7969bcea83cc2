"""The catalogue: one SQLite file, its tables, its formats and their migrations."""

__all__: list[str] = []

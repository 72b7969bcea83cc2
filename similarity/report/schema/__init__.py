"""The one stored form of a report: its values, and JSON."""

__all__: list[str] = []

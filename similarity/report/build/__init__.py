"""From a comparison to the `Report`."""

__all__: list[str] = []

"""Files of a case folder: their layout and names, hashes, stills, tables, and the walk over all of them."""

__all__: list[str] = []

"""Decoders behind one protocol, with what they count and how times are kept."""

__all__: list[str] = []

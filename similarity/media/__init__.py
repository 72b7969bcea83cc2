"""Bytes to frames with exact times: two readers behind one protocol, digests, and pictures by time stamp."""

__all__ = [
    "capabilities",
    "container",
    "digest",
    "facts",
    "jpeg",
    "open",
    "pictures",
    "stretches",
    "subtitles",
    "threads",
    "types",
    "walk",
]

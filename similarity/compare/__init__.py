"""One suspect against the library: a session, the works as tracks, the engine, what a person excluded."""

__all__ = [
    "engine",
    "exclusions",
    "frames",
    "geometric",
    "measuring",
    "placing",
    "session",
    "suggestions",
    "unrelated",
    "values",
    "works",
]

"""One suspect against the library: a session, the works as tracks, the engine, what a person excluded."""

__all__ = [
    "controls",
    "decoys",
    "engine",
    "exclusions",
    "frames",
    "geometric",
    "measuring",
    "placing",
    "sensitivity",
    "session",
    "sounding",
    "suggestions",
    "unrelated",
    "values",
    "works",
]

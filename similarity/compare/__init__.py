"""One suspect against the library: a session, the works as tracks, the engine, what a person excluded."""

__all__ = [
    "binding",
    "controls",
    "decoys",
    "engine",
    "exclusions",
    "frames",
    "geometric",
    "measuring",
    "part_pictures",
    "part_search",
    "placing",
    "sensitivity",
    "session",
    "sounding",
    "suggestions",
    "unrelated",
    "values",
    "works",
]

"""What two texts share: names and passages, with their positions; documents, scripts and lists of domains as text."""

__all__ = [
    "compare",
    "documents",
    "domains",
    "names",
    "script_compare",
    "script_files",
    "script_values",
    "tokens",
    "values",
]

"""What is said to people: texts, names of axes, readings and grades, in English and Chinese."""

__all__ = [
    "access",
    "change_words",
    "filing",
    "finding_words",
    "language",
    "mark_words",
    "match_words",
    "stated",
    "words",
]

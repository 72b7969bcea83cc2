"""One `Report` value and its renderers: JSON, CSV, HTML, and the files of a case folder."""

__all__ = ["folder"]

"""The product's version, read by the build and carried into every report."""

__version__ = "0.1.0"

"""The demo's films: works, suspects and background, rendered over photographs that scikit-image ships."""

__all__ = ["footage", "run"]

"""Many suspects: a run folder that resumes."""

__all__ = ["scan"]

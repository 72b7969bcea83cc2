"""Many suspects: a run folder that resumes."""

__all__ = ["results", "scan"]

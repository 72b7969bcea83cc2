"""Many suspects: a run folder that resumes."""

__all__ = ["opinions", "results", "run_folder", "scan", "watching"]

"""Many suspects: a run folder that resumes."""

__all__ = ["opinions", "options", "results", "run_folder", "scan", "watching"]

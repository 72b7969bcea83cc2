"""What people decide: tasks handed out one at a time, opinions with reasons, undo, blind second looks, agreement."""

__all__ = ["golden", "opinions", "quality", "tasks"]

"""The demo's service: its works indexed, policies in force, people who review, uploads of every fate."""

__all__ = ["building"]

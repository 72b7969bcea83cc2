"""The platform side: uploads screened by policies over measured facts, people who decide, an audit chain."""

__all__ = ["clock", "errors", "keeping", "serving", "settings", "starting", "states", "worker"]

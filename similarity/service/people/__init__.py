"""Who may do what: tenants, people with passwords and sessions, keys of programs, roles."""

__all__ = ["accounts", "roles", "sessions"]

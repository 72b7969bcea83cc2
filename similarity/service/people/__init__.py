"""Who may do what: tenants, people with passwords, a provider or sessions, keys of programs, roles."""

__all__ = ["accounts", "oidc", "roles", "sessions"]

"""From a stored file to an action: what is measured, which rule of which policy that meets, what follows."""

__all__ = ["apart", "deciding", "known", "late", "measured", "policy", "rehearsing", "stored_policies"]

"""From a stored file to an action: what is measured, which rule of which policy that meets, what follows."""

__all__ = ["deciding", "measured", "measuring", "policy", "stored_policies"]

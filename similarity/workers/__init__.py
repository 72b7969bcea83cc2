"""Jobs done several at once, in processes of their own, on this machine or on those of a cluster."""

__all__ = ["jobs", "limits", "ray_pool"]

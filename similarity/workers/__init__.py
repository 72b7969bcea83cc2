"""Jobs done several at once, in processes of their own."""

__all__ = ["jobs", "limits"]

"""A process for what may go wrong: no network, little of the disk, bounded memory and time; its end is a result."""

__all__ = ["frames", "limits", "process", "walls", "watch"]

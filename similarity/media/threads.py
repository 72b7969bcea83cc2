"""How many threads one process takes: all cores when it works alone, one where several processes share them."""

from __future__ import annotations

__all__ = ["decoder_threads", "use_one_thread"]

_EVERY_CORE = 0
"""FFmpeg's word for as many threads as there are cores."""
_asked = {"decoder": _EVERY_CORE}


def decoder_threads() -> int:
    """Threads of each decoder that is opened from here on; 0 for one per core."""
    return _asked["decoder"]


def use_one_thread() -> None:
    """Have decoders, networks, searches and picture functions of this process take one thread from here on."""
    import cv2
    import faiss
    import torch

    _asked["decoder"] = 1
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)
    torch.set_num_threads(1)

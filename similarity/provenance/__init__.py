"""Provenance labels that a file carries: C2PA, the AIGC label of GB 45438-2025, XMP, EXIF, and tags of encoders.

A label says what its writer wanted to say: it can be removed, copied and forged.  A missing one says nothing.
"""

from __future__ import annotations

from similarity.provenance.aigc_label import AIGC_KEYS
from similarity.provenance.reading import read_labels
from similarity.provenance.values import KINDS, LabelKind, LabelReading, LabelState

__all__ = [
    "AIGC_KEYS",
    "KINDS",
    "LabelKind",
    "LabelReading",
    "LabelState",
    "read_labels",
]

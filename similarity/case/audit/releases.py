"""What each release shipped, so that a later one knows what a case of that release must hold.

A release that is not listed can't be verified: it came later than this program, or nobody released it.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CALIBRATIONS"]

CALIBRATIONS: Mapping[str, Mapping[str, str]] = {
    "0.1.0": {
        "copy": "e7b32a27489404aa03bd43d7fcf00db938bfc7e923d206b340bbf65b9dc837ad",
        "adaptation": "e5ff69ba321ed3f8201e09752228cf953a4dde931432e1025318bf564339487f",
    },
}
"""Release -> proposition -> SHA-256 of the calibration that it shipped."""

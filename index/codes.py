"""Rows as they are stored, half precision or packed bits, and back; what names the state of a library."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from index.errors import DescriptorMismatchError
from index.records import Descriptors, DescriptorSet

__all__ = ["Codes", "code_bytes", "decode", "encode", "state_sha256_of"]


Codes = npt.NDArray[np.uint8]
"""(n, bytes per row) rows as they stand in a segment."""


def code_bytes(descriptor_set: DescriptorSet) -> int:
    """Bytes that one row takes."""
    return descriptor_set.dimensions * 2 if descriptor_set.kind == "float" else descriptor_set.dimensions // 8


def encode(rows: Descriptors, descriptor_set: DescriptorSet) -> Codes:
    """Rows as they are stored: fp16 or packed bits."""
    wanted = "float32" if descriptor_set.kind == "float" else "uint8"
    width = descriptor_set.dimensions if descriptor_set.kind == "float" else descriptor_set.dimensions // 8
    if rows.ndim != 2 or rows.shape[1] != width or str(rows.dtype) != wanted:
        raise DescriptorMismatchError(
            f"descriptors {descriptor_set.name!r} must be (n, {width}) {wanted}, got {rows.shape} {rows.dtype}"
        )
    if descriptor_set.kind == "binary":
        return np.ascontiguousarray(rows, dtype=np.uint8)
    halves = np.ascontiguousarray(np.clip(rows, -65504, 65504), dtype="<f2")
    if not np.isfinite(halves).all():
        raise DescriptorMismatchError(
            f"descriptors {descriptor_set.name!r} hold values that are not numbers (NaN); expected unit vectors"
        )
    return halves.view(np.uint8)


def decode(codes: Codes, descriptor_set: DescriptorSet) -> Descriptors:
    """The rows that were stored: float32 (of fp16 precision) or packed bits."""
    if descriptor_set.kind == "binary":
        return codes
    return codes.view("<f2").astype(np.float32)


def state_sha256_of(lines: Iterable[str]) -> str:
    """SHA-256 over `state_lines`: the state of a library that holds just these entries and rows."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode())
    return digest.hexdigest()

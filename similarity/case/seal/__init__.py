"""Manifest, Merkle tree, signature and time stamp of a case folder."""

__all__ = ["proofs"]

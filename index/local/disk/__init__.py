"""What lies beside the catalogue: segment files, checksum, the lock of a writer and the leases of readers."""

__all__: list[str] = []

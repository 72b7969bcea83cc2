"""What a running service is told when it starts."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from similarity.errors import ConfigurationError
from similarity.service.people.oidc import ProviderSettings

__all__ = ["Settings"]

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where a service keeps its things, and what it allows."""

    library: Path
    """Folder of the library that uploads are compared with."""
    data: Path
    """Folder of everything that the service keeps."""
    database_url: str = ""
    """SQLAlchemy URL; empty for SQLite below `data`."""
    profile: str = "standard"
    """Profile by which uploads are compared."""
    max_upload_bytes: int = 20_480 * MEBIBYTE
    """Largest upload that is taken."""
    disk_reserve_bytes: int = 512 * MEBIBYTE
    """Free space below which nothing more is taken (507)."""
    max_queued: int = 20_000
    """Uploads that may wait to be screened; more are refused (429)."""
    max_wait_seconds: float = 24 * 3600.0
    """Age of the oldest waiting upload from which more are refused (503)."""
    receive_timeout_seconds: float = 30.0
    """Longest silence of a client that is sending."""
    least_bytes_per_second: float = 1024.0
    """Slowest average at which a body is received, after the first such silence."""
    requests_per_minute: int = 6_000
    """Of one key."""
    allowed_paths: tuple[Path, ...] = ()
    """Folders of this machine from which a file may be named instead of sent."""
    isolate: bool = True
    """Whether uploads are decoded and compared in a process without network, under limits; it changes no figure."""
    screen_memory_bytes: int = 4096 * MEBIBYTE
    """Memory that one upload may take there, beside what the library takes."""
    screen_seconds: float = 4 * 3600.0
    """Time that one upload may take there, and time of processors."""
    callback_networks: tuple[str, ...] = ()
    """Private networks (CIDR) to which callbacks may go; none of them by default."""
    keep_days: float | None = None
    """Days after which uploads that nothing is open about are erased; None keeps them."""
    receive_days: float = 2.0
    """Days after which an upload that did not arrive whole is given up."""
    provider: ProviderSettings | None = None
    """Provider (OpenID Connect) that people may sign in by; none: by name and password alone."""
    public_url: str = ""
    """How the service is reached from outside, for letters and callbacks."""

    def __post_init__(self) -> None:
        for one in self.callback_networks:
            try:
                ipaddress.ip_network(one)
            except ValueError as error:
                raise ConfigurationError(f"callback network {one!r}: {error}; expected CIDR, 10.0.0.0/8") from error

    @property
    def url(self) -> str:
        """Of the database."""
        return self.database_url or f"sqlite:///{self.data / 'service.sqlite'}"

    @property
    def key_file(self) -> Path:
        """Ed25519 key that signs the heads of the chains."""
        return self.data / "keys" / "service.pem"

    @property
    def incoming(self) -> Path:
        """Bytes that are still arriving."""
        return self.data / "incoming"

    @property
    def blobs(self) -> Path:
        """Files that arrived whole, by SHA-256."""
        return self.data / "blobs"

    @property
    def described(self) -> Path:
        """Rows of uploads, by SHA-256, so that later works can be compared with them."""
        return self.data / "described"

    @property
    def reports(self) -> Path:
        """Evidence, by screening."""
        return self.data / "reports"

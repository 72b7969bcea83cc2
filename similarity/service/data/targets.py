"""Where a callback may go: its name is resolved once, every address of it must be public, and that address is called.

A name that is resolved twice may be public the first time and private the second (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from similarity.errors import SimilarityError

__all__ = ["ForbiddenTargetError", "Target", "pinned", "require_allowed", "require_url"]

_PORTS = {"http": 80, "https": 443}


class ForbiddenTargetError(SimilarityError):
    """A callback that would reach what only this machine's network reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One address of a URL."""

    url: str
    """With the address in the place of the name."""
    host: str
    """Header: name and port as the URL says them."""
    name: str
    """Name that the certificate must bear."""


async def pinned(url: str, networks: Sequence[str]) -> Target:
    """The address that a callback goes to.

    Args:
        url: `http` or `https`.
        networks: private networks (CIDR) that are allowed all the same.

    Raises:
        ForbiddenTargetError: it is private, or no such URL.
        OSError: its name has no address.
    """
    parts = require_url(url)
    name, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    for address in addresses:
        require_allowed(address, networks, said=name)
    bare = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    there = parts._replace(netloc=f"{bare}:{port}").geturl()
    return Target(url=there, host=parts.netloc, name=name)


def require_url(url: str) -> SplitResult:
    """The parts of a URL to which something may be sent.

    Raises:
        ForbiddenTargetError: another scheme, no name, a user or a password in it.
    """
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in _PORTS and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ForbiddenTargetError(f"{url[:200]!r}: expected http:// or https://, a name or address, and no password")
    return parts


def require_allowed(address: str, networks: Sequence[str], *, said: str) -> None:
    """Refuse an address that is not public, unless it lies in a network that is allowed.

    Args:
        address: IPv4 or IPv6.
        networks: CIDR.
        said: the name as it was given.

    Raises:
        ForbiddenTargetError: it is neither.
    """
    at = ipaddress.ip_address(address.partition("%")[0])
    inner = at.ipv4_mapped if isinstance(at, ipaddress.IPv6Address) else None
    one = inner or at
    is_public = one.is_global and not one.is_multicast and not one.is_reserved
    if not is_public and not any(one in ipaddress.ip_network(network) for network in networks):
        raise ForbiddenTargetError(
            f"{said} is {address}, which is not public; expected a public address, or a network that the service was "
            "started with: --allow-callback-network CIDR"
        )

"""Domain names of a training disclosure against the hosts where a work stood.

A disclosure's domain covers the hosts under it: `example.com` covers `video.example.com`, and not `myexample.com`.
The registrable domain (`example.co.uk` of `www.example.co.uk`) comes from the Public Suffix List, as bundled with the
package `publicsuffixlist`; nothing is fetched.  A bare suffix (`co.uk`) is no domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

__all__ = ["DomainMatch", "MatchRule", "host_of", "listed_domains", "match_domains"]

MatchRule = Literal["same_host", "work_under_listed", "listed_under_work", "same_registrable"]
"""Strongest first; the first two say that the disclosure covers the host."""
_MAX_HOST_CHARACTERS = 253
_ASCII_HOST = re.compile(
    r"(?:(?<![A-Za-z0-9@_/.-])|(?<=//)|(?<=\*\.))(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z][a-z0-9-]{1,62}(?![a-z0-9-])",
    re.IGNORECASE | re.ASCII,
)
_CHUNK = re.compile(r"[^\s,;|\"'<>()\[\]{}\uff0c\uff1b\u3001\u3002]{4,300}")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainMatch:
    """A host where the work stood, and the listed domain that fits it best."""

    host: str
    """Host of the work."""
    listed: str
    """Domain as listed."""
    rule: MatchRule
    """How they fit."""


def host_of(written: str) -> str | None:
    """The host of an address or a bare domain, in lower case and ASCII, without `www.`; none where it is no domain."""
    text = written.strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        ascii_host = host.strip(".").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return None
    return _known(ascii_host)


def _known(host: str) -> str | None:
    """An ASCII host without `www.`; none where it is no domain."""
    if len(host) > _MAX_HOST_CHARACTERS or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        return None
    return host.removeprefix("www.") if _registrable(host) or _is_private_suffix(host) else None


def listed_domains(text: str) -> frozenset[str]:
    """Every domain name that stands in a text, table or page: in lists, in addresses, between words.

    A name counts where it ends in a suffix that the Public Suffix List knows; addresses of mail do not count.
    """
    plain = {_known(host) for host in {found.group().lower() for found in _ASCII_HOST.finditer(text)}}
    chunks = {found.group() for found in _CHUNK.finditer(text)}
    international = {host_of(chunk) for chunk in chunks if "." in chunk and not chunk.isascii() and "@" not in chunk}
    return frozenset(host for host in plain | international if host is not None)


def match_domains(hosts: Iterable[str], listed: frozenset[str]) -> tuple[DomainMatch, ...]:
    """For each host, the listed domain that fits it best; hosts that none fits are left out."""
    found = [_best_match(host, listed) for host in sorted(set(hosts))]
    return tuple(one for one in found if one is not None)


def _best_match(host: str, listed: frozenset[str]) -> DomainMatch | None:
    if host in listed:
        return DomainMatch(host=host, listed=host, rule="same_host")
    parents = [parent for parent in _parents(host) if parent in listed]
    if parents:
        return DomainMatch(host=host, listed=parents[0], rule="work_under_listed")
    below = sorted(one for one in listed if one.endswith(f".{host}"))
    if below:
        return DomainMatch(host=host, listed=below[0], rule="listed_under_work")
    registrable = _registrable(host)
    siblings = sorted(one for one in listed if registrable and one.endswith(f".{registrable}"))
    if siblings:
        return DomainMatch(host=host, listed=siblings[0], rule="same_registrable")
    return None


def _parents(host: str) -> Sequence[str]:
    """The domains above a host, nearest first."""
    labels = host.split(".")
    return [".".join(labels[number:]) for number in range(1, len(labels) - 1)]


def _registrable(host: str) -> str | None:
    found: str | None = _suffixes(only_icann=False).privatesuffix(host)
    return found


def _is_private_suffix(host: str) -> bool:
    """Whether the host is a service under which others register (`blogspot.com`): a domain in a list of domains."""
    return _suffixes(only_icann=True).privatesuffix(host) == host


@lru_cache(maxsize=2)
def _suffixes(*, only_icann: bool) -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False, only_icann=only_icann)

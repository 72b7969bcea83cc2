"""Roles, and what each may do.  A route names one permission; nothing else decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from similarity.service.errors import Problem

__all__ = ["PERMISSIONS", "ROLES", "Caller", "Permission", "Role"]

Role = Literal["platform", "owner", "reviewer", "second_reviewer", "administrator", "auditor"]
Permission = Literal[
    "upload:write",
    "upload:read",
    "upload:erase",
    "policy:read",
    "policy:write",
    "terms:write",
    "review",
    "notice:write",
    "notice:read",
    "notice:decide",
    "complaint:write",
    "audit:read",
    "access:write",
    "metrics:read",
]
ROLES: tuple[Role, ...] = get_args(Role)
_ALL: frozenset[Permission] = frozenset(get_args(Permission))

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        "platform": frozenset({"upload:write", "upload:read", "notice:write", "complaint:write", "metrics:read"}),
        "owner": frozenset({"terms:write", "notice:write", "notice:read"}),
        "reviewer": frozenset({"upload:read", "policy:read", "review", "notice:read", "notice:decide"}),
        "second_reviewer": frozenset({"upload:read", "policy:read", "review", "notice:read", "notice:decide"}),
        "administrator": _ALL - {"review"},
        "auditor": frozenset({"upload:read", "policy:read", "notice:read", "audit:read", "metrics:read"}),
    }
)
"""Who administers does not review, so that no one person both sets a rule and answers for its cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: a person with a session, or a program with a key."""

    id: str
    """Person or key."""
    name: str
    """As the audit log names it."""
    tenant_id: str
    """Whose things it sees."""
    roles: frozenset[Role]
    """In that tenant."""
    work_ids: frozenset[str] | None
    """Of an owner of works: which are his; None for all of the tenant's."""
    is_person: bool
    """Opinions come from people only."""

    @classmethod
    def of_service(cls, name: str, tenant_id: str) -> Caller:
        """The service itself, which administers a tenant.

        Args:
            name: as the audit log names it.
            tenant_id: whose things it sees.
        """
        roles: frozenset[Role] = frozenset({"administrator"})
        return cls(id=name, name=name, tenant_id=tenant_id, roles=roles, work_ids=None, is_person=False)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that it may do."""
        return frozenset[Permission]().union(*(PERMISSIONS[role] for role in self.roles))

    def require(self, permission: Permission) -> None:
        """Refuse what it may not do.

        Raises:
            Problem: 403.
        """
        if permission not in self.permissions:
            roles = ", ".join(sorted(self.roles)) or "no role"
            raise Problem(
                403,
                "forbidden",
                f"{self.name} ({roles}) may not do this: it takes the permission {permission!r}; "
                "ask an administrator for a role that has it",
            )

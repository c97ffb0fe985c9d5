"""Who is acting, and where they may do what."""

from dataclasses import dataclass, field

from securecare.access.errors import NotAllowed
from securecare.access.roles import ROLE_PERMISSIONS, Permission, Role
from securecare.foundation.db import Scope


@dataclass(frozen=True, slots=True)
class Grant:
    """A role given to a person for the organization, for one facility or for one program."""

    role: Role
    facility_id: int | None = None
    program_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a permission holds: everywhere in the organization, or in these places only."""

    everywhere: bool
    facility_ids: frozenset[int] = frozenset()
    program_ids: frozenset[int] = frozenset()

    @property
    def nowhere(self) -> bool:
        """Whether the permission holds in no place at all."""
        return not (self.everywhere or self.facility_ids or self.program_ids)

    def covers(self, facility_id: int | None, program_id: int | None = None) -> bool:
        """Whether something of this facility and program lies within reach."""
        return self.everywhere or facility_id in self.facility_ids or program_id in self.program_ids


NO_ORGANIZATION = 0
"""What stands for the organization of a person who is in their own portal."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person within one organization, as read from the session at this event.

    Or in their own portal, as a patron: then within none, and `customers.own` says where they are
    known.
    """

    account_id: int
    organization_id: int
    session_id: int
    name: str
    grants: tuple[Grant, ...] = ()
    address: str = ""
    _reaches: dict[Permission, Reach] = field(default_factory=dict, compare=False, repr=False)

    @property
    def in_portal(self) -> bool:
        """Whether the person is in their own portal, and not at work in an organization."""
        return self.organization_id == NO_ORGANIZATION

    @property
    def scope(self) -> Scope:
        """The rows this person's transactions may touch."""
        return Scope(self.organization_id, self.account_id)

    def reach(self, permission: Permission) -> Reach:
        """Where this person holds the permission."""
        if permission not in self._reaches:
            held = [g for g in self.grants if permission in ROLE_PERMISSIONS[g.role]]
            self._reaches[permission] = Reach(
                any(g.facility_id is None and g.program_id is None for g in held),
                frozenset(g.facility_id for g in held if g.facility_id is not None),
                frozenset(g.program_id for g in held if g.program_id is not None),
            )
        return self._reaches[permission]

    def may(
        self, permission: Permission, facility_id: int | None = None, program_id: int | None = None
    ) -> bool:
        """Whether the permission holds there; with no place named, whether it holds anywhere."""
        reach = self.reach(permission)
        if facility_id is None and program_id is None:
            return not reach.nowhere
        return reach.covers(facility_id, program_id)

    def require(
        self, permission: Permission, facility_id: int | None = None, program_id: int | None = None
    ) -> None:
        """Raise `NotAllowed` unless `may` says yes."""
        if not self.may(permission, facility_id, program_id):
            raise NotAllowed

    def require_everywhere(self, permission: Permission) -> None:
        """Raise `NotAllowed` unless the permission holds for the whole organization."""
        if not self.reach(permission).everywhere:
            raise NotAllowed

"""One bundle as its form and its page read it, and what it was made of before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.inventory.bundles import BundleForm, Component


@dataclass(frozen=True, slots=True)
class Part:
    """A component by its name."""

    item_id: int
    name: str
    sku: str
    unit: str
    quantity: int


@dataclass(frozen=True, slots=True)
class VersionRead:
    """What the bundle was made of from one saving to the next."""

    number: int
    made_at: datetime
    made_by: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class BundleRead:
    """A bundle with all its versions, the present one first."""

    id: int
    form: BundleForm
    version: int
    versions: tuple[VersionRead, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it is made of now."""
        return self.versions[0].parts


_BUNDLE = text(
    "SELECT name, description, active, version FROM bundle"
    " WHERE organization_id = :organization AND id = :bundle"
)
_VERSIONS = text("""
    SELECT v.number, v.made_at, coalesce(a.name, '') AS made_by,
           i.id, i.name, i.sku, i.unit, c.quantity
      FROM bundle_version v
      JOIN bundle_component c ON c.bundle_version_id = v.id
      JOIN item i ON i.id = c.item_id
      LEFT JOIN account a ON a.id = v.account_id
     WHERE v.organization_id = :organization AND v.bundle_id = :bundle
     ORDER BY v.number DESC, i.name, i.id
""")


def one(session: Session, actor: Actor, bundle_id: int) -> BundleRead:
    """The bundle, for whoever may see stock anywhere. Raises `NotFound`."""
    asked = {"organization": actor.organization_id, "bundle": bundle_id}
    row = session.execute(_BUNDLE, asked).one_or_none()
    if row is None or actor.reach(Permission.VIEW_STOCK).nowhere:
        raise NotFound("This bundle")
    found: dict[int, VersionRead] = {}
    for number, made_at, made_by, *part in session.execute(_VERSIONS, asked):
        before = found[number].parts if number in found else ()
        found[number] = VersionRead(number, made_at, made_by, (*before, Part(*part)))
    versions = tuple(found.values())
    components = tuple(Component(p.item_id, p.quantity) for p in versions[0].parts)
    form = BundleForm(row.name, components, row.description, row.active)
    return BundleRead(bundle_id, form, row.version, versions)

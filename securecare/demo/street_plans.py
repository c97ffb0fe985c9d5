"""What there is to say about an organization's storerooms and its work on the street.

Things are named as their plans name them; days are counted from today, back unless said otherwise.
Pieces are written "Name*3" where there is more than one of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """A thing in stock, at what it costs now."""

    sku: str
    name: str
    unit: str
    category: str
    wholesale_cents: int
    retail_cents: int
    minimum_level: int
    recommended_level: int


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What an item cost until so many days ago."""

    item: str
    days_ago: int
    wholesale_cents: int
    retail_cents: int


@dataclass(frozen=True, slots=True)
class BundlePlan:
    """Things packed together, and what was packed before it changed."""

    name: str
    description: str
    pieces: tuple[str, ...]
    before: tuple[str, ...] = ()
    changed: int = 0


@dataclass(frozen=True, slots=True)
class LinePlan:
    """So many of an item or a bundle, or of something else at a typed cost."""

    what: str
    quantity: int
    wholesale_cents: int | None = None
    retail_cents: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether it is neither an item nor a bundle."""
        return self.wholesale_cents is not None


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """Somebody who is paid for the work, and what an hour of it costs."""

    name: str
    rate_cents: int


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A recurring outreach. `first` and `last` are days from today, a `last` of None is open."""

    name: str
    description: str
    facility: int
    hours: tuple[int, int]
    pattern: str
    lines: tuple[LinePlan, ...]
    first: int = -365
    last: int | None = None
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    """0 is Monday; 7 stands for the weekday it is today."""
    month_day: int | None = None
    template: str = ""
    grant: str = ""
    workers: tuple[WorkerPlan, ...] = ()
    ahead: int = 3
    """Planned so many days before."""


@dataclass(frozen=True, slots=True)
class TemplatePlan:
    """A named mix of lines; `facility` None is offered everywhere."""

    name: str
    description: str
    lines: tuple[LinePlan, ...]
    facility: int | None = None
    used_until: int = 0
    """Not used any more since so many days."""


@dataclass(frozen=True, slots=True)
class GrantPlan:
    """Money for a purpose, from and until days counted from today."""

    name: str
    funder: str
    award_number: str
    purpose: str
    amount_cents: int
    first: int
    last: int
    fringe_basis_points: int
    active: bool = True


@dataclass(frozen=True, slots=True)
class StreetPlan:
    """The storerooms and the street."""

    items: tuple[ItemPlan, ...]
    bundles: tuple[BundlePlan, ...]
    services: tuple[ServicePlan, ...]
    templates: tuple[TemplatePlan, ...]
    grants: tuple[GrantPlan, ...]
    prices: tuple[PriceChange, ...] = ()
    scarce: tuple[tuple[int, str, int], ...] = ()
    """Facility, item and how many are left: nobody has delivered it for a while."""
    lead: int = 0
    """The place of the sign-in who does the work, and of the one who runs the storeroom."""
    keeper: int = 0


def counted(pieces: tuple[str, ...]) -> dict[str, int]:
    """How many of which item stand in a list of pieces."""
    return {name: int(times or 1) for name, _, times in (each.partition("*") for each in pieces)}

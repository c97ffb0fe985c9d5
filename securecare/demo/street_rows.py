"""The demo's street on its way into the database: what it is written with, and what it refers to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from securecare.demo.plans import OrganizationPlan
from securecare.demo.rows import copy, new_ids
from securecare.demo.street import Outing, Street
from securecare.demo.street_plans import LinePlan
from securecare.demo.structure import Written


@dataclass
class StreetRows:
    """What is written, and the ids that places have become."""

    session: Session
    street: Street
    plan: OrganizationPlan
    written: Written
    lead: int
    keeper: int

    def table(self, name: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
        """Rows of the organization by COPY."""
        own = self.written.organization
        named = ("organization_id", *columns.split())
        copy(self.session, name, named, ((own, *row) for row in rows))

    def with_ids(self, name: str, columns: str, rows: Sequence[Sequence[Any]]) -> list[int]:
        """The same for rows that others refer to; gives their ids."""
        ids = new_ids(self.session, name, len(rows))
        self.table(name, f"id {columns}", [(n, *row) for n, row in zip(ids, rows, strict=True)])
        return ids

    def grant_of(self, outing: Outing, grants: dict[str, int]) -> int | None:
        """The grant of the outing's service, if it is given for that day."""
        name = self.street.plan.services[outing.service].grant
        for each in self.street.plan.grants:
            days = (outing.held_on - self.street.today[0]).days
            if each.name == name and each.first <= days <= each.last:
                return grants[name]
        return None


def kind_of(plan: LinePlan, items: dict[str, int]) -> str:
    """Whether a line is of an item, a bundle or neither."""
    if plan.is_free:
        return "free"
    return "item" if plan.what in items else "bundle"

"""What tests of a record's parts fill in, and a way to look past the product."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from securecare.customers.absences import AbsenceForm
from securecare.customers.insurance import PolicyForm
from securecare.foundation.db import owner_transaction
from securecare.organization.models import Program
from tests.customers.conftest import House

TODAY = date(2027, 1, 13)


def owned(statement: str, **values: Any) -> list[Any]:
    with owner_transaction() as session:
        result: Any = session.execute(text(statement), values)
        return list(result.all()) if result.returns_rows else []


def leave(**more: Any) -> AbsenceForm:
    span = {
        "starts_at": datetime(2027, 1, 15, 12, tzinfo=UTC),
        "ends_at": datetime(2027, 1, 17, 12, tzinfo=UTC),
    }
    return AbsenceForm(**(span | {"reason": "family", "approver": "Judge Ortega"} | more))


def program(here: House, name: str) -> int:
    with owner_transaction() as session:
        row = Program(organization_id=here.id, name=f"{name} {uuid4()}", short_name=name)
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def policy(**more: Any) -> PolicyForm:
    return PolicyForm(
        **(
            {
                "carrier": "Harbor Mutual",
                "member_number": "HM-00918-22",
                "priority": 1,
                "valid_from": date(2026, 1, 1),
                "valid_until": date(2026, 12, 31),
                "group_number": "G-77120",
            }
            | more
        )
    )

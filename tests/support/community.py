"""Organizations and people to be one of, made as the owner of the tables."""

from dataclasses import dataclass
from itertools import count

from sqlalchemy import text

from securecare.access import passwords, sessions, sign_in
from securecare.access.actor import Actor
from securecare.access.roles import Role
from securecare.access.sessions import Device
from securecare.foundation import clock
from securecare.foundation.db import SIGN_IN, owner_transaction, transaction

PASSWORD = "a long walk along the river"
OFFICE = Device("192.0.2.10", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
_numbers = count(1)
_kept: dict[str, str] = {}


@dataclass(frozen=True)
class Someone:
    """A person with an account; they sign in with `PASSWORD`."""

    id: int
    email: str
    name: str


def organization(name: str = "Harbor", **limits: object) -> int:
    """A new organization."""
    values = {
        "name": name,
        "staff_idle_minutes": 15,
        "session_hours": 12,
        "require_second_factor": False,
    } | limits
    with owner_transaction() as session:
        return session.execute(
            text(
                "INSERT INTO organization (public_id, name, customer_singular, customer_plural,"
                " clock24, staff_idle_minutes, session_hours, require_second_factor)"
                " VALUES (gen_random_uuid(), :name, 'guest', 'guests', false,"
                " :staff_idle_minutes, :session_hours, :require_second_factor) RETURNING id"
            ),
            values,
        ).scalar_one()


def facility(organization_id: int, name: str = "North House") -> int:
    """A new facility."""
    with owner_transaction() as session:
        return session.execute(
            text(
                "INSERT INTO facility (organization_id, name, time_zone, street, phone, active,"
                " version) VALUES (:organization_id, :name, 'America/Chicago', '', '', true, 1)"
                " RETURNING id"
            ),
            {"organization_id": organization_id, "name": f"{name} {next(_numbers)}"},
        ).scalar_one()


def person(*organizations: int, name: str = "Alice Moreau", role: Role | None = None) -> Someone:
    """A person with an account, who belongs to the organizations with that role in each."""
    email = f"{name.split()[0].lower()}{next(_numbers)}@example.org"
    with owner_transaction() as session:
        account_id = session.execute(
            text(
                "INSERT INTO account (email, email_key, name, password_hash)"
                " VALUES (:email, :email, :name, :password) RETURNING id"
            ),
            {"email": email, "name": name, "password": _hash(PASSWORD)},
        ).scalar_one()
        for organization_id in organizations:
            ids = {"organization_id": organization_id, "account_id": account_id}
            session.execute(
                text(
                    "INSERT INTO membership (organization_id, account_id)"
                    " VALUES (:organization_id, :account_id)"
                ),
                ids,
            )
            if role is not None:
                session.execute(
                    text(
                        "INSERT INTO role_grant (organization_id, account_id, role)"
                        " VALUES (:organization_id, :account_id, :role)"
                    ),
                    ids | {"role": role.value},
                )
    return Someone(account_id, email, name)


def signed_in(someone: Someone, device: Device = OFFICE) -> str:
    """Sign the person in; gives the cookie."""
    return sign_in.with_password(someone.email, PASSWORD, device).token


def actor_with(cookie: str) -> Actor | None:
    """Whom the cookie stands for at this moment."""
    with transaction(SIGN_IN) as session:
        return sessions.actor_of(session, sessions.hash_of(cookie), clock.now(), OFFICE.address)


def acting_as(someone: Someone) -> Actor:
    """The person, signed in."""
    actor = actor_with(signed_in(someone))
    assert actor is not None
    return actor


def trail_of(organization_id: int | None) -> list[str]:
    """The actions in an organization's trail, in order."""
    with owner_transaction() as session:
        return list(
            session.execute(
                text(
                    "SELECT action FROM audit_event"
                    " WHERE organization_id IS NOT DISTINCT FROM :id ORDER BY id"
                ),
                {"id": organization_id},
            ).scalars()
        )


def _hash(password: str) -> str:
    if password not in _kept:
        _kept[password] = passwords.hashed(password)
    return _kept[password]

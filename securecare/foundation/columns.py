"""The kinds of columns the tables share, and how constraints are named."""

import re
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    MetaData,
    UniqueConstraint,
    func,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = MetaData(naming_convention=NAMING).naming_convention


class Table(SQLModel):
    """What every table of the product is: named after its class, as in `login_session`."""

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:
        """The name of the class in lower case with underscores."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def identifier() -> Any:
    """A bigint primary key that the database gives out."""
    return Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(),))


def reference(target: str, nullable: bool = False, index: bool = False) -> Any:
    """A bigint that points to `target`, as in "account.id"."""
    default: dict[str, Any] = {"default": None} if nullable else {}
    return Field(foreign_key=target, sa_type=BigInteger, nullable=nullable, index=index, **default)


def bigint(nullable: bool = False) -> Any:
    """A bigint whose foreign key, if any, stands with the table."""
    default: dict[str, Any] = {"default": None} if nullable else {}
    return Field(sa_type=BigInteger, nullable=nullable, **default)


def instant(nullable: bool = False) -> Any:
    """An aware moment, kept in UTC."""
    default: dict[str, Any] = {"default": None} if nullable else {}
    return Field(sa_type=DateTime(timezone=True), nullable=nullable, **default)


def made_at() -> Any:
    """The moment the row was made, by the database's clock where nothing else says."""
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),
        nullable=False,
        sa_column_kwargs={"server_default": func.now()},
    )


def of_organization(column: str, target: str, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A reference that cannot leave the organization: both ids must belong together."""
    return ForeignKeyConstraint(
        ["organization_id", column],
        [f"{target}.organization_id", f"{target}.id"],
        ondelete=ondelete,
    )


def within_organization() -> UniqueConstraint:
    """What `of_organization` of other tables points to."""
    return UniqueConstraint("organization_id", "id")


def key_part(target: str | None = None) -> Any:
    """One bigint of a primary key of several columns."""
    linked: dict[str, Any] = {"foreign_key": target} if target else {}
    return Field(primary_key=True, sa_type=BigInteger, **linked)


def columns_of(table: type[SQLModel]) -> Any:
    """The columns of a table, to be named in queries: `APPOINTMENT = columns_of(Appointment)`.

    The attributes of a SQLModel class are typed as the values they hold in a row, which no query
    can be built from; these are typed as what they are.
    """
    return table.__table__.c  # pyright: ignore[reportAttributeAccessIssue]


def table_of(table: type[SQLModel]) -> SqlTable:
    """The table itself, for rows that are written without an object being made of them."""
    return table.__table__  # pyright: ignore[reportAttributeAccessIssue]

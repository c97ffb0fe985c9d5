"""The kinds of columns the tables share, and how constraints are named."""

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
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = MetaData(naming_convention=NAMING).naming_convention


def identifier() -> Any:
    """A bigint primary key that the database gives out."""
    return Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(),))


def reference(target: str, nullable: bool = False, index: bool = False) -> Any:
    """A bigint that points to `target`, as in "account.id"."""
    default = {"default": None} if nullable else {}
    return Field(foreign_key=target, sa_type=BigInteger, nullable=nullable, index=index, **default)


def bigint(nullable: bool = False) -> Any:
    """A bigint whose foreign key, if any, stands with the table."""
    default = {"default": None} if nullable else {}
    return Field(sa_type=BigInteger, nullable=nullable, **default)


def instant(nullable: bool = False) -> Any:
    """An aware moment, kept in UTC."""
    default = {"default": None} if nullable else {}
    return Field(sa_type=DateTime(timezone=True), nullable=nullable, **default)  # pyright: ignore[reportArgumentType]


def made_at() -> Any:
    """The moment the row was made, by the database's clock where nothing else says."""
    return Field(
        default=None,
        sa_type=DateTime(timezone=True),  # pyright: ignore[reportArgumentType]
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
    linked = {"foreign_key": target} if target else {}
    return Field(primary_key=True, sa_type=BigInteger, **linked)  # pyright: ignore[reportCallIssue]

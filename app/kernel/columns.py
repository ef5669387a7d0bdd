"""The kinds of columns that all models share."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, Enum, String, Uuid
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

from app.kernel.ids import new_id


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps no zone, so a naive value would come back as somebody's local time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Address(TypeDecorator[str]):
    """A network address: ``inet`` on PostgreSQL, text elsewhere; text to the reader everywhere."""

    impl = String(45)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(INET() if dialect.name == "postgresql" else String(45))

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(value).removesuffix("/32").removesuffix("/128")


Id = Annotated[UUID, mapped_column(Uuid(), primary_key=True, default=new_id)]
Reference = Annotated[UUID, mapped_column(Uuid())]
Moment = Annotated[datetime, mapped_column(UTCDateTime())]
Json = Annotated[dict[str, Any], mapped_column(JSON().with_variant(JSONB(), "postgresql"))]


def choice(kind: type[StrEnum]) -> Enum:
    """A column that holds one of ``kind``, kept so by a CHECK: a native enum could not lose a value again."""
    return Enum(
        kind,
        name=kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda enum: [member.value for member in enum],
    )

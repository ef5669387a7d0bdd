"""``INSERT ... SELECT`` in words: rows are made where they stay, so a district of any size takes the same memory."""

from typing import Any

from sqlalchemy import Select, Uuid, func, insert, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement, SQLColumnExpression
from sqlalchemy.sql.selectable import FromClause

from app.extensions import Base


def copy(session: Session, model: type[Base], source: FromClause, *where: ColumnElement[bool], **values: Any) -> None:
    """Write a row of ``model`` for each row of ``source``; values are expressions over it, or constants."""
    table = model.__table__
    columns = [
        value if isinstance(value, SQLColumnExpression) else literal(value, table.c[name].type)
        for name, value in values.items()
    ]
    query: Select[*tuple[Any, ...]] = select(
        *(column.label(name) for column, name in zip(columns, values, strict=True))
    )
    session.execute(insert(model).from_select(list(values), query.select_from(source).where(*where)))


def new_key() -> ColumnElement[Any]:
    """A UUID version 7 that the database makes for each row."""
    return func.uuid7(type_=Uuid())

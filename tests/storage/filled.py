"""A database in which every table has rows with every column filled, also tables that are added one day."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    Numeric,
    String,
    Table,
    Uuid,
    insert,
    select,
    update,
)

from storage.copying import tables
from storage.types import UtcDateTime
from storage.vault import Vault
from tests.conftest import START

ROWS = 3


def fill(connection: Connection, vault: Vault) -> None:
    """Put a few rows into every table of an empty database."""
    made: dict[str, list[dict[str, Any]]] = {}
    for table in tables():
        rows = [_row(table, number, made, vault) for number in range(1, ROWS + 1)]
        connection.execute(insert(table), rows)
        made[table.name] = rows
        _point_forward(table, rows, connection)


def everything(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables."""
    found = {}
    for table in tables():
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        found[table.name] = sorted(rows, key=lambda row: str([row[column.name] for column in table.primary_key]))
    return found


def _row(table: Table, number: int, made: dict[str, list[dict[str, Any]]], vault: Vault) -> dict[str, Any]:
    row = {}
    for column in table.columns:
        parent = next((key.column for key in column.foreign_keys), None)
        if parent is not None:
            own = parent.table is table
            row[column.name] = None if own else made[parent.table.name][number - 1][parent.name]
        else:
            row[column.name] = _value(column, number, vault)
    return row


def _value(column: Column[Any], number: int, vault: Vault) -> Any:
    if column.name.endswith("_sealed"):
        return vault.seal(f'{{"of": {number}, "text": "Zoë – {column.name}"}}')
    match column.type:
        case UtcDateTime():
            return START + timedelta(days=number, microseconds=123_456)
        case Uuid():
            return uuid4()
        case Boolean():
            return number % 2 == 0
        case Integer():
            return number + (1 << 40 if column.primary_key or "id" in column.name else 0)
        case Numeric():
            return Decimal("12.50") + number
        case Date():
            return date(2026, 3, number)
        case JSON():
            return {"number": number, "half": 0.1, "list": [1, "Zoë", None, True]}
        case String(length=length):
            return f"{number}é{column.name}"[: length or 200]
        case other:
            raise AssertionError(f"{column}: {other!r} is a new type of column")


def _point_forward(table: Table, rows: list[dict[str, Any]], connection: Connection) -> None:
    """Let rows refer to later rows of their own table: those are copied in another order than they refer."""
    own = [column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    for row, later in pairwise(rows):
        if own:
            (key,) = table.primary_key.columns
            values = dict.fromkeys(own, later[key.name])
            connection.execute(update(table).where(key == row[key.name]).values(values))

"""Sealing everything anew with the newest secret key, in small steps, while the service goes on reading and writing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Column, Row, Table, func, select, update

from storage.copying import Advance, reading_from, tables, writing_to
from storage.people import name_key
from storage.replicas import KEYS_OF
from storage.tables_service import FactRow
from storage.vault import Vault, WrongKey

BATCH: Final = 200  # rows in one transaction: the service waits for no longer than that takes
PASSES: Final = 5
SEALED: Final = "_sealed"

# Digests by which rows are found: the column, what it is a digest of, and how that is written.
DIGESTS: Final[Mapping[tuple[str, str], tuple[str, Callable[[str], str]]]] = MappingProxyType(
    {
        ("people", "name_index"): ("name_sealed", name_key),
        ("people", "telegram_index"): ("telegram_sealed", str),
        ("groups", "chat_index"): ("chat_sealed", str),
        ("outbox", "chat_key"): ("stranger_sealed", str),
    }
)


@dataclass(slots=True)
class Resealed:
    """What came of it, in rows."""

    changed: int = 0
    waiting: int = 0  # still sealed with an older key: another process held them
    unreadable: dict[str, int] = field(default_factory=dict)  # by table: sealed with a key that is not in the list


def sealed_tables() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Yield each table that has sealed columns, with them."""
    for table in tables():
        if columns := [column for column in table.columns if column.name.endswith(SEALED)]:
            yield table, columns


def total(address: str) -> int:
    """Return the number of rows that have sealed columns."""
    with reading_from(address) as connection:
        return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table, _ in sealed_tables())


def reseal(address: str, vault: Vault, advance: Advance) -> Resealed:
    """Seal every row with the newest key, go over all rows once more to make sure, and return what came of it.

    It can be interrupted at any point and called again: what is done is passed over.
    """
    result = Resealed()
    for number in range(PASSES):
        one = Resealed()
        for table, columns in sealed_tables():
            _reseal_table(address, vault, table, columns, one, advance if number == 0 else _quietly)
        result.changed += one.changed
        result.unreadable, result.waiting = one.unreadable, one.waiting
        if not one.changed and not one.waiting:
            break
    return result


def usage(address: str, vault: Vault) -> dict[str | None, int]:
    """Return how many values are sealed with which key, by fingerprint; None: with one that is not in the list."""
    found: dict[str | None, int] = dict.fromkeys(vault.fingerprints, 0)
    with reading_from(address) as connection:
        for _, columns in sealed_tables():
            for row in connection.execution_options(yield_per=BATCH).execute(select(*columns)):
                for sealed in row:
                    if sealed is not None:
                        key = vault.sealed_by(sealed)
                        found[key] = found.get(key, 0) + 1
    return found


def lacking(address: str, key: str, since: datetime) -> list[str]:
    """Return the running processes that do not know a key, by its fingerprint: they could not read what it seals."""
    says = select(FactRow.key, FactRow.value).where(FactRow.key.startswith(KEYS_OF), FactRow.at >= since)
    with reading_from(address) as connection:
        return [name.removeprefix(KEYS_OF) for name, known in connection.execute(says) if key not in known.split(",")]


def _quietly(_rows: int) -> None:
    """Tell nobody."""


def _reseal_table(
    address: str, vault: Vault, table: Table, columns: list[Column[Any]], result: Resealed, advance: Advance
) -> None:
    (key,) = table.primary_key.columns
    last: Any = None
    while True:
        with writing_to(address) as connection:
            digests = [table.c[name] for of, name in DIGESTS if of == table.name]
            batch = select(key, *columns, *digests).order_by(key).limit(BATCH)
            after = batch if last is None else batch.where(key > last)
            seen = connection.execute(after).all()
            if not seen:
                return
            # Rows that somebody else holds are left for the next pass: to wait for one while holding others would be
            # half of a deadlock.
            ids = [row[0] for row in seen]
            free = batch.where(key.in_(ids)).with_for_update(skip_locked=True)
            rows = connection.execute(free).all()
            result.waiting += len(seen) - len(rows)
            for row in rows:
                if values := _anew(vault, table, columns, row, result):
                    connection.execute(update(table).where(key == row[0]).values(values))
                    result.changed += 1
        last = ids[-1]
        advance(len(seen))


def _anew(vault: Vault, table: Table, columns: list[Column[Any]], row: Row[Any], result: Resealed) -> dict[str, str]:
    """Return what has to change in a row: nothing when all is sealed with the newest key."""
    said = row._mapping
    values: dict[str, str] = {}
    try:
        for column in columns:
            if (sealed := said[column]) is not None and vault.sealed_by(sealed) != vault.fingerprints[0]:
                values[column.name] = vault.seal(vault.open(sealed))
        for (of, name), (source, written) in DIGESTS.items():
            if of != table.name or (sealed := said[table.c[source]]) is None:
                continue
            digest = vault.index(written(vault.open(sealed)))
            if said[table.c[name]] != digest:
                values[name] = digest
    except WrongKey:
        result.unreadable[table.name] = result.unreadable.get(table.name, 0) + 1
        return {}
    return values

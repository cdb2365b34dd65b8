"""`keepwell export`."""

import asyncio
import csv
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.errors import CommandFailed
from app.settings import load_settings
from app.wiring import opened
from flows import exporting

# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@click.command()
@click.argument("what", type=click.Choice(list(exporting.EXPORTS)))
@click.option("--format", "format_", type=click.Choice(["csv", "json", "xlsx"]), default="csv", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write here.")
def export(what: str, format_: str, out: Path | None) -> None:
    """Export WHAT. The look is noted in the audit trail, where the people concerned can see it."""
    if format_ == "xlsx" and out is None and sys.stdout.isatty():
        raise CommandFailed("an .xlsx file does not belong on a terminal; name a file with --out FILE.xlsx")
    rows = asyncio.run(_rows(what))
    columns = exporting.EXPORTS[what][0]
    match format_:
        case "json":
            _write_text(out, json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=1) + "\n")
        case "csv":
            _write_csv(out, columns, rows)
        case _:
            _write_xlsx(out, columns, rows)


async def _rows(what: str) -> list[dict[str, Any]]:
    async with opened(load_settings()) as deps:
        return [row async for row in exporting.rows(deps, what)]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = (
        value.isoformat() if isinstance(value, datetime) else "|".join(value) if isinstance(value, list) else str(value)
    )
    return f"'{text}" if text.startswith(FORMULA) else text


def _write_text(out: Path | None, text: str) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def _write_csv(out: Path | None, columns: Sequence[str], rows: list[dict[str, Any]]) -> None:
    file = out.open("w", newline="", encoding="utf-8") if out else sys.stdout
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[_cell(row[column]) for column in columns] for row in rows])
    if out:
        file.close()


def _write_xlsx(out: Path | None, columns: Sequence[str], rows: list[dict[str, Any]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("export")
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_cell(row[column]) for column in columns])
    book.save(out or sys.stdout.buffer)

"""`keepwell program`: look at the program in force, and check a program file before it is used."""

import sys
from pathlib import Path

import click

from app.settings import load_settings
from app.wiring import utc_now
from flows.duty import unreadable
from program.load import ProgramInvalid, load_program
from program.model import Program
from program.render import render_program


@click.group()
def program() -> None:
    """What is asked, when, what counts, and who is told."""


@program.command()
@click.option(
    "--program",
    "path",
    type=click.Path(path_type=Path),
    help="The program file. Default: KEEPWELL_PROGRAM, or else the shipped program.",
)
def show(path: Path | None) -> None:
    """Print the program in force as TOML, with every key: a file that `check` accepts."""
    path = path or load_settings().program
    loaded = _load(path)
    origin = path or "the shipped program"
    click.echo(f"# {origin}, version {loaded.version}\n{render_program(loaded)}", nl=False)


@program.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check a program FILE and its calendars: one line per fault, with its line number and what to do."""
    loaded = _load(file)
    if broken := unreadable(loaded, utc_now()):
        for line in broken:
            click.echo(f"{file}: oncall: {line}", err=True)
        sys.exit(1)
    for warning in loaded.warnings:
        click.echo(f"{warning} (a warning)", err=True)
    click.echo(f"{file}: valid ({_summary(loaded)})")


def _load(path: Path | None) -> Program:
    try:
        return load_program(path)
    except ProgramInvalid as invalid:
        click.echo(str(invalid), err=True)
        sys.exit(1)


def _summary(loaded: Program) -> str:
    sent, off = len(loaded.checkins), len(loaded.all_checkins) - len(loaded.checkins)
    checkins = f"{sent} check-in{'' if sent == 1 else 's'}"
    switched_off = f" and {off} switched off" if off else ""
    return f"{checkins}{switched_off}, {len(loaded.policies)} policies, {', '.join(loaded.languages)}"

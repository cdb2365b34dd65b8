"""`keepwell replay`: score a history from a CSV file, without Telegram and without a database."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import CommandFailed
from core.items import items_of
from core.parameters import Workload
from flows.replay import replay_csv
from flows.replay_read import BadHistory
from program.load import ProgramInvalid, load_program
from program.model import Program
from program.shipped import builtin_items

program_option = click.option(
    "--program",
    "path",
    type=click.Path(path_type=Path),
    help="The program file. Default: KEEPWELL_PROGRAM, or else the shipped program.",
)


class _ProgramSetting(BaseSettings):
    """The one setting that this command needs: another one that is faulty does not stop it."""

    model_config = SettingsConfigDict(env_prefix="KEEPWELL_", env_file=".env", env_ignore_empty=True, extra="ignore")

    program: Path | None = None


@click.command()
@click.argument("file", type=click.Path(allow_dash=True))
@program_option
@click.option("--cap", type=click.FloatRange(min=0, min_open=True), help="Caseload limit of every mentor in the file.")
@click.option(
    "--contract", type=click.FloatRange(min=0, min_open=True), help="Agreed hours a week of every mentor in the file."
)
def replay(file: str, path: Path | None, cap: float | None, contract: float | None) -> None:
    """Score the check-ins of FILE (- for standard input): CSV with the columns mentor,at,item,value[,note].

    Prints CSV with the columns mentor,at,checkin,strain,weekly,load,z,limit,level,reasons,alert. A file with a faulty
    line is refused as a whole.
    """
    program = program_in_force(path)
    items, others = items_of(program.all_checkins, program.scoring.boundaries)
    usual = program.scoring.workload
    try:
        with _opened(file) as lines, _standard_output() as out:
            replay_csv(
                lines,
                out,
                parameters=program.scoring,
                workload=Workload(cap or usual.cap, contract or usual.contract),
                items=items,
                passed_over=others | builtin_items().keys(),
                read_note=_read_note,
            )
    except BadHistory as refused:
        raise CommandFailed(f"{_name(file)}: {refused}") from None
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise CommandFailed(f"{_name(file)}: cannot be read: {error.strerror or error}") from None


def program_in_force(path: Path | None) -> Program:
    """Return the program of that file, or else of the settings, or else the shipped one."""
    try:
        return load_program(path or _ProgramSetting().program)
    except ProgramInvalid as invalid:
        raise CommandFailed(str(invalid)) from None


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
    else:
        with Path(file).open("rb") as lines:
            yield lines


@contextmanager
def _standard_output() -> Iterator[io.TextIOWrapper]:
    """Write UTF-8 whatever the terminal's locale, and lines as the CSV writer ends them."""
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield out
        out.flush()
    finally:
        out.detach()


def _read_note(note: str) -> Iterator[tuple[str, str]]:
    from language.read import read_note  # loads its rules: a history without notes need not wait for them

    return ((flag.kind, flag.urgency) for flag in read_note(note).flags)


def _name(file: str) -> str:
    return "standard input" if file == "-" else " ".join(file.split())


if __name__ == "__main__":
    sys.exit(replay())

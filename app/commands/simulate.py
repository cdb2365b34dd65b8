"""`keepwell simulate`: what a program file would find in mentors whose strain is known, when, and what for nothing."""

import os
import sys
from pathlib import Path
from typing import Final

import click

from app.commands.replay import program_in_force
from app.errors import CommandFailed
from app.simulation.report import as_text, write_csv
from app.simulation.study import FULL, QUICK, job_count, study
from app.simulation.world import Asked
from program.model import Program

WARNING: Final = (
    "Everything here is computed in an assumed world, not observed in people; the weights are expert judgment, "
    "unvalidated."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--quick", is_flag=True, help="A few mentors only: to see that it works, not to trust its figures.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Another seed, other mentors.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="one per processor",
    help="Processes to use.",
)
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("simulate.csv"),
    show_default=True,
    help="Where every figure goes.",
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("simulate.png"),
    show_default=True,
    help="Where the picture goes: .png, .svg or .pdf.",
)
def simulate(file: Path | None, quick: bool, seed: int, workers: int, table: Path, picture: Path) -> None:
    """Simulate a program FILE (default: the program in force): false alarms, and the delay until a rise is told.

    Compares the scoring with a fixed threshold, a plain EWMA and a CUSUM that raise as many alerts, and with itself
    when a part is switched off. Takes a minute or two on two cores.
    """
    program = program_in_force(file)
    asked = _asked(program)
    if picture.suffix not in (".png", ".svg", ".pdf"):
        raise CommandFailed(f"{picture}: a picture ends in .png, .svg or .pdf")
    for path in (table, picture):
        if not path.absolute().parent.is_dir():
            raise CommandFailed(f"{path}: there is no such folder")
    size = QUICK if quick else FULL
    with click.progressbar(length=job_count(size, program.scoring), label="Simulating", file=sys.stderr) as bar:
        rows = study(program.scoring, asked, size=size, seed=seed, workers=workers, tick=lambda: bar.update(1))
    click.echo(f"{_about(program, asked)}; seed {seed}{', a quick look' if quick else ''}\n\n{as_text(rows)}")
    click.echo(f"\n{WARNING}")
    try:
        with table.open("w", encoding="utf-8", newline="") as out:
            write_csv(rows, out)
        from app.simulation.picture import draw

        draw(rows, picture)
    except OSError as error:
        raise CommandFailed(f"{error.filename or table}: cannot be written: {error.strerror or error}") from None
    click.echo(f"Written: {table}, {picture}")


def _about(program: Program, asked: Asked) -> str:
    """Say which program was simulated, and what of it."""
    pulse = f"{len(asked.pulse_days) / asked.pulse_every:g} pulses a week"
    weekly = f"a weekly every {asked.weekly_every} weeks" if asked.weekly_every > 1 else "a weekly"
    asks = f"{pulse} and {weekly if asked.weekly_days else 'no weekly'}"
    return f"Program {program.version} (rules {program.scoring.rules_version}): {asks}"


def _asked(program: Program) -> Asked:
    """Return what the program sends by schedule, or refuse a program without a pulse."""
    cadences = {checkin.id: checkin.cadence for checkin in program.checkins if checkin.cadence is not None}
    pulse, weekly = cadences.get("pulse"), cadences.get("weekly")
    if pulse is None or not pulse.days:
        raise CommandFailed("the program sends no pulse by schedule, so there is nothing to simulate")
    return Asked(
        pulse_days=pulse.days,
        pulse_every=pulse.every_weeks,
        weekly_days=weekly.days if weekly else (),
        weekly_every=weekly.every_weeks if weekly else 1,
        pulse_scale=program.scoring.pulse,
        weekly_scale=program.scoring.weekly_scale,
    )


if __name__ == "__main__":
    sys.exit(simulate())

"""What a program file may say but hardly means."""

from collections.abc import Iterator
from datetime import time, timedelta

from core.questionnaire import Questionnaire
from core.timetable import QuietHours
from program.build import SCORES
from program.durations import write_duration, write_time
from program.faults import Place
from program.model import Program


def warnings_of(program: Program) -> Iterator[tuple[Place, str]]:
    """Yield each doubtful thing with its place in the file."""
    for number, checkin in enumerate(program.all_checkins):
        if checkin.id not in program.enabled:
            continue
        yield from _quiet(("checkins", number, "schedule", "at"), checkin, program.quiet_hours)
        yield from _unscored(("checkins", number, "items"), checkin)
    for number, at in enumerate(program.pulse_times):
        if _covers(program.quiet_hours, at):
            yield ("pulse_times", number), f"{write_time(at)} lies in the quiet hours: it is offered all the same"
    if program.calls_the_rota and not program.has_rota:
        yield ("policies",), "there is no [[rota]] and no calendar: the step oncall is always skipped"
    if program.has_rota and not program.calls_the_rota:
        yield ("rota",), "no policy has the step oncall: nobody is called by this rota"


def _covers(quiet: QuietHours, at: time) -> bool:
    if quiet.start <= quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _quiet(place: Place, checkin: Questionnaire, quiet: QuietHours) -> Iterator[tuple[Place, str]]:
    if not checkin.cadence or not _covers(quiet, checkin.cadence.at):
        return
    wait = timedelta(minutes=(_minutes(quiet.end) - _minutes(checkin.cadence.at)) % (24 * 60))
    becomes = f"sent at {write_time(quiet.end)}" if wait < checkin.expires_after else "never sent by itself"
    expires = write_duration(checkin.expires_after)
    yield place, f"lies in the quiet hours: it is {becomes} (it expires after {expires})"


def _unscored(place: Place, checkin: Questionnaire) -> Iterator[tuple[Place, str]]:
    if checkin.id in SCORES and not any(item.scored and item.options for item in checkin.items):
        yield place, "has no scored scale item: there will be no score, only a wish to be contacted tells anybody"

"""Calendars of whoever is on call: what comes back, exceptions, zones, and files that are broken."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.main import cli
from program.calendar import Calendar
from program.load import load_program
from program.render import render_program

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:America/Chicago\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"
    "TZOFFSETFROM:-0600\r\nTZOFFSETTO:-0500\r\nEND:DAYLIGHT\r\n"
    "BEGIN:STANDARD\r\nDTSTART:20071104T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"
    "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0600\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
CHICAGO = "TZID=America/Chicago"


def event(*lines: str, uid: str = "1") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", ""])


def written(folder: Path, *events: str) -> Calendar:
    path = folder / "oncall.ics"
    path.write_text(HEAD + ZONE + "".join(events) + "END:VCALENDAR\r\n", encoding="utf-8", newline="")
    return Calendar(path, "oncall.ics", "Europe/Madrid", "North")


def found(calendar: Calendar, first: str, last: str) -> list[tuple[str, str, str]]:
    start, end = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last))
    return [(f"{one.start:%d %H:%M}", f"{one.end:%d %H:%M}", one.summary) for one in calendar.events(start, end)]


NIGHTS = event(
    f"DTSTART;{CHICAGO}:20260305T180000",
    f"DTEND;{CHICAGO}:20260306T080000",
    "RRULE:FREQ=DAILY;COUNT=5",
    f"EXDATE;{CHICAGO}:20260306T180000",
    "SUMMARY:Ann Lee",
)


def test_events_come_back_without_their_exceptions_and_keep_their_local_time(tmp_path: Path) -> None:
    assert found(written(tmp_path, NIGHTS), "2026-03-05", "2026-03-12") == [
        ("06 00:00", "06 14:00", "Ann Lee"),
        ("08 00:00", "08 13:00", "Ann Lee"),  # the night in which the clocks move
        ("08 23:00", "09 13:00", "Ann Lee"),
        ("09 23:00", "10 13:00", "Ann Lee"),
    ]


def test_one_night_that_was_changed_is_the_other_persons(tmp_path: Path) -> None:
    changed = event(
        f"RECURRENCE-ID;{CHICAGO}:20260305T180000",
        f"DTSTART;{CHICAGO}:20260305T200000",
        f"DTEND;{CHICAGO}:20260306T080000",
        "SUMMARY:Ben Ortiz",
    )
    assert found(written(tmp_path, NIGHTS, changed), "2026-03-05", "2026-03-07") == [
        ("06 02:00", "06 14:00", "Ben Ortiz")
    ]


def test_days_times_without_a_zone_and_cancelled_events(tmp_path: Path) -> None:
    calendar = written(
        tmp_path,
        event("DTSTART;VALUE=DATE:20260307", "DTEND;VALUE=DATE:20260309", "SUMMARY:Cal Diaz", uid="2"),
        event("DTSTART:20260310T080000", "DURATION:PT2H", "SUMMARY:Ben Ortiz", uid="3"),
        event("DTSTART:20260311T080000Z", "DTEND:20260311T100000Z", "SUMMARY:No", "STATUS:CANCELLED", uid="4"),
        event("DTSTART:20260312T080000Z", "SUMMARY:No length", uid="5"),
    )
    assert found(calendar, "2026-03-06", "2026-03-20") == [
        ("06 23:00", "08 23:00", "Cal Diaz"),  # midnight in Madrid
        ("10 07:00", "10 09:00", "Ben Ortiz"),
    ]


def test_those_who_must_come_go_first_and_who_said_no_is_left_out(tmp_path: Path) -> None:
    calendar = written(
        tmp_path,
        event(
            "DTSTART:20260310T080000Z",
            "DTEND:20260310T180000Z",
            "SUMMARY:On call",
            "ATTENDEE;CN=Ben Ortiz;ROLE=OPT-PARTICIPANT:mailto:ben@example.org",
            "ATTENDEE;CN=Dana Fox;PARTSTAT=DECLINED:mailto:dana@example.org",
            'ATTENDEE;CN="Ann Lee":mailto:ann@example.org',
            "ATTENDEE:mailto:nobody@example.org",
        ),
    )
    (one,) = calendar.events(datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))
    assert (one.attendees, one.team) == (("Ann Lee", "Ben Ortiz"), "North")


def test_a_file_that_breaks_leaves_what_was_read_before_in_force(tmp_path: Path) -> None:
    calendar = written(tmp_path, NIGHTS)
    assert len(found(calendar, "2026-03-05", "2026-03-12")) == 4
    calendar.path.write_text("BEGIN:VCALENDAR\r\nBEGIN:VEV")
    assert len(found(calendar, "2026-03-05", "2026-03-12")) == 4
    assert calendar.problem is not None
    assert "is not an iCalendar file" in calendar.problem
    calendar.path.unlink()
    assert len(found(calendar, "2026-03-05", "2026-03-12")) == 4
    assert calendar.problem == "cannot be read: No such file or directory"
    again = written(tmp_path, event("DTSTART:20260310T080000Z", "DTEND:20260310T180000Z", "SUMMARY:Ben Ortiz"))
    os.utime(again.path, (1, 1))
    assert [one[2] for one in found(calendar, "2026-03-05", "2026-03-12")] == ["Ben Ortiz"]
    assert calendar.problem is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is not an iCalendar file"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (HEAD.encode() + b"END:VCALENDAR\r\n", "has no events"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", ""),
        (b"x" * 2_000_001, "is larger than 2000000 bytes"),
        (NIGHTS.encode().join([HEAD.encode(), b"END:VCALENDAR\r\n"]).replace(b"COUNT=5", b"COUNT=x"), ""),
    ],
)
def test_a_file_that_is_no_calendar_is_said_in_one_line(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "oncall.ics"
    path.write_bytes(content)
    calendar = Calendar(path, "oncall.ics", "UTC")
    now = datetime(2026, 3, 5, tzinfo=UTC)
    assert calendar.events(now, now + timedelta(days=1)) == []
    assert calendar.problem
    assert problem in calendar.problem
    assert "\n" not in calendar.problem


PROGRAM = '[oncall]\ncalendar = "oncall.ics"\nteams = { "North Side" = "north.ics" }\n'


def test_paths_start_at_the_program_file_and_are_shown_as_written(tmp_path: Path) -> None:
    (tmp_path / "program.toml").write_text(PROGRAM)
    program = load_program(tmp_path / "program.toml")
    assert [(one.path, one.team) for one in program.calendars] == [
        (tmp_path / "oncall.ics", None),
        (tmp_path / "north.ics", "North Side"),
    ]
    shown = render_program(program)
    assert 'calendar = "oncall.ics"\nteams = { "North Side" = "north.ics" }' in shown
    (tmp_path / "again.toml").write_text(shown)
    assert load_program(tmp_path / "again.toml").version == program.version


def test_program_check_reads_the_calendars_too(tmp_path: Path) -> None:
    (tmp_path / "program.toml").write_text('[oncall]\ncalendar = "oncall.ics"\n')
    checked = CliRunner().invoke(cli, ["program", "check", str(tmp_path / "program.toml")])
    assert checked.exit_code == 1
    assert "oncall: the calendar oncall.ics cannot be read: No such file or directory" in checked.stderr
    written(tmp_path, NIGHTS)
    checked = CliRunner().invoke(cli, ["program", "check", str(tmp_path / "program.toml")])
    assert checked.exit_code == 0, checked.stderr
    assert "no policy has the step oncall" in checked.stderr

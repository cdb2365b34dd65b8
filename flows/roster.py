"""The roster: a spreadsheet becomes people with invite links. Importing it twice changes nothing."""

import csv
import io
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from core.consent import is_of_supervisor
from core.people import Person, Role
from core.timetable import validate_zone
from flows.deps import Deps
from flows.turn import Turn, working
from storage import audit, facts, people

COLUMNS: Final = ("name", "role", "team", "language", "timezone", "supervisor")
REQUIRED: Final = ("name", "role")
MAX_ROWS: Final = 50_000
MAX_FIELD: Final = 200


class RosterInvalid(Exception):
    """The file was refused as a whole; nothing was changed. One line per fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Line:
    """One person as the file has it."""

    number: int
    name: str
    role: Role
    team: str
    language: str
    timezone: str
    supervisor: str


@dataclass(frozen=True, slots=True)
class Link:
    """A single-use link for one person. The token is shown once and stored only as a digest."""

    name: str
    role: str
    token: str


@dataclass(slots=True)
class Report:
    """What an import did, or would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    links: list[Link] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)  # who was added or changed


def read_roster(text: str, source: str, *, languages: Sequence[str], default_zone: str) -> list[Line]:
    """Return the people of a roster file, or raise RosterInvalid with every fault and its line number."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    faults: list[str] = []
    lines: list[Line] = []
    try:
        header = [name.strip().casefold() for name in reader.fieldnames or []]
        if missing := [name for name in REQUIRED if name not in header]:
            expected = ",".join(COLUMNS)
            raise RosterInvalid([f"{source}:1: no column {' and '.join(missing)}; the header is {expected}"])
        if unknown := [name for name in header if name not in COLUMNS]:
            raise RosterInvalid([f"{source}:1: unknown column {unknown[0]!r}; the header is {','.join(COLUMNS)}"])
        if twice := [name for name in COLUMNS if header.count(name) > 1]:
            raise RosterInvalid([f"{source}:1: the column {twice[0]!r} stands there twice; keep one"])
        reader.fieldnames = header
        for row in reader:
            if len(lines) >= MAX_ROWS:
                raise RosterInvalid([f"{source}:{reader.line_num}: more than {MAX_ROWS} people; split the file"])
            if any(str(value or "").strip() for value in row.values()):
                line = _line(row, reader.line_num, faults, source, languages, default_zone)
                if line is not None:
                    lines.append(line)
    except csv.Error as error:
        # The reader counts a line when it has got through it.
        number = min(reader.line_num + 1, text.count("\n", 0, len(text.rstrip())) + 1)
        faults.append(f"{source}:{number}: not readable as CSV: {error}")
    faults += _check_together(lines, source)
    if not lines and not faults:
        faults.append(f"{source}:2: there is nobody in the file")
    if faults:
        raise RosterInvalid(faults)
    return lines


def _line(
    row: dict[str, Any], number: int, faults: list[str], source: str, languages: Sequence[str], default_zone: str
) -> Line | None:
    here = f"{source}:{number}:"
    if None in row or any(value is None for value in row.values()):
        faults.append(f"{here} this line has more or fewer fields than the header")
        return None
    cells = {key: " ".join(str(value).split()) for key, value in row.items()}
    before = len(faults)
    if not cells["name"]:
        faults.append(f"{here} name is empty")
    if long := [key for key, value in cells.items() if len(value) > MAX_FIELD]:
        faults.append(f"{here} {long[0]} is longer than {MAX_FIELD} characters")
    if any(not character.isprintable() for value in cells.values() for character in value):
        faults.append(f"{here} there is a character that cannot be printed")
    role = cells["role"].casefold()
    if role not in set(Role):
        faults.append(f"{here} role is {cells['role'][:40]!r}; it is mentor, supervisor or lead")
    language = cells.get("language", "").casefold() or languages[0]
    if language not in languages:
        faults.append(f"{here} language is {language[:40]!r}; it is one of {', '.join(languages)}")
    zone = cells.get("timezone") or default_zone
    try:
        zone = validate_zone(zone)
    except ValueError as error:
        faults.append(f"{here} timezone: {error}")
    if role == Role.MENTOR and not cells.get("team"):
        faults.append(f"{here} a mentor needs a team")
    if len(faults) > before:
        return None
    return Line(number, cells["name"], Role(role), cells.get("team", ""), language, zone, cells.get("supervisor", ""))


def _check_together(lines: Sequence[Line], source: str) -> list[str]:
    faults, seen = [], dict[str, int]()
    for line in lines:
        first = seen.setdefault(people.name_key(line.name), line.number)
        if first != line.number:
            faults.append(f"{source}:{line.number}: the name stands on line {first} too; make the two names differ")
    return faults


async def import_roster(deps: Deps, lines: Sequence[Line], source: str, *, links: bool, dry_run: bool) -> Report:
    """Bring the people in line with the file, in one transaction. People who are not in the file stay as they are.

    A person who has not joined gets one more link each time that links are asked for; the first one used ends them all.
    """
    report = Report()
    try:
        async with working(deps) as turn:
            await _import(turn, lines, source, report, links=links)
            _keep_unless(dry_run)
    except _DryRun:
        report.links.clear()
    return report


class _DryRun(Exception):
    """Nothing is to be kept: the transaction rolls back."""


def _keep_unless(dry_run: bool) -> None:
    if dry_run:
        raise _DryRun


async def _import(turn: Turn, lines: Sequence[Line], source: str, report: Report, *, links: bool) -> None:
    known = {people.name_key(person.name): person for person in await people.everyone(turn.session)}
    for line in lines:
        person = known.get(people.name_key(line.name))
        known[people.name_key(line.name)] = await _put(turn, line, person, report)
    faults = []
    for line in lines:
        person = known[people.name_key(line.name)]
        boss = known.get(people.name_key(line.supervisor)) if line.supervisor else None
        if line.supervisor and (boss is None or boss.role is Role.MENTOR):
            why = "is a mentor" if boss else "is not on the roster"
            faults.append(f"{source}:{line.number}: the supervisor named here {why}; add a line with role supervisor")
        elif boss is not None and boss.id == person.id:
            faults.append(f"{source}:{line.number}: nobody supervises themselves")
        elif (boss.id if boss else None) != person.supervisor_id:
            await people.change(turn.session, person.id, supervisor_id=boss.id if boss else None)
            await _note_supervisor(turn, person, report)
    if faults:
        raise RosterInvalid(faults)
    if links:
        report.links.extend(await _links(turn, [known[people.name_key(line.name)] for line in lines]))


async def _put(turn: Turn, line: Line, person: Person | None, report: Report) -> Person:
    team_id = await people.ensure_team(turn.session, line.team) if line.team else None
    if person is None:
        person_id = await people.add(
            turn.session,
            name=line.name,
            role=line.role,
            team_id=team_id,
            language=line.language,
            timezone=line.timezone,
            now=turn.now + timedelta(microseconds=report.added),  # people keep the order of the file
        )
        report.added += 1
        report.touched.add(person_id)
        await audit.write(turn.session, turn.now, audit.OPERATOR, "roster_added", person_id, role=line.role.value)
        return await people.get(turn.session, person_id)
    changes: dict[str, Any] = {}
    if person.role is not line.role:
        changes["role"] = line.role.value
        if line.role is Role.MENTOR and is_of_supervisor(person.consent_version):
            # They agreed to what leads alone see; a mentor's consent is asked for anew.
            changes |= {"consented_at": None, "consent_version": None}
    if person.team_id != team_id:
        changes["team_id"] = team_id
    if person.joined_at is None:  # afterwards language and zone are the person's own choice
        if person.language != line.language:
            changes["language"] = line.language
        if person.timezone != line.timezone:
            changes["timezone"] = line.timezone
    if person.name != line.name:
        await people.rename(turn.session, person.id, line.name)
    if changes:
        await people.change(turn.session, person.id, **changes)
    if changes or person.name != line.name:
        report.changed += 1
        report.touched.add(person.id)
        await audit.write(
            turn.session, turn.now, audit.OPERATOR, "roster_changed", person.id, fields=sorted(changes) or ["name"]
        )
        return replace(person, role=line.role, team_id=team_id)
    report.unchanged += 1
    return person


async def _note_supervisor(turn: Turn, person: Person, report: Report) -> None:
    """Count a person of whom nothing but the supervisor changed: who is called first must not change unseen."""
    if person.id in report.touched:
        return
    report.touched.add(person.id)
    report.unchanged -= 1
    report.changed += 1
    await audit.write(turn.session, turn.now, audit.OPERATOR, "roster_changed", person.id, fields=["supervisor"])


async def _links(turn: Turn, wanted: Iterable[Person]) -> list[Link]:
    links = []
    for person in wanted:
        if person.telegram_id is not None:
            continue  # has joined
        token = secrets.token_urlsafe(24)
        expires_at = turn.now + turn.deps.program.invites_valid_for
        await people.add_invite(turn.session, person.id, token, now=turn.now, expires_at=expires_at)
        links.append(Link(person.name, person.role.value, token))
    return links


async def bot_username(deps: Deps) -> str | None:
    """Return the name of the bot, as last seen."""
    async with deps.db.reading() as session:
        return await facts.get(session, facts.BOT_USERNAME)


async def remember_bot(deps: Deps, username: str) -> None:
    """Note the name of the bot, for links."""
    async with deps.db.transaction() as session:
        await facts.put(session, facts.BOT_USERNAME, username, deps.clock())


async def everybody(deps: Deps) -> list[Person]:
    """Return everybody on the roster. It is a look at people's data, and is noted."""
    async with deps.db.transaction() as session:
        await audit.write(session, deps.clock(), audit.OPERATOR, "roster_listed")
        return await people.everyone(session)

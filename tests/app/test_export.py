"""`keepwell export`: what people answered, in three formats, safe to open, and noted."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from app.commands.export import FORMULA
from core.alerts import Alert
from core.checkins import Checkin
from core.levels import Level
from core.people import Role
from program.load import load_program
from storage import alerts, audit, checkins, people
from storage.database import Database
from storage.vault import Vault
from tests.app.conftest import Run
from tests.conftest import SECRET, START

EVIL = '=HYPERLINK("http://x","Sam")'


@pytest.fixture
async def stored(database: str) -> Checkin:
    """One mentor with a name that a spreadsheet would run, one check-in, one alert."""
    db = Database(database, Vault([SECRET]))
    async with db.transaction() as session:
        team = await people.ensure_team(session, "+North")
        values: dict[str, Any] = {"language": "es", "timezone": "America/Chicago", "now": START}
        mentor = await people.add(session, name=EVIL, role=Role.MENTOR, team_id=team, **values)
        ann = await people.add(session, name="Ann Lee", role=Role.SUPERVISOR, team_id=team, **values)
        checkin = Checkin(
            id=uuid4(),
            person_id=mentor,
            kind="weekly",
            occurrence="2026-03-02 15:00",
            at=START,
            items=("hours", "boundary_kind"),
            expires_at=START + timedelta(days=3),
            opened_at=START,
        )
        await checkins.add(session, checkin, local_date=START.date(), slot="15:00", program_version="1")
        for item, value in (("hours", "22.5"), ("boundary_kind", "money small_gift")):
            later = START + timedelta(minutes=1)
            await checkins.put_answer(session, checkin.id, item, value, answered_at=START, received_at=later)
        alert = Alert(
            id=uuid4(),
            person_id=mentor,
            team_id=team,
            source="checkin:1",
            level=Level.URGENT,
            reasons=("boundary_same_day", "hours_long"),
            facts={},
            policy=load_program(None).policy(Level.URGENT),
            opened_at=START,
            next_step_at=START,
        )
        await alerts.add(session, alert)
        await audit.write(session, START, ann, "alert_acknowledged", mentor)
        await audit.write(session, START, audit.SYSTEM, "alert_opened", mentor)
    await db.close()
    return checkin


def json_of(run: Run, what: str) -> list[dict[str, Any]]:
    done = run("export", what, "--format", "json")
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.output)
    return found


def at(minutes: int = 0) -> datetime:
    return START + timedelta(minutes=minutes)


def test_answers_come_out_with_all_that_is_known_of_them(run: Run, stored: Checkin) -> None:
    rows = json_of(run, "answers")
    assert [row["item"] for row in rows] == ["boundary_kind", "hours"]
    row = rows[1]
    assert list(row) == ["mentor", "checkin_id", "checkin", "occurrence", "item", "value", "answered_at", "received_at"]
    assert (row["mentor"], row["checkin_id"], row["checkin"], row["value"]) == (EVIL, str(stored.id), "weekly", "22.5")
    times = [datetime.fromisoformat(row[key]) for key in ("occurrence", "answered_at", "received_at")]
    assert times == [at(), at(), at(1)]
    assert all(time.tzinfo is not None and time.utcoffset() == timedelta(0) for time in times)


def test_alerts_come_out_with_their_state(run: Run, stored: Checkin) -> None:
    (row,) = json_of(run, "alerts")
    assert (row["mentor"], row["team"], row["level"], row["state"]) == (EVIL, "+North", "urgent", "open")
    assert row["reasons"] == ["boundary_same_day", "hours_long"]
    assert (row["acknowledged_by"], row["acknowledged_at"], row["resolved_at"], row["outcome"]) == (None,) * 4


def test_the_audit_trail_names_who_did_what_and_the_export_itself(run: Run, stored: Checkin) -> None:
    run("export", "answers")
    rows = json_of(run, "audit")
    assert [(row["actor"], row["action"], row["subject"]) for row in rows] == [
        ("Ann Lee", "alert_acknowledged", EVIL),
        ("system", "alert_opened", EVIL),
        ("operator", "exported_answers", None),
        ("operator", "exported_audit", None),
    ]


@pytest.mark.parametrize("what", ["answers", "alerts", "audit"])
def test_no_cell_of_a_csv_is_a_formula(run: Run, stored: Checkin, what: str) -> None:
    rows = list(csv.reader(io.StringIO(run("export", what).output)))
    assert rows[0] == list(json_of(run, what)[0])
    assert all(not cell.startswith(FORMULA) for row in rows for cell in row)
    assert any(EVIL in cell for row in rows for cell in row)


def test_several_reasons_are_one_cell(run: Run, stored: Checkin) -> None:
    (row,) = csv.DictReader(io.StringIO(run("export", "alerts", "--format", "csv").output))
    assert (row["reasons"], row["outcome"]) == ("boundary_same_day|hours_long", "")


def test_a_workbook_holds_the_same_rows_as_text(run: Run, stored: Checkin) -> None:
    done = run("export", "answers", "--format", "xlsx", "--out", "answers.xlsx")
    assert (done.exit_code, done.output) == (0, "")
    sheet = openpyxl.load_workbook("answers.xlsx")["export"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == tuple(json_of(run, "answers")[0])
    assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row)
    assert rows[2][0] == f"'{EVIL}"
    assert rows[2][5] == "22.5"


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_an_export_goes_to_a_file(run: Run, stored: Checkin, format_: str) -> None:
    done = run("export", "answers", "--format", format_, "--out", "out.txt")
    assert (done.exit_code, done.output) == (0, "")
    assert Path("out.txt").read_text(encoding="utf-8") == run("export", "answers", "--format", format_).output


@pytest.mark.parametrize("format_", ["csv", "json", "xlsx"])
def test_an_empty_database_gives_an_empty_export(run: Run, database: str, format_: str) -> None:
    assert run("export", "answers", "--format", format_, "--out", "out").exit_code == 0


def test_a_folder_that_is_not_there_is_one_line(run: Run, database: str) -> None:
    done = run("export", "answers", "--out", "none/here.csv")
    assert done.exit_code != 0
    assert "Traceback" not in done.output
    assert "none/here.csv" in done.output


def test_an_export_with_another_key_says_which_setting_to_mend(
    run: Run, stored: Checkin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEPWELL_SECRET_KEY", "a key of somebody else")
    done = run("export", "answers")
    assert done.exit_code == 2
    assert "KEEPWELL_SECRET_KEY" in done.output


def test_an_old_key_after_the_new_one_still_reads(run: Run, stored: Checkin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEPWELL_SECRET_KEY", f"the newest key of all,{SECRET}")
    assert json_of(run, "answers")[0]["mentor"] == EVIL
    assert START.tzinfo is UTC

"""`keepwell roster`: a spreadsheet becomes people; every fault has its line, and a faulty file changes nothing."""

import asyncio
import csv
import re
import stat
from pathlib import Path

import pytest

from emulator import Emulator
from tests.app.conftest import Run

HEADER = "name,role,team,language,timezone,supervisor\n"
GOOD = (
    HEADER
    + "Sam Rivera,mentor,North,es,America/Denver,Ann Lee\n"
    + "Ann Lee,supervisor,North,en,,\n"
    + '"Fox, Dana",lead,,,,\n'
)


def write(text: str | bytes) -> str:
    path = Path("people.csv")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def names(run: Run) -> list[str]:
    return [line.split("\t")[0] for line in run("roster", "list").output.splitlines()]


def test_people_are_brought_in_once(run: Run, database: str) -> None:
    file = write(GOOD)
    assert run("roster", "import", file).output == "3 added, 0 changed, 0 as they were.\n"
    assert run("roster", "import", file).output == "0 added, 0 changed, 3 as they were.\n"
    assert names(run) == ["Sam Rivera", "Ann Lee", "Fox, Dana"]


def test_people_come_before_the_first_run_into_a_file_that_is_made_for_them(run: Run, folder: Path) -> None:
    file = write(GOOD)
    refused = run("roster", "import", file, "--dry-run")
    assert refused.exit_code == 1
    assert run("roster", "import", file).output == "3 added, 0 changed, 0 as they were.\n"


def test_what_a_spreadsheet_program_writes_is_read(run: Run, database: str) -> None:
    """A byte order mark, CRLF, other cases, outer spaces, empty lines, columns in another order."""
    text = "\ufeffRole,Name , TEAM\r\n mentor , Sam   Rivera ,North\r\n\r\n,,\r\nSUPERVISOR,Ann Lee,North\r\n"
    assert "2 added" in run("roster", "import", write(text)).output
    assert names(run) == ["Sam Rivera", "Ann Lee"]


def test_a_changed_line_changes_that_person_alone(run: Run, database: str) -> None:
    run("roster", "import", write(GOOD))
    changed = GOOD.replace("Sam Rivera,mentor,North", "SAM RIVERA,mentor,South")
    assert run("roster", "import", write(changed)).output == "0 added, 1 changed, 2 as they were.\n"
    assert "SAM RIVERA\tmentor\tSouth\tnot joined" in run("roster", "list").output


def test_another_supervisor_is_a_change_too(run: Run, database: str) -> None:
    run("roster", "import", write(GOOD))
    other = GOOD.replace("Ann Lee\nAnn", '"Fox, Dana"\nAnn')
    assert run("roster", "import", write(other)).output == "0 added, 1 changed, 2 as they were.\n"


def test_a_dry_run_says_what_would_change_and_changes_nothing(run: Run, database: str) -> None:
    done = run("roster", "import", write(GOOD), "--dry-run", "--links", "links.csv")
    assert done.output == "3 would be added, 0 would be changed, 0 as they were.\n"
    assert names(run) == []
    assert not Path("links.csv").exists()


FAULTS: list[tuple[str, str]] = [
    ("", "1: no column name and role"),
    ("name,team\nSam,North\n", "1: no column role"),
    ("name,role,phone\nSam,mentor,5\n", "1: unknown column 'phone'"),
    ("name,role,role\nSam,mentor,lead\n", "1: the column 'role' stands there twice"),
    (HEADER, "2: there is nobody in the file"),
    (HEADER + ",mentor,North,,,\n", "2: name is empty"),
    (HEADER + "Sam,boss,North,,,\n", "2: role is 'boss'; it is mentor, supervisor or lead"),
    (HEADER + "Sam,,North,,,\n", "2: role is ''"),
    (HEADER + "Sam,mentor,,,,\n", "2: a mentor needs a team"),
    (HEADER + "Sam,mentor,North,fr,,\n", "2: language is 'fr'; it is one of en, es"),
    (HEADER + "Sam,mentor,North,,Mars/Olympus,\n", "2: timezone: unknown time zone"),
    (HEADER + "Sam,mentor,North,,,Nobody\n", "2: the supervisor named here is not on the roster"),
    (HEADER + "Sam,mentor,North,,,Rosa\nRosa,mentor,North,,,\n", "2: the supervisor named here is a mentor"),
    (HEADER + "Ann,supervisor,North,,,Ann\n", "2: nobody supervises themselves"),
    (HEADER + "Sam,mentor,North,,,\n\nsam ,mentor,South,,,\n", "4: the name stands on line 2 too"),
    (HEADER + "Sam,mentor,North\n", "2: this line has more or fewer fields than the header"),
    (HEADER + "Sam,mentor,North,,,,,\n", "2: this line has more or fewer fields than the header"),
    (HEADER + f"{'S' * 201},mentor,North,,,\n", "2: name is longer than 200 characters"),
    (HEADER + f"{'S' * 200_000},mentor,North,,,\n", "2: not readable as CSV"),
    (HEADER + '"Sam,mentor,North,,,\n', "not readable as CSV"),
    (HEADER + "Sam\x00,mentor,North,,,\n", "2: there is a character that cannot be printed"),
    (HEADER + "Sam \u202egnp.exe,mentor,North,,,\n", "2: there is a character that cannot be printed"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS, ids=[fault[:40] for _, fault in FAULTS])
def test_a_faulty_file_is_refused_whole_with_the_line_of_the_fault(
    run: Run, sqlite: str, text: str, fault: str
) -> None:
    good = "Ann Lee,supervisor,North,,,\n" if text.startswith(HEADER) and len(text) > len(HEADER) else ""
    done = run("roster", "import", write(text + good if fault[0] == "2" and "fields" not in fault else text))
    assert done.exit_code == 1
    assert fault in done.output
    assert all(line.startswith("keepwell: people.csv:") for line in done.output.splitlines())
    assert names(run) == []


def test_every_fault_of_a_file_is_told_at_once(run: Run, sqlite: str) -> None:
    done = run("roster", "import", write(HEADER + ",boss,North,fr,,\nSam,mentor,,,,\n"))
    assert len(done.output.splitlines()) == 4


def test_a_file_that_is_not_utf8_is_refused_with_its_line(run: Run, sqlite: str) -> None:
    done = run("roster", "import", write((HEADER + "Ann,lead,,,,\nJosé,mentor,North,,,\n").encode("latin-1")))
    assert done.exit_code == 1
    assert "people.csv:3: not UTF-8" in done.output


def test_a_huge_file_is_refused_before_it_is_read(run: Run, sqlite: str) -> None:
    with Path("people.csv").open("wb") as file:
        file.truncate(20_000_001)
    done = run("roster", "import", "people.csv")
    assert done.exit_code == 1
    assert "larger than 20 MB" in done.output


def test_a_file_that_is_not_there_is_refused(run: Run, sqlite: str) -> None:
    assert run("roster", "import", "none.csv").exit_code == 2


def links_of(path: str) -> list[dict[str, str]]:
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_everybody_who_has_not_joined_gets_a_link_that_only_its_owner_may_read(run: Run, database: str) -> None:
    old = Path("links.csv")
    old.write_text("an older file that everybody may read")
    old.chmod(0o644)
    done = run("roster", "import", write(GOOD), "--links", "links.csv")
    assert done.exit_code == 0
    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    links = links_of("links.csv")
    assert [link["name"] for link in links] == ["Sam Rivera", "Ann Lee", "Fox, Dana"]
    assert [link["role"] for link in links] == ["mentor", "supervisor", "lead"]
    tokens = [re.fullmatch(r"https://t\.me/YOUR_BOT\?start=([A-Za-z0-9_-]{22,64})", link["link"]) for link in links]
    assert len({token[1] for token in tokens if token}) == 3
    assert "YOUR_BOT" in done.output


async def test_links_name_the_bot_when_telegram_can_be_asked(
    run: Run, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Emulator() as machine:
        monkeypatch.setenv("KEEPWELL_TELEGRAM_TOKEN", machine.token)
        monkeypatch.setenv("KEEPWELL_TELEGRAM_API_URL", machine.url)
        done = await asyncio.to_thread(run, "roster", "import", write(GOOD), "--links", "links.csv")
        assert done.exit_code == 0
        machine.revoke_token()
        again = await asyncio.to_thread(run, "roster", "import", write(GOOD), "--links", "again.csv")
        assert again.exit_code == 0
    for path in ("links.csv", "again.csv"):
        assert all(f"t.me/{machine.username}?start=" in link["link"] for link in links_of(path))


async def test_a_token_that_telegram_refuses_still_gives_links(
    run: Run, sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Emulator() as machine:
        monkeypatch.setenv("KEEPWELL_TELEGRAM_TOKEN", machine.token)
        monkeypatch.setenv("KEEPWELL_TELEGRAM_API_URL", machine.url)
        machine.revoke_token()
        done = await asyncio.to_thread(run, "roster", "import", write(GOOD), "--links", "links.csv")
    assert done.exit_code == 0
    assert "YOUR_BOT" in done.output


def test_a_name_that_a_spreadsheet_would_take_for_a_formula_is_made_harmless(run: Run, sqlite: str) -> None:
    evil = HEADER + '"=HYPERLINK(""http://x"",""y"")",lead,,,,\n@cmd,lead,,,,\n+1,lead,,,,\n-1,lead,,,,\n'
    run("roster", "import", write(evil), "--links", "links.csv")
    links = links_of("links.csv")
    assert len(links) == 4
    assert all(link["name"].startswith("'") for link in links)

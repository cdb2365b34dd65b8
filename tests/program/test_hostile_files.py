"""Files that are huge, malicious or no text: one clear line, soon."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.load import LARGEST, ProgramInvalid, load_program, parse_program

SECONDS = 10  # generous: it takes a tenth; what is guarded against would take minutes


def refusal(text: str) -> str:
    started = time.process_time()
    with pytest.raises(ProgramInvalid) as refused:
        parse_program(text, "f")
    assert time.process_time() - started < SECONDS
    return str(refused.value)


def faults(text: str) -> list[str]:
    try:
        parse_program(text, "f")
    except ProgramInvalid as refused:
        return str(refused).splitlines()
    return []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#" * (LARGEST + 1), "f: the file is larger than 1000000 bytes"),
        ("a = " + "[" * 400_000, "f:1: lists and tables nest at most 24 deep"),
        ("a = " + "{a=" * 200_000, "f:1: lists and tables nest at most 24 deep"),
        ("a." * 400_000 + "a = 1", "f:1: a key has at most 12 parts"),
        ("[" + "a." * 400_000 + "a]", "f:1: a key has at most 12 parts"),
        ("a = " + "9" * 900_000, "f: not a program"),
        ("a = [" + "1," * 400_000 + "]", "f:1: the file has more than 50000 keys and list elements"),
        ("[[checkins]]\n" * 60_000, "f:50000: the file has more than 50000 keys and list elements"),
        ('a = """' + '"x' * 400_000, "f:1: not valid TOML"),
        ('a = "' + "\\" * 900_000, "f:1: not valid TOML"),
        ("a = '" * 150_000, "f:1: not valid TOML"),
        ("= \n" * 200_000, "f:1: not valid TOML"),
        ("\x00\x01", "f:1: not valid TOML"),
        ('name = "\ud800"', "f:1: name: must not have control characters"),
    ],
    ids=lambda value: value[:12].encode("ascii", "replace").decode(),
)
def test_a_hostile_text_is_refused_in_one_line(text: str, message: str) -> None:
    found = refusal(text)
    assert found.count("\n") == 0
    assert len(found) < 400
    assert found.startswith(message)


def test_many_check_ins_are_refused_with_their_number() -> None:
    assert refusal('[[checkins]]\nid = "pulse"\n' * 5000).startswith("f:1: checkins: must have at most 20 entries")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"key_{number} = 1" for number in range(45_000)),
        "[scoring.change]\n" + "\n".join(f"key_{number} = 1" for number in range(45_000)),
        "[boundary_kinds]\n" + "\n".join(f"key_{number} = 1" for number in range(45_000)),
        '[[checkins]]\nid = "pulse"\nitems = [' + "'fule'," * 45_000 + "]",
        "resources = {" + ", ".join(f"k{number} = 1" for number in range(45_000)) + "}",
    ],
    ids=["keys", "scoring", "kinds", "items", "texts"],
)
def test_thousands_of_faults_are_told_soon_and_in_a_hundred_lines(text: str) -> None:
    assert refusal(text).count("\n") <= 100


def test_a_long_unknown_key_is_shortened() -> None:
    assert len(refusal(f"{'k' * 100_000} = 1")) < 400


@given(st.text(max_size=300) | st.text(alphabet="[]{}=.\"'a1\n,", max_size=300))
def test_any_text_is_a_program_or_is_refused(text: str) -> None:
    assert all(line.startswith("f:") for line in faults(text))


@given(st.data())
def test_any_value_at_any_key_is_taken_or_refused_with_its_line(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(KEYS))
    value = data.draw(st.sampled_from(VALUES))
    text = f"{key} = {value}"
    assert all(line.startswith("f:1: ") for line in faults(text))


KEYS = [
    "name",
    "languages",
    "country",
    "pulse_times",
    "quiet_hours",
    "quiet_hours.from",
    "notes",
    "notes.enabled",
    "retention",
    "resources",
    "resources.en",
    "crisis_lines",
    "crisis_lines.US",
    "crisis_lines.US.text",
    "boundary_kinds",
    "boundary_kinds.money",
    "boundary_kinds.money.label",
    "checkins",
    "policies",
    "scoring",
    "scoring.load",
    "scoring.change.limit",
]
VALUES = [
    "1",
    "-1.5",
    "inf",
    "true",
    '""',
    '"x"',
    "[]",
    "[1]",
    "[[]]",
    "{}",
    "{ x = 1 }",
    "[{}]",
    '[{ id = "pulse" }]',
    '[{ id = "pulse", items = [{}] }]',
    '[{ id = "pulse", items = [{ id = 1 }] }]',
    '[{ id = "pulse", items = 3, schedule = [] }]',
    '[{ id = ["pulse"] }]',
    '[{ id = "pulse", schedule = {} }, 3]',
    '[{ level = "urgent" }]',
    "[{ level = [] }]",
    "2024-01-01",
    "09:00:00",
]


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.toml", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(ProgramInvalid, match=rf"^{path}: cannot be read: {reason}$"):
            load_program(path)


def test_a_file_that_is_no_text_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('name = "A"\nresources.es = "mañana"'.encode("latin-1"))
    with pytest.raises(ProgramInvalid, match=rf"^{path}:2: not UTF-8 text$"):
        load_program(path)


def test_a_file_without_end_is_read_no_further_than_allowed() -> None:
    with pytest.raises(ProgramInvalid, match="larger than 1000000 bytes"):
        load_program(Path("/dev/zero"))


def test_a_mark_of_byte_order_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(b'\xef\xbb\xbfname = "A"\r\n\r\ncountry = "CA"\r\n')
    assert load_program(path).country == "CA"

"""A program that was written as TOML is the same program when it is read."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.load import load_program, parse_program
from program.render import render_program
from tests.program.test_short_programs import CONTRACT, OWN_ITEMS

TRICKY = """
languages = ["es"]
name = 'Say "hi" \\ bye'
quiet_hours = { from = "00:00", until = "00:00" }
resources = "Una línea\\nOtra: \\"así\\" \\\\ tab"
[notes]
enabled = false
confirm_within = "0.5s"
[[checkins]]
id = "practice"
[[checkins]]
id = "weekly"
[[checkins]]
id = "pulse"
items = ["fuel", { id = "own", kind = "scale", range = [1, 3], scored = false, text = "¿Uno?", options = [
    { value = "1", label = "Uno" }, { value = "2" }, { value = "3", label = "Tres" }] }]
schedule = { days = [], at = "10:00" }
"""
LICENSED = """
languages = ["en"]
[[checkins]]
id = "licensed"
title = "Well-being"
expires_after = "3d"
affects_level = false
scale = "pss4"
""" + "".join(
    f'[[checkins.items]]\nid = "pss_{number}"\nkind = "scale"\ntext = "Wording {number}"\nscored = false\n'
    f"reversed = {str(number in (2, 3)).lower()}\n"
    for number in range(1, 5)
)


@pytest.mark.parametrize("text", ["", CONTRACT, OWN_ITEMS, TRICKY, LICENSED])
def test_a_program_survives_being_written_and_read(text: str) -> None:
    program = parse_program(text, "file")
    again = parse_program(render_program(program), "again")
    assert again == program
    assert again.version == program.version
    assert render_program(again) == render_program(program)


@given(name=st.text(min_size=1, max_size=80))
def test_any_name_that_is_taken_survives(name: str) -> None:
    if not name.isprintable() or not name.strip():
        return
    text = render_program(load_program(None)).split("\n", 1)[1]
    quoted = "".join(f"\\U{ord(sign):08x}" for sign in name)
    program = parse_program(f'name = "{quoted}"\n{text}', "file")
    assert program.name == name
    assert tomllib.loads(render_program(program))["name"] == name


def test_a_licensed_scale_has_its_key() -> None:
    program = parse_program(LICENSED, "file")
    checkin = program.checkin("licensed")
    assert checkin.scale == "pss4"
    assert program.scales["pss4"].item_count == len(checkin.items)

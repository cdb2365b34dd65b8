"""The generated pages are what the code says."""

import re

import click
import pytest

from app.main import COMMANDS, cli
from app.settings import PREFIX, Settings
from core import alerts, checkins, notes, visits
from scripts.observing import events
from scripts.reference import PAGES, REFERENCE, commands_page, explained, life_cycles_page, settings_page


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_up_to_date(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name]().rstrip("\n") + "\n", "run: make reference"


def test_every_setting_is_explained_and_its_default_is_the_one_in_force() -> None:
    said = explained()
    assert set(said) == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        text, default = said[f"{PREFIX}{name.upper()}"]
        assert len(text) > 20, name
        if field.default is not None:
            assert default == str(field.default), name


def test_every_setting_has_a_heading_of_its_own() -> None:
    headings = re.findall(r"^## `(KEEPWELL_\w+)`$", settings_page(), re.MULTILINE)
    assert headings == [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]


def test_every_command_is_on_the_page_of_commands() -> None:
    headings = re.findall(r"^## `keepwell (.+)`$", commands_page(), re.MULTILINE)
    assert list(dict.fromkeys(heading.split()[0] for heading in headings)) == list(COMMANDS)
    assert "roster import" in headings
    context = click.Context(cli)
    assert all(isinstance(cli.get_command(context, name), click.Command) for name in COMMANDS)


def test_the_diagrams_hold_every_transition_and_no_other() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+): (\w+)$", life_cycles_page(), re.MULTILINE)
    table = [
        (state.value, after.value, event.value)
        for transitions in (alerts.TRANSITIONS, checkins.TRANSITIONS, notes.TRANSITIONS, visits.TRANSITIONS)
        for (state, event), after in transitions.items()
    ]
    assert drawn == table


def test_nobody_but_those_in_charge_handles_an_alert() -> None:
    (row,) = re.findall(r"^\| `handle_alert` \| (.+) \|$", life_cycles_page(), re.MULTILINE)
    assert row.split(" | ") == ["–", "yes", "yes", "–", "yes", "–"]


def test_every_log_event_has_a_name_and_no_field_that_could_hold_words() -> None:
    found = events()
    assert len(found) > 30
    for name, _, message, fields in found:
        assert re.fullmatch(r"`[a-z_]+…?`", name), (name, message)
        assert not re.search(r"`(text|note_text|words|name|telegram_id|chat|payload)`", fields), name

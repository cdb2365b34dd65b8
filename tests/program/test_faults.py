"""What is wrong with a file: every fault on its line, with its reason, in one report."""

import pytest

from program.faults import SHOWN
from program.load import ProgramInvalid, parse_program

CHECKIN = 'id = "pulse"\n'
ITEM = '{ id = "mine", kind = "%s", text = { en = "A?", es = "¿A?" }%s }'


def faults(text: str) -> list[str]:
    with pytest.raises(ProgramInvalid) as refused:
        parse_program(text, "f")
    return str(refused.value).splitlines()


def items(kind: str, more: str = "") -> str:
    return f'[[checkins]]\nid = "own"\ntitle = "1"\nexpires_after = "1h"\nitems = [\n{ITEM % (kind, more)}\n]'


FORM = [
    (
        "nam = 1",
        "1 nam",
        "unknown key (is it 'name'?); known here: name, languages, default_timezone, country, invites_valid_for, ",
    ),
    ("\nname = 3", "2 name", "must be a text in quotes"),
    ('name = " "', "1 name", "must not be empty"),
    ('name = "a\\u0007"', "1 name", "must not have control characters"),
    (f'name = "{"a" * 81}"', "1 name", "must have at most 80 characters"),
    ("notes = 3", "1 notes", "must be a table"),
    ("[notes]\n\nenabled = 1", "3 notes.enabled", "must be true or false"),
    (
        '[notes]\nconfirm_within = "10 minutes"',
        "2 notes.confirm_within",
        'must be a duration such as "12h", "15m", "7d" or "1h30m"',
    ),
    ('[notes]\nconfirm_within = "0s"', "2 notes.confirm_within", "must be longer than zero and at most 3660d"),
    ("[quiet_hours]\nfrom = 09:00:00", "2 quiet_hours.from", 'must be a time of day such as "09:00"'),
    ('languages = ["en", "fr"]', "1 languages[2]", "must be 'en' or 'es'"),
    ("languages = []", "1 languages", "must have at least 1 entry"),
    (
        'default_timezone = "Mars/One"',
        "1 default_timezone",
        "unknown time zone 'Mars/One'; write an IANA name such as America/Chicago",
    ),
    ("default_timezone = 3", "1 default_timezone", "must be an IANA time zone such as America/Chicago"),
    ('country = "us"', "1 country", "must be a country code of two capital letters, such as US"),
    (
        '[crisis_lines.us]\nnumber = "1"',
        "1 crisis_lines.us",
        "must be a country code of two capital letters, such as US",
    ),
    (
        '[crisis_lines.DE]\nnumber = "call"',
        "2 crisis_lines.DE.number",
        'must be a phone number as it is dialed, such as "988"',
    ),
    ('resources.fr = "Bonjour"', "1 resources.fr", "must be 'en' or 'es'"),
    (
        'boundary_kinds.money.urgency = "soon"',
        "1 boundary_kinds.money.urgency",
        "must be 'next_supervision', 'same_day' or 'immediate'",
    ),
    ('[boundary_kinds.new_one]\nurgency = "same_day"', "1 boundary_kinds.new_one.label", "is missing"),
    ("checkins = 3", "1 checkins", "must be a list"),
    ("checkins = [\n3]", "2 checkins[1]", "must be a table"),
    ("[[checkins]]\nenabled = true", "1 checkins[1].id", "is missing"),
    (
        '[[checkins]]\nid = "Pulse"',
        "2 checkins[1].id",
        "must be an id: small letters, digits and _, a letter first, at most 32",
    ),
    (f"[[checkins]]\n{CHECKIN}items = 3", "3 checkins[1].items", "must be a list"),
    (f"[[checkins]]\n{CHECKIN}items = []", "3 checkins[1].items", "must have at least 1 entry"),
    (f"[[checkins]]\n{CHECKIN}items = ['fuel',\n3]", "4 checkins[1].items[2]", "must be a table"),
    (
        f"[[checkins]]\n{CHECKIN}items = ['fuel',\n'feul']",
        "4 checkins[1].items[2]",
        "unknown item 'feul' (is it 'fuel'?); write an own item as a table",
    ),
    (
        f"[[checkins]]\n{CHECKIN}schedule.days = ['monday']\nschedule.at = '09:00'",
        "3 checkins[1].schedule.days[1]",
        "must be 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'",
    ),
    (f"[[checkins]]\n{CHECKIN}[checkins.schedule]\ndays = ['mon']", "3 checkins[1].schedule.at", "is missing"),
    (f"[[checkins]]\n{CHECKIN}draw = 0", "3 checkins[1].draw", "must be at least 1"),
    (f"[[checkins]]\n{CHECKIN}draw = 1.0", "3 checkins[1].draw", "must be a whole number"),
    (items("scale", ", reversed = 'yes'"), "6 checkins[1].items[1].reversed", "must be true or false"),
    (items("slider"), "6 checkins[1].items[1].kind", "must be 'scale', 'count', 'choice' or 'choices'"),
    (items("count", ", range = [1]"), "6 checkins[1].items[1].range", "must have at least 2 entries"),
    (items("count", ", range = [0, 'x']"), "6 checkins[1].items[1].range[2]", "must be a number"),
    (
        items("choice", ", options = [{ value = 'A b', label = '1' }]"),
        "6 checkins[1].items[1].options[1].value",
        "must be a value: small letters, digits, _ and ., at most 32",
    ),
    ('[[policies]]\nlevel = "watch"', "2 policies[1].level", "must be 'concern', 'urgent' or 'crisis'"),
    ('[[policies]]\nlevel = "urgent"\nsteps = ["lead"]', "1 policies[1].acknowledge_within", "is missing"),
    ('[[policies]]\nlevel = "urgent"\nacknowledge_within = "1h"', "1 policies[1].steps", "is missing"),
    (
        '[[policies]]\nlevel = "urgent"\nacknowledge_within = "1h"\nsteps = []',
        "4 policies[1].steps",
        "must have at least 1 entry",
    ),
    (
        '[[policies]]\nlevel = "urgent"\nacknowledge_within = "1h"\nsteps = ["boss"]',
        "4 policies[1].steps[1]",
        "must be 'supervisor', 'backup', 'oncall', 'lead', 'group', or a person such as 'person:Ann Lee'",
    ),
    (
        '[[policies]]\nlevel = "urgent"\nacknowledge_within = "1h"\nsteps = ["lead"]\nrepeat = 21',
        "5 policies[1].repeat",
        "must be at most 20",
    ),
    ("scoring = 3", "1 scoring", "must be a table"),
    ("a = 1\na = 2", "2", "not valid TOML: Cannot overwrite a value"),
    ("a = ", "1", "not valid TOML: Invalid value"),
    ("\n[a", "2", "not valid TOML: Expected ']' at the end of a table declaration"),
]

MEANING = [
    (
        '[[checkins]]\nid = "pulse"\n[[checkins]]\nid = "pulse"',
        "4 checkins[2].id",
        "'pulse' is the id of another check-in",
    ),
    (f"[[checkins]]\n{CHECKIN}enabled = false", "1 checkins", "no check-in is enabled: nobody would be asked anything"),
    ("checkins = []", "1 checkins", "no check-in is enabled: nobody would be asked anything"),
    (
        f'[[checkins]]\n{CHECKIN}items = ["fuel", "fuel"]',
        "3 checkins[1].items[2]",
        "'fuel' is asked twice in this check-in",
    ),
    (
        f'[[checkins]]\n{CHECKIN}remind_after = "12h"',
        "3 checkins[1].remind_after",
        'must be shorter than expires_after; "never" means no reminder',
    ),
    (
        f'[[checkins]]\n{CHECKIN}schedule = {{ days = ["mon", "mon"], at = "09:00" }}',
        "3 checkins[1].schedule.days[2]",
        "'mon' is named twice",
    ),
    (
        f'[[checkins]]\n{CHECKIN}items = ["fuel"]\ndraw = 2',
        "4 checkins[1].draw",
        "is too many: 1 can be drawn",
    ),
    (
        items("scale").replace("mine", "fuel"),
        "6 checkins[1].items[1].id",
        "'fuel' is the id of a built-in item that differs: name that one, or take a new id",
    ),
    (items("choice"), "6 checkins[1].items[1]", "options are missing: a choice needs them"),
    (
        items("scale", ", range = [0, 5]"),
        "6 checkins[1].items[1]",
        "options are missing: only a scale from 0 to 4 has words of its own",
    ),
    (
        items("scale", ", range = [4, 0], options = [{ value = '0' }]"),
        "6 checkins[1].items[1].range",
        "must be two rising numbers from 0 to 10000",
    ),
    (
        items("scale", ", options = [{ value = '5' }]"),
        "6 checkins[1].items[1].options[1].value",
        "must be a whole number from 0 to 4",
    ),
    (
        items("scale", ", options = [{ value = '1.5' }]"),
        "6 checkins[1].items[1].options[1].value",
        "must be a whole number from 0 to 4",
    ),
    (
        items("count", ", options = [{ value = '0.3' }]"),
        "6 checkins[1].items[1].options[1].value",
        "must be a whole or half number from 0 to 200",
    ),
    (
        items("choice", ", options = [{ value = 'a' }]"),
        "6 checkins[1].items[1].options[1]",
        "label is missing: only a number may do without",
    ),
    (
        items("choice", ", options = [{ value = 'a', label = '1' }, { value = 'a', label = '2' }]"),
        "6 checkins[1].items[1].options[2].value",
        "'a' is the value of another option",
    ),
    (
        items("choice", ", options = [{ value = 'a', label = '1', points = 3 }]"),
        "6 checkins[1].items[1].options[1]",
        "reason is missing: points come with the reason that is shown",
    ),
    (
        items("choice", ", options = [{ value = 'a', label = 'Yes' }]"),
        "6 checkins[1].items[1].options[1].label",
        "write one text for each language (en, es)",
    ),
    (
        items("choice", ", range = [0, 4], options = [{ value = 'a', label = '1' }]"),
        "6 checkins[1].items[1].range",
        "has a meaning only for scales and counts; leave it out",
    ),
    (
        items("count", ", reversed = true"),
        "6 checkins[1].items[1].reversed",
        "has a meaning only for scales; leave it out",
    ),
    (
        items("count", ", always = true"),
        "6 checkins[1].items[1].always",
        "has a meaning only in a check-in with draw; leave it out",
    ),
    (
        items("choice", ", options_from = 'boundary_kinds'"),
        "6 checkins[1].items[1].options_from",
        'is for items of the kind "choices"',
    ),
    (
        items("choices", ", options_from = 'boundary_kinds', options = [{ value = 'a', label = '1' }]"),
        "6 checkins[1].items[1].options_from",
        "options are given as well: one of the two",
    ),
    (
        items("count", ", only_if = { fuel = ['0'] }"),
        "6 checkins[1].items[1].only_if.fuel",
        "'mine' is asked only after 'fuel', which does not come before it",
    ),
    (
        items("count", ", only_if = { people = ['9'] }").replace("items = [", 'items = ["people",'),
        "6 checkins[1].items[2].only_if.people",
        "'people' can have many answers: take a scale or a choice",
    ),
    (
        items("count", ", only_if = { fuel = ['9'] }").replace("items = [", 'items = ["fuel",'),
        "6 checkins[1].items[2].only_if.fuel",
        "'fuel' has no answer '9'",
    ),
    (
        items("scale", ", range = [0, 1], options = [{ value = '0' }]").replace('"own"', '"pulse"'),
        "6 checkins[1].items[1].range",
        "a scored item of the pulse goes from 0 to 4; or write scored = false",
    ),
    (items("count").replace(', es = "¿A?"', ""), "6 checkins[1].items[1].text", "no text in es"),
    ('languages = ["en", "en"]', "1 languages[2]", "'en' is named twice"),
    ('pulse_times = ["09:00",\n"09:00"]', "2 pulse_times[2]", '"09:00" is named twice'),
    (
        '[[policies]]\nlevel = "urgent"\nacknowledge_within = "1h"\nsteps = ["lead"]\n' * 2,
        "6 policies[2].level",
        "'urgent' has a policy already",
    ),
    ('country = "FR"', "1 country", "crisis_lines has no FR: add it, or take one of its countries"),
    (
        'crisis_lines.US = { number = "111", emergency_number = "911", text = { en = "Call 111", es = "Llama" } }',
        "1 crisis_lines.US.text.es",
        "must name the number 111",
    ),
    (
        f'[[checkins]]\n{CHECKIN}scale = "who6"',
        "3 checkins[1].scale",
        "unknown scale; known are cbi, olbi, proqol5, pss10, pss4, single_item, who5",
    ),
    (
        f'[[checkins]]\n{CHECKIN}scale = "pss10"',
        "1 checkins[1].items",
        "Perceived Stress Scale, 10 items has 10 items, here are 5",
    ),
    (
        f'[[checkins]]\n{CHECKIN}scale = "pss4"\nitems = ["spill",\n"fuel",\n"stories",\n"reserve"]',
        "6 checkins[1].items[3].reversed",
        "must be true: item 3 of Perceived Stress Scale, 4 items",
    ),
]


def line(place: str, reason: str) -> str:
    return ": ".join(["f:" + place.replace(" ", ": "), reason])


@pytest.mark.parametrize(("text", "place", "reason"), FORM)
def test_a_fault_is_told_with_its_line_its_place_and_its_reason(text: str, place: str, reason: str) -> None:
    assert any(fault.startswith(line(place, reason)) for fault in faults(text))


@pytest.mark.parametrize(("text", "place", "reason"), MEANING)
def test_nothing_but_the_fault_between_keys_is_told(text: str, place: str, reason: str) -> None:
    assert faults(text) == [line(place, reason)]


def test_the_answers_of_a_licensed_scale_are_those_of_its_key() -> None:
    options = ", range = [0, 3], options = [" + ", ".join(f"{{ value = '{n}', label = '{n}' }}" for n in range(4)) + "]"
    text = items("scale", options).replace("items = [", "scale = 'single_item'\nitems = [")
    assert faults(text) == [
        line("7 checkins[1].items[1]", "must be a scale with the answers 1, 2, 3, 4, 5"),
    ]


def test_a_policy_that_is_no_table_is_said_so() -> None:
    assert faults("policies = [3]") == [line("1 policies[1]", "must be a table")]


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    text = """
naem = "x"
[[checkins]]
id = "pulse"
schedule = { days = ["mon", "wen"], at = "9:00" }
remind_after = "13h"
items = ["fuel", "spil",
   "stories",
   { id = "mine", kind = "scale", text.en = "A?", reversed = "yes" },
   { id = "mine2", kind = "choice", text = { en = "A?" } }]
[scoring.change]
limt = 3
[[policies]]
level = "urgent"
acknowledge_within = "15"
steps = []
"""
    found = faults(text)
    assert [line.split(": ")[:2] for line in found] == [
        ["f:2", "naem"],
        ["f:5", "checkins[1].schedule.at"],
        ["f:5", "checkins[1].schedule.days[2]"],
        ["f:6", "checkins[1].remind_after"],
        ["f:7", "checkins[1].items[2]"],
        ["f:9", "checkins[1].items[4].reversed"],
        ["f:10", "checkins[1].items[5]"],
        ["f:10", "checkins[1].items[5].text"],
        ["f:12", "scoring.change.limt"],
        ["f:15", "policies[1].acknowledge_within"],
        ["f:16", "policies[1].steps"],
    ]


def test_a_long_report_says_how_much_more_there_is() -> None:
    found = faults("\n".join(f"key_{number} = 1" for number in range(SHOWN + 20)))
    assert len(found) == SHOWN + 1
    assert found[-1] == "f: and 20 more faults"


def test_a_fault_stays_on_one_line_whatever_the_key() -> None:
    (fault,) = faults('"a\\nb" = 1')
    assert fault.startswith("f:1: 'a\\nb': unknown key")

"""What the keys of a program file must be to each other: one rule a function, each finds its own faults."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from core.rota import same_name
from program.build import DEFAULT_RANGE, SCORES
from program.days_off import HolidaysUnknown, holidays_of
from program.faults import Place
from program.fields import SAME_EVERYWHERE
from program.roles import roles_can_be_asked
from program.scale_keys import load_scales
from program.schema import ProgramTable
from program.schema_checkins import CheckinTable, ItemTable
from program.shipped import builtin_items

A_YEAR: Final = 2026  # any will do to see whether a country is known

Rule = Callable[[ProgramTable], Iterator[tuple[Place, str]]]


def check(program: ProgramTable) -> list[tuple[Place, str]]:
    """Return every fault between the keys of a program, with its place."""
    return [fault for rule in RULES for fault in rule(program)]


def _items(program: ProgramTable) -> Iterator[tuple[Place, ItemTable]]:
    for number, checkin in enumerate(program.checkins):
        for position, item in enumerate(checkin.items):
            yield ("checkins", number, "items", position), item


def _repeated(values: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    seen = set()
    for number, value in enumerate(values):
        if value in seen:
            yield number, value
        seen.add(value)


def _ids_differ(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for number, name in _repeated(checkin.id for checkin in program.checkins):
        yield ("checkins", number, "id"), f"{name!r} is the id of another check-in"
    for number, level in _repeated(policy.level for policy in program.policies):
        yield ("policies", number, "level"), f"{level!r} has a policy already"
    for number, language in _repeated(program.languages):
        yield ("languages", number), f"{language!r} is named twice"
    for number, at in _repeated(program.pulse_times):
        yield ("pulse_times", number), f'"{at:%H:%M}" is named twice'
    for number, checkin in enumerate(program.checkins):
        place: Place = ("checkins", number)
        for day, name in _repeated(checkin.schedule.days if checkin.schedule else []):
            yield (*place, "schedule", "days", day), f"{name!r} is named twice"
        for position, name in _repeated(item.id for item in checkin.items):
            yield (*place, "items", position), f"{name!r} is asked twice in this check-in"
    for place, item in _items(program):
        for position, value in _repeated(option.value for option in item.options or []):
            yield (*place, "options", position, "value"), f"{value!r} is the value of another option"


def _an_id_has_one_wording(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    first: dict[str, ItemTable] = {
        item_id: ItemTable.model_validate(dict(raw)) for item_id, raw in builtin_items().items()
    }
    for place, item in _items(program):
        known = first.setdefault(item.id, item)
        if known != item:
            whose = "a built-in item" if item.id in builtin_items() else "another item"
            yield (*place, "id"), f"{item.id!r} is the id of {whose} that differs: name that one, or take a new id"


def _days_off_are_known(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for number, entry in enumerate(program.days_off):
        place: Place = ("days_off", number)
        if entry.region and not entry.country:
            yield (*place, "region"), "needs a country"
        elif not (entry.country or entry.dates or entry.calendar):
            yield place, "names no days: give a country, dates or a calendar"
        elif entry.country:
            try:
                holidays_of(entry.country, entry.region, A_YEAR)
            except HolidaysUnknown as unknown:
                yield (*place, "region" if entry.region else "country"), str(unknown)


def _own_days_fit(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    if program.own_days.least > program.own_days.most:
        yield ("own_days", "least"), "is more than `most`"


def _something_is_asked(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    if not any(checkin.enabled for checkin in program.checkins):
        yield ("checkins",), "no check-in is enabled: nobody would be asked anything"


def _reminders_come_before_the_end(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for number, checkin in enumerate(program.checkins):
        if checkin.remind_after and checkin.remind_after >= checkin.expires_after:
            yield (
                ("checkins", number, "remind_after"),
                'must be shorter than expires_after; "never" means no reminder',
            )


def _draws_are_possible(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for number, checkin in enumerate(program.checkins):
        drawn = [item for item in checkin.items if not item.always]
        if checkin.draw and checkin.draw > len(drawn):
            yield ("checkins", number, "draw"), f"is too many: {len(drawn)} can be drawn"
        for position, item in enumerate(checkin.items):
            if checkin.draw is None and item.always:
                place: Place = ("checkins", number, "items", position, "always")
                yield place, "has a meaning only in a check-in with draw; leave it out"


def _options_fit_the_kind(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for place, item in _items(program):
        choice = item.kind in ("choice", "choices")
        if choice and item.options is None and item.options_from is None:
            yield place, "options are missing: a choice needs them"
        if item.options is not None and item.options_from is not None:
            yield (*place, "options_from"), "options are given as well: one of the two"
        if item.kind != "choices" and item.options_from is not None:
            yield (*place, "options_from"), 'is for items of the kind "choices"'
        if choice and item.range is not None:
            yield (*place, "range"), "has a meaning only for scales and counts; leave it out"
        if item.kind != "scale" and item.reversed:
            yield (*place, "reversed"), "has a meaning only for scales; leave it out"
        if item.kind == "scale" and item.options is None and tuple(item.range or (0, 4)) != (0, 4):
            yield place, "options are missing: only a scale from 0 to 4 has words of its own"
        yield from _labels(place, item)


def _labels(place: Place, item: ItemTable) -> Iterator[tuple[Place, str]]:
    for position, option in enumerate(item.options or []):
        at = (*place, "options", position)
        if option.label is None and _number(option.value) is None:
            yield at, "label is missing: only a number may do without"
        if option.points is not None and option.reason is None:
            yield at, "reason is missing: points come with the reason that is shown"


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text.replace(".", "", 1).isdigit() and text[-1] != "." else None


def _numbers_are_in_range(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for place, item in _items(program):
        if item.kind not in DEFAULT_RANGE:
            continue
        lowest, highest = item.range or DEFAULT_RANGE[item.kind]
        if not 0 <= lowest < highest <= 10_000:
            yield (*place, "range"), "must be two rising numbers from 0 to 10000"
            continue
        step = 1 if item.kind == "scale" else Decimal("0.5")
        kind = "whole number" if item.kind == "scale" else "whole or half number"
        for position, option in enumerate(item.options or []):
            value = _number(option.value)
            if value is None or value % step or not lowest <= value <= highest:
                reason = f"must be a {kind} from {lowest:g} to {highest:g}"
                yield (*place, "options", position, "value"), reason


def _conditions_look_back(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for number, checkin in enumerate(program.checkins):
        for position, item in enumerate(checkin.items):
            earlier = {one.id: one for one in checkin.items[:position]}
            for key, values in item.only_if.items():
                place: Place = ("checkins", number, "items", position, "only_if", key)
                if key not in earlier:
                    yield place, f"{item.id!r} is asked only after {key!r}, which does not come before it"
                    continue
                if earlier[key].kind in ("count", "choices"):
                    yield place, f"{key!r} can have many answers: take a scale or a choice"
                    continue
                offered = _offered(earlier[key])
                yield from ((place, f"{key!r} has no answer {value!r}") for value in values if value not in offered)


def _offered(item: ItemTable) -> Sequence[str]:
    if item.options is None:
        return ["0", "1", "2", "3", "4"]
    return [option.value for option in item.options]


def _scores_have_their_range(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for place, item in _items(program):
        checkin = program.checkins[int(place[1])]
        if checkin.id in SCORES and item.kind == "scale" and item.scored and tuple(item.range or (0, 4)) != (0, 4):
            yield (*place, "range"), f"a scored item of the {checkin.id} goes from 0 to 4; or write scored = false"


def _shifts_are_possible(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for number, entry in enumerate(program.rota):
        for day, name in _repeated(entry.days):
            yield ("rota", number, "days", day), f"{name!r} is named twice"
        if entry.backup is not None and same_name(entry.backup, entry.person):
            yield ("rota", number, "backup"), "is the same person: name somebody else, or leave it out"


def _working_hours_fit(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for number, policy in enumerate(program.policies):
        place: Place = ("policies", number, "working_hours")
        if policy.working_hours is None:
            continue
        if policy.level != "concern":
            yield place, f"is for concerns: what is {policy.level} goes on at every hour"
        elif policy.working_hours.start >= policy.working_hours.until:
            yield (*place, "until"), "must be later than from"


def _texts(program: ProgramTable) -> Iterator[tuple[Place, Any]]:
    yield ("resources",), program.resources
    for country, line in program.crisis_lines.items():
        yield ("crisis_lines", country, "text"), line.text
    for kind_id, kind in program.boundary_kinds.items():
        yield ("boundary_kinds", kind_id, "label"), kind.label
    for number, checkin in enumerate(program.checkins):
        yield ("checkins", number, "title"), checkin.title
    for place, item in _items(program):
        yield (*place, "text"), item.text
        for position, option in enumerate(item.options or []):
            yield (*place, "options", position, "label"), option.label
            yield (*place, "options", position, "reason"), option.reason


def _every_language_has_its_text(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for place, texts in _texts(program):
        if texts is None:
            continue
        same = texts.get(SAME_EVERYWHERE)
        if same is not None:
            # One text for several languages is a number or a sign: words would go untranslated.
            if len(program.languages) > 1 and any(sign.isalpha() for sign in same):
                yield place, f"write one text for each language ({', '.join(program.languages)})"
            continue
        missing = [language for language in program.languages if language not in texts]
        if missing:
            yield place, f"no text in {' and '.join(missing)}"


def _help_is_reachable(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    if program.country not in program.crisis_lines:
        yield ("country",), f"crisis_lines has no {program.country}: add it, or take one of its countries"
    for country, line in program.crisis_lines.items():
        for language, text in line.text.items():
            if line.number not in text:
                yield ("crisis_lines", country, "text", language), f"must name the number {line.number}"


def _scales_match_their_key(program: ProgramTable) -> Iterator[tuple[Place, str]]:
    for number, checkin in enumerate(program.checkins):
        if checkin.scale is not None:
            yield from _scale_matches(("checkins", number), checkin)


def _scale_matches(place: Place, checkin: CheckinTable) -> Iterator[tuple[Place, str]]:
    scale = load_scales().get(checkin.scale or "")
    if scale is None:
        yield (*place, "scale"), f"unknown scale; known are {', '.join(load_scales())}"
        return
    if len(checkin.items) != scale.item_count:
        yield (*place, "items"), f"{scale.name} has {scale.item_count} items, here are {len(checkin.items)}"
        return
    for position, item in enumerate(checkin.items):
        at = (*place, "items", position)
        values = sorted(float(_number(value) or 0) for value in _offered(item))
        if item.kind != "scale" or values != scale.values:
            yield at, f"must be a scale with the answers {', '.join(f'{value:g}' for value in scale.values)}"
        if item.reversed != (position + 1 in scale.reversed):
            yield (*at, "reversed"), f"must be {str(not item.reversed).lower()}: item {position + 1} of {scale.name}"


RULES: Final[tuple[Rule, ...]] = (
    _ids_differ,
    _an_id_has_one_wording,
    _something_is_asked,
    _days_off_are_known,
    _own_days_fit,
    _reminders_come_before_the_end,
    roles_can_be_asked,
    _draws_are_possible,
    _options_fit_the_kind,
    _numbers_are_in_range,
    _conditions_look_back,
    _every_language_has_its_text,
    _help_is_reachable,
    _scores_have_their_range,
    _scales_match_their_key,
    _shifts_are_possible,
    _working_hours_fit,
)

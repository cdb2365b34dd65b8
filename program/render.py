"""A program as TOML, whole: what `program check` accepts, and what the version of a program is made from."""

import json
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from decimal import Decimal
from typing import Any, Final

from core.policy import Policy
from core.questionnaire import Item, ItemKind, Localized, Option, Questionnaire
from core.rota import Entry
from core.working_hours import WorkingHours
from program.build import item
from program.days_off import DaysOffSource
from program.durations import write_duration, write_time
from program.fields import DAYS, NEVER
from program.model import BoundaryKind, Program
from program.schema_checkins import ItemTable
from program.scoring import scoring_tables
from program.shipped import builtin_items

WIDTH: Final = 100


def render_program(program: Program) -> str:
    """Return the program as TOML: every key, each with the value in force."""
    blocks = [
        _pairs(_head(program)),
        _table("notes", {"enabled": program.notes.enabled, "confirm_within": program.notes.confirm_within}),
        _table(
            "visits",
            {
                "enabled": program.visits.enabled,
                "repeat_every": program.visits.repeat_every,
                "repeats": program.visits.repeats,
                "level": program.visits.level.code,
            },
        ),
        _table(
            "retention",
            {
                "answers": program.retention.answers,
                "scores": program.retention.scores,
                "notes": program.retention.notes,
                "backups": program.retention.backups,
                "left": program.retention.left,
            },
        ),
        _table("resources", program.resources),
        *(_checkin(checkin, program) for checkin in program.all_checkins),
        *(_table("[policies]", _policy(policy)) for policy in program.policies.values()),
        *([_table("oncall", _calendars(program))] if program.calendars else []),
        _table("alerts", _alerts(program)),
        *(_table("[days_off]", _days_off(source)) for source in program.days_off),
        *(_table("[rota]", _shift(entry)) for entry in program.rota),
        *(
            _table(
                f"crisis_lines.{line.country}",
                {"number": line.number, "emergency_number": line.emergency_number, "text": line.text},
            )
            for line in program.crisis_lines.values()
        ),
        _table("boundary_kinds", {kind.id: _kind(kind) for kind in program.boundary_kinds.values()}),
        *_scoring("scoring", scoring_tables(program.scoring)),
    ]
    return "\n".join(blocks)


def _head(program: Program) -> dict[str, Any]:
    return {
        "name": program.name,
        "languages": program.languages,
        "default_timezone": program.default_timezone,
        "country": program.country,
        "invites_valid_for": program.invites_valid_for,
        "consent_version": program.consent_version,
        "later_after": program.later_after,
        "evening": program.evening,
        "one_message": program.one_message,
        "pulse_times": program.pulse_times,
        "quiet_hours": {"from": program.quiet_hours.start, "until": program.quiet_hours.end},
        "own_days": {"least": program.own_days[0], "most": program.own_days[1]},
    }


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "level": policy.level.code,
        "acknowledge_within": policy.acknowledge_within,
        "repeat": policy.repeat,
        "steps": [step.value for step in policy.steps],
        "acknowledgement_lapses_after": policy.acknowledgement_lapses_after,
        "follow_up_after": policy.follow_up_after or NEVER,
        "working_hours": _working_hours(policy.working_hours),
    }


def _working_hours(hours: WorkingHours | None) -> dict[str, Any] | None:
    if hours is None:
        return None
    days = [DAYS[day] for day in hours.days]
    return {"days": days, "from": hours.start, "until": hours.end, "timezone": hours.zone}


def _calendars(program: Program) -> dict[str, Any]:
    own = {json.dumps(one.team, ensure_ascii=False): one.written for one in program.calendars if one.team}
    every = next((one.written for one in program.calendars if one.team is None), None)
    return {"calendar": every, "teams": own or None}


def _alerts(program: Program) -> dict[str, Any]:
    return {
        "bundle_within": program.fatigue.bundle_within or NEVER,
        "same_reason_after": program.fatigue.same_reason_after or NEVER,
        "concerns_a_day": program.fatigue.concerns_a_day,
        "contentless": program.contentless,
    }


def _days_off(source: DaysOffSource) -> dict[str, Any]:
    return {
        "team": source.team,
        "country": source.country,
        "region": source.region,
        "dates": [day.isoformat() for day in source.dates] or None,
        "calendar": source.calendar.written if source.calendar else None,
    }


def _shift(entry: Entry) -> dict[str, Any]:
    return {
        "person": entry.person,
        "team": entry.team,
        "days": [DAYS[day] for day in entry.days],
        "from": entry.start,
        "until": entry.end,
        "timezone": entry.zone,
        "weeks": entry.weeks.value,
        "backup": entry.backup,
    }


def _kind(kind: BoundaryKind) -> dict[str, Any]:
    return {"urgency": kind.urgency.value, "label": _texts(kind.label), "enabled": kind.enabled}


def _texts(texts: Localized) -> Localized | str:
    """Return one text for all languages where it has no words, as labels such as "1–3"."""
    first = next(iter(texts.values()))
    same = all(text == first for text in texts.values()) and not any(sign.isalpha() for sign in first)
    return first if same else texts


def _checkin(checkin: Questionnaire, program: Program) -> str:
    builtin = [_is_builtin(one, program) for one in checkin.items]
    keys: dict[str, Any] = {
        "id": checkin.id,
        "enabled": checkin.id in program.enabled,
        "title": _texts(checkin.title),
        "schedule": _schedule(checkin),
        "remind_after": checkin.remind_after or NEVER,
        "expires_after": checkin.expires_after,
        "draw": checkin.draw,
        "affects_level": checkin.affects_level,
        "scale": checkin.scale,
        "roles": list(checkin.roles),
    }
    if any(builtin):
        # A list of names and tables: an inline table stays on one line, whatever its length.
        keys["items"] = [one.id if known else _item(one) for one, known in zip(checkin.items, builtin, strict=True)]
        return _table("[checkins]", keys)
    return "\n".join([_table("[checkins]", keys), *(_table("[checkins.items]", _item(one)) for one in checkin.items)])


def _is_builtin(one: Item, program: Program) -> bool:
    raw = builtin_items().get(one.id)
    return raw is not None and one == item(
        ItemTable.model_validate(dict(raw)), program.languages, program.boundary_kinds
    )


def _schedule(checkin: Questionnaire) -> dict[str, Any]:
    cadence = checkin.cadence
    if cadence is None:
        return {"days": [], "at": "00:00"}
    days = [DAYS[day] for day in cadence.days]
    return {"days": days, "at": cadence.at, "every_weeks": cadence.every_weeks}


def _item(one: Item) -> dict[str, Any]:
    keys: dict[str, Any] = {"id": one.id, "kind": one.kind.value, "text": _texts(one.text), "scored": one.scored}
    if one.kind in (ItemKind.SCALE, ItemKind.COUNT):
        keys["range"] = [one.minimum, one.maximum]
    if one.reversed:
        keys["reversed"] = True
    if one.only_if:
        keys["only_if"] = one.only_if
    if one.always:
        keys["always"] = True
    if any(option.urgency for option in one.options):
        keys["options_from"] = "boundary_kinds"
    elif one.options:
        keys["options"] = [_option(option) for option in one.options]
    return keys


def _option(option: Option) -> dict[str, Any]:
    return {
        "value": option.value,
        "label": _texts(option.label),
        "points": option.points,
        "reason": option.reason and _texts(option.reason),
    }


def _scoring(name: str, tables: Mapping[str, Any]) -> Iterator[str]:
    for key, value in tables.items():
        if isinstance(value, dict):
            yield _table(f"{name}.{key}", value)
        else:
            yield from (_table(f"[{name}.{key}]", row) for row in value)


def _table(header: str, keys: Mapping[str, Any]) -> str:
    return f"[{header}]\n{_pairs(keys)}"


def _pairs(keys: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_value(value, 0)}\n" for key, value in keys.items() if value is not None)


def _value(value: Any, depth: int) -> str:
    match value:
        case bool():
            return str(value).lower()
        case timedelta():
            return f'"{write_duration(value)}"'
        case time():
            return f'"{write_time(value)}"'
        case Mapping():
            inner = ", ".join(f"{key} = {_value(one, depth + 1)}" for key, one in value.items() if one is not None)
            return f"{{ {inner} }}"
        case list() | tuple():
            parts = [_value(one, depth + 1) for one in value]
            if depth or len(", ".join(parts)) <= WIDTH:
                return f"[{', '.join(parts)}]"
            return "[\n" + "".join(f"    {part},\n" for part in parts) + "]"
        case int() | float() | Decimal():
            return format(value)
        case _:
            # The escapes of JSON are those of TOML, but for DEL, which a program never has.
            return json.dumps(value, ensure_ascii=False)

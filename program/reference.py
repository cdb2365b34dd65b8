"""The reference of the program file, written from the schema. `python -m program.reference FILE` writes it anew."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import time, timedelta
from pathlib import Path
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from core.parameters import ScoringParameters
from program import fields as f
from program import schema as s
from program import schema_alerts as tells
from program import schema_checkins as asks
from program.complete import INHERITED_OF_POLICIES
from program.durations import write_duration, write_time
from program.scale_keys import load_scales
from program.scoring import SAID_ELSEWHERE, scoring_tables
from program.shipped import read_shipped

WORDS: Final[tuple[tuple[Any, str], ...]] = (
    (f.Duration, "duration"),
    (f.Reminder, "duration"),
    (f.Clock, "time"),
    (f.Zone, "time zone"),
    (f.Date, "date"),
    (f.Region, "region"),
    (f.Number, "number"),
    (f.Id, "id"),
    (f.Value, "value"),
    (f.Country, "country"),
    (f.Phone, "phone number"),
    (f.Name, "text"),
    (f.File, "path"),
    (f.Title, "texts (60)"),
    (f.Label, "texts (160)"),
    (f.Sentence, "texts (400)"),
    (f.Paragraph, "texts (900)"),
    (f.StepName, "step"),
    (bool, "true or false"),
    (int, "whole number"),
)
INTRODUCTION: Final = """\
# The program file

<!-- Written by `python -m program.reference docs/reference/program.md` from the schema. Do not edit by hand. -->

What is asked, when, what counts, and who is told: one TOML file, named in `KEEPWELL_PROGRAM`. What a file leaves out
stays as shipped, so that a file of a few lines is a whole program. `keepwell program check FILE` names every fault
with its line, and `keepwell program show` prints the program in force with every key.

- **Durations** are texts such as `"12h"`, `"15m"`, `"7d"`, `"2s"` or `"1h30m"`: weeks, days, hours, minutes, seconds.
- **Times** are `"09:00"`, in the mentor's local time. **Weekdays** are `"mon"` to `"sun"`.
- **Ids** and **values** are small letters, digits and `_`, at most 32. They are stored with each answer, for ever.
- **Texts** are given by language, `text.en = "…"` and `text.es = "…"`, at most so many characters each. One text alone
  will do if the program has one language, or if it has no letters (`"1–3"`).
- Places in faults count from 1: `checkins[1].items[2]` is the second item of the first check-in.

If your file names check-ins, those are all there are. If it names a policy, a country's crisis line or a boundary kind,
the others stay.

```toml
[[checkins]]
id = "pulse"
schedule = { days = ["mon", "wed", "fri"], at = "09:00" }
items = [
    "fuel",
    "spill",
    { id = "slept", kind = "scale", reversed = true, text.en = "Did you sleep well?", text.es = "¿Dormiste bien?" },
    "reach_out",
]

[[policies]]
level = "urgent"
acknowledge_within = "20m"
steps = ["supervisor", "lead"]
```
"""
SECTIONS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {
        "quiet_hours": s.QuietHoursTable,
        "notes": s.NotesTable,
        "visits": s.VisitsTable,
        "retention": s.RetentionTable,
        "crisis_lines.COUNTRY": s.CrisisLineTable,
        "boundary_kinds.ID": s.BoundaryKindTable,
        "[checkins]": asks.CheckinTable,
        "checkins.schedule": asks.ScheduleTable,
        "[checkins.items]": asks.ItemTable,
        "[checkins.items.options]": asks.OptionTable,
        "[rota]": tells.RotaTable,
        "oncall": tells.OncallTable,
        "[days_off]": s.DaysOffTable,
        "own_days": s.OwnDaysTable,
        "[policies]": tells.PolicyTable,
        "policies.working_hours": tells.WorkingHoursTable,
        "alerts": tells.AlertsTable,
    }
)
OWN_SECTION: Final = frozenset(
    {"quiet_hours", "own_days", "notes", "visits", "retention", "crisis_lines", "boundary_kinds", "alerts"}
)


def write_reference() -> str:
    """Return the reference as Markdown."""
    shipped = read_shipped("default")
    top = _rows(
        s.ProgramTable, shipped, OWN_SECTION | {"checkins", "days_off", "oncall", "policies", "rota", "scoring"}
    )
    parts = [INTRODUCTION, "## At the top\n", *top]
    for name, table in SECTIONS.items():
        parts += [f"\n## `[{name}]`\n", f"{table.__doc__}\n", *_rows(table, shipped.get(name, {}), frozenset())]
    parts += _policies(shipped["policies"])
    parts += ["\n## `[scoring.…]`\n", "Thresholds and weights of the scores. They are expert judgment: unvalidated.\n"]
    parts += _scoring()
    parts += _scales()
    return "\n".join(parts) + "\n"


def _rows(table: type[BaseModel], shipped: Mapping[str, Any], without: frozenset[str]) -> Iterator[str]:
    hints = get_type_hints(table, include_extras=True)
    yield "| key | what | default | meaning |"
    yield "|---|---|---|---|"
    for name, field in table.model_fields.items():
        key = field.alias or name
        if key not in without:
            default = _default(shipped[key]) if key in shipped else _of_schema(key, field)
            yield f"| `{key}` | {_word(hints[name])} | {default} | {field.description or ''} |"


def _of_schema(key: str, field: Any) -> str:
    if field.is_required():
        return "as shipped" if key in INHERITED_OF_POLICIES else "required"
    default = field.get_default(call_default_factory=True)
    return "" if default in (None, {}) else _default(default)


def _default(value: Any) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case timedelta():
            return f"`{write_duration(value)}`"
        case time():
            return f"`{write_time(value)}`"
        case {"days": [first, *_, last], "from": start, "until": end}:
            return f"`{first}` to `{last}`, `{start}` to `{end}`"
        case dict():
            return "as shipped"
        case list():
            return " ".join(map(_default, value))
        case _:
            return f"`{value}`"


def _word(hint: Any) -> str:
    for known, word in WORDS:
        if hint == known:
            return word
    origin, inner = get_origin(hint), [one for one in get_args(hint) if one is not NoneType]
    if origin is Annotated:
        return _word(inner[0])
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin is list:
        return f"list of {_word(inner[0])}"
    if origin is dict:
        return f"table: {_word(inner[0])} to {_word(inner[1])}"
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return "table"
    return _word(inner[0])  # X or None


def _policies(policies: list[dict[str, Any]]) -> Iterator[str]:
    yield "\nShipped policies:\n"
    keys = ["level", *(key for key in tells.PolicyTable.model_fields if key != "level")]
    yield f"| {' | '.join(keys)} |"
    yield "|" + "---|" * len(keys)
    for policy in policies:
        yield f"| {' | '.join(_default(policy[key]) if key in policy else '' for key in keys)} |"


def _scoring() -> Iterator[str]:
    plain = scoring_tables(ScoringParameters())
    for field in fields(ScoringParameters):
        value = getattr(ScoringParameters(), field.name)
        if field.name not in plain:
            yield f"\n`scoring.{field.name}` cannot be set: {SAID_ELSEWHERE[field.name,]}.\n"
            continue
        doc = (type(value) if is_dataclass(value) else type(value[0])).__doc__ or ""
        yield f"\n### `scoring.{field.name}`\n\n{' '.join(doc.split())}\n"
        if isinstance(plain[field.name], list):
            yield "A list of tables, which replaces the shipped one whole:\n\n```toml"
            for row in plain[field.name]:
                yield "{ " + ", ".join(f"{key} = {_quoted(one)}" for key, one in row.items()) + " }"
            yield "```"
            continue
        yield "| key | default |\n|---|---|"
        yield from (f"| `{key}` | {_default(one)} |" for key, one in plain[field.name].items())


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value}"


def _scales() -> Iterator[str]:
    yield "\n## Keys of published scales\n"
    yield (
        "Facts about scoring, without wording. A program that holds a license writes the items in a check-in of its "
        "own and names the key in `scale`: number, answers and reversed items are then compared with it. Cut-offs "
        "marked (?) are to be verified before use.\n"
    )
    yield "| key | scale | items | answers | reversed | scores and cut-offs | source |"
    yield "|---|---|---|---|---|---|---|"
    for scale in load_scales().values():
        answers = " ".join(f"{value:g}" for value in scale.values)
        scores = "; ".join(_subscale(one) for one in scale.subscales)
        change = f"; change: {scale.change}" if scale.change else ""
        turned = " ".join(map(str, scale.reversed)) or "none"
        cells = (f"`{scale.id}`", scale.name, f"{scale.item_count}", answers, turned, scores + change, scale.source)
        yield f"| {' | '.join(cells)} |"


def _subscale(one: Any) -> str:
    factor = f" x {one.factor:g}" if one.factor != 1 else ""
    cuts = ", ".join(_cut(cut) for cut in one.cut_offs)
    return f"{one.id} ({one.score}{factor} of {' '.join(map(str, one.items))}){': ' if cuts else ''}{cuts}"


def _cut(cut: Any) -> str:
    low = f"from {cut.at_least:g}" if cut.at_least is not None else ""
    high = f"up to {cut.at_most:g}" if cut.at_most is not None else ""
    return f"{cut.meaning} {' '.join(filter(None, (low, high)))}{'' if cut.verified else ' (?)'}"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(write_reference(), encoding="utf-8")

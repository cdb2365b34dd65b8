"""A supervisor's list: who may need somebody, by need."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final

from bot.screens.alerts import MARKS
from bot.screens.reasons import sentences
from bot.screens.screen import MAX_SHOWN, Button, Rows, Screen, View, lines, renders
from core.messages import Kind
from core.priorities import Need

NAME_ON_A_BUTTON: Final = 36
SHORT_NAME: Final = 19  # two of them stand side by side
SITUATION: Final = 70
ALARMS: Final = (Need.CRISIS.value, Need.URGENT.value, Need.CONCERN.value)
SIGNS: Final[Mapping[str, str]] = {**MARKS, "unreachable": "⚪", "silent": "⚪", "away": "🌙", "steady": "🟢"}


def shortened(text: str, length: int) -> str:
    """Return a text of at most so many characters, cut with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


@renders(Kind.TEAMS)
def teams(view: View) -> Screen:
    """A lead chooses a team."""
    shown = view.params["teams"]
    if not shown:
        return Screen(view.say("There are no mentors on the roster yet."))
    rows: list[tuple[Button, ...]] = []
    for one in shown:
        name = shortened(one["name"] or view.plain(view.say("Without a team")), 24)
        label = f"{name} · {one['mentors']}" + (f" · {one['open']} ⚠️" if one["open"] else "")
        rows.append((view.button(label, "tm", one["id"], "0" if one["id"] else "0.none"),))
    rows += _pager(view, "tms", None)
    text = view.say("The number of mentors, and with ⚠️ of how many an alert is open.")
    return Screen(lines(view.say("<b>Which team?</b>"), text), tuple(rows))


@renders(Kind.TEAM)
def team(view: View) -> Screen:
    """One page of the list: who needs somebody first."""
    entries: Sequence[Mapping[str, Any]] = view.params["entries"]
    name = str(view.params.get("name") or "")
    head = view.say("<b>Who may need you</b>") + (f" · {escape(name, quote=False)}" if name else "")
    if not entries:
        return Screen(lines(head, view.say("No mentor takes part yet.")), tuple(_team_rows(view, ())))
    needing = [entry for entry in entries if entry["need"] != Need.STEADY.value]
    steady = [entry for entry in entries if entry["need"] == Need.STEADY.value]
    calm = ""
    if not needing and int(view.params["page"]) == 0:
        calm = view.say("No alert is open, and nobody is out of reach.")
    foot = _calm_ones(view, steady)
    if int(view.params["last"]):
        head += "\n" + view.say("Page {page} of {pages}", page=view.params["page"] + 1, pages=view.params["last"] + 1)
    return Screen(
        lines(head, calm, *_fitting(view, needing, head + calm + foot), foot), tuple(_team_rows(view, entries))
    )


def _calm_ones(view: View, steady: Sequence[Mapping[str, Any]]) -> str:
    """Count and name those of this page who are steady."""
    if not steady:
        return ""
    names = view.texts.list([escape(str(entry["name"]), quote=False) for entry in steady])
    count = int(view.params["steady"])
    if len(steady) < count:
        return view.say("🟢 {some} of {n} steady: {names}", some=len(steady), n=count, names=view.plain(names))
    return view.texts.count("🟢 {n} steady: {names}", "🟢 {n} steady: {names}", count, names=names)


def _fitting(view: View, entries: Sequence[Mapping[str, Any]], rest: str) -> list[str]:
    """Return the entries with as many reasons as the page has room for; names and due dates always stay."""
    for reasons in (2, 1, 0):
        shown = [_entry(view, entry, reasons) for entry in entries]
        if len(lines(rest, *shown)) + 4 <= MAX_SHOWN:
            break
    return shown


def _entry(view: View, entry: Mapping[str, Any], reasons: int) -> str:
    need = str(entry["need"])
    head = f"{SIGNS[need]} <b>{escape(str(entry['name']), quote=False)}</b>: {state(view, entry)}"
    if need not in ALARMS:
        return head
    said = sentences(view.texts, entry["reasons"], entry["facts"])
    shown = [f"• {sentence}" for sentence in said[:reasons]]
    if shown and len(said) > len(shown):
        shown[-1] += " " + view.say("(and {n} more)", n=len(said) - len(shown))
    return "\n".join([head, _due(view, entry), *shown])


def state(view: View, entry: Mapping[str, Any]) -> str:
    """Return what a mentor may need, in words."""
    when = str(entry.get("time") or "")
    match str(entry["need"]):
        case Need.CRISIS.value:
            return view.say("a person now")
        case Need.URGENT.value:
            return view.say("a talk today")
        case Need.CONCERN.value:
            return view.say("a talk soon")
        case Need.UNREACHABLE.value:
            return view.say("not to be reached here since {day}", day=view.texts.day(when))
        case Need.SILENT.value:
            return view.say("quiet for some weeks; a hello may be welcome")
        case Need.AWAY.value:
            return view.say("away until {day}", day=view.texts.day(when)) if when else view.say("away")
        case _:
            return view.say("steady")


def _due(view: View, entry: Mapping[str, Any]) -> str:
    taken = view.say("somebody has it") if entry["taken"] else view.say("nobody has it yet")
    if entry.get("mine"):
        taken = view.say("you have it")
    if entry["need"] == Need.CRISIS.value:
        return view.say("Due now, {taken}", taken=taken)
    # The end of a day is the midnight after it.
    due = datetime.fromisoformat(str(entry["due"])) - timedelta(seconds=1)
    if entry["overdue"]:
        return view.say("Was due {day}, {taken}", day=view.texts.day(due), taken=taken)
    if view.texts.day(due) == view.texts.day(view.now):
        return view.say("Due today, {taken}", taken=taken)
    return view.say("Due {day}, {taken}", day=view.texts.day(due), taken=taken)


def _team_rows(view: View, entries: Sequence[Mapping[str, Any]]) -> list[tuple[Button, ...]]:
    page, by_team = int(view.params["page"]), bool(view.params.get("by_team"))
    rows: list[tuple[Button, ...]] = []
    for entry in entries:
        button = view.button(shortened(str(entry["name"]), NAME_ON_A_BUTTON), "ag", entry["mentor"], str(page))
        if rows and len(rows[-1]) == 1 and max(len(rows[-1][0].label), len(button.label)) <= SHORT_NAME:
            rows[-1] = (*rows[-1], button)
        else:
            rows.append((button,))
    row = view.params.get("team")
    rows += _pager(view, "tm", row, ".none" if by_team and row is None else "")
    if entries:
        scope = "none" if by_team and row is None else ""
        rows.append((view.button(view.say("Trend as a picture"), "trd", row, scope),))
        rows.append((view.button(view.say("We had a group session"), "lcg", row, scope),))
    if by_team:
        rows.append((view.button(view.say("← Teams"), "tms", argument="0"),))
    return rows


def _pager(view: View, action: str, row: Any, suffix: str = "") -> Rows:
    page, last = int(view.params["page"]), int(view.params["last"])
    buttons = []
    if page > 0:
        buttons.append(view.button(view.say("← Page {n}", n=page), action, row, f"{page - 1}{suffix}"))
    if page < last:
        buttons.append(view.button(view.say("Page {n} →", n=page + 2), action, row, f"{page + 1}{suffix}"))
    return (tuple(buttons),) if buttons else ()

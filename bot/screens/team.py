"""The supervisor's day: who may need somebody, the agenda before a talk, the log of contacts, the team's weeks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from html import escape
from typing import Any, Final

from babel.dates import format_skeleton

from bot.pictures import Trend, TrendWords, draw_trend
from bot.screens.alerts import MARKS, outcome_label
from bot.screens.reasons import sentences
from bot.screens.screen import MAX_CHARACTERS, Button, Rows, Screen, View, chosen, lines, renders
from core.messages import Kind
from core.priorities import Need
from core.team_weeks import Band

NAME_ON_A_BUTTON: Final = 36
SHORT_NAME: Final = 19  # two of them stand side by side
SITUATION: Final = 70
ALARMS: Final = (Need.CRISIS.value, Need.URGENT.value, Need.CONCERN.value)
SIGNS: Final[Mapping[str, str]] = {**MARKS, "unreachable": "⚪", "silent": "⚪", "away": "🌙", "steady": "🟢"}


def shortened(text: str, length: int) -> str:
    """Return a text of at most so many characters, cut with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def whole_words(text: str, length: int) -> str:
    """Return the beginning of a text of at most so many characters, cut between words."""
    return text if len(text) <= length else text[: length - 1].rpartition(" ")[0].rstrip(",;.") + "…"


def day_in_short(view: View, day: date) -> str:
    """Return a date as "Mar 2" or "2 mar"."""
    return str(format_skeleton("MMMd", day, locale=view.texts.language))


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
        if len(lines(rest, *shown)) + 4 <= MAX_CHARACTERS:
            break
    return shown


def _entry(view: View, entry: Mapping[str, Any], reasons: int) -> str:
    need = str(entry["need"])
    head = f"{SIGNS[need]} <b>{escape(str(entry['name']), quote=False)}</b>: {_state(view, entry)}"
    if need not in ALARMS:
        return head
    said = sentences(view.texts, entry["reasons"], entry["facts"])
    shown = [f"• {sentence}" for sentence in said[:reasons]]
    if shown and len(said) > len(shown):
        shown[-1] += " " + view.say("(and {n} more)", n=len(said) - len(shown))
    return "\n".join([head, _due(view, entry), *shown])


def _state(view: View, entry: Mapping[str, Any]) -> str:
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


@renders(Kind.AGENDA)
def agenda(view: View) -> Screen:
    """One mentor, before a talk: what changed, what to talk about, what was agreed."""
    name = escape(str(view.params["name"]), quote=False)
    where = escape(str(view.params.get("team_name") or ""), quote=False)
    head = f"<b>{name}</b>" + (f" · {where}" if where else "")
    parts = [head + "\n" + _since(view), *_agenda_parts(view)]
    if len(parts) == 1:
        parts.append(view.say("Nothing new. A good talk needs no reason."))
    return Screen(_within(parts), _agenda_rows(view))


def _since(view: View) -> str:
    if view.params.get("last"):
        return view.say("Last session: {day}.", day=view.texts.day(str(view.params["last"])))
    return view.say("No session is logged yet. These are the last four weeks.")


def _agenda_parts(view: View) -> list[str]:
    parts = []
    if view.params["alerts"]:
        changed = [_change(view, alert) for alert in view.params["alerts"]]
        if more := int(view.params.get("more_alerts", 0)):
            changed.append(view.say("(and {n} more)", n=more))
        parts.append("\n".join([view.say("<b>What changed</b>"), *changed]))
    topics = [_boundary(view, kind) for kind in view.params["boundaries"]]
    topics += [_situation(view, item) for item in view.params["scenarios"]]
    if topics := [f"• {topic}" for topic in topics if topic]:
        parts.append("\n".join([view.say("<b>Wants to talk about</b>"), *topics]))
    if agreed := view.params.get("agreements"):
        what = view.texts.list([agreement_label(view, one) for one in agreed["what"]])
        day = view.texts.day(str(agreed["at"]))
        parts.append(view.say("<b>Agreed</b>") + "\n" + view.say("{day}: {what}", day=day, what=what))
    return parts


def _change(view: View, alert: Mapping[str, Any]) -> str:
    level = str(alert["level"])
    said = sentences(view.texts, alert["reasons"], alert["facts"])
    why = said[0] if said else _state(view, {"need": level})
    done = ""
    if alert.get("outcome"):
        done = " " + view.say("Then: {outcome}.", outcome=outcome_label(view, str(alert["outcome"])))
    return f"{SIGNS.get(level, '')} {view.texts.day(str(alert['at']))}: {why}{done}"


def _boundary(view: View, kind: str) -> str:
    known = view.program.boundary_kinds.get(kind)
    return view.pick(known.label) if known else ""


def _situation(view: View, item_id: str) -> str:
    practice = view.program.find("practice")
    item = practice.item(item_id) if practice else None
    if item is None:
        return ""
    words = whole_words(view.texts.pick(item.text), SITUATION)
    return view.say("Practice: “{words}”", words=words)


def _within(parts: Sequence[str]) -> str:
    """Return the parts with lines left out from the longest until the message arrives in one go."""
    kept = [part.split("\n") for part in parts]
    while len(text := lines(*("\n".join(part) for part in kept))) > MAX_CHARACTERS:
        longest = max(kept[1:], key=len)
        if len(longest) < 3:
            return shortened(text, MAX_CHARACTERS) if "<" not in text[-60:] else text
        if longest[-1] == "…":
            longest.pop(-2)
        else:
            longest[-1] = "…"
    return text


def _agenda_rows(view: View) -> Rows:
    mentor, page = str(view.params["mentor"]), int(view.params.get("page", 0))
    row = view.params.get("team")
    return (
        (view.button(view.say("We had a 1:1"), "lc", mentor, "one_to_one"),),
        (view.button(view.say("Was at a group session"), "lc", mentor, "group"),),
        (view.button(view.say("I called or visited"), "lc", mentor, "call"),),
        (view.button(view.say("← Back to the list"), "tm", row, str(page)),),
    )


def agreement_label(view: View, agreement: str) -> str:
    """Return an agreement in words."""
    labels = {
        "less_caseload": view.say("Less caseload"),
        "time_off": view.say("Time off"),
        "training": view.say("Training"),
        "next_week": view.say("A check-in next week"),
        "nothing": view.say("Nothing now"),
    }
    return labels.get(agreement, agreement)


def _contact_label(view: View, kind: str) -> str:
    labels = {
        "one_to_one": view.say("a 1:1"),
        "group": view.say("a group session"),
        "call": view.say("a call or visit"),
    }
    return labels.get(kind, kind)


@renders(Kind.CONTACT)
def contact(view: View) -> Screen:
    """What was logged, what was agreed, and a way to take it back."""
    back = (view.button(view.say("← Back to the list"), "tm", view.params.get("team"), "0"),)
    if view.params.get("nobody"):
        return Screen(view.say("Nobody was there to log: no mentor takes part, or all are away."))
    if view.params.get("gone"):
        return Screen(view.say("This was taken back. Nothing is logged."), (back,))
    what = _contact_label(view, str(view.params["how"]))
    mentor, count = view.params.get("mentor"), int(view.params["count"])
    who = escape(str(view.params["name"]), quote=False)
    if mentor is None:
        who = view.texts.count("{n} mentor", "{n} mentors", count)
    if view.params.get("undone"):
        return Screen(view.say("Taken back: {what} with {who} is not logged.", what=what, who=view.plain(who)), (back,))
    when = view.texts.when(str(view.params["at"]), view.now)
    text = view.say("Logged: {what} with {who}, {when}.", what=what, who=view.plain(who), when=when)
    late = view.say("That is more than ten minutes ago, so it stays.") if view.params.get("too_late") else ""
    ask = view.say("What did you agree on? Tap all that fits.") if mentor else ""
    session = str(view.params["session"])
    rows: list[tuple[Button, ...]] = []
    if mentor:
        agreed = view.params.get("agreements", [])
        for one in ("less_caseload", "time_off", "training", "next_week", "nothing"):
            rows.append((view.button(chosen(agreement_label(view, one), one in agreed), "agr", session, one),))
    if view.params.get("undoable") and not late:
        rows.append((view.button(view.say("Take it back"), "und", session),))
    return Screen(lines(text, late, ask), (*rows, back))


@renders(Kind.TREND)
def trend(view: View) -> Screen:
    """The team's twelve weeks: a picture, and all of it in words."""
    name = escape(str(view.params.get("name") or ""), quote=False)
    weeks: Sequence[Mapping[str, Any]] = view.params["weeks"]
    if not any(week["share"] is not None or week["band"] for week in weeks):
        return Screen(
            view.say(
                "There is no picture. It needs {n} mentors who are asked in one week; with fewer, it would tell of "
                "single people.",
                n=view.params["smallest"],
            )
        )
    head = view.say("<b>The team’s weeks</b>") + (f" · {name}" if name else "")
    said = view.say("How many check-ins were answered, and how heavy the typical week was:")
    points = [Trend(date.fromisoformat(week["monday"]), week["share"], week["band"]) for week in weeks]
    listed = "\n".join(_week(view, point) for point in points)
    words = TrendWords(
        answered=view.plain(view.say("Check-ins answered")),
        heavy=view.plain(view.say("How heavy the typical week was")),
        bands=tuple(view.plain(band_label(view, band.value)) for band in Band),
        days=tuple(day_in_short(view, point.monday) for point in points),
        few=view.plain(view.say("too few people")),
    )
    return Screen(lines(head, said + "\n" + listed), picture=draw_trend(points, words))


def band_label(view: View, band: str | None) -> str:
    """Return how heavy a week was, in a word."""
    match band:
        case Band.LIGHT.value:
            return view.say("light")
        case Band.FAIR.value:
            return view.say("fair")
        case Band.HEAVY.value:
            return view.say("heavy")
        case _:
            return view.say("too few people")


def _week(view: View, week: Trend) -> str:
    share = view.say("too few people") if week.share is None else f"{round(100 * week.share)} %"
    day = day_in_short(view, week.monday)
    if week.share is None and week.band is None:
        return f"{day}: {share}"
    return f"{day}: {share}, {band_label(view, week.band)}"

"""One mentor: the agenda before a talk, and the log of contacts."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from bot.screens.alerts import outcome_label
from bot.screens.reasons import sentences
from bot.screens.screen import MAX_SHOWN, Button, Rows, Screen, View, chosen, lines, renders
from bot.screens.team import SIGNS, shortened, state
from bot.texts import Texts
from core.messages import Kind
from flows.agenda import UNTOLD

SITUATION: Final = 70


def whole_words(text: str, length: int) -> str:
    """Return the beginning of a text of at most so many characters, cut between words."""
    return text if len(text) <= length else text[: length - 1].rpartition(" ")[0].rstrip(",;.") + "…"


@renders(Kind.AGENDA)
def agenda(view: View) -> Screen:
    """One mentor, before a talk: what changed, what to talk about, what was agreed."""
    name = escape(str(view.params["name"]), quote=False)
    where = escape(str(view.params.get("team_name") or ""), quote=False)
    head = f"<b>{name}</b>" + (f" · {where}" if where else "")
    parts = [head + "\n" + _since(view), *_agenda_parts(view)]
    if len(parts) == 1:
        parts.append(view.say("Nothing new. A good talk needs no reason."))
    return Screen(within(parts), _agenda_rows(view))


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
    why = said[0] if said else state(view, {"need": level}) + "."
    done = ""
    if alert.get("outcome"):
        done = " " + view.say("Then: {outcome}.", outcome=outcome_label(view, str(alert["outcome"])))
    return f"{SIGNS.get(level, '')} {view.texts.day(str(alert['at']))}: {why}{done}"


def _boundary(view: View, kind: str) -> str:
    if kind == UNTOLD:
        return view.say("A boundary. They will say which.")
    known = view.program.boundary_kinds.get(kind)
    return view.pick(known.label) if known else ""


def _situation(view: View, item_id: str) -> str:
    practice = view.program.find("practice")
    item = practice.item(item_id) if practice else None
    if item is None:
        return ""
    words = whole_words(view.texts.pick(item.text), SITUATION)
    return view.say("Practice: {words}", words=words)


def within(parts: Sequence[str]) -> str:
    """Return the parts with lines left out from the longest until the message arrives in one go."""
    kept = [part.split("\n") for part in parts]
    while len(text := lines(*("\n".join(part) for part in kept))) > MAX_SHOWN:
        longest = max(kept[1:], key=len)
        if len(longest) < 3:
            return shortened(text, MAX_SHOWN) if "<" not in text[-60:] else text
        if longest[-1] == "…":
            longest.pop(-2)
        else:
            longest[-1] = "…"
    return text


def _agenda_rows(view: View) -> Rows:
    mentor, page = str(view.params["mentor"]), int(view.params.get("page", 0))
    row = view.params.get("team")
    name = view.plain(view.say("Answers that are shown to you"))
    shares = view.params.get("shares") or []
    shown = ((view.button(name, "sh", mentor, f"{shares[0]}.{page}"),),) if shares else ()
    return (
        *shown,
        (view.button(view.say("We had a 1:1"), "lc", mentor, "one_to_one"),),
        (view.button(view.say("Was at a group session"), "lc", mentor, "group"),),
        (view.button(view.say("I called or visited"), "lc", mentor, "call"),),
        (view.button(view.say("← Back to the list"), "tm", row, str(page)),),
    )


def agreement_label(view: View, agreement: str) -> str:
    """Return an agreement in words, for a screen."""
    return agreed_words(view.texts, agreement)


def agreed_words(texts: Texts, agreement: str) -> str:
    """Return an agreement in words."""
    labels = {
        "less_caseload": texts.say("Less caseload"),
        "time_off": texts.say("Time off"),
        "training": texts.say("Training"),
        "next_week": texts.say("A check-in next week"),
        "nothing": texts.say("Nothing now"),
    }
    return labels.get(agreement, agreement)


def contact_words(texts: Texts, kind: str) -> str:
    """Return how somebody met a mentor, in words."""
    labels = {
        "one_to_one": texts.say("a 1:1"),
        "group": texts.say("a group session"),
        "call": texts.say("a call or visit"),
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
    what = contact_words(view.texts, str(view.params["how"]))
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

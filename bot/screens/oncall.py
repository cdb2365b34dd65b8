"""Who is on call: now, and in the next seven days."""

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

from bot.screens.screen import MAX_CHARACTERS, Button, Rows, Screen, View, lines, renders
from bot.screens.team import shortened
from core.messages import Kind

# The end of the page that says how many lines are left out.
ROOM_FOR_MORE: Final = 40
MOST_ON_A_BUTTON: Final = 40


@renders(Kind.ONCALL)
def oncall(view: View) -> Screen:
    """The shifts and the gaps in the order in which they begin, as many as one message holds."""
    head = view.say("<b>On call</b>")
    if view.params.get("warns"):
        head = lines(head, view.say("At some times of the next seven days nobody is on call:"))
    if not view.params["rota"]:
        none = view.say("There is no rota in this program. Alerts go to the team and the lead.")
        return Screen(lines(head, none), (_days(view),))
    entries = view.params["entries"]
    now = [entry for entry in entries if _starts(entry) <= view.now]
    later = [entry for entry in entries if entry not in now]
    unused = "" if view.params["called"] else view.say("No alert is sent to whoever is on call.")
    foot = lines(view.say("If you cannot be on call, press a button: others are asked."), unused)
    said = [_now(view, entry) for entry in now] + [_later(view, entry) for entry in later]
    # Markup counts too here: the page is a little shorter than it might be.
    left = MAX_CHARACTERS - len(lines(head, foot)) - ROOM_FOR_MORE
    fitting: list[str] = []
    for line in said:
        left -= len(line) + 1
        if left < 0:
            break
        fitting.append(line)
    if more := len(said) - len(fitting):
        fitting.append(view.texts.count("… and {n} more", "… and {n} more", more))
    return Screen(lines(head, "\n".join(fitting[: len(now)]), "\n".join(fitting[len(now) :]), foot), _rows(view))


def _days(view: View) -> tuple[Button, ...]:
    return (view.button(view.say("Days when I cannot…"), "dop", argument="0"),)


def _rows(view: View) -> Rows:
    """First what others ask for, then what the reader can do about their own shifts."""
    rows: list[tuple[Button, ...]] = []
    for one in view.params.get("offers", []):
        first_name = str(one["by"]).split()[0]
        span = view.texts.span(str(one["from"]), str(one["until"]))
        label = view.plain(view.say("Take {span} from {name}", span=span, name=first_name))
        rows.append((view.button(shortened(label, MOST_ON_A_BUTTON), "swt", str(one["offer"])),))
    if view.params.get("own"):
        rows.append((view.button(view.say("Give a shift away…"), "swc"),))
    return (*rows, _days(view))


def _starts(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(entry["from"])).astimezone(UTC)


def _who(view: View, entry: Mapping[str, Any]) -> str:
    name = escape(str(entry["name"]), quote=False) if entry["name"] else view.say("nobody")
    return f"{name} ({escape(str(entry['team']), quote=False)})" if entry["team"] else name


def _mark(entry: Mapping[str, Any]) -> str:
    return "📞" if entry["name"] else "⚠️"


def _now(view: View, entry: Mapping[str, Any]) -> str:
    until = view.texts.when(str(entry["until"]), view.now)
    return f"{_mark(entry)} " + view.texts.say(
        "Now: {who}, until {until}", who=f"<b>{_who(view, entry)}</b>", until=until
    )


def _later(view: View, entry: Mapping[str, Any]) -> str:
    span = view.texts.span(str(entry["from"]), str(entry["until"]))
    return f"{_mark(entry)} {span}: {_who(view, entry)}"

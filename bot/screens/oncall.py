"""Who is on call: now, and in the next seven days."""

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

from bot.screens.screen import MAX_CHARACTERS, Screen, View, lines, renders
from core.messages import Kind

# The end of the page that says how many lines are left out.
ROOM_FOR_MORE: Final = 40


@renders(Kind.ONCALL)
def oncall(view: View) -> Screen:
    """The shifts and the gaps in the order in which they begin, as many as one message holds."""
    head = view.say("<b>On call</b>")
    if view.params.get("warns"):
        head = lines(head, view.say("At some times of the next seven days nobody is on call:"))
    if not view.params["rota"]:
        return Screen(lines(head, view.say("There is no rota in this program. Alerts go to the team and the lead.")))
    entries = view.params["entries"]
    now = [entry for entry in entries if _starts(entry) <= view.now]
    later = [entry for entry in entries if entry not in now]
    unused = "" if view.params["called"] else view.say("No alert is sent to whoever is on call.")
    foot = lines(view.say("If you cannot be on call, write /away: the backup is asked."), unused)
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
    return Screen(lines(head, "\n".join(fitting[: len(now)]), "\n".join(fitting[len(now) :]), foot))


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

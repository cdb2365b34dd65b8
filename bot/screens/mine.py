"""A mentor's own answers and data: the last weeks, the files, who looked, erasing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from bot.history_picture import Point, Weeks, Words, draw_history
from bot.mydata_file import as_html, as_json
from bot.screens import own_pulse
from bot.screens.log_words import seen_words
from bot.screens.screen import Button, Document, Rows, Screen, View, lines, renders
from core.messages import Kind

LONGEST_NAME: Final = 30  # characters of somebody who looked; a page of six has to fit


@renders(Kind.HISTORY)
def history(view: View) -> Screen:
    """The last weeks in words."""
    if not view.params["asked"]:
        text = view.say("There is nothing to show yet. Your first check-ins will stand here.")
        return Screen(lines(_title(view), text), ((view.button(view.say("A check-in now"), "now"),), (view.talk(),)))
    picture = ((view.button(view.say("As a picture"), "mepic"),),) if view.params["points"] else ()
    return Screen(_in_words(view), (*picture, *_change(view), (view.talk(),)))


def _change(view: View) -> Rows:
    if not (checkin := view.params.get("editable")):
        return ()
    return ((view.button(view.say("Change today’s answers"), "edl", str(checkin)),),)


@renders(Kind.HISTORY_PICTURE)
def picture(view: View) -> Screen:
    """The same as a picture; its caption says all that it shows."""
    if not view.params["points"]:
        return history(view)
    return Screen(_in_words(view), ((view.talk(),),), picture=draw_history(_weeks(view), _words(view)))


def _title(view: View) -> str:
    return view.say("<b>Your last {n} weeks</b>", n=view.params["weeks"])


def _in_words(view: View) -> str:
    params = view.params
    counted = view.say("Answered: {n} of {of}.", n=params["answered"], of=params["asked"])
    if params["away"]:
        counted += "\n" + view.say("Not asked while you were away: {n}.", n=int(params["away"]))
    shown = [_latest(view, at, beside) for at, beside in params["latest"]]
    latest = "\n".join([view.say("The last ones:"), *shown]) if shown else ""
    foot = view.say("This is a rough guide, not a test. Only you see it.")
    return lines(_title(view) + "\n" + counted, _usual(view), latest, _changed(view), foot)


def _changed(view: View) -> str:
    """Return what came of answers: conversations, time off, cover; for the team in counts alone."""
    found = view.params.get("changed") or {}
    own = _outcomes(view, found.get("own", {}), int(found.get("meetings", 0)))
    team = _outcomes(view, found.get("team", {}), 0)
    parts = [view.say("For you: {what}", what=own)] if own else []
    parts += [view.say("For others on your team: {what}", what=team)] if team else []
    return "\n".join([view.say("What came of answers:"), *(f"• {part}" for part in parts)]) if parts else ""


def _outcomes(view: View, counts: Mapping[str, int], meetings: int) -> str:
    count = view.texts.count
    talks = int(counts.get("talked", 0))
    said = [
        count("{n} talk", "{n} talks", talks) if talks else "",
        count("{n} meeting", "{n} meetings", meetings) if meetings else "",
        count("time off {n} time", "time off {n} times", n) if (n := int(counts.get("time_off", 0))) else "",
        count("cover {n} time", "cover {n} times", n) if (n := int(counts.get("cover", 0))) else "",
        count("clinical help {n} time", "clinical help {n} times", n) if (n := int(counts.get("clinical", 0))) else "",
    ]
    return ", ".join(part for part in said if part)


def _usual(view: View) -> str:
    low, high = view.params["low"], view.params["high"]
    if low is None:
        left = max(int(view.params["needed"]) - int(view.params["learnt"]), 1)
        return view.texts.count(
            "I do not know your usual yet. {n} more check-in will tell.",
            "I do not know your usual yet. {n} more check-ins will tell.",
            left,
        )
    return view.say("Your usual: {low} to {high}, where 0 is light and 100 is heavy.", low=round(low), high=round(high))


def _latest(view: View, at: str, beside: str) -> str:
    local = datetime.fromisoformat(at).astimezone(ZoneInfo(view.outgoing.timezone))
    day = format_skeleton("MMMEd", local.date(), locale=view.texts.language)
    return f"• {day}: {_beside(view, beside)}"


def _beside(view: View, beside: str) -> str:
    labels = {
        "lighter": view.say("lighter than usual"),
        "usual": view.say("as usual"),
        "bit_heavier": view.say("a bit heavier than usual"),
        "heavier": view.say("heavier than usual"),
        "light": view.say("on the light side"),
        "fair": view.say("a fair load"),
        "heavy": view.say("on the heavy side"),
    }
    return labels.get(beside) or view.say("too few answers to say")


def _weeks(view: View) -> Weeks:
    params = view.params
    return Weeks(
        since=datetime.fromisoformat(params["since"]),
        until=datetime.fromisoformat(params["until"]),
        low=params["low"],
        high=params["high"],
        points=tuple(Point(datetime.fromisoformat(at), float(strain)) for at, strain in params["points"]),
        missed=tuple(datetime.fromisoformat(at) for at in params["missed"]),
        away=tuple(datetime.fromisoformat(at) for at in params["away_at"]),
    )


def _words(view: View) -> Words:
    zone = ZoneInfo(view.outgoing.timezone)

    def day(instant: datetime) -> str:
        return str(format_skeleton("MMMd", instant.astimezone(zone).date(), locale=view.texts.language))

    return Words(
        title=view.plain(view.say("How heavy it was: 0 light, 100 heavy")),
        usual=view.plain(view.say("your usual")),
        answered=view.plain(view.say("answered")),
        missed=view.plain(view.say("not answered")),
        away=view.plain(view.say("away")),
        day=day,
    )


@renders(Kind.MY_DATA)
def my_data(view: View) -> Screen:
    """What the files are, and a way to erase it all."""
    text = lines(
        view.say("<b>Your data</b>"),
        view.say("Two files come now. One is for you to read. The other one is for programs."),
        view.say("They hold all I keep about you. Mind who can see your phone."),
    )
    if view.params.get("role") != "mentor" and not view.params.get("own_pulse"):
        return Screen(text)
    rows = ((view.button(view.say("Who looked"), "looks", argument="0"),), (_erase_button(view),), (view.talk(),))
    return Screen(text, rows)


def _erase_button(view: View) -> Button:
    label = view.say("Erase my pulse") if view.params.get("own_pulse") else view.say("Erase everything")
    return view.button(label, "era")


@renders(Kind.MY_DATA_FILE)
def my_data_file(view: View) -> Screen:
    """One of the two files."""
    kept: Mapping[str, Any] = view.params["kept"]
    day = str(kept["made_at"])[:10]
    rows = ((view.talk(),),) if view.params.get("role") == "mentor" else ()
    if view.params["format"] == "json":
        return Screen(
            view.say("The same for programs."), rows, document=Document(f"keepwell-{day}.json", as_json(kept))
        )
    content = as_html(view.texts, view.program, kept)
    return Screen(view.say("All I keep about you, to read."), rows, document=Document(f"keepwell-{day}.html", content))


@renders(Kind.LOOKED)
def looked(view: View) -> Screen:
    """Who looked at the reader's data, the newest first."""
    looks: Sequence[Mapping[str, Any]] = view.params["looks"]
    head = view.say("<b>Who looked</b>")
    if not looks:
        return Screen(lines(head, view.say("Nobody has looked at your data.")), _looked_rows(view))
    if int(view.params["last"]):
        head += "\n" + view.say("Page {page} of {pages}", page=view.params["page"] + 1, pages=view.params["last"] + 1)
    return Screen(lines(head, "\n".join(f"• {look_line(view, look)}" for look in looks)), _looked_rows(view))


def look_line(view: View, look: Mapping[str, Any]) -> str:
    """Return who looked at what, and when."""
    who = _who(view, look.get("by"))
    when = view.texts.when(str(look["at"]), view.now)
    return view.say("{when}: {who}, {what}", when=when, who=who, what=seen_words(view.texts, str(look["action"])))


def _who(view: View, by: Any) -> str:
    match by:
        case "operator":
            return view.plain(view.say("those who run this service"))
        case "system" | None:
            return view.plain(view.say("somebody else on the staff"))
        case _:
            name = str(by)
            return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _looked_rows(view: View) -> tuple[tuple[Button, ...], ...]:
    page, last = int(view.params["page"]), int(view.params["last"])
    pager = []
    if page > 0:
        pager.append(view.button(view.say("← Newer"), "looks", argument=str(page - 1)))
    if page < last:
        pager.append(view.button(view.say("Older →"), "looks", argument=str(page + 1)))
    rows: list[tuple[Button, ...]] = [tuple(pager)] if pager else []
    if view.params.get("role") == "mentor":
        rows.append((view.talk(),))
    return tuple(rows)


@renders(Kind.ERASE)
def erase(view: View) -> Screen:
    """Say what goes and what stays, and ask once more; or why it has to wait."""
    if view.params["refused"]:
        text = lines(
            view.say("Somebody is being called for you right now. They need to know who you are."),
            view.say("When they have closed it, you can erase everything. Send /mydata then."),
        )
        return Screen(text, ((view.talk(),),))
    if view.params.get("own_pulse"):
        yes = view.button(view.say("Yes, erase it for good"), "erz", argument=str(view.params["asked_at"]))
        no = view.button(view.say("No, keep it"), "stay")
        return Screen(own_pulse.erase_question(view), ((yes,), (no,), (view.talk(),)))
    kept = ceil(view.program.retention.backups / timedelta(days=1))
    text = lines(
        view.say("<b>Erase everything?</b>"),
        view.say("Gone for good: your name, answers, scores, notes, and your link to this chat."),
        view.say(
            "I keep only counts: that check-ins were sent and alerts were raised, and when. They have no name and no "
            "words."
        ),
        view.say(
            "An open alert stays with the people who have it, until one of them closes it. What they have read on "
            "their phones I cannot take back."
        ),
        view.texts.count(
            "Safety copies of my data may hold it for {n} more day. Then those are gone too.",
            "Safety copies of my data may hold it for up to {n} more days. Then those are gone too.",
            kept,
        ),
        view.say("This cannot be undone. To take part again you need a new link."),
    )
    yes = view.button(view.say("Yes, erase everything for good"), "erz", argument=str(view.params["asked_at"]))
    return Screen(text, ((yes,), (view.button(view.say("No, keep it"), "stay"),), (view.talk(),)))


@renders(Kind.ERASED)
def erased(view: View) -> Screen:
    """The last word to somebody who is a stranger now; a supervisor stays one."""
    if view.params.get("own_pulse"):
        done = view.say("Done. Your answers and scores are erased. You are still a supervisor here.")
        return Screen(lines(done, view.say("If you change your mind, send /start.")), ((view.talk(),),))
    still = ""
    if view.params.get("still_open"):
        still = view.say("An alert is still open with the people who have it. It has no name any more.")
    return Screen(
        lines(
            view.say("Done. Everything about you is erased, and I will not write again."),
            still,
            view.say("You can delete this chat too. Thank you for all you gave. Take good care of yourself."),
        )
    )

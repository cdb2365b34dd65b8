"""The team's weeks: a picture, and all of it in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from babel.dates import format_skeleton

from bot.pictures import Trend, TrendWords, draw_trend
from bot.screens.screen import Screen, View, lines, renders
from core.messages import Kind
from core.team_weeks import Band


def day_in_short(view: View, day: date) -> str:
    """Return a date as "Mar 2" or "2 mar"."""
    return str(format_skeleton("MMMd", day, locale=view.texts.language))


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

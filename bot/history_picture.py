"""A mentor's own weeks as a picture: the usual range as a band, check-ins as dots, missed and away by their form."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.pictures import BAR, FAINT, GROUND, INK, MARKS, font

if TYPE_CHECKING:  # Pillow is loaded with the first picture: most processes draw none for days
    from PIL import ImageDraw

SIZE: Final = (800, 760)
BAND: Final = "#cfe3f1"
BAND_EDGE: Final = "#5b93b8"
LEFT, RIGHT, TOP, BOTTOM = 88, 770, 90, 520
MARK_ROW: Final = BOTTOM + 40  # missed and away stand below the field: they are no strain
DATES: Final = MARK_ROW + 52
LEGEND: Final = DATES + 50
EVERY: Final = timedelta(weeks=3)  # between dates: more do not fit on a phone
DOT: Final = 10


@dataclass(frozen=True, slots=True)
class Point:
    """One answered check-in. `strain`: 0 to 100, higher is heavier."""

    at: datetime
    strain: float


@dataclass(frozen=True, slots=True)
class Weeks:
    """What the picture shows. `low` and `high`: the usual range, None while it is not known."""

    since: datetime
    until: datetime
    low: float | None
    high: float | None
    points: Sequence[Point]
    missed: Sequence[datetime]
    away: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Words:
    """All words of the picture, in the reader's language. `day` writes a date in short."""

    title: str
    usual: str
    answered: str
    missed: str
    away: str
    day: Callable[[datetime], str]


def draw_history(weeks: Weeks, words: Words) -> bytes:
    """Return a PNG. Forms alone tell dots, crosses and moons apart; the ground is its own, whatever the mode."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(picture)
    draw.text((24, 24), words.title, INK, font(32))
    _field(draw, weeks)
    _points(draw, weeks)
    for at in weeks.missed:
        cross(draw, _x(weeks, at), MARK_ROW)
    for at in weeks.away:
        moon(draw, _x(weeks, at), MARK_ROW)
    _dates(draw, weeks, words)
    _legend(draw, weeks, words)
    buffer = io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _x(weeks: Weeks, at: datetime) -> float:
    share = (at - weeks.since) / (weeks.until - weeks.since)
    return LEFT + 16 + (RIGHT - LEFT - 32) * min(max(share, 0.0), 1.0)


def _y(strain: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * min(max(strain, 0.0), 100.0) / 100


def _field(draw: "ImageDraw.ImageDraw", weeks: Weeks) -> None:
    if weeks.low is not None and weeks.high is not None:
        draw.rectangle((LEFT, _y(weeks.high), RIGHT, _y(weeks.low)), BAND)
        for edge in (weeks.high, weeks.low):
            _dashes(draw, _y(edge))
    draw.line((LEFT, TOP, RIGHT, TOP), FAINT, 2)
    draw.line((LEFT, BOTTOM, RIGHT, BOTTOM), FAINT, 2)
    for label, y in (("100", TOP), ("0", BOTTOM)):
        draw.text((LEFT - 14, y), label, INK, font(26), anchor="rm")


def _dashes(draw: "ImageDraw.ImageDraw", y: float) -> None:
    """Edge the band, so that it stands out where its color does not."""
    for start in range(LEFT, RIGHT, 18):
        draw.line((start, y, min(start + 10, RIGHT), y), BAND_EDGE, 2)


def _points(draw: "ImageDraw.ImageDraw", weeks: Weeks) -> None:
    places = [(_x(weeks, point.at), _y(point.strain)) for point in weeks.points]
    if len(places) > 1:
        draw.line(places, BAR, 3)
    for x, y in places:
        dot(draw, x, y)


def dot(draw: "ImageDraw.ImageDraw", x: float, y: float) -> None:
    """Draw an answered check-in."""
    draw.ellipse((x - DOT, y - DOT, x + DOT, y + DOT), BAR, GROUND, 2)


def cross(draw: "ImageDraw.ImageDraw", x: float, y: float) -> None:
    """Draw a check-in that was not answered."""
    size = DOT - 1
    draw.line((x - size, y - size, x + size, y + size), MARKS[2], 4)
    draw.line((x - size, y + size, x + size, y - size), MARKS[2], 4)


def moon(draw: "ImageDraw.ImageDraw", x: float, y: float) -> None:
    """Draw a check-in that was not asked because of being away: a crescent."""
    draw.ellipse((x - DOT, y - DOT, x + DOT, y + DOT), MARKS[1])
    draw.ellipse((x - DOT + 8, y - DOT - 3, x + DOT + 6, y + DOT - 5), GROUND)


def _dates(draw: "ImageDraw.ImageDraw", weeks: Weeks, words: Words) -> None:
    at = weeks.until
    while at >= weeks.since:
        anchor = "rm" if at == weeks.until else "mm"
        draw.text((RIGHT if anchor == "rm" else _x(weeks, at), DATES), words.day(at), INK, font(26), anchor=anchor)
        at -= EVERY


def _legend(draw: "ImageDraw.ImageDraw", weeks: Weeks, words: Words) -> None:
    """Explain each form that occurs, two beside each other."""
    entries: list[tuple[str, Callable[[float, float], None]]] = [
        (words.answered, lambda x, y: dot(draw, x, y)),
    ]
    if weeks.low is not None:
        entries.append((words.usual, lambda x, y: _patch(draw, x, y)))
    if weeks.missed:
        entries.append((words.missed, lambda x, y: cross(draw, x, y)))
    if weeks.away:
        entries.append((words.away, lambda x, y: moon(draw, x, y)))
    for place, (label, mark) in enumerate(entries):
        x, y = 40 + 390 * (place % 2), LEGEND + 44 * (place // 2)
        mark(x, y)
        draw.text((x + 28, y), label, INK, font(26), anchor="lm")


def _patch(draw: "ImageDraw.ImageDraw", x: float, y: float) -> None:
    draw.rectangle((x - 14, y - 10, x + 14, y + 10), BAND, BAND_EDGE, 2)

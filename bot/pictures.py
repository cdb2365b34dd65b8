"""Pictures that are sent: drawn with Pillow, distinct by form as well as by color, on a ground of their own."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # Pillow is loaded with the first picture: most processes draw none for days
    from PIL import ImageDraw, ImageFont

SIZE: Final = (800, 760)
# A light card with dark words reads the same in light and in dark mode. The colors keep apart for color-blind eyes
# (Okabe and Ito, 2008), and the form says the same.
GROUND: Final = "#f7f7f5"
INK: Final = "#1d2733"
FAINT: Final = "#aab2ba"
BAR: Final = "#0072b2"
MARKS: Final = ("#009e73", "#8a6100", "#c1440e")
LEFT: Final = 150
RIGHT: Final = 770
SHARE_TOP, SHARE_BOTTOM = 80, 330
BAND_TOP, BAND_BOTTOM = 430, 660
EVERY: Final = 3  # weeks between dates under the picture: more do not fit on a phone


@dataclass(frozen=True, slots=True)
class Trend:
    """One week: the share of check-ins that were answered, 0 to 1, and how heavy it was; None: too few people."""

    monday: date
    share: float | None
    band: str | None


@dataclass(frozen=True, slots=True)
class TrendWords:
    """All words of the picture, in the reader's language."""

    answered: str
    heavy: str
    bands: tuple[str, ...]  # from light to heavy
    days: tuple[str, ...]  # one for each week
    few: str


@cache
def font(size: int) -> "ImageFont.FreeTypeFont":
    """Return DejaVu Sans, which has the letters of all our languages: Pillow's own font has no accents.

    It comes with matplotlib, whose loading would take a second: only its folder is asked for.
    """
    from PIL import ImageFont

    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("DejaVu Sans comes with matplotlib, which is not installed; run `make setup`")
    return ImageFont.truetype(Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf", size)


def draw_trend(weeks: Sequence[Trend], words: TrendWords) -> bytes:
    """Return a PNG: above, the share of answered check-ins by week; below, how heavy the typical week was."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(picture)
    places = [LEFT + (RIGHT - LEFT) * (i + 0.5) / max(len(weeks), 1) for i in range(len(weeks))]
    draw.text((24, 24), words.answered, INK, font(32))
    _shares(draw, weeks, places)
    draw.text((24, BAND_TOP - 62), words.heavy, INK, font(32))
    _bands(draw, weeks, places, words)
    for i, place in enumerate(places):
        if (len(places) - 1 - i) % EVERY == 0:
            draw.text((place, BAND_BOTTOM + 44), words.days[i], INK, font(26), anchor="mm")
    if any(week.share is None or week.band is None for week in weeks):
        draw.text((24, SIZE[1] - 28), f"–  {words.few}", INK, font(24), anchor="lm")
    buffer = io.BytesIO()
    # The quickest way to a small file: whoever waits for a crisis message waits for this too.
    picture.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(buffer, "PNG")
    return buffer.getvalue()


def _shares(draw: "ImageDraw.ImageDraw", weeks: Sequence[Trend], places: Sequence[float]) -> None:
    height = SHARE_BOTTOM - SHARE_TOP
    for percent in (0, 50, 100):
        y = SHARE_BOTTOM - height * percent / 100
        draw.line((LEFT, y, RIGHT, y), FAINT, 2)
        draw.text((LEFT - 14, y), f"{percent} %", INK, font(26), anchor="rm")
    half = (RIGHT - LEFT) / max(len(weeks), 1) * 0.33
    for week, x in zip(weeks, places, strict=True):
        if week.share is None:
            draw.text((x, SHARE_BOTTOM - 18), "–", INK, font(30), anchor="mm")
        else:
            top = SHARE_BOTTOM - max(3.0, height * week.share)
            draw.rectangle((x - half, top, x + half, SHARE_BOTTOM), BAR)


def _bands(draw: "ImageDraw.ImageDraw", weeks: Sequence[Trend], places: Sequence[float], words: TrendWords) -> None:
    names = ("light", "fair", "heavy")
    step = (BAND_BOTTOM - BAND_TOP) / (len(names) - 1)
    rows = {name: BAND_BOTTOM - step * i for i, name in enumerate(names)}
    for name, label in zip(names, words.bands, strict=True):
        draw.line((LEFT, rows[name], RIGHT, rows[name]), FAINT, 2)
        draw.text((LEFT - 14, rows[name]), label, INK, font(26), anchor="rm")
    for i in range(len(weeks) - 1):
        here, following = weeks[i].band, weeks[i + 1].band
        if here and following:
            draw.line((places[i], rows[here], places[i + 1], rows[following]), INK, 3)
    for week, x in zip(weeks, places, strict=True):
        if week.band is None:
            draw.text((x, BAND_BOTTOM - step / 2), "–", INK, font(30), anchor="mm")
        else:
            _mark(draw, names.index(week.band), x, rows[week.band])


def _mark(draw: "ImageDraw.ImageDraw", band: int, x: float, y: float) -> None:
    """Draw a dot, a square or a triangle: the form alone says which band it is."""
    size = 14
    match band:
        case 0:
            draw.ellipse((x - size, y - size, x + size, y + size), MARKS[0], GROUND, 3)
        case 1:
            draw.rectangle((x - size, y - size, x + size, y + size), MARKS[1], GROUND, 3)
        case _:
            draw.polygon(((x, y - size - 4), (x + size + 4, y + size), (x - size - 4, y + size)), MARKS[2], GROUND, 3)

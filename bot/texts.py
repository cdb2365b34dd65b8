"""The catalogs: every text that people read, in their language."""

import gettext
import io
from datetime import datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE: Final = Path(__file__).parent / "locale"
FALLBACK: Final = "en"


@cache
def _catalog(language: str) -> gettext.NullTranslations:
    """Read a catalog from its source, so that there is no compiled copy to go stale."""
    path = LOCALE / language / "LC_MESSAGES" / "keepwell.po"
    if not path.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that there are catalogs for."""
    return tuple(sorted({FALLBACK, *(path.name for path in LOCALE.iterdir() if (path / "LC_MESSAGES").is_dir())}))


class Texts:
    """Texts, dates and times in one person's language and zone."""

    def __init__(self, language: str, timezone: str = "UTC") -> None:
        """Use English when there is no catalog of that language."""
        self.language = language if language in languages() else FALLBACK
        self._catalog = _catalog(self.language)
        self._zone = ZoneInfo(timezone)

    def say(self, text: str, **values: Any) -> str:
        """Return a text, with values filled in."""
        translated = self._catalog.gettext(text)
        return translated.format(**values) if values else translated

    def count(self, one: str, many: str, n: int, **values: Any) -> str:
        """Return the form of a text that goes with a number."""
        return self._catalog.ngettext(one, many, n).format(n=n, **values)

    def pick(self, localized: Any) -> str:
        """Return the text of a program file in this language."""
        return str(localized.get(self.language) or localized.get(FALLBACK) or next(iter(localized.values())))

    def clock(self, instant: datetime | str) -> str:
        """Return the local time of day of an instant."""
        return self._time(self._local(instant).time())

    def hour(self, at: str) -> str:
        """Return a local time of day that is stored as "09:00" in the reader's way: "9:00 AM", "9:00"."""
        return self._time(time.fromisoformat(at))

    def local_hour(self, instant: datetime | str) -> int:
        """Return the hour of an instant on the reader's clock, 0 to 23."""
        return self._local(instant).hour

    def day(self, instant: datetime | str) -> str:
        """Return weekday, day and month of an instant."""
        # i18n: a pattern of Unicode's CLDR for weekday, month and day, such as "Monday, March 2"
        pattern = self.say("EEEE, MMMM d")
        return str(format_date(self._local(instant).date(), pattern, locale=self.language))

    def when(self, instant: datetime | str, now: datetime | None = None) -> str:
        """Return the time of an instant, with the day when that is not today."""
        local = self._local(instant)
        if now is not None and now.astimezone(self._zone).date() == local.date():
            return self.clock(local)
        return self.say("{day} at {time}", day=self.day(local), time=self.clock(local))

    def span(self, start: datetime | str, end: datetime | str) -> str:
        """Return a time in short: "Mon 6:00 PM – Tue 8:00 AM", "Mon 8:00 AM – 6:00 PM"."""
        names = get_day_names("abbreviated", locale=self.language)
        first, last = self._local(start), self._local(end)
        day = "" if first.date() == last.date() else f"{names[last.weekday()]} "
        return f"{names[first.weekday()]} {self._time(first.time())} – {day}{self._time(last.time())}"

    def date(self, instant: datetime | str, *, weekday: bool = True) -> str:
        """Return weekday, day and month of an instant in short: "Tue, Mar 3", or without the weekday "Mar 3"."""
        # In Spanish "mar" is Tuesday and March: the month is written out.
        month = "MMMM" if self.language == "es" else "MMM"
        skeleton = f"{month}Ed" if weekday else f"{month}d"
        return str(format_skeleton(skeleton, self._local(instant), locale=self.language))

    def date_of_month(self, instant: datetime | str) -> str:
        """Return weekday and number of a day: "Tue 3"."""
        local = self._local(instant)
        return f"{get_day_names('abbreviated', locale=self.language)[local.weekday()]} {local.day}"

    def weekday(self, instant: datetime | str) -> str:
        """Return weekday and time of an instant of this week in short: "Thu 2:00 PM"."""
        local = self._local(instant)
        return f"{get_day_names('abbreviated', locale=self.language)[local.weekday()]} {self._time(local.time())}"

    def days(self, days: list[int]) -> str:
        """Return the names of weekdays (0 = Monday) as a list."""
        names = get_day_names("wide", locale=self.language)
        return self.list([names[day] for day in days])

    def list(self, parts: list[str]) -> str:
        """Return "a, b and c"."""
        return str(format_list(parts, locale=self.language)) if parts else ""

    def _time(self, at: time) -> str:
        # The narrow space that some locales put before AM and PM is missing in the fonts of old phones.
        return str(format_time(at, "short", locale=self.language)).replace("\u202f", " ")

    def _local(self, instant: datetime | str) -> datetime:
        moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        return moment.astimezone(self._zone)

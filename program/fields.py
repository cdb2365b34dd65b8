"""The values that a program file may hold, one type each."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, Literal, get_args

from pydantic import BeforeValidator, Field, PlainValidator

from core.policy import read_step
from core.timetable import validate_zone
from program.durations import parse_duration, parse_time

SAME_EVERYWHERE: Final = "*"  # a text without a language, such as the label "3–5"
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: Final[tuple[str, ...]] = get_args(Day)
NEVER: Final = "never"
LONGEST_STEP: Final = 100  # characters: a name of the roster, with what it is


def _reminder(value: object) -> timedelta | None:
    return None if value == NEVER else parse_duration(value)


def _zone(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be an IANA time zone such as America/Chicago")  # noqa: TRY004 (pydantic's contract)
    return validate_zone(value)


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e6 <= value <= 1e6:
        raise ValueError("must be a number")
    return value


def _date(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise ValueError('must be a date such as "2026-12-24"')  # noqa: TRY004 (pydantic's contract)
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError:
        raise ValueError('must be a date such as "2026-12-24"') from None


def _readable(value: object) -> object:
    if not isinstance(value, str):
        return value
    if any(not sign.isprintable() and sign != "\n" for sign in value):
        raise ValueError("must not have control characters")
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _texts(value: object) -> object:
    return {SAME_EVERYWHERE: value} if isinstance(value, str) else value


def _step(value: object) -> str:
    try:
        if isinstance(value, str) and len(value) <= LONGEST_STEP and value.isprintable():
            return read_step(value).value
    except ValueError:
        pass
    raise ValueError("must be 'supervisor', 'backup', 'oncall', 'lead', 'group', or a person such as 'person:Ann Lee'")


Duration = Annotated[timedelta, PlainValidator(parse_duration)]
Reminder = Annotated[timedelta | None, PlainValidator(_reminder)]
Clock = Annotated[time, PlainValidator(parse_time)]
Zone = Annotated[str, PlainValidator(_zone)]
Date = Annotated[date, PlainValidator(_date)]
Region = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,6}$")]
Number = Annotated[int | float, PlainValidator(_number)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Value = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.]{0,31}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()-]{1,30}$")]
Name = Annotated[str, Field(max_length=80), BeforeValidator(_readable)]
StepName = Annotated[str, PlainValidator(_step)]
File = Annotated[str, Field(max_length=400), BeforeValidator(_readable)]
Language = Literal["en", "es"]

# Telegram cuts long buttons and refuses messages of more than 4096 characters; a weak connection likes short ones.
_Key = Literal["*", "en", "es"]
_S60 = Annotated[str, Field(max_length=60), BeforeValidator(_readable)]
_S160 = Annotated[str, Field(max_length=160), BeforeValidator(_readable)]
_S400 = Annotated[str, Field(max_length=400), BeforeValidator(_readable)]
_S900 = Annotated[str, Field(max_length=900), BeforeValidator(_readable)]
Title = Annotated[dict[_Key, _S60], BeforeValidator(_texts)]
Label = Annotated[dict[_Key, _S160], BeforeValidator(_texts)]
Sentence = Annotated[dict[_Key, _S400], BeforeValidator(_texts)]
Paragraph = Annotated[dict[_Key, _S900], BeforeValidator(_texts)]

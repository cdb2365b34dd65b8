"""All questions of a check-in in one message, for weak connections; and what of an answer by text does not fit."""

from collections.abc import Sequence
from typing import Final

from bot.screens.screen import MAX_CHARACTERS, Screen, View, lines, renders
from core.messages import Kind
from core.questionnaire import Item, ItemKind, Questionnaire

PULSE: Final = "pulse"
ROOM: Final = 40  # characters left free for what a phone adds


def in_one_message(view: View, questionnaire: Questionnaire, hello: str) -> Screen:
    """As many of the questions that are left as one message carries, and how to answer them."""
    left = [item for id_ in view.params["lines"] if (item := questionnaire.item(str(id_))) is not None]
    title = f"<b>{view.pick(questionnaire.title)}</b>"
    row, place = str(view.params["checkin"]), str(view.params["place"])
    ways = (
        (view.button(view.say("With buttons"), "btn", row, place), view.button(view.say("Later"), "l", row, place)),
        (view.talk(),),
    )
    if is_one_line(questionnaire) and len(left) == len(questionnaire.items):
        return Screen(lines(hello, title, _pulse(view, left)), ways)
    asked = _fitting(view, left, len(hello) + len(title))
    text = "\n".join(f"{number}. {_question(view, item)}" for number, item in enumerate(asked, 1))
    how = view.say("Answer in one message, one number for each: {example}", example=_example(asked))
    more = view.say("Then I ask the rest.") if len(asked) < len(left) else ""
    scale = view.say("0 is not at all, 4 is very much.") if any(_is_usual_scale(item) for item in asked) else ""
    return Screen(lines(hello, title, text, scale, f"{how}\n{more}".rstrip()), ways)


def is_one_line(questionnaire: Questionnaire) -> bool:
    """Say whether a check-in is a pulse whose answers are digits, and a letter at the end."""
    *scales, last = questionnaire.items
    digits = all(item.kind is ItemKind.SCALE and item.maximum <= 9 for item in scales)
    return questionnaire.id == PULSE and bool(scales) and digits and last.kind is ItemKind.CHOICE


def _pulse(view: View, items: Sequence[Item]) -> str:
    *scales, last = items
    asked = "\n".join(f"{number}. {view.pick(item.text)}" for number, item in enumerate(scales, 1))
    example = " ".join("3241"[place % 4] for place in range(len(scales)))
    return lines(
        asked + f"\n{len(items)}. {view.pick(last.text)}",
        view.say("0 is not at all, 4 is very much."),
        view.say("For {n}: n = no, w = this week, t = today, x = I’m not safe", n=len(items)),
        view.say("Answer like this: {example}", example=f"{example} n"),
    )


def _fitting(view: View, items: Sequence[Item], taken: int) -> Sequence[Item]:
    """Return the first items that one message carries; always at least one."""
    room = MAX_CHARACTERS - ROOM - taken - 175
    for count, item in enumerate(items):
        room -= len(_question(view, item)) + 4 + 3
        if room < 0:
            return items[: max(count, 1)]
    return items


def _is_usual_scale(item: Item) -> bool:
    return item.kind is ItemKind.SCALE and item.minimum == 0 and item.maximum == 4


def _question(view: View, item: Item) -> str:
    text = view.pick(item.text)
    match item.kind:
        case ItemKind.SCALE | ItemKind.COUNT:
            return f"{text} ({item.minimum:f}–{item.maximum:f})"
        case _:
            shown = ", ".join(f"{n} {view.pick(option.label)}" for n, option in enumerate(item.options, 1))
            return f"{text} ({shown})"


def _example(items: Sequence[Item]) -> str:
    return " ".join("1" if item.options and item.kind is not ItemKind.COUNT else "2" for item in items)


def _odd(view: View) -> str:
    """Return which of several numbers does not fit, and what would."""
    if "too_many" in view.params:
        n = int(view.params["too_many"])
        return view.texts.count("Only {n} number is asked for.", "Only {n} numbers are asked for.", n)
    values = {name: str(view.params[name]) for name in ("place", "value")}
    low, high = str(view.params["from"]), str(view.params["to"])
    return view.say("Number {place} is {value}. It can be {low} to {high}.", low=low, high=high, **values)


def _wrong(view: View, n: int) -> str:
    """Return what did not fit, in one sentence."""
    if "given" in view.params:
        given = int(view.params["given"])
        return view.texts.count(
            "I see {n} number, and need {need}.", "I see {n} numbers, and need {need}.", given, need=n
        )
    if "place" in view.params:
        return view.say(
            "Number {place} is {value}. It can be 0 to 4.", place=view.params["place"], value=view.params["value"]
        )
    return view.say("The letter at the end is missing.") if view.params.get("no_letter") else ""


@renders(Kind.LINE_HELP)
def line_help(view: View) -> Screen:
    """The form of a whole pulse in one line; or which of several numbers does not fit."""
    if view.params.get("several"):
        return Screen(
            lines(view.say("Almost. I did not store this one, so please send it again."), _odd(view)), ((view.talk(),),)
        )
    n = int(view.params["numbers"])
    example = " ".join("3241"[place % 4] for place in range(n))
    text = lines(
        view.say("Almost. I did not store this one, so please send it again."),
        _wrong(view, n),
        view.texts.count("{n} number from 0 to 4, then one letter:", "{n} numbers from 0 to 4, then one letter:", n)
        + f"\n<code>{example} n</code>",
        view.say("0 is not at all, 4 is very much."),
        view.say("Shall a person reach out? n = no, w = this week, t = today, x = I’m not safe"),
    )
    return Screen(text, ((view.talk(),),))

"""One question of a check-in: progress, the answers, and ways out."""

from collections.abc import Sequence
from hashlib import sha256
from string import ascii_uppercase
from typing import Final

from bot.screens.all_at_once import in_one_message
from bot.screens.checkins import closed_screen, reason_before
from bot.screens.screen import Button, Rows, Screen, View, chosen, lines, renders
from core.messages import Kind
from core.questionnaire import Item, ItemKind, Questionnaire

FULL, EMPTY = "●", "○"
MOST_DOTS: Final = 12
SHORT_LABEL: Final = 12  # characters; three such buttons fit side by side on a small phone
LONG_LABEL: Final = 40  # characters; a phone cuts off what is longer, so it stands in the text


@renders(Kind.CHECKIN)
def question(view: View) -> Screen:
    """Ask one question; say first what belongs to the answer before."""
    questionnaire = view.program.find(str(view.params["questionnaire"]))
    item = questionnaire.item(str(view.params["item"])) if questionnaire else None
    if questionnaire is None or item is None:
        return closed_screen(view, "changed")
    hello = view.say("Still time for this one, if you like.") if view.params.get("reminder") else ""
    if view.params.get("lines"):
        return in_one_message(view, questionnaire, hello)
    if hello and questionnaire.id == "pulse" and int(view.params["number"]) == 1:
        hello = lines(hello, view.say("<i>One line will do too: 3 2 4 1 n</i>"))
    shown = options_of(view, questionnaire, item)
    text = lines(hello, reason_before(view, questionnaire), _head(view, questionnaire), _asks(view, item, shown))
    rows = answer_rows(view, item, shown, "a")
    if item.kind is ItemKind.CHOICES and view.params.get("chosen"):
        done = view.button(view.say("That is all →"), "d", str(view.params["checkin"]), str(view.params["place"]))
        rows = (*rows, (done,))
    return Screen(text, (*rows, _ways(view, item), (view.talk(),)))


def _head(view: View, questionnaire: Questionnaire) -> str:
    number, of = int(view.params["number"]), int(view.params["of"])
    dots = f"{FULL * number}{EMPTY * (of - number)}  " if of <= MOST_DOTS else ""
    return f"<b>{view.pick(questionnaire.title)}</b>  {dots}{number}/{of}"


def _asks(view: View, item: Item, shown: Sequence[tuple[str, str, str]]) -> str:
    text = asks(view, item, shown)
    if item.kind is ItemKind.COUNT:
        return lines(text, view.say("Tap, or type a number."))
    return text


def asks(view: View, item: Item, shown: Sequence[tuple[str, str, str]]) -> str:
    """Return a question, with the options that are too long for buttons."""
    text = view.pick(item.text)
    if not _is_long(shown):
        return text
    return lines(text, "\n".join(f"<b>{letter}</b>  {label}" for letter, _, label in shown))


def options_of(view: View, questionnaire: Questionnaire, item: Item) -> list[tuple[str, str, str]]:
    """Return letter, value and label of each option. Practice is shuffled, for each check-in the same way each time."""
    options = list(item.options)
    if questionnaire.draw is not None and any(option.points is not None for option in options):
        options.sort(key=lambda option: sha256(f"{view.params['checkin']}{option.value}".encode()).digest())
    return [
        (letter, option.value, view.pick(option.label) or option.value)
        for letter, option in zip(ascii_uppercase * 2, options, strict=False)
    ]


def _is_long(shown: Sequence[tuple[str, str, str]]) -> bool:
    return len(shown) <= len(ascii_uppercase) and any(len(label) > LONG_LABEL for _, _, label in shown)


def answer_rows(view: View, item: Item, shown: Sequence[tuple[str, str, str]], action: str) -> Rows:
    """Return a button for each option, those chosen so far marked."""
    row, place = str(view.params["checkin"]), int(view.params["place"])
    now = str(view.params.get("chosen") or "").split()
    long = _is_long(shown)
    buttons = [
        view.button(chosen(letter if long else view.plain(label), value in now), action, row, f"{place}={value}")
        for letter, value, label in shown
    ]
    side_by_side = long or (item.kind is ItemKind.COUNT and all(len(b.label) <= SHORT_LABEL for b in buttons))
    step = 3 if side_by_side else 1
    return tuple(tuple(buttons[start : start + step]) for start in range(0, len(buttons), step))


def _ways(view: View, item: Item) -> tuple[Button, ...]:
    row, place = str(view.params["checkin"]), str(view.params["place"])
    ways = [view.button(view.say("← Back"), "b", row, place)] if int(view.params["number"]) > 1 else []
    if not (item.kind is ItemKind.CHOICES and view.params.get("chosen")):
        ways.append(view.button(view.say("Skip"), "s", row, place))
    return (*ways, view.button(view.say("Later"), "l", row, place))

"""Changing an answer of today's check-in: the list of them, and one question again."""

from bot.screens.checkins import closed_screen
from bot.screens.questions import answer_rows, asks, options_of
from bot.screens.screen import Screen, View, lines, renders
from core.messages import Kind
from core.questionnaire import Item, ItemKind

MOST_ABOVE = 400  # characters of all questions; a longer list pushes the buttons off a small screen
MOST_ON_A_BUTTON = 34  # characters; a small phone cuts off what is longer


@renders(Kind.EDIT)
def edit(view: View) -> Screen:
    """The answers, each on a button; the questions stand above with the same number where they fit."""
    questionnaire = view.program.find(str(view.params["questionnaire"]))
    if questionnaire is None:
        return closed_screen(view, "changed")
    row = str(view.params["checkin"])
    found = [
        (number, int(place), item, _answer(view, item, value))
        for number, (place, item_id, value) in enumerate(view.params["answers"], 1)
        if (item := questionnaire.item(str(item_id))) is not None
    ]
    asked = "\n".join(f"{number}. {view.pick(item.text)}" for number, _, item, _ in found)
    stands = len(asked) <= MOST_ABOVE
    buttons = [
        view.button(
            _cut(f"{number}: {answer}" if stands else f"{number}  {_short(view, item, answer)}: {answer}"),
            "edi",
            row,
            str(place),
        )
        for number, place, item, answer in found
    ]
    head = view.say("<b>Which answer shall I change?</b>")
    hint = view.say("It counts at once. If an alert came of it, I correct that too.")
    done = (view.button(view.say("Leave it as it is"), "edk", row, "0"),)
    return Screen(
        lines(head, asked if stands else "", hint), (*((button,) for button in buttons), done, (view.talk(),))
    )


def _cut(label: str) -> str:
    return label if len(label) <= MOST_ON_A_BUTTON else label[: MOST_ON_A_BUTTON - 1].rstrip() + "…"


def _short(view: View, item: Item, answer: str) -> str:
    """Return as much of a question as leaves room for the answer."""
    text = view.plain(view.pick(item.text))
    room = max(MOST_ON_A_BUTTON - len(answer) - 6, 10)
    return text if len(text) <= room else text[: room - 1].rstrip(" ,") + "…"


def _answer(view: View, item: Item, value: str | None) -> str:
    if value is None:
        return "–"
    labels = [
        view.plain(view.pick(option.label)) if (option := item.option(part)) else part for part in str(value).split()
    ]
    return ", ".join(labels)


@renders(Kind.EDIT_ITEM)
def edit_item(view: View) -> Screen:
    """One question again, with the answer of before marked."""
    questionnaire = view.program.find(str(view.params["questionnaire"]))
    item = questionnaire.item(str(view.params["item"])) if questionnaire else None
    if questionnaire is None or item is None:
        return closed_screen(view, "changed")
    row = str(view.params["checkin"])
    shown = options_of(view, questionnaire, item)
    back = (view.button(view.say("← Back"), "edl", row),)
    if item.kind is ItemKind.CHOICES:
        back = (view.button(view.say("That is all →"), "edk", row, str(view.params["place"])),)
    text = lines(f"<b>{view.pick(questionnaire.title)}</b>", asks(view, item, shown))
    return Screen(text, (*answer_rows(view, item, shown, "edv"), back, (view.talk(),)))

"""A check-in on a mentor's phone: one message, edited in place."""

from bot.screens.reasons import sentences
from bot.screens.screen import Button, Rows, Screen, View, lines, renders
from core.messages import Kind
from core.questionnaire import Item, ItemKind, Questionnaire

FULL, EMPTY = "●", "○"
SHORT_LABEL = 12  # characters; two such buttons fit side by side on a small phone


@renders(Kind.CHECKIN)
def checkin(view: View) -> Screen:
    """One question, with progress, the answers, and ways out."""
    questionnaire = view.program.find(str(view.params["questionnaire"]))
    item = questionnaire.item(str(view.params["item"])) if questionnaire else None
    if questionnaire is None or item is None:
        return closed_screen(view, "changed")
    number, of = int(view.params["number"]), int(view.params["of"])
    progress = f"{FULL * number}{EMPTY * (of - number)}  {number}/{of}"
    hello = view.say("Still time for this one, if you like.") if view.params.get("reminder") else ""
    title = f"<b>{view.texts.pick(questionnaire.title)}</b>  {progress}" if of <= 12 else f"{number}/{of}"
    return Screen(lines(hello, f"{title}\n\n{view.texts.pick(item.text)}"), _rows(view, item))


def _rows(view: View, item: Item) -> Rows:
    row, place, chosen = str(view.params["checkin"]), int(view.params["place"]), view.params.get("chosen")
    answers = [
        view.button(
            f"✓ {view.texts.pick(option.label)}" if option.value == chosen else view.texts.pick(option.label),
            "a",
            row,
            f"{place}={option.value}",
        )
        for option in item.options
    ]
    compact = item.kind is ItemKind.COUNT and all(len(button.label) <= SHORT_LABEL for button in answers)
    step = 3 if compact else 1
    rows = [tuple(answers[start : start + step]) for start in range(0, len(answers), step)]
    ways: list[Button] = []
    if int(view.params["number"]) > 1:
        ways.append(view.button(view.say("← Back"), "b", row, str(place)))
    ways.append(view.button(view.say("Skip"), "s", row, str(place)))
    ways.append(view.button(view.say("Later"), "l", row, str(place)))
    return (*rows, tuple(ways), (view.talk(),))


@renders(Kind.CHECKIN_DONE)
def done(view: View) -> Screen:
    """The plain result at once: what came of the answers, and who was told."""
    reasons = sentences(view.texts, view.params.get("reasons", []), view.params.get("facts", {}))
    told = [str(name) for name in view.params.get("told", [])]
    alert = view.params.get("alert")
    if alert == "crisis":
        thanks = view.say("<b>Thank you for telling me.</b>")
    else:
        thanks = view.say("<b>Thank you.</b> That is all for now.")
    if alert in ("concern", "urgent", "crisis"):
        seen = _why(view.say("What they read, in the same words:"), reasons)
        return Screen(lines(thanks, _told(view, told, alert), seen), ((view.talk(),),))
    if view.params.get("level") != "steady":
        return Screen(lines(thanks, _private(view, reasons)), ((view.talk(),),))
    return Screen(lines(thanks, _useful(view)), ((view.talk(),),))


def _told(view: View, told: list[str], alert: str) -> str:
    if not told:
        return view.say(
            "I could not reach anybody on your team yet. I keep trying. I will tell you when somebody answers."
        )
    names = view.texts.list(told)
    if alert == "concern":
        return view.say("I let {names} know that you may welcome a talk in the next days.", names=names)
    if alert == "urgent":
        return view.say("I am asking {names} to reach out to you today. I will tell you who takes it.", names=names)
    return view.say("I am calling {names} now, by message.", names=names)


def _why(head: str, reasons: list[str]) -> str:
    return "\n".join([head, *(f"• {reason}" for reason in reasons)]) if reasons else ""


def _private(view: View, reasons: list[str]) -> str:
    """What a mentor alone reads. A level that was told before is not told again while it lasts."""
    told_before = view.params.get("level") in ("concern", "urgent", "crisis")
    who = view.say("I do not tell anybody this time.") if told_before else view.say("Only you see this.")
    return lines(_why(view.say("What I noticed:"), reasons), who, view.texts.pick(view.program.resources))


def _useful(view: View) -> str:
    strain = view.params.get("strain")
    if strain is None:
        return view.say("There were too few answers to say more. That is fine.")
    if strain < 34:
        return view.say("It sounds like there is some air in your days. Good to hear.")
    if strain < 60:
        return view.say("A fair load today. One small break that is only yours can help.")
    return view.say(
        "That sounds heavy. You do not have to carry it alone. Your supervisor can help, and /talk calls a person."
    )


@renders(Kind.CHECKIN_CLOSED)
def closed(view: View) -> Screen:
    """A check-in that takes no more answers here says so, and offers a fresh one."""
    return closed_screen(view, str(view.params["why"]))


def closed_screen(view: View, why: str) -> Screen:
    """Say why a check-in is over or elsewhere."""
    fresh = ((view.button(view.say("A fresh check-in"), "now", argument=_id(view)),), (view.talk(),))
    answered = int(view.params.get("answered", 0))
    kept = view.say("What you answered is kept.") if answered else ""
    match why:
        case "moved":
            return Screen(view.say("This check-in goes on below ↓"))
        case "later":
            when = view.texts.when(view.params["again_at"], view.now)
            go_on = ((view.button(view.say("Answer now"), "now", argument=_id(view)),), (view.talk(),))
            return Screen(view.say("All right. I will ask again: {when}.", when=when), go_on)
        case "expired":
            return Screen(lines(view.say("Time is up for this check-in. That is fine."), kept), fresh)
        case "replaced":
            return Screen(lines(view.say("There is a newer check-in below ↓"), kept))
        case "complete":
            return Screen(view.say("You have finished this check-in. Thank you."), fresh)
        case _:
            return Screen(view.say("This check-in is not open any more."), fresh)


def _id(view: View) -> str:
    questionnaire: Questionnaire | None = view.program.find(str(view.params.get("questionnaire", "pulse")))
    return questionnaire.id if questionnaire else "pulse"


@renders(Kind.NUDGE)
def nudge(view: View) -> Screen:
    """A private word with resources; nobody else sees it."""
    reasons = sentences(view.texts, view.params.get("reasons", []), view.params.get("facts", {}))
    return Screen(_private(view, reasons), ((view.talk(),),))

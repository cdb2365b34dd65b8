"""What is said back to a note: lines first where it may be danger, and always what happens with it."""

from bot.screens.crisis import line_of, lines_for
from bot.screens.screen import Button, Rows, Screen, View, lines, renders
from core.alerts import AlertState
from core.messages import Kind
from core.notes import NoteState


@renders(Kind.NOTE)
def note(view: View) -> Screen:
    """Answer a note."""
    match view.params["answer"]:
        case "confirm":
            return _confirm(view)
        case "help":
            return _with_names(view, lines(view.say("Thank you for asking. That takes courage."), _told(view)), ())
        case "unread":
            text = view.say("I can only read English and Spanish, so I asked a person to look in on you.")
            return _with_names(view, lines(text, _told(view)), ())
        case "relapse":
            return _relapse(view)
        case "boundary":
            return _offer(view, view.say("That sounds like it touched your limits or your role."))
        case "carry":
            return _offer(view, view.say("That is a lot to carry."))
        case "settled":
            return _settled(view)
        case "time_passed":
            asked = view.say("You did not say what you meant, so I asked somebody to look in.")
            return Screen(lines(asked, _told(view)), ((view.talk(),),))
        case _:
            return _thanks(view)


def _confirm(view: View) -> Screen:
    row = str(view.params["note"])
    rows: Rows = (
        (view.button(view.say("It is about me"), "nme", row),),
        (view.button(view.say("About someone I support"), "nsome", row),),
        (view.button(view.say("Not what I meant"), "nnot", row),),
        (view.talk(),),
    )
    text = lines(
        view.say("<b>That sounds like danger. I want to be sure you are safe.</b>"),
        lines_for(view),
        view.say("Who is it about?"),
        _wait(view),
    )
    return Screen(text, rows)


def _wait(view: View) -> str:
    """Say what happens without an answer."""
    minutes = max(1, int(view.params["minutes"]))
    match view.params.get("unanswered"):
        case "crisis":
            return view.texts.count(
                "If I hear nothing within {n} minute, I call your team.",
                "If I hear nothing within {n} minutes, I call your team.",
                minutes,
            )
        case "urgent":
            return view.texts.count(
                "If I hear nothing within {n} minute, I ask somebody to look in today.",
                "If I hear nothing within {n} minutes, I ask somebody to look in today.",
                minutes,
            )
        case _:
            return view.say("If you do not answer, I tell nobody.")


def _relapse(view: View) -> Screen:
    row = str(view.params["note"])
    text = lines(
        view.say("Thank you for saying it. A slip is not the end of the road, and you are not alone with it."),
        view.pick(view.program.resources),
        view.say("I tell nobody unless you want me to."),
    )
    rows = (
        (view.button(view.say("Ask my supervisor to reach out"), "ndis", row),),
        (view.button(view.say("Keep it to myself"), "npriv", row),),
    )
    return _with_names(view, text, rows)


def _offer(view: View, text: str) -> Screen:
    row = str(view.params["note"])
    rows = (
        (view.button(view.say("Yes, today"), "ndis", row),),
        (view.button(view.say("No, it can wait"), "npriv", row),),
    )
    return _with_names(view, lines(text, view.say("Would you like somebody to reach out about it today?")), rows)


def _thanks(view: View) -> Screen:
    text = lines(
        view.say("Thank you for writing. I keep your note. Nobody reads it live."),
        "" if view.params.get("whole", True) else view.say("It was long: I read only its beginning and its end."),
        view.say("If you want a person, press the button."),
    )
    return _with_names(view, text, ())


def _with_names(view: View, text: str, rows: Rows) -> Screen:
    """Add the warning about a client's name, with a way to take the note back."""
    if not view.params.get("names"):
        return Screen(text, (*rows, (view.talk(),)))
    warning = view.say("Your note may name a client. Shall I delete it, here and in my records?")
    delete = (view.button(view.say("Delete my note"), "ndel", str(view.params["note"])),)
    return Screen(lines(text, warning), (*rows, delete, (view.talk(),)))


def _told(view: View) -> str:
    names = [str(name) for name in view.params.get("told", [])]
    if not names:
        return view.say("I could not reach anybody on your team yet. I keep trying.")
    return view.say("I am asking {names} to reach out to you today.", names=view.texts.list(names))


def _settled(view: View) -> Screen:
    talk: tuple[Button, ...] = (view.talk(),)
    row = str(view.params["note"])
    match view.params["state"]:
        case NoteState.ME.value:
            text = view.say("Thank you for telling me. You are not alone with this.")
            return Screen(lines(text, lines_for(view)), (talk,))
        case NoteState.SOMEONE.value:
            text = lines(
                view.say(
                    "That is a lot to carry. If they are in danger now, call {number} first.",
                    number=line_of(view).emergency_number,
                ),
                view.say("Would you like to talk it over with somebody today?"),
                _already(view),
            )
            return _with_names(view, text, ((view.button(view.say("Yes, today"), "ndeb", row),),))
        case NoteState.NOT_MEANT.value:
            return _with_names(view, lines(view.say("All right. Thank you for telling me."), _already(view)), ())
        case NoteState.DISCLOSED.value:
            return Screen(lines(view.say("Done."), _asked(view)), (talk,))
        case NoteState.PRIVATE.value:
            return _with_names(view, view.say("All right. It stays with you."), ())
        case NoteState.WITHDRAWN.value:
            return Screen(lines(_deleted(view), _already(view)), (talk,))
        case _:
            return Screen(view.say("This is settled already. If you want a person, press the button."), (talk,))


def _deleted(view: View) -> str:
    if view.params.get("stays"):
        return view.say(
            "My copy of your note is deleted. Telegram keeps me from deleting it here: it is too old. You still can: "
            "hold your finger on it."
        )
    return view.say("My copy of your note is deleted. I am taking it out of this chat too.")


def _asked(view: View) -> str:
    """Say who was asked; not again once somebody has said that it is done."""
    if view.params.get("alert") == AlertState.RESOLVED.value:
        return view.say("This is settled already. If you want a person, press the button.")
    return _told(view)


def _already(view: View) -> str:
    """Say that an alert has left, whatever was said since."""
    return view.say("Your team was called meanwhile. Somebody may still look in.") if view.params.get("alert") else ""


@renders(Kind.WITHDRAW)
def withdraw(_view: View) -> Screen:
    """Nothing is read of a message that is deleted."""
    return Screen("")


@renders(Kind.NUMBER_HELP)
def number_help(view: View) -> Screen:
    """Say which numbers fit."""
    text = view.say(
        "Please type a whole or half number from {low} to {high}.", low=view.params["from"], high=view.params["to"]
    )
    return Screen(text)

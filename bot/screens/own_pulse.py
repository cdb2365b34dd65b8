"""A supervisor's own pulse: what it is, who sees it, and what else works because of it."""

from bot.screens.screen import Button, Rows, View, lines
from core.people import Role


def is_offered(view: View) -> bool:
    """Say whether the reader is a supervisor in a program that has a pulse for them."""
    return view.params.get("role") == Role.SUPERVISOR and view.program.asks(Role.SUPERVISOR)


def consent_page(view: View, page: int, name: str) -> tuple[str, str]:
    """Return title and text of a page of what supervisors agree to."""
    match page:
        case 1:
            return view.say("Your own pulse"), lines(
                view.say("{name}, your work can weigh on you too. If you like, I ask how you are.", name=name),
                view.say(
                    "A few times a week, five taps, half a minute. You may skip a question, take a break, or stop. "
                    "Saying no costs you nothing: your alerts and your team go on as before."
                ),
                view.say("This is not a test. It is never used for pay or discipline."),
            )
        case 2:
            return view.say("Who sees what"), lines(
                view.say(
                    "Colleagues and leads do not see your answers. When the load gets heavy, or you ask for a person, "
                    "I tell the program leads, and nobody else. They read that you may welcome a talk, and why. You "
                    "read the same words."
                ),
                view.say("Other supervisors, mentors and groups do not see any of it, nor that you take part."),
                view.say("I keep no notes from you, only your answers. Telegram is not a private line."),
            )
        case _:
            return view.say("If it gets too much"), lines(
                view.say(
                    "Nobody reads this live. It is not an emergency service. If you say you are not safe, I show you "
                    "a crisis line at once. I also write to the leads until one of them answers."
                ),
                view.say("The button “I need a person now” works at any time, even if you say no."),
                view.say("Is that all right with you?"),
            )


def help_rows(view: View) -> tuple[str, Rows]:
    """Return what works for a supervisor with a pulse, and the button to a person; nothing for others."""
    if not is_offered(view):
        return "", ()
    text = view.say(
        "<b>For yourself</b>\n/checkin – your own pulse\n/talk – I need a person now\n/me – my last weeks\n"
        "/mydata – my data, or erase it\n/leave – stop my pulse, or everything"
    )
    return text, ((view.talk(),),)


def privacy(view: View) -> tuple[str, Rows]:
    """Return who sees a supervisor's own pulse, and a way to who looked; nothing for others."""
    if not is_offered(view):
        return "", ()
    text = view.say("Your own pulse: only program leads are told, when it gets heavy or you ask for a person.")
    looked: tuple[Button, ...] = (view.button(view.say("Who looked"), "looks", argument="0"),)
    return text, (looked, (view.talk(),))


def erase_question(view: View) -> str:
    """Return what goes when a supervisor erases their own pulse, and what stays."""
    return lines(
        view.say("<b>Erase your own pulse?</b>"),
        view.say("Gone for good: your answers and scores. I ask nothing more until you agree again."),
        view.say("You stay a supervisor. Your name, your alerts and your settings stay."),
        view.say("I keep only counts: that check-ins were sent and alerts were raised, and when."),
        view.say("What the leads have read on their phones I cannot take back."),
    )

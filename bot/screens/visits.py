"""The home-visit timer: set, asked about, over; and what those read who were called."""

from bot.screens.crisis import lines_for
from bot.screens.screen import Button, Rows, Screen, View, lines, renders
from core.messages import Kind


@renders(Kind.VISIT)
def visit(view: View) -> Screen:
    """The timer as it stands, or the choice of a time."""
    match view.params["what"]:
        case "choose":
            return _choose(view)
        case "type":
            # The screen before it may be the only one with "I'm out".
            return Screen(_how_to_type(view), ((view.button(view.say("← Back"), "vhm"),), (view.talk(),)))
        case "unclear":
            head = view.say("I did not get that time, so nothing was changed.")
            return Screen(lines(head, _how_to_type(view)), (*_lengths(view), (view.talk(),)))
        case "disabled":
            return Screen(view.say("Your program does not use the timer for home visits."), ((view.talk(),),))
        case "inside":
            return _inside(view)
        case "asked" | "overdue":
            return ask(view)
        case _:
            return _over(view)


def _choose(view: View) -> Screen:
    text = lines(
        view.say("<b>Going in alone?</b> Tell me when you will be back."),
        view.say(
            "Then I ask if you are out. If you do not answer, I call your team. I keep the times, and nothing else: "
            "no name, no address."
        ),
        view.say("Quicker: /visit 15:30"),
    )
    return Screen(text, (*_lengths(view), (view.talk(),)))


def _lengths(view: View) -> Rows:
    minutes = [int(one) for one in view.params.get("lengths", (30, 60, 120))]
    return (
        tuple(view.button(_length(view, one), "vgo", argument=str(one)) for one in minutes),
        (view.button(view.say("Another time…"), "vty"),),
    )


def _length(view: View, minutes: int) -> str:
    if minutes % 60:
        return view.say("{n} min", n=minutes)
    return view.say("{n} h", n=minutes // 60)


def _how_to_type(view: View) -> str:
    return view.say("Write when you will be back, like 15:30 or 45 min. Up to 12 hours from now.")


def _inside(view: View) -> Screen:
    back, calls = (view.texts.clock(str(view.params[name])) for name in ("back_at", "calls_at"))
    minutes = max(round(float(view.params["every"]) / 60), 1)
    asks = view.say("At {time} I ask if you are out.", time=back)
    if n := int(view.params["repeats"]):
        asks += " " + view.texts.count(
            "I ask once more after {minutes} min.", "I ask {n} more times, {minutes} min apart.", n, minutes=minutes
        )
    return Screen(
        lines(
            view.say("<b>Timer set. Back by {time}.</b>", time=back),
            asks,
            _who(view, calls),
            view.say(
                "I ring at any hour, also in your quiet hours. In danger, call {number}.", number=_emergency(view)
            ),
        ),
        (*_ways(view), (view.talk(),)),
    )


def _who(view: View, calls: str) -> str:
    names = [str(name) for name in view.params["calls"]]
    if not names:
        return view.say(
            "If you do not answer by {time}, I call your team. <b>Right now I can reach nobody there.</b> "
            "Please tell a person where you are.",
            time=calls,
        )
    return view.say(
        "If you do not answer by {time}, I call {names}, and then others, until a person answers.",
        time=calls,
        names=view.texts.list(names),
    )


def _emergency(view: View) -> str:
    return view.program.emergency_number


def _ways(view: View) -> Rows:
    return (_out(view), (view.button(view.say("30 min more"), "vgo", argument="30"), _more(view)))


def _out(view: View) -> tuple[Button, ...]:
    return (view.button(view.say("✅ I’m out"), "vout", str(view.params["visit"])),)


def _more(view: View) -> Button:
    return view.button(view.say("Another time…"), "vty")


@renders(Kind.VISIT_ASK)
def ask(view: View) -> Screen:
    """Ask whether the mentor is out; or say that people are being called now."""
    back = view.texts.clock(str(view.params["back_at"]))
    if view.params["what"] == "overdue":
        told = [str(name) for name in view.params.get("told") or []]
        status = (
            view.say("You did not answer, so I am calling {names} now.", names=view.texts.list(told))
            if told
            else view.say("You did not answer, so I am calling your team now.")
        )
        calm = view.say("All is well? Press “I’m out”, and I tell them at once.")
        return Screen(lines(f"<b>{status}</b>", calm, lines_for(view)), (*_ways(view), (view.talk(),)))
    left = int(view.params["left"])
    more = (
        view.texts.count(
            "I ask once more, then I call your team.", "I ask {n} more times, then I call your team.", left
        )
        if left
        else view.say("This is the last time I ask. Then I call your team.")
    )
    head = view.say("⏰ <b>Are you out?</b> You said {time}.", time=back)
    return Screen(lines(head, more), (*_ways(view), (view.talk(),)))


def _over(view: View) -> Screen:
    told = [str(name) for name in view.params.get("told") or []]
    if told:
        news = view.say("I told {names}. They may still call you to be sure.", names=view.texts.list(told))
        return Screen(lines(view.say("Good that you are out."), news), ((view.talk(),),))
    again = (view.button(view.say("Another visit"), "vhm"),)
    return Screen(view.say("Good that you are out. The timer is off, and nobody was called."), (again, (view.talk(),)))


@renders(Kind.VISIT_NEWS)
def news(view: View) -> Screen:
    """To those who were called: the mentor has answered after all."""
    at = view.texts.clock(str(view.params["at"]))
    name = str(view.params["mentor"])
    if view.params["out"]:
        text = view.say("✅ <b>{name} pressed “I’m out”</b> at {time}.", name=name, time=at)
    else:
        until = view.texts.clock(str(view.params["back_at"]))
        text = view.say(
            "<b>{name} has answered</b> at {time}, and needs until {until}.", name=name, time=at, until=until
        )
    ask_ = view.say("A tap is not a voice: please make sure that all is well, then resolve the alert.")
    row = str(view.params["alert"])
    rows = ((view.button(view.say("I reached them"), "rea", row), view.button(view.say("Resolve…"), "res", row)),)
    return Screen(lines(text, ask_), rows)

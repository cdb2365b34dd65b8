"""A check-in on a mentor's phone: one message, edited in place."""

from typing import Final

from bot.screens.reasons import sentences
from bot.screens.screen import MAX_CHARACTERS, Rows, Screen, View, lines, renders
from core.messages import Kind
from core.questionnaire import Questionnaire

MOST_REASONS: Final = 6
ROOM: Final = MAX_CHARACTERS - 50  # for the thanks before it


@renders(Kind.CHECKIN_DONE)
def done(view: View) -> Screen:
    """The plain result at once: what came of the answers, and who was told."""
    questionnaire = view.program.find(str(view.params.get("questionnaire")))
    said = reason_before(view, questionnaire) if questionnaire else ""
    reasons = sentences(view.texts, view.params.get("reasons", []), view.params.get("facts", {}))
    told = [str(name) for name in view.params.get("told", [])]
    alert = view.params.get("alert")
    thanks = (
        view.say("<b>Changed.</b>") if view.params.get("saved") else view.say("<b>Thank you.</b> That is all for now.")
    )
    if view.params.get("so_far"):  # it ended by itself, or goes on: no screen of it is before the reader
        thanks = view.say("<b>About your check-in</b>")
    if alert == "crisis":  # a message of its own, with the crisis line, says who is being called
        seen = _why(view.say("What they read, in the same words:"), reasons)
        thanks = thanks if view.params.get("saved") else view.say("<b>Thank you for telling me.</b>")
        news = _corrected(view, told) or _kept(view)
        return Screen(lines(thanks, seen, news), ((view.talk(),), *_change(view)))
    if alert in ("concern", "urgent"):
        seen = _why(view.say("What they read, in the same words:"), reasons)
        news = _corrected(view, told) or _told(view, told, alert)
        text = lines(said, thanks, news, seen, _kept(view), _leads(view))
        return Screen(text, (*_change(view), (view.talk(),)))
    noticed = view.params.get("level") not in (None, "steady")
    if view.params.get("debrief"):
        offer = view.say("You were part of a crisis or a loss this week. Would you like to talk it over?")
        debrief = view.button(view.say("Yes, please"), "deb", str(view.params["checkin"]))
        why = _noticed(view) if noticed else ""
        return Screen(lines(thanks, offer, why, _leads(view)), ((debrief,), *_change(view), (view.talk(),)))
    if noticed:
        body = lines(_noticed(view), _leads(view)) if view.params.get("leads") else _private(view)
        return Screen(lines(thanks, body), (*_ask(view), *_change(view), (view.talk(),)))
    useful = _useful(view) if questionnaire is not None and questionnaire.id == "pulse" else ""
    return Screen(lines(said, thanks, useful, _leads(view)), (*_change(view), (view.talk(),)))


def _change(view: View) -> Rows:
    """Return the way to change an answer; none for a check-in that ended by itself, or that nothing follows from."""
    questionnaire = view.program.find(str(view.params.get("questionnaire")))
    if view.params.get("so_far") or not view.params.get("checkin") or questionnaire is None:
        return ()
    if not questionnaire.affects_level:
        return ()
    return ((view.button(view.say("Change an answer"), "edl", str(view.params["checkin"])),),)


def _corrected(view: View, told: list[str]) -> str:
    """Return what became of an alert after an answer was changed; nothing when there was none to correct."""
    leads = view.params.get("only_leads")
    names = view.texts.list(told) or (view.say("the leads") if leads else view.say("your team"))
    match view.params.get("corrected"):
        case "nothing_left":
            return view.say(
                "{names} can read that you changed it, and that nothing is left of it. A person still closes it, "
                "and may ask how you are.",
                names=names,
            )
        case "call_stays":
            return view.say(
                "{names} can read that you changed it. A call for help stays until somebody has talked with you. "
                "All is well? Just tell them.",
                names=names,
            )
        case "changed":
            return view.say("{names} can read that you changed it.", names=names)
        case _:
            return ""


def _leads(view: View) -> str:
    """Weeks without supervision are told to the leads: the mentor reads that too."""
    leads = [str(name) for name in view.params.get("leads") or []]
    if not leads:
        return ""
    names = view.texts.list(leads)
    return view.say("I let {names} know that you had no supervision for some weeks.", names=names)


def reason_before(view: View, questionnaire: Questionnaire) -> str:
    """Return what is said at once about the answer just given: practice gives its reason."""
    before = view.params.get("before")
    if not before:
        return ""
    item = questionnaire.item(str(before[0]))
    option = item.option(str(before[1])) if item else None
    if option is None or option.reason is None:
        return ""
    best = option.points is not None and item is not None and option.points == max(o.points or 0 for o in item.options)
    mark = view.say("A good way.") if best else view.say("Another view:")
    return f"<i>{mark} {view.pick(option.reason)}</i>"


def _told(view: View, told: list[str], alert: str) -> str:
    if by := view.params.get("by"):
        at = view.texts.clock(str(view.params["at"]))
        return view.say("{by} has seen it ({at}) and will reach out to you.", by=by, at=at)
    if not told and view.params.get("only_leads"):
        return view.say("I could not reach a lead yet. I keep trying. I will tell you when somebody answers.")
    if not told:
        return view.say(
            "I could not reach anybody on your team yet. I keep trying. I will tell you when somebody answers."
        )
    if by := view.params.get("by"):
        at = view.texts.clock(str(view.params["at"]))
        return view.say("{by} has seen it ({at}) and will reach out to you.", by=by, at=at)
    names = view.texts.list(told)
    if alert == "concern":
        return view.say("I let {names} know that you may welcome a talk in the next days.", names=names)
    return view.say("I am asking {names} to reach out to you today. I will tell you who takes it.", names=names)


def _why(head: str, reasons: list[str]) -> str:
    return "\n".join([head, *(f"• {reason}" for reason in reasons)]) if reasons else ""


def _private(view: View) -> str:
    """What a mentor alone reads, with what may help."""
    for shown in (MOST_REASONS, 3, 2):
        text = lines(_noticed(view, shown), view.pick(view.program.resources))
        if len(text) <= ROOM:
            break
    return text


def _noticed(view: View, shown: int = MOST_REASONS) -> str:
    """What a mentor alone reads. A level that was told before is not told again while it lasts."""
    reasons = sentences(view.texts, view.params.get("reasons", []), view.params.get("facts", {}), private=True)
    if len(reasons) > shown:
        reasons[shown - 1 :] = [f"{reasons[shown - 1]} " + view.say("(and {n} more)", n=len(reasons) - shown)]
    told_before = view.params.get("level") in ("concern", "urgent", "crisis")
    who = view.say("I do not tell anybody this time.") if told_before else view.say("Only you see this.")
    if view.params.get("kept"):
        who = view.say("You keep this private, so I tell nobody.")
    return lines(_why(view.say("What I noticed:"), reasons), who)


def _kept(view: View) -> str:
    """Say that there is more, which the mentor keeps private, beside what others read."""
    kept = sentences(view.texts, view.params.get("kept") or [], view.params.get("own_facts") or {}, private=True)
    return (
        view.texts.count("I kept {n} more thing to ourselves.", "I kept {n} more things to ourselves.", len(kept))
        if kept
        else ""
    )


def _ask(view: View) -> Rows:
    """Offer to ask for somebody after all, where a mentor keeps private what would have been told."""
    checkin = view.params.get("checkin")
    if not view.params.get("kept") or not checkin or view.params.get("level") not in ("concern", "urgent"):
        return ()
    return ((view.button(view.say("Ask somebody to reach out"), "deb", str(checkin)),),)


def _useful(view: View) -> str:
    strain = view.params.get("strain")
    if strain is None:
        return view.say("There were too few answers to say more. That is fine.")
    if strain < 34:
        return view.say("It sounds like there is some air in your days. Good to hear.")
    if strain < 60:
        return view.say("A fair load today. One small break that is only yours can help.")
    if view.params.get("only_leads"):
        return view.say("That sounds heavy. You do not have to carry it alone. /talk calls a person.")
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
            rows: Rows = ((view.button(view.say("Answer now"), "now", argument=_id(view)),), (view.talk(),))
            if evening := view.params.get("evening"):
                label = view.say("This evening, {time}", time=view.texts.clock(str(evening)))
                put_off = view.button(label, "lev", str(view.params["checkin"]), str(view.params["place"]))
                rows = ((put_off,), *rows)
            return Screen(view.say("All right. I will ask again: {when}.", when=when), rows)
        case "expired":
            return Screen(lines(view.say("Time is up for this check-in. That is fine."), kept), fresh)
        case "replaced":
            return Screen(lines(view.say("There is a newer check-in below ↓"), kept))
        case "settled":
            return Screen(view.say("This check-in is from another day. It stays as it is."), fresh)
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
    return Screen(_private(view), (*_ask(view), (view.talk(),)))

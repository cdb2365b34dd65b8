"""An alert on a supervisor's phone: who, why, what to do, and what has happened since."""

from collections.abc import Mapping
from typing import Any

from bot.screens.reasons import sentences
from bot.screens.screen import Rows, Screen, View, lines, renders
from core.alerts import AlertState, Outcome
from core.messages import Kind

NINE = 9
MARKS = {"concern": "🟡", "urgent": "🟠", "crisis": "🔴"}


@renders(Kind.ALERT)
def alert(view: View) -> Screen:
    """An alert that asks for somebody."""
    marked = view.say("(This may reach you twice: the line was bad.)") if view.outgoing.repeated else ""
    again = view.say("<b>Asked again.</b>") if view.params.get("step") == "again" else ""
    if giver := view.params.get("giver"):
        again = view.say("{giver} hands this over to you.", giver=giver)
    if view.params.get("contentless"):
        text = lines(again, _closed_body(view), _status(view), marked)
        return Screen(text, _closed_rows(view), silent=bool(view.params.get("silent")))
    text = lines(again, _body(view), _status(view), marked)
    return Screen(text, _rows(view), silent=bool(view.params.get("silent")))


@renders(Kind.ALERT_UPDATE)
def update(view: View) -> Screen:
    """The same alert, as it stands now."""
    if view.params.get("contentless"):
        return Screen(lines(_closed_body(view), _status(view)), _closed_rows(view))
    if view.params.get("asking_outcome"):
        return Screen(lines(_body(view), view.say("What was done?")), _outcomes(view))
    if view.params.get("asking_snooze"):
        return Screen(lines(_body(view), view.say("When shall I ask again?")), _snoozes(view))
    if view.params.get("asking_hand_over"):
        return Screen(lines(_body(view), view.say("To whom?")), _receivers(view))
    since = _since(view)
    # What was said first gives way to what has happened: a screen has to arrive in one go.
    body = _body(view, short=bool(since))
    return Screen(lines(body, _status(view), since), _rows(view))


def _closed_body(view: View) -> str:
    """Say that somebody is needed, and how soon: neither who nor why."""
    level = str(view.params["level"])
    match level:
        case "crisis":
            head = view.say("<b>Somebody needs a person now.</b>")
        case "urgent":
            head = view.say("<b>Somebody may welcome a talk today.</b>")
        case _:
            head = view.say("<b>Somebody may welcome a talk.</b>")
    opened = view.texts.when(view.params["opened_at"], view.now)
    since = view.say("Since {when}", when=opened)
    if view.params.get("in_group"):
        since = view.say("{team} · {when}", team=view.params.get("team") or "–", when=opened)
    return f"{MARKS.get(level, '')} {head}\n{since}"


def _closed_rows(view: View) -> Rows:
    row = str(view.params["alert"])
    label = view.say("Who and why: in my own chat") if view.params.get("in_group") else view.say("Open: who and why")
    show = (view.button(label, "keep", row),)
    if view.params["state"] != AlertState.OPEN.value:
        return (show,)
    return ((view.button(view.say("Acknowledge: I’m on it"), "ack", row),), show)


def _since(view: View) -> str:
    """Say what has happened, to whoever pressed a button that changes nothing any more."""
    found = view.params.get("since")
    if not found:
        return ""
    told = [f"• {view.texts.when(one['at'], view.now)}: {_deed(view, one)}" for one in found]
    return "\n".join([view.say("That button is too late. What has happened:"), *told])


def _deed(view: View, one: Mapping[str, Any]) -> str:
    by = str(one.get("by") or "–")
    deeds = {
        "alert_acknowledged": view.say("{by} took it", by=by),
        "alert_reached": view.say("{by} reached them", by=by),
        "alert_snoozed": view.say("{by} put it off", by=by),
        "alert_handed_over": view.say("{by} handed it over", by=by),
        "alert_declined": view.say("{by} said it is not theirs", by=by),
        "alert_lapsed": view.say("nobody followed up, so it was open again"),
        "alert_resolved": view.say("{by} closed it", by=by),
        "alert_reopened": view.say("the mentor needed somebody still"),
    }
    return deeds.get(str(one["what"]), "")


def _body(view: View, *, short: bool = False) -> str:
    name, level = view.params["mentor"], str(view.params["level"])
    overdue = "visit_overdue" in view.params.get("reasons", [])
    match level:
        case "crisis" | "urgent" if overdue:
            head = view.say("<b>{name} is not back from a home visit.</b>", name=name)
            what = view.say("Please call them now. If you get no answer, do what your team agreed on for this.")
        case "crisis":
            head = view.say("<b>{name} needs a person now.</b>", name=name)
            what = view.say("Please call or go there right now.")
        case "urgent":
            head = view.say("<b>{name} may welcome a talk today.</b>", name=name)
            what = view.say("Please reach out today.")
        case _:
            head = view.say("<b>{name} may welcome a talk.</b>", name=name)
            what = view.say("Please reach out within three working days.")
    changed = view.params.get("facts", {}).get("corrected_at")
    if changed and not view.params.get("reasons"):
        head = view.say("<b>{name} changed the answers.</b>", name=name)
        what = view.say("Nothing is left that calls for a talk. Please make sure, then press “Resolve”.")
    elif view.params.get("facts", {}).get("call_stays"):
        what = view.say("A call for help is not taken back by a tap. Please reach out all the same.")
    reasons = sentences(view.texts, view.params.get("reasons", []), view.params.get("facts", {}))
    why = "" if short else "\n".join(f"• {reason}" for reason in reasons)
    opened = view.texts.when(view.params["opened_at"], view.now)
    where = view.say("{team} · {when}", team=view.params.get("team") or "–", when=opened)
    if more := view.params.get("more_at"):
        why = lines(why, view.say("Came up again, or more of it: {when}.", when=view.texts.when(more, view.now)))
    since = view.say("✏️ Corrected by the mentor, {when}.", when=view.texts.when(changed, view.now)) if changed else ""
    shows = view.params["state"] == AlertState.OPEN.value or (
        changed and not why and view.params["state"] != "resolved"
    )
    return lines(f"{MARKS.get(level, '')} {head}\n{where}", why, since, what if shows else "")


def _status(view: View) -> str:
    by = view.say("you") if view.params.get("by_me") else str(view.params.get("by") or "")
    at = view.texts.when(view.params["at"], view.now)
    if view.params.get("declined") and view.params["state"] == AlertState.OPEN.value:
        return view.say("You said that it is not yours. I am asking the next person.")
    if (to := view.params.get("given_to")) and view.params["state"] == AlertState.OPEN.value:
        return view.say("You handed it to {name}, who is asked now. Without an answer I ask on.", name=to)
    match view.params["state"]:
        case AlertState.ACKNOWLEDGED.value if view.params.get("reached"):
            return view.say("✅ Reached by {by}. Press “Resolve” to say what was done.", by=by)
        case AlertState.ACKNOWLEDGED.value:
            hint = _asks_again(view) if view.params.get("by_me") else ""
            return lines(view.say("✅ Acknowledged by {by}, {at}.", by=by, at=at), hint)
        case AlertState.RESOLVED.value if view.params.get("in_group"):
            return view.say("☑️ Resolved by {by}, {at}.", by=by, at=at)
        case AlertState.RESOLVED.value:
            outcome = outcome_label(view, str(view.params.get("outcome")))
            return view.say("☑️ Resolved by {by}, {at} – {outcome}.", by=by, at=at, outcome=outcome)
        case _:
            return view.say("Waiting for somebody to take this.")


def _asks_again(view: View) -> str:
    """Say what is left to do, and when it is asked for: at the end of the acknowledgement, or of "later"."""
    hint = view.say("Press “Resolve” when you have talked.")
    if until := view.params.get("until"):
        hint += " " + view.say("I ask again: {when}.", when=view.texts.when(str(until), view.now))
    return hint


def _rows(view: View) -> Rows:
    row = str(view.params["alert"])
    acknowledge = view.button(view.say("Acknowledge: I’m on it"), "ack", row)
    reached = view.button(view.say("I reached them"), "rea", row)
    done = view.button(view.say("Resolve…"), "res", row)
    later = view.button(view.say("Later…"), "sno", row)
    give = view.button(view.say("Hand over…"), "han", row)
    not_mine = view.button(view.say("Not mine"), "dec", row)
    put_off = () if view.params["level"] == "crisis" else (later,)
    match view.params["state"]:
        case AlertState.OPEN.value:
            return ((acknowledge,), (reached, done), (*put_off, give, not_mine))
        case AlertState.ACKNOWLEDGED.value if view.params.get("reached"):
            return ((done,), (*put_off, give))
        case AlertState.ACKNOWLEDGED.value:
            propose = view.button(view.say("Propose a time…"), "ptm", row)
            own = ((propose,),) if put_off and view.params.get("by_me") else ()
            return (*own, (reached, done), (*put_off, give, not_mine))
        case _:
            return ()


def _snoozes(view: View) -> Rows:
    row = str(view.params["alert"])
    nine = view.texts.hour("09:00")
    early = view.texts.local_hour(view.now) < NINE
    morning = view.say("Today at {time}", time=nine) if early else view.say("Tomorrow at {time}", time=nine)
    return (
        (view.button(view.say("In 4 hours"), "snz", row, "4h"),),
        (view.button(morning, "snz", row, "9"),),
        (view.button(view.say("← Back"), "keep", row),),
    )


def _receivers(view: View) -> Rows:
    row = str(view.params["alert"])
    # Twelve digits of the id tell people apart; a whole one does not fit beside the alert's.
    names = [(view.button(name, "hto", row, id_[:12]),) for id_, name in view.params.get("hand_over_to", [])]
    return (*names, (view.button(view.say("← Back"), "keep", row),))


def outcome_label(view: View, outcome: str) -> str:
    """Return what was done, in words."""
    labels = {
        Outcome.TALKED.value: view.say("We talked"),
        Outcome.TIME_OFF.value: view.say("Time off"),
        Outcome.COVER.value: view.say("Cover arranged"),
        Outcome.CLINICAL.value: view.say("Clinical help"),
        Outcome.OTHER.value: view.say("Something else"),
    }
    return labels.get(outcome, outcome)


def _outcomes(view: View) -> Rows:
    row = str(view.params["alert"])
    choices = [(view.button(outcome_label(view, o.value), "out", row, o.value),) for o in Outcome]
    return (*choices, (view.button(view.say("← Back"), "keep", row),))


@renders(Kind.GROUP)
def group(view: View) -> Screen:
    """Say what comes to a group from now on, or why nothing does."""
    if view.params.get("refused"):
        return Screen(view.say("Only a lead can link a group."))
    if unknown := view.params.get("unknown"):
        return Screen(
            view.say("I know no team called {team}. Write: /link and the name as on the roster.", team=unknown)
        )
    if view.params.get("unused"):
        return Screen(
            view.say("The group is linked. No chain in your program has the step “group” yet, so nothing goes there.")
        )
    if "unlinked" in view.params:
        ended = view.say("No alerts go to that group any more.")
        return Screen(ended if view.params["unlinked"] else view.say("That group was not linked."))
    team = view.params.get("team")
    what = view.say("Alerts of {team} come here.", team=team) if team else view.say("Alerts of all teams come here.")
    return Screen(
        lines(
            what,
            view.say(
                "They say neither who nor why. Whoever is in charge presses a button and reads it in their own chat."
            ),
            view.say("To stop it, a lead writes /unlink here."),
        )
    )


@renders(Kind.OUTCOME_WORDS)
def outcome_words(view: View) -> Screen:
    """Ask for some words about how an alert was closed; whoever they are about can read them."""
    if view.params.get("left"):
        return Screen(view.say("All right. Nothing is added."))
    name = view.params["mentor"]
    if view.params.get("saved"):
        return Screen(view.say("Saved. {name} can read it.", name=name))
    skip = ((view.button(view.say("Write nothing"), "owd"),),)
    if view.params.get("too_long"):
        return Screen(view.say("That is too long. At most {n} letters, please.", n=view.params["most"]), skip)
    text = view.say("In a few words: what was done? Write it as your next message here. {name} can read it.", name=name)
    return Screen(text, skip)


@renders(Kind.MORE_ALERTS)
def more_alerts(view: View) -> Screen:
    """Say that further concerns wait in the list."""
    text = view.say(
        "You have had many alerts since yesterday. Further ones that are not urgent wait in /alerts. What is urgent "
        "still reaches you."
    )
    return Screen(text, ((view.button(view.say("Show what is open"), "als"),),), silent=True)


@renders(Kind.CHAIN_ENDED)
def chain_ended(view: View) -> Screen:
    """Tell a lead that a whole chain passed and nobody answered."""
    if view.params.get("contentless"):
        row = str(view.params["alert"])
        text = lines(
            view.say("⚠️ <b>Nobody is on an alert.</b>"),
            view.say("I asked everybody I could reach. The mentor knows this. I keep asking."),
            view.say("Please take it, or find somebody who can."),
        )
        acknowledge = view.button(view.say("Acknowledge: I’m on it"), "ack", row)
        return Screen(text, ((acknowledge,), (view.button(view.say("Open: who and why"), "keep", row),)))
    return Screen(
        lines(
            view.say("⚠️ <b>Nobody is on the alert about {mentor}.</b>", mentor=view.params["mentor"]),
            view.say(
                "I asked everybody I could reach. {mentor} knows this. I keep asking.", mentor=view.params["mentor"]
            ),
            view.say("Please take it, or find somebody who can."),
        ),
        ((view.button(view.say("Acknowledge: I’m on it"), "ack", str(view.params["alert"])),),),
    )

"""The lines of the audit trail in plain words, for the person whom they are about."""

from bot.texts import Texts
from core.looks import LOOKS, Seen


def seen_words(texts: Texts, seen: str) -> str:
    """Return what somebody saw; what has no words of its own is returned as it is."""
    say = texts.say
    labels = {
        Seen.ALERT.value: say("an alert about you"),
        Seen.TEAM.value: say("the team list"),
        Seen.AGENDA.value: say("notes for a talk with you"),
        Seen.ANSWERS.value: say("answers that you show"),
        Seen.DIGEST.value: say("the week in short"),
        Seen.HELLO.value: say("that a hello may be welcome"),
        Seen.SUPERVISION.value: say("that you had no supervision"),
        Seen.VISIT.value: say("that your visit is over"),
        Seen.CONTACT.value: say("the log of talks with you"),
        Seen.STATUS.value: say("whether you can be asked"),
        Seen.ROSTER.value: say("the list of people"),
        Seen.EXPORTED_ANSWERS.value: say("all answers, as a file"),
        Seen.EXPORTED_ALERTS.value: say("all alerts, as a file"),
        Seen.EXPORTED_AUDIT.value: say("the log, as a file"),
    }
    return labels.get(seen, seen)


def log_words(texts: Texts, action: str) -> str:
    """Return a line of the log in words; an action without words of its own is returned as it is."""
    if action in LOOKS:
        return texts.say("saw {what}", what=seen_words(texts, LOOKS[action].value))
    say = texts.say
    labels = {
        "joined": say("joined"),
        "consented": say("agreed to take part"),
        "consent_asked": say("asked again for agreement"),
        "declined": say("said no"),
        "left": say("left"),
        "returned": say("came back"),
        "away": say("took a break"),
        "back": say("ended the break"),
        "settings_changed": say("changed the settings"),
        "language_chosen": say("chose the language"),
        "zone_chosen": say("chose the time zone"),
        "time_chosen": say("chose the time"),
        "quiet_hours_chosen": say("chose quiet hours"),
        "checkin_skipped": say("did not send a check-in"),
        "answer_changed": say("changed an answer"),
        "note_taken": say("took a note"),
        "nudged": say("sent a private word"),
        "mydata_sent": say("sent your data to you"),
        "alert_opened": say("opened an alert"),
        "alert_raised": say("made an alert more urgent"),
        "alert_corrected": say("corrected an alert"),
        "alert_acknowledged": say("took an alert"),
        "alert_reached": say("reached you"),
        "alert_snoozed": say("put an alert off"),
        "alert_handed_over": say("handed an alert over"),
        "alert_declined": say("said that an alert is not theirs"),
        "alert_resolved": say("closed an alert"),
        "alert_reopened": say("opened an alert again"),
        "alert_lapsed": say("asked about an alert again"),
        "alert_chain_ended": say("found nobody for an alert"),
        "roster_added": say("put you on the list"),
        "roster_changed": say("changed the list"),
        "unreachable": say("could not reach you"),
        "reachable": say("could reach you again"),
    }
    return labels.get(action, action)

"""Everything that is kept about somebody, as two files: a page to read and JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from bot.screens.log_words import log_words
from bot.screens.meetings import agreed_words, contact_words
from bot.screens.reasons import sentences
from bot.texts import Texts
from core.questionnaire import Item
from program.model import Program

STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:44rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #8888;padding:.3rem .4rem;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}h2{margin-top:2rem}small{opacity:.75}"
    ":root{color-scheme:light dark}"
)
Row = Sequence[str]


def as_json(kept: Mapping[str, Any]) -> bytes:
    """Return all of it as JSON, readable and without escapes."""
    return json.dumps(kept, ensure_ascii=False, indent=1).encode()


def as_html(texts: Texts, program: Program, kept: Mapping[str, Any]) -> bytes:
    """Return a page that needs nothing else to be read: no script, no picture, no address on the network."""
    page = _Page(texts, program)
    title = texts.say("What Keepwell keeps about you")
    parts = [
        f"<h1>{escape(title)}</h1><p>{escape(page.when(kept['made_at']))}</p>",
        _section(texts.say("You"), page.profile(kept)),
        _section(texts.say("Check-ins and answers"), page.checkins(kept["checkins"])),
        _section(texts.say("Notes"), page.notes(kept["notes"])),
        _section(texts.say("Alerts about you, and who was told"), page.alerts(kept["alerts"])),
        _section(texts.say("Talks and what was agreed"), page.contacts(kept["contacts"])),
        _section(texts.say("Log: what was done, and who looked"), page.log(kept["audit"])),
    ]
    language = escape(texts.language)
    head = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width,initial-scale=1"><title>{escape(title)}</title><style>{STYLE}</style><body>'
    )
    return (head + "".join(parts) + "</body></html>").encode()


def _section(title: str, rows: Iterable[Row]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2>" + (f"<table>{body}</table>" if body else "<p>–</p>")


class _Page:
    """The words of one page, in one language."""

    def __init__(self, texts: Texts, program: Program) -> None:
        self._texts = texts
        self._items: Mapping[str, Item] = {item.id: item for one in program.all_checkins for item in one.items}
        self._titles = {one.id: texts.pick(one.title) for one in program.all_checkins}

    def when(self, instant: Any) -> str:
        return f"{self._texts.when(str(instant))}, {str(instant)[:4]}" if instant else "–"

    def profile(self, kept: Mapping[str, Any]) -> Iterable[Row]:
        say, profile = self._texts.say, kept["profile"]
        yield say("Name"), str(profile["name"])
        yield say("Team"), str(profile["team"] or "–")
        yield say("Supervisor"), str(profile["supervisor"] or "–")
        if profile["asks_others_than"]:
            yield say("You would rather not be called by"), str(profile["asks_others_than"])
        yield say("Language"), str(profile["language"])
        yield say("Time zone"), str(profile["timezone"])
        yield say("Telegram number"), str(profile["telegram_id"] or "–")
        for label, key in (
            (say("On the list since"), "created_at"),
            (say("Joined"), "joined_at"),
            (say("Agreed to take part"), "consented_at"),
            (say("Said no"), "declined_at"),
            (say("Left"), "left_at"),
            (say("Away from"), "away_from"),
            (say("Away until"), "away_until"),
        ):
            if profile[key]:
                yield label, self.when(profile[key])
        if profile["consent_version"]:
            yield say("Version of what you agreed to"), str(profile["consent_version"])
        if profile["quiet_from"]:
            yield say("Quiet hours"), f"{profile['quiet_from']}–{profile['quiet_until']}"
        for schedule in kept["schedules"]:
            yield say("Next one") + ": " + self._title(schedule["checkin"]), self.when(schedule["next_at"])

    def checkins(self, checkins: Sequence[Mapping[str, Any]]) -> Iterable[Row]:
        for checkin in reversed(checkins):
            answers = [f"{self._question(a['item'])} {self._answer(a['item'], a['value'])}" for a in checkin["answers"]]
            title = self._title(checkin["kind"])
            said = " · ".join([*answers, *self._came_to(checkin["assessment"])]) or self._texts.say("not answered")
            yield self.when(checkin["at"]), title, said

    def notes(self, notes: Sequence[Mapping[str, Any]]) -> Iterable[Row]:
        return ((self.when(note["written_at"]), str(note["text"] or "–")) for note in reversed(notes))

    def alerts(self, alerts: Sequence[Mapping[str, Any]]) -> Iterable[Row]:
        told_word, taken_word, closed_word = (
            self._texts.say("Told"),
            self._texts.say("Taken by"),
            self._texts.say("Closed by"),
        )
        for alert in reversed(alerts):
            why = " ".join(sentences(self._texts, alert["reasons"], alert["facts"], private=True))
            told = [f"{one['who'] or '–'} ({self.when(one['sent_at'] or one['queued_at'])})" for one in alert["told"]]
            done = [f"{told_word}: {', '.join(told) or '–'}"]
            if alert["acknowledged_by"]:
                done.append(f"{taken_word}: {alert['acknowledged_by']} ({self.when(alert['acknowledged_at'])})")
            if alert["resolved_by"]:
                done.append(f"{closed_word}: {alert['resolved_by']} ({self.when(alert['resolved_at'])})")
            if alert.get("outcome_words"):
                done.append(f"“{alert['outcome_words']}”")
            yield self.when(alert["opened_at"]), f"{self._level(alert['level'])}. {why}", " · ".join(done)

    def contacts(self, contacts: Sequence[Mapping[str, Any]]) -> Iterable[Row]:
        for one in reversed(contacts):
            yield self.when(one["at"]), str(one["by"] or "–"), ", ".join(self._contact(one))

    def _contact(self, one: Mapping[str, Any]) -> list[str]:
        agreed = [agreed_words(self._texts, str(what)) for what in one["agreements"]]
        return [contact_words(self._texts, str(one["kind"])), *agreed]

    def log(self, audit: Sequence[Mapping[str, Any]]) -> Iterable[Row]:
        for one in reversed(audit):
            yield self.when(one["at"]), self._actor(one["actor"]), log_words(self._texts, str(one["action"]))

    def _actor(self, actor: Any) -> str:
        names = {"system": "Keepwell", "operator": self._texts.say("those who run this service")}
        return names.get(str(actor), str(actor)) if actor else "–"

    def _title(self, kind: str) -> str:
        return self._titles.get(kind, kind)

    def _question(self, item_id: str) -> str:
        item = self._items.get(item_id)
        return self._texts.pick(item.text) if item else item_id

    def _answer(self, item_id: str, value: str) -> str:
        item = self._items.get(item_id)
        found = [item.option(part) for part in value.split()] if item else []
        labels = [self._texts.pick(option.label) for option in found if option]
        return f"→ {', '.join(labels) if labels else value}"

    def _came_to(self, assessment: Mapping[str, Any] | None) -> list[str]:
        if assessment is None:
            return []
        scores = [
            f"{label} {assessment['detail'][key]:.0f}"
            for label, key in (
                (self._texts.say("strain (a rough guide)"), "strain"),
                (self._texts.say("strain of the week (a rough guide)"), "weekly"),
                (self._texts.say("load (a rough guide)"), "load"),
            )
            if assessment["detail"].get(key) is not None
        ]
        facts = assessment["detail"].get("facts", {})
        return [
            self._level(assessment["level"]),
            *scores,
            *sentences(self._texts, assessment["reasons"], facts, private=True),
        ]

    def _level(self, code: str) -> str:
        say = self._texts.say
        labels = {
            "steady": say("steady"),
            "watch": say("only you are told"),
            "concern": say("a talk soon"),
            "urgent": say("a talk today"),
            "crisis": say("a person now"),
        }
        return labels.get(code, code)

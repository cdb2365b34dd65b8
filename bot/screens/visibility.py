"""What a mentor lets a supervisor see: the choice by group, and that supervisor's own screens to look at."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Final

from bot.screens.meetings import within
from bot.screens.screen import RENDERERS, Button, Rows, Screen, View, chosen, lines, renders
from core.messages import Kind
from core.questionnaire import Item
from core.visibility import Group, Step

SHORT_NAME: Final = 20  # on a button


def group_label(view: View, group: str) -> str:
    """Return the name of a group, for the mentor and for whoever reads about them."""
    labels = {
        Group.PULSE.value: view.say("The pulse"),
        Group.WORKLOAD.value: view.say("The work of the week"),
        Group.WEEKLY.value: view.say("How the week felt"),
        Group.BOUNDARIES.value: view.say("Boundaries"),
    }
    return labels[group]


def _step_label(view: View, step: str) -> str:
    labels = {
        Step.PRIVATE.value: view.say("private"),
        Step.LEVEL.value: view.say("level only"),
        Step.ANSWERS.value: view.say("answers too"),
    }
    return labels[step]


def _reader(view: View) -> str:
    """Return the name of whoever is told first, or what stands for it while nobody is there."""
    name = str(view.params.get("name") or "")
    return escape(name, quote=False) if name else view.say("your supervisor")


@renders(Kind.VISIBILITY)
def visibility(view: View) -> Screen:
    """The groups and what is chosen for each, or the steps of one group."""
    if group := view.params.get("choose"):
        return _steps(view, str(group))
    steps: Mapping[str, str] = view.params["steps"]
    listed = "\n".join(f"• {group_label(view, group)}: {_step_label(view, step)}" for group, step in steps.items())
    still = ""
    if view.params.get("open_alerts"):
        still = view.say("An alert is open. What people have read of it stays with them.")
    text = lines(
        view.say("<b>You choose what they see</b>") + "\n" + listed,
        view.say("Now this goes to {name} first.", name=view.plain(_reader(view))),
        still,
        _always(view),
    )
    groups = [(view.button(view.plain(group_label(view, group)), "vig", argument=group),) for group in steps]
    return Screen(
        text, (*groups, (view.button(view.say("Show me what they see"), "prv", argument="alert"),), _talk(view))
    )


def _always(view: View) -> str:
    return view.say(
        "Some things I always pass on: when you ask for a person, are not safe, or name a boundary problem that cannot "
        "wait."
    )


def _talk(view: View) -> tuple[Button, ...]:
    return (view.talk(),)


def _steps(view: View, group: str) -> Screen:
    now = str(view.params["steps"][group])
    text = lines(
        f"<b>{group_label(view, group)}</b>",
        view.say("<b>Private</b>: I tell nobody when this gets heavy. Only you read it, with what may help."),
        view.say("<b>Level only</b>: they read how soon to talk, and why. They do not see your answers."),
        view.say("<b>Answers too</b>: they can also look at your latest answers."),
        _always(view),
    )
    labels = {
        Step.PRIVATE: view.say("Private"),
        Step.LEVEL: view.say("Level only"),
        Step.ANSWERS: view.say("Answers too"),
    }
    rows = [
        (view.button(chosen(label, step.value == now), "vst", argument=f"{group}.{step.value}"),)
        for step, label in labels.items()
    ]
    return Screen(text, (*rows, (view.button(view.say("← Back"), "vis"),), _talk(view)))


@renders(Kind.PREVIEW)
def preview(view: View) -> Screen:
    """A supervisor's own screen, as that supervisor will read it."""
    saved = view.say("Saved.") if view.params.get("saved") else ""
    name = view.plain(_reader(view))
    if view.params["of"] is None:
        text = view.say("If all this gets heavy, {name} reads nothing. I tell you alone.", name=name)
        if view.params.get("name") is None:
            text = view.say("Nobody is there yet whom I could tell.")
        return Screen(lines(saved, text, _always(view)), _preview_rows(view))
    kind = Kind(str(view.params["of"]))
    inner = RENDERERS[kind](replace(view, outgoing=replace(view.outgoing, kind=kind, params=view.params["screen"])))
    head = {
        Kind.ALERT: view.say("If all this gets heavy, {name} will see:", name=name),
        Kind.TEAM: view.say("On the team list {name} sees now:", name=name),
        Kind.AGENDA: view.say("Before a talk {name} sees now:", name=name),
        Kind.SHARED: view.say("Of your answers {name} can see now:", name=name),
    }[kind]
    return Screen(f"{lines(saved, head)}\n<blockquote>{inner.text}</blockquote>", _preview_rows(view))


def _preview_rows(view: View) -> Rows:
    which = str(view.params["which"])
    labels = {
        "alert": view.say("In an alert"),
        "list": view.say("On the team list"),
        "talk": view.say("Before a talk"),
        **{str(group): view.say("Answers: {group}", group=group_label(view, group)) for group in view.params["shown"]},
    }
    others = [view.button(view.plain(label), "prv", argument=name) for name, label in labels.items() if name != which]
    rows = [(button,) for button in others] if view.params.get("name") else []
    return (*rows, (view.button(view.say("Change what they see"), "vis"),), _talk(view))


@renders(Kind.SHARED)
def shared(view: View) -> Screen:
    """The latest answers of a group that a mentor shows."""
    name, group = escape(str(view.params["name"]), quote=False), str(view.params["group"])
    head = f"<b>{name}</b> · {group_label(view, group)}"
    if view.params["at"] is None:
        return Screen(lines(head, view.say("No answer in the last weeks.")), _shared_rows(view))
    questionnaire = view.program.find(str(view.params["checkin"]))
    items = {item.id: item for item in questionnaire.items} if questionnaire else {}
    said = [_answer(view, items.get(item), item, value) for item, value in view.params["answers"]]
    return Screen(within([head + "\n" + view.texts.day(str(view.params["at"])), "\n".join(said)]), _shared_rows(view))


def _answer(view: View, item: Item | None, item_id: str, value: str) -> str:
    question = view.pick(item.text) if item else escape(item_id, quote=False)
    options = [item.option(part) for part in value.split()] if item else []
    labels = [view.pick(option.label) for option in options if option]
    return f"• {question} <b>{', '.join(labels) or escape(value, quote=False)}</b>"


def _shared_rows(view: View) -> Rows:
    mentor, page = str(view.params["mentor"]), str(view.params.get("page", 0))
    others = [
        (view.button(view.plain(group_label(view, group)), "sh", mentor, f"{group}.{page}"),)
        for group in view.params["groups"]
        if group != view.params["group"]
    ]
    return (*others, (view.button(view.say("← Back"), "ag", mentor, page),))

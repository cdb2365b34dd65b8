"""Messages about what a mentor shows to whom, with values as the flows store them."""

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

from core.visibility import Group, Step, group_of_item
from program.model import Program

Params = Mapping[str, Any]
GROUPS: Final = [group.value for group in Group]
ALERT_REASONS: Final = ["change_strong", "weekly_high", "load_high", "boundary_open"]


def visibility_samples(
    name: str, helper: str, program: Program, lists: Mapping[str, list[Params]], alert: Params
) -> dict[str, list[Params]]:
    """Return samples of every kind. `lists` has the supervisor's screens, `alert` one of theirs."""
    ladders = [
        {"steps": dict.fromkeys(GROUPS, step.value), "name": who, "open_alerts": open_}
        for step, who, open_ in product(Step, (helper, None), (0, 1))
    ]
    shared = _shared(name, program)
    example = {**alert, "reasons": ALERT_REASONS, "level": "concern", "state": "open", "step": "supervisor"}
    common: dict[str, Any] = {"name": helper, "which": "alert", "shown": [], "saved": True}
    return {
        "visibility": [
            *({**ladder, "choose": None} for ladder in ladders),
            *({**ladders[0], "choose": group} for group in GROUPS),
        ],
        "shared": shared,
        "preview": [
            common | {"of": None},
            common | {"of": None, "name": None},
            common | {"of": "alert", "screen": example, "shown": GROUPS},
            *(
                common | {"of": "team", "which": "list", "screen": {**one, "last": 0}}
                for one in lists["team"]
                if one["entries"]
            ),
            *(common | {"of": "agenda", "which": "talk", "screen": one} for one in lists["agenda"]),
            *(
                common | {"of": "shared", "which": one["group"], "shown": one["groups"], "screen": one}
                for one in shared
            ),
        ],
    }


def _shared(name: str, program: Program) -> list[Params]:
    found: list[Params] = []
    for group in Group:
        kind = "pulse" if group is Group.PULSE else "weekly"
        questionnaire = program.find(kind)
        items = questionnaire.items if questionnaire else ()
        answers = [
            [item.id, item.options[-1].value if item.options else "12"]
            for item in items
            if group_of_item(kind, item.id) is group
        ]
        common = {"mentor": "12345678123456781234567812345678", "name": name, "group": group.value, "checkin": kind}
        at = "2026-03-02T15:05:00+00:00"
        found += [
            common | {"groups": GROUPS, "at": at, "answers": answers},
            common | {"groups": [group.value], "at": None, "answers": []},
        ]
    return found

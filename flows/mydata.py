"""/mydata and "who looked": a mentor gets all that is kept about them, and sees who has read it."""

from typing import Any, Final

from core.messages import Kind
from core.people import Person, Role
from flows import consenting
from flows.deps import Deps
from flows.turn import Incoming, Turn, taking
from storage import mine

FORMATS: Final = ("html", "json")  # one to read, one for programs
LOOKS_ON_A_PAGE: Final = 6
LOOKS_AT_FIRST: Final = 2


def reader(turn: Turn) -> Person | None:
    """Return the person of the update, also after they have left: their data stays theirs."""
    if turn.person is None:
        turn.reply(Kind.REFUSAL, reason="stranger")
    return turn.person


async def send(deps: Deps, incoming: Incoming) -> None:
    """Send everything that is kept about the person, as two files, and leave a line in the audit trail."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := reader(turn)) is None:
            return
        await turn.log("mydata_sent", person.id)
        kept: dict[str, Any] = {"made_at": turn.now.isoformat(), **await mine.everything(turn.session, person)}
        turn.reply(Kind.MY_DATA, role=person.role.value, **consenting.own_pulse(turn, person))
        for format_ in FORMATS:
            turn.reply(Kind.MY_DATA_FILE, anew=True, format=format_, role=person.role.value, kept=kept)


async def show_privacy(deps: Deps, incoming: Incoming) -> None:
    """Show who sees what, and the newest of who looked."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := reader(turn)) is None:
            return
        looks: list[dict[str, Any]] = []
        if person.role is Role.MENTOR:
            newest, _ = await mine.looks(turn.session, person, limit=LOOKS_AT_FIRST, offset=0)
            looks = [_look(look) for look in newest]
        turn.reply(Kind.PRIVACY, role=person.role.value, looks=looks)


async def show_looks(deps: Deps, incoming: Incoming, page: int) -> None:
    """Show who looked at the person's data and when, the newest first."""
    async with taking(deps, incoming) as turn:
        if turn is None or (person := reader(turn)) is None:
            return
        shown, total = await _page(turn, person, max(page, 0))
        last = max(0, (total - 1) // LOOKS_ON_A_PAGE)
        if page > last:
            page = last
            shown, total = await _page(turn, person, page)
        turn.reply(
            Kind.LOOKED,
            role=person.role.value,
            page=max(page, 0),
            last=last,
            looks=[_look(look) for look in shown],
        )


def _look(look: mine.Look) -> dict[str, Any]:
    return {"at": look.at.isoformat(), "by": look.by, "action": look.action}


async def _page(turn: Turn, person: Person, page: int) -> tuple[list[mine.Look], int]:
    return await mine.looks(turn.session, person, limit=LOOKS_ON_A_PAGE, offset=page * LOOKS_ON_A_PAGE)

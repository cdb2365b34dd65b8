"""`keepwell export`: answers, alerts and the audit trail for people and for other programs."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

from flows.deps import Deps
from storage import audit as trail
from storage import exports
from storage.database import ReadSession

Source = Callable[[ReadSession], AsyncIterator[dict[str, Any]]]

EXPORTS: Final[Mapping[str, tuple[tuple[str, ...], Source]]] = {
    "answers": (exports.ANSWER_COLUMNS, exports.answers),
    "alerts": (exports.ALERT_COLUMNS, exports.alerts),
    "audit": (exports.AUDIT_COLUMNS, exports.audit),
}


async def rows(deps: Deps, what: str) -> AsyncIterator[dict[str, Any]]:
    """Yield what is asked for, and leave a line in the audit trail: an export is a look at people's data."""
    _, source = EXPORTS[what]
    async with deps.db.transaction() as session:
        await trail.write(session, deps.clock(), trail.OPERATOR, f"exported_{what}")
    async with deps.db.reading() as session:
        async for row in source(session):
            yield row

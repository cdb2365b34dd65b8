"""What a mentor's scores have already told, so that a strained month does not tell it again and again."""

from dataclasses import dataclass, replace

from core.change import MICROSECOND
from core.levels import Level
from core.parameters import RuleParameters


@dataclass(frozen=True, slots=True)
class Memory:
    """When the scores last stood at each level (microseconds since 1970), and which alerts a supervisor resolved.

    The highest level of a window is all that a rise is measured against, so one instant per level is enough.
    """

    watch_at: int | None = None
    concern_at: int | None = None
    urgent_at: int | None = None
    # For each resolved alert's level: the answers in a row since then whose scores stayed below it.
    resolved: tuple[tuple[Level, int], ...] = ()

    def highest(self, at: int, rules: RuleParameters) -> Level:
        """Return the highest level of the scores in the weeks before `at`, their first instant included."""
        since = at - rules.memory // MICROSECOND
        if self.urgent_at is not None and self.urgent_at >= since:
            return Level.URGENT
        if self.concern_at is not None and self.concern_at >= since:
            return Level.CONCERN
        if self.watch_at is not None and self.watch_at >= since:
            return Level.WATCH
        return Level.STEADY

    def after(self, at: int, level: Level, rules: RuleParameters) -> "Memory":
        """Return the memory after a check-in at which the scores stood at `level`."""
        memory = self._settled(level, rules) if self.resolved else self
        if level is Level.STEADY:
            return memory
        if level is Level.WATCH:
            return replace(memory, watch_at=at)
        if level is Level.CONCERN:
            return replace(memory, concern_at=at)
        return replace(memory, urgent_at=at)

    def after_resolution(self, level: Level) -> "Memory":
        """Return the memory after a supervisor has resolved an alert of that level with an outcome."""
        others = tuple(pair for pair in self.resolved if pair[0] is not level)
        return replace(self, resolved=tuple(sorted((*others, (level, 0)))))

    def _settled(self, level: Level, rules: RuleParameters) -> "Memory":
        counted = tuple((alert, count + 1 if level < alert else 0) for alert, count in self.resolved)
        waiting = tuple(pair for pair in counted if pair[1] < rules.resolved_answers)
        if len(waiting) < len(counted):
            return Memory(resolved=waiting)
        return replace(self, resolved=counted)

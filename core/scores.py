"""Strain and load: what the answers of one check-in come to, 0 to 100, higher is worse."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from core.parameters import LoadTerm, ScaleParameters, Workload

# An answer as it is stored (a text), typed in (a Decimal) or already read (a number).
Answer = str | int | float | Decimal

SCALE_TOP: Final = 4
NEAR: Final = 1e-6


def reaches(value: float | None, limit: float) -> bool:
    """Whether a score is there and at its limit or above it, to 9 decimals."""
    if value is None:
        return False
    distance = value - limit
    # Rounding is slow, and decides nothing this far away.
    return distance > 0 if abs(distance) > NEAR else round(value, 9) >= round(limit, 9)


def exceeds(value: float | None, limit: float) -> bool:
    """Whether a score is there and above its limit, to 9 decimals."""
    if value is None:
        return False
    distance = value - limit
    return distance > 0 if abs(distance) > NEAR else round(value, 9) > round(limit, 9)


def strain(answers: Mapping[str, Answer], scale: ScaleParameters) -> float | None:
    """Return 25 times the mean of the answered items, 0 to 100, or None when too few were answered.

    Items are whole numbers 0 to 4; a reversed one counts as 4 - x. An item that was not answered is left out.
    """
    total, answered, backwards = 0.0, 0, scale.reversed
    for item in scale.items:
        if item in answers:
            value = float(answers[item])
            total += SCALE_TOP - value if item in backwards else value
            answered += 1
    return 25 * total / answered if answered >= scale.at_least else None


def load_parts(answers: Mapping[str, Answer], terms: Sequence[LoadTerm], workload: Workload) -> dict[str, float]:
    """Return what each answered count adds to the load, in points of 100 times its weight."""
    units = {"cap": workload.cap, "contract": workload.contract, "": 1.0}
    parts = {}
    for term in terms:
        if term.item in answers:
            share = (float(answers[term.item]) / units[term.unit] - term.free) / term.span
            parts[term.item] = 100 * term.weight * min(max(share, 0.0), 1.0)
    return parts


def load(answers: Mapping[str, Answer], terms: Sequence[LoadTerm], workload: Workload) -> float | None:
    """Return the load, 0 to 100, or None when none of its counts was answered; a missing count adds nothing."""
    parts = load_parts(answers, terms, workload)
    return sum(parts.values()) if parts else None

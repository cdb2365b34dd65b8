"""Figures with their uncertainty: rates, shares and medians, each with a 95 % interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, inf, sqrt
from statistics import fmean, stdev
from typing import Final

NORMAL_95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float


def rate(counts: Sequence[float]) -> Figure:
    """Return the mean of counts per mentor; the interval rests on the spread between mentors, who differ."""
    mean = fmean(counts)
    margin = NORMAL_95 * stdev(counts) / sqrt(len(counts)) if len(counts) > 1 else inf
    return Figure(mean, max(mean - margin, 0.0), mean + margin)


def share(hits: int, of: int) -> Figure:
    """Return a share with Wilson's score interval."""
    z2, p = NORMAL_95**2, hits / of
    center = (p + z2 / (2 * of)) / (1 + z2 / of)
    margin = NORMAL_95 / (1 + z2 / of) * sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    return Figure(p, max(center - margin, 0.0), min(center + margin, 1.0))


def median(values: Sequence[float]) -> Figure:
    """Return the median with the interval that order statistics give; infinite values count as the largest."""
    ordered, of = sorted(values), len(values)
    margin = NORMAL_95 * sqrt(of) / 2
    low, high = floor((of - 1) / 2 - margin), ceil((of - 1) / 2 + margin)
    middle = ordered[(of - 1) // 2], ordered[of // 2]
    value = middle[0] if middle[0] == middle[1] else sum(middle) / 2
    return Figure(value, ordered[max(low, 0)], ordered[min(high, of - 1)])

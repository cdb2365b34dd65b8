"""Keys of published scales: facts about their scoring, without a word of their items."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from program.table import Table

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class CutOff(Table):
    """A score from which on (`at_least`), or down to which (`at_most`), a published meaning holds."""

    meaning: str
    at_least: float | None = None
    at_most: float | None = None
    verified: bool  # False: from memory, verify before use

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a cut-off has at_least, at_most or both")
        return self


class Subscale(Table):
    """Items that are scored together. They count from 1, in the published order."""

    id: Key
    items: list[int] = Field(min_length=1)
    score: Literal["sum", "mean"]  # of the answers, after reversing, times `factor`
    factor: float = 1.0
    cut_offs: list[CutOff] = Field(default_factory=list)


class Scale(Table):
    """The key of one scale. `values` are its answers as coded, from lowest to highest."""

    id: Key
    name: str
    item_count: int = Field(ge=1, le=60)
    values: list[float] = Field(min_length=2)
    reversed: list[int]  # item numbers; a reversed answer counts as lowest + highest - answer
    subscales: list[Subscale] = Field(min_length=1)
    source: str
    change: str  # what is known about the size of a real change; empty = nothing

    @model_validator(mode="after")
    def _is_in_range(self) -> Self:
        steps = {after - before for before, after in zip(self.values, self.values[1:], strict=False)}
        if len(steps) != 1 or min(steps) <= 0:
            raise ValueError("values rise by equal steps")
        for numbers in (self.reversed, *(subscale.items for subscale in self.subscales)):
            if len(set(numbers)) != len(numbers) or not set(numbers) <= set(range(1, self.item_count + 1)):
                raise ValueError(f"item numbers differ and are 1 to {self.item_count}")
        for subscale in self.subscales:
            lowest, highest = self.limits(subscale)
            limits = [limit for cut in subscale.cut_offs for limit in (cut.at_least, cut.at_most) if limit is not None]
            if any(not lowest <= limit <= highest for limit in limits):
                raise ValueError(f"the cut-offs of {subscale.id} are {lowest:g} to {highest:g}")
        return self

    def limits(self, subscale: Subscale) -> tuple[float, float]:
        """Return the lowest and the highest score that a subscale can have."""
        count = len(subscale.items) if subscale.score == "sum" else 1
        return min(self.values) * count * subscale.factor, max(self.values) * count * subscale.factor

    def score(self, subscale: Subscale, answers: Mapping[int, float]) -> float | None:
        """Return the score of the answers (by item number, as coded), or None if one is missing.

        Raises ValueError for an answer that the scale does not have.
        """
        if any(answers[number] not in self.values for number in subscale.items if number in answers):
            raise ValueError(f"the answers of {self.name} are {', '.join(f'{value:g}' for value in self.values)}")
        if not set(subscale.items) <= set(answers):
            return None
        ends = min(self.values) + max(self.values)
        points = [ends - answers[n] if n in self.reversed else answers[n] for n in subscale.items]
        total = sum(points) if subscale.score == "sum" else sum(points) / len(points)
        return total * subscale.factor


@cache
def load_scales() -> Mapping[str, Scale]:
    """Return the shipped keys by id."""
    folder = files("program") / "scales"
    found = [
        Scale.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return MappingProxyType({scale.id: scale for scale in sorted(found, key=lambda scale: scale.id)})

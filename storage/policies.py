"""The policy of an alert as it is stored: frozen, and people's names in it sealed."""

from collections.abc import Callable
from typing import Any

from core.policy import PERSON, Policy
from storage.database import ReadSession, vault_of


def frozen(session: ReadSession, policy: Policy) -> dict[str, Any]:
    """Return what is stored of a policy."""
    return _steps(policy.as_json(), vault_of(session).seal)


def thawed(session: ReadSession, data: dict[str, Any]) -> Policy:
    """Return the policy that was stored."""
    return Policy.from_json(_steps(data, vault_of(session).open))


def _steps(data: dict[str, Any], each_name: Callable[[str], str]) -> dict[str, Any]:
    steps = [_step(step, each_name) for step in data["steps"]]
    return {**data, "steps": steps}


def _step(step: str, each_name: Callable[[str], str]) -> str:
    kind, colon, name = step.partition(":")
    return f"{kind}:{each_name(name)}" if kind == PERSON and colon else step

"""The tables of buttons: no two of them give the same action another meaning."""

import ast
from collections import Counter
from pathlib import Path

from bot.handlers import presses

HANDLERS = Path(presses.__file__).parent


def actions_of(path: Path) -> list[str]:
    """The actions that a module's table names."""
    found: list[str] = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "ACTIONS" and node.value is not None:
            tables = [one for one in ast.walk(node.value) if isinstance(one, ast.Dict)]
            found += [str(key.value) for table in tables for key in table.keys if isinstance(key, ast.Constant)]
    return found


def test_an_action_has_one_meaning() -> None:
    named = Counter(action for path in sorted(HANDLERS.glob("*.py")) for action in actions_of(path))
    assert [action for action, times in named.items() if times > 1] == []
    assert set(named) == set(presses.ACTIONS)

"""The reference of what operators watch: metrics and log events, read from the code."""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from flows.meter import BUCKETS, METRICS

PROJECT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("app", "bot", "scheduler", "flows", "storage", "program", "language")
ADDRESSES: Final = (
    ("`/healthz`", "200 while all is well, else 503, with what is wrong: for whoever is told at night"),
    ("`/readyz`", "200 while this replica can take work, else 503: for load balancers and updates"),
    ("`/metrics`", "the numbers below, as Prometheus reads them"),
)
Table = Callable[[Sequence[str], Iterable[Sequence[str]]], Iterator[str]]
LEVELS: Final = ("debug", "info", "warning", "error", "exception", "critical")


def page(table: Table, generated: str) -> Iterator[str]:
    """Yield the lines of the page; `table` yields those of a table."""
    yield from ("# Metrics and logs", "", generated, "", "## Addresses", "")
    yield "On [`KEEPWELL_LISTEN`](settings.md#keepwell_listen). Do not publish them."
    yield ""
    yield from table(("address", "answers"), ADDRESSES)
    yield from ("## Metrics", "")
    yield "No metric holds a name, a word or an id. Those marked as shared are read from the database, at most every 10"
    yield "seconds, and are the same on every replica; the others count what one process did since it started."
    yield ""
    yield from table(("metric", "type", "labels", "meaning"), metrics())
    yield f"Limits of the histograms, in seconds: {', '.join(f'{limit:g}' for limit in BUCKETS)}."
    yield from ("", "## Log events", "")
    yield "One JSON object a line on standard error, with `timestamp`, `level`, `event` (the message), `logger` and"
    yield "`action`. What the code fills in is shown as …. A line holds ids, never a name or a word of anybody's."
    yield ""
    yield from table(("action", "level", "message", "fields"), events())


def metrics() -> list[tuple[str, str, str, str]]:
    """Return a row for each metric: name, type, labels, meaning."""
    return [
        (
            f"`{name}`",
            metric.type.value + (", shared" if metric.shared else ""),
            ", ".join(f"`{label}`" for label in metric.labels) or "–",
            metric.meaning,
        )
        for name, metric in METRICS.items()
    ]


def events() -> list[tuple[str, str, str, str]]:
    """Return a row for each event that is logged: its name, level, message and fields, without double ones."""
    found = {event for package in PACKAGES for path in sorted((PROJECT / package).rglob("*.py")) for event in _of(path)}
    return sorted(found)


def _of(path: Path) -> Iterator[tuple[str, str, str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "log"):
            continue
        action = next((word.value for word in node.keywords if word.arg == "action"), None)
        name = _text(action) if action is not None else ""
        fields = [f"`{word.arg}`" for word in node.keywords if word.arg not in (None, "action", "exc_info")]
        level = "error" if node.func.attr == "exception" else node.func.attr
        yield f"`{name}`", level, _text(node.args[0]) if node.args else "", ", ".join(fields) or "–"


def _text(node: ast.expr) -> str:
    """Return a text as it stands in the code; what is filled in is shown as …"""
    match node:
        case ast.Constant(value=value):
            return str(value)
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            return f"{_text(one)} / {_text(other)}"
        case _:
            return "…"

"""What the peers ask: the same five questions, with buttons that the benchmark's thumbs know how to press."""

from typing import Final

QUESTIONS: Final = (
    ("fuel", "Do you still have fuel in you right now?"),
    ("spill", "Is your mentoring load spilling past the time you have?"),
    ("stories", "Are other people's stories weighing on you?"),
    ("switch_off", "When you stopped, did your mind get to stop too?"),
    ("reach_out", "Want a person to reach out?"),
)
SCALE: Final = ("Not at all", "A little", "Somewhat", "Quite a bit", "Very much")
REACH_OUT: Final = (("no", "No"), ("this_week", "This week"), ("today", "Today"), ("not_safe", "I'm not safe"))
DONE: Final = "Thank you. That is all."
CRISIS: Final = "Call 988, day and night. Somebody is being told."

SCHEMA: Final = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS answers (mentor INTEGER, item TEXT, value TEXT, at TEXT, PRIMARY KEY (mentor, item));
CREATE TABLE IF NOT EXISTS states (key TEXT PRIMARY KEY, state TEXT, data TEXT);
"""
STORE: Final = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, datetime('now'))"


def text(place: int) -> str:
    """Return what stands above the buttons."""
    return f"{place + 1}/{len(QUESTIONS)} {QUESTIONS[place][1]}"


def buttons(place: int) -> list[tuple[str, str]]:
    """Return the labels with what a press of each carries."""
    values = REACH_OUT if QUESTIONS[place][0] == "reach_out" else [(str(n), label) for n, label in enumerate(SCALE)]
    return [(label, f"p:a:0:{place}={value}:x") for value, label in values]


def pressed(data: str) -> tuple[int, str]:
    """Return the place and the value of a press."""
    place, _, value = data.split(":")[3].partition("=")
    return int(place), value

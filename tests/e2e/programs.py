"""Program files for tests: the shipped questions with durations of seconds, and no quiet hours."""

from collections.abc import Mapping, Sequence

ALWAYS = '["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'
LEVELS = ("concern", "urgent", "crisis")


def policy(
    level: str,
    *,
    within: str = "1h",
    repeat: int = 3,
    steps: Sequence[str] = ("supervisor", "backup", "lead"),
    lapses: str = "1h",
) -> str:
    """Return the table of one policy."""
    chain = ", ".join(f'"{step}"' for step in steps)
    return (
        f'[[policies]]\nlevel = "{level}"\nacknowledge_within = "{within}"\nrepeat = {repeat}\n'
        f'steps = [{chain}]\nacknowledgement_lapses_after = "{lapses}"\n'
    )


def program(
    *policies: str,
    at: str | None = None,
    times: Sequence[str] = ("08:00", "09:00"),
    remind_after: str = "never",
    expires_after: str = "12h",
    more: Mapping[str, str] | None = None,
) -> str:
    """Return a program whose pulse is sent every day at a time of day, or only by hand. `more` are plain settings."""
    days = ALWAYS if at else "[]"
    plain = "".join(f'{key} = "{value}"\n' for key, value in (more or {}).items())
    offered = ", ".join(f'"{time}"' for time in times)
    return (
        f"{plain}pulse_times = [{offered}]\n"
        'quiet_hours = { from = "00:00", until = "00:00" }\n\n'
        '[[checkins]]\nid = "pulse"\n'
        f'schedule = {{ days = {days}, at = "{at or "09:00"}" }}\n'
        f'remind_after = "{remind_after}"\nexpires_after = "{expires_after}"\n\n' + "\n".join(policies)
    )

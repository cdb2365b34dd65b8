"""What consecutive missed pulses call for. Silence is a reason to say hello, never a score."""

from enum import StrEnum

from core.parameters import SilenceParameters


class Hello(StrEnum):
    """What is due to a silent mentor. Being away, a blocked bot and an outage of ours are not silence."""

    NUDGE = "nudge"  # private: the mentor alone
    PAUSE = "pause"  # private: asks whether to pause
    SUPERVISOR = "supervisor"  # a neutral hello from the supervisor


def due(missed: int, change_alert_open: bool, parameters: SilenceParameters) -> tuple[Hello, ...]:
    """Return what falls due exactly at the `missed`-th consecutive missed pulse; each is due once in a silence."""
    hellos = []
    if missed == parameters.nudge:
        hellos.append(Hello.NUDGE)
    if missed == parameters.pause:
        hellos.append(Hello.PAUSE)
    if missed == (parameters.hello_when_changed if change_alert_open else parameters.hello):
        hellos.append(Hello.SUPERVISOR)
    return tuple(hellos)


def stage(missed: int, change_alert_open: bool, parameters: SilenceParameters) -> Hello | None:
    """Return how far a silence of `missed` consecutive pulses has come, or None while it calls for nothing."""
    if missed >= (parameters.hello_when_changed if change_alert_open else parameters.hello):
        return Hello.SUPERVISOR
    if missed >= parameters.pause:
        return Hello.PAUSE
    return Hello.NUDGE if missed >= parameters.nudge else None

"""How hard the property tests try: `-p tests.profiles`, and `--hypothesis-profile=thorough` for `make props`."""

from hypothesis import HealthCheck, settings

THOROUGH = 5_000

# A busy machine is no fault of the code: no test fails for having taken long.
settings.register_profile("usual", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("usual"), max_examples=THOROUGH)
settings.load_profile("usual")


def effort(usual: int, thorough: int) -> int:
    """Return how often something random is tried outside of Hypothesis, by the profile that is in force."""
    return thorough if settings().max_examples >= THOROUGH else usual

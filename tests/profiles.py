"""How hard the property tests try: `-p tests.profiles`, and `--hypothesis-profile=thorough` for `make props`."""

from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: no test fails for having taken long.
settings.register_profile("usual", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("usual"), max_examples=5_000)
settings.load_profile("usual")

"""How fast Keepwell is, measured on the real service. `python -m benchmarks --help` says how."""

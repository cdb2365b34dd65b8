"""Hostile updates: any update of the Bot API, mutated, with the traffic of honest mentors in between."""

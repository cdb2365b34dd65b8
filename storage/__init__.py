"""Rows in, dataclasses out; the only SQL."""

"""A short time under fire, whole: replicas, a database and a Telegram that break. The long one: `benchmarks soak`."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_two_replicas_lose_and_double_nothing_while_things_break() -> None:
    command = [sys.executable, "-m", "benchmarks", "soak", "--minutes", "0.25", "--mentors", "20", "--seed", "4"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "- nothing" in done.stdout

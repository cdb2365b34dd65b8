"""What reading costs: bounded time on any text, little memory, and no download."""

import subprocess
import sys
from time import process_time

import pytest

from language.patterns import Web
from language.read import read_note
from language.words import split

HOSTILE = {
    "one letter": "a " * 2000,
    "beginnings": "i want to " * 400,
    "risk again and again": "I want to die " * 400,
    "spelled": "s u i c i d " * 400,
    "masks": "k*l1 s$i c!d3 " * 400,
    "stars": "k" + "*" * 5000,
    "unlike stars": " ".join(f"k{'*' * (n % 5 + 2)}{n}" for n in range(600)),
    "signs": "!" * 5000,
    "quotes": "\"'" * 3000,
    "one word": "suicid" * 2000,
    "emoji": "😭" * 5000,
    "marks on one letter": "e" + "\u0301" * 5000,
    "mail": "a@b." * 2000,
    "telephone": "555-123-" * 1000,
    "no spaces": "iwanttodie" * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_bounded_time(name: str) -> None:
    """The goal is 5 ms (`benchmarks/read.py` measures it). What runs away takes seconds: a slow machine that measures
    coverage gets fifty times as much, of its own time only."""
    text = HOSTILE[name]
    times = []
    for _ in range(5):
        began = process_time()
        read_note(text)
        times.append(process_time() - began)
    assert min(times) < 0.25


def test_open_patterns_do_not_multiply() -> None:
    """The steps of a search grow with the text, not with its square."""
    web = Web()
    web.add("a ... a ... b", 0)
    web.settle()
    hits = []
    for length in (200, 400):
        words = split("a " * length + "b")
        hits.append(len(list(web.find(words.words, words.breaks))))
    assert hits[0] == hits[1] > 0


def test_reading_needs_little_memory_and_leaves_the_rest_of_textblob_alone() -> None:
    program = """
import sys
from pathlib import Path
def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
before = held()
from language.read import read_note
assert read_note("I feel terrible, ayuda").tone is not None
print(held() - before)
assert "nltk" not in sys.modules and "textblob" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(done.stdout) <= 45

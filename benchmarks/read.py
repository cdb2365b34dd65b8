"""Measures what reading a note costs: time, worst time on hostile text, memory. `python benchmarks/read.py`"""

import gc
import statistics
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

HOSTILE = {
    "one letter": "a " * 1000,
    "spelled": "s u i c i d " * 166,
    "beginnings": "i want to " * 200,
    "risk again and again": "I want to die " * 143,
    "spanish beginnings": "me quiero que se va a la " * 80,
    "masks": "k*l1 s$i c!d3 " * 143,
    "stars": "k" + "*" * 1999,
    "signs": "!" * 2000,
    "quotes": "\"'" * 1000,
    "one word": "suicid" * 333,
    "stretched": "soooo " * 333,
    "typos": " ".join(f"suici{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(250)),
    "digits": "555-123-" * 250,
    "addresses": "12 Oak " * 285,
    "mail": "a@b." * 500,
    "letters with marks": "é̀" * 1000,
    "emoji": "😭" * 2000,
    "names": "Maria " * 333,
    "denials": "not going to not want to " * 80,
    "invisible": "k\u200bi\u200bl\u200bl " * 250,
    "other alphabets": "я очень " * 250,
    "all classes": "he said my mentee told me to want to think about going to " * 34,
}


def memory() -> float:
    """Return the memory that this process holds, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


def timed(text: str, times: int) -> float:
    """Return the best time of a reading, in milliseconds: the machine's other work is not ours."""
    best = float("inf")
    for _ in range(times):
        began = perf_counter()
        read_note(text)
        best = min(best, perf_counter() - began)
    return best * 1000


if __name__ == "__main__":
    gc.collect()
    before, began = memory(), perf_counter()
    from language.read import read_note

    read_note("I need help, ayuda 😭")
    print(f"first note {(perf_counter() - began) * 1000:8.1f} ms, rules and word lists included")
    gc.collect()
    print(f"memory     {memory() - before:8.1f} MB added")
    lines = [path.read_text("utf-8").splitlines()[1:] for path in sorted((ROOT / "tests/corpus").glob("*.tsv"))]
    notes = [line.split("\t")[4] for half in lines for line in half]
    times = [timed(note, 3) for note in notes]
    print(f"a note     {statistics.median(times):8.3f} ms median, {max(times):.3f} ms longest of {len(notes)}")
    worst = sorted(((timed(text, 5), name, len(text)) for name, text in HOSTILE.items()), reverse=True)
    for milliseconds, name, length in worst:
        print(f"hostile    {milliseconds:8.3f} ms  {name} ({length} characters)")

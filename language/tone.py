"""TextBlob's polarity of the English words of a note: shown, and a small part of the strain, never a verdict.

`import textblob` loads NLTK (about 48 MB and a second). Its word list and the reader of that list are in one module
that does not need it, so that module is loaded by itself. Nothing is downloaded.
"""

import sys
from collections.abc import Sequence
from functools import cache
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from language.rulebook import read_toml

NEGATIONS: Final = ("no", "not", "n't", "never")
MOST_WORDS: Final = 400
# Folded words that hide a "not", as TextBlob wants to see it. Not "dent" or "want".
DENIALS: Final = frozenset(
    (verb + "nt")
    for verb in (
        "do",
        "does",
        "did",
        "ca",
        "could",
        "wo",
        "would",
        "is",
        "are",
        "was",
        "have",
        "has",
        "had",
        "should",
        "ai",
    )
)


class TextBlobMissing(ImportError):
    """TextBlob is not installed as it should be; `pip install textblob` mends it."""


def textblob_core() -> tuple[ModuleType, Path]:
    """Return TextBlob's module of word lists, loaded without the rest, and the folder of its English list."""
    found = util.find_spec("textblob")
    if found is None or found.origin is None:
        raise TextBlobMissing("textblob is not installed: pip install textblob")
    folder = Path(found.origin).parent
    spec = util.spec_from_file_location("language._textblob_core", folder / "_text.py")
    if spec is None or spec.loader is None:
        raise TextBlobMissing(f"textblob at {folder} has no _text.py: install textblob 0.20")
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module, folder / "en"


@cache
def english() -> tuple[Any, frozenset[str]]:
    """Return TextBlob's English sentiment and the words that say nothing here; both read at the first call."""
    module, folder = textblob_core()
    sentiment = module.Sentiment(
        path=str(folder / "en-sentiment.xml"),
        synset="wordnet_id",
        negations=NEGATIONS,
        modifiers=("RB",),
        modifier=lambda word: word.endswith("ly"),
        tokenizer=module.find_tokens,
        language="en",
    )
    sentiment.load()
    # As TextBlob itself does for English: "terrible" also gives "terribly".
    for word, senses in list(dict.items(sentiment)):
        if "JJ" in senses:
            polarity, subjectivity, intensity = senses["JJ"]
            stem = word[:-1] + "i" if word.endswith("y") else word[:-2] if word.endswith("le") else word
            sentiment.annotate(stem + "ly", "RB", polarity, subjectivity, intensity)
    return sentiment, frozenset(read_toml("strain.toml")["neutral_for_tone"]["words"])


def tone_of(words: Sequence[str]) -> float | None:
    """Return the polarity, -1 (dark) to 1 (bright), of folded words; None where TextBlob knows none of them."""
    sentiment, neutral = english()
    kept: list[str] = []
    for word in words[:MOST_WORDS]:
        if word in DENIALS:
            kept.extend((word[:-2], "n't"))
        elif word.isalpha() and word not in neutral:
            kept.append(word)
    if not any(word in sentiment for word in kept):
        return None
    return round(float(sentiment(kept)[0]), 3)

"""Prints how notes are read, by phenomenon: `python -m tests.language.report [tuned|untouched] [--failures]`.

Failures are shown of the tuned half only: rules changed after a look at the other half would make it worthless.
"""

import sys

from language.read import read_note
from tests.language.corpus import Figures, corpus, figures, labels_of, strain_auroc


def main(arguments: list[str]) -> None:
    """Print the table of one half, and on request each failure of the tuned half."""
    half = next((word for word in arguments if not word.startswith("-")), "untouched")
    notes = corpus(half)
    print(f"{'':16}{'notes':>6}{'recall':>9}{'now':>7}{'false':>8}{'exact':>8}")
    rows = {"all": notes}
    for language in ("en", "es"):
        rows[language] = [note for note in notes if note.language == language]
    for tag in sorted({tag for note in notes for tag in note.tags}):
        rows[tag] = [note for note in notes if tag in note.tags]
    for name, chosen in rows.items():
        print(line(name, figures(chosen)))
    print(f"strain, strained against well: AUROC {strain_auroc(notes) or 0:.3f}")
    if "--failures" in arguments and half == "tuned":
        for note in notes:
            read = read_note(note.text)
            if labels_of(read) != note.labels:
                print(f"{note.text}\n    labels {show(note.labels)}\n    read   {show(labels_of(read))}")


def line(name: str, row: Figures) -> str:
    """Return one line of the table."""
    cells = [row.recall, row.immediate, row.false_alerts, row.exact]
    shown = ["–" if cell is None else f"{cell:.3f}" for cell in cells]
    return f"{name:16}{row.notes:6}{shown[0]:>9}{shown[1]:>7}{shown[2]:>8}{shown[3]:>8}"


def show(labels: frozenset[tuple[str, str]]) -> str:
    """Return labels as they stand in the corpus."""
    return ",".join(sorted(f"{kind}:{urgency}" for kind, urgency in labels)) or "-"


if __name__ == "__main__":
    main(sys.argv[1:])

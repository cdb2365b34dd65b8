"""`keepwell replay`: what the scoring would have said to a history, check-in by check-in, without Telegram."""

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TextIO

from core.assessment import ORDER as KIND_ORDER
from core.assessment import Assessment, CheckinAnswers, assess_one
from core.history import History
from core.items import AnswerRule, scored_items
from core.parameters import DEFAULT_PARAMETERS, ScoringParameters, Workload
from core.rules import RISK_NOTE, is_risk
from flows.replay_read import Gathered, Histories, read_history

HEADER: Final = ["mentor", "at", "checkin", "strain", "weekly", "load", "z", "limit", "level", "reasons", "alert"]
# Reads a note; returns the (kind, urgency) of each thing that it may speak of.
NoteReader = Callable[[str], Iterable[tuple[str, str]]]


def replay_csv(
    lines: Iterable[bytes],
    out: TextIO,
    *,
    parameters: ScoringParameters = DEFAULT_PARAMETERS,
    workload: Workload | None = None,
    items: Mapping[str, AnswerRule] | None = None,
    passed_over: Collection[str] = frozenset(),
    read_note: NoteReader | None = None,
) -> int:
    """Score the CSV `lines` and write CSV to `out`; return the number of check-ins.

    Nothing is written when a line is refused: raises `flows.replay_read.BadHistory`. `items` default to those of
    the shipped pulse and weekly; `passed_over` are ids of known items without a score. Without `read_note`,
    notes are left unread.
    """
    known = scored_items(parameters.boundaries) if items is None else items
    histories = read_history(lines, known, passed_over)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    written = 0
    for mentor in sorted(histories):
        for row in _rows(mentor, histories, parameters, workload, read_note):
            writer.writerow(row)
            written += 1
    return written


def _rows(
    mentor: str,
    histories: Histories,
    parameters: ScoringParameters,
    workload: Workload | None,
    read_note: NoteReader | None,
) -> Iterator[Sequence[str]]:
    history, checkins = History(), histories[mentor]
    for key in sorted(checkins, key=lambda key: (key[0], KIND_ORDER[key[1]])):
        gathered = checkins[key]
        answers = CheckinAnswers(gathered.kind, gathered.at, gathered.answers, _signals(gathered, read_note))
        history, assessment = assess_one(history, answers, parameters, workload)
        yield _row(mentor, gathered.echo, assessment)


def _signals(gathered: Gathered, read_note: NoteReader | None) -> frozenset[str]:
    """Return what the notes of a check-in signal. A replayed note was never confirmed, so a risk stands."""
    if read_note is None:
        return frozenset()
    risks = any(is_risk(kind, urgency) for note in gathered.notes.values() for kind, urgency in read_note(note))
    return frozenset({RISK_NOTE}) if risks else frozenset()


def _row(mentor: str, at: str, assessment: Assessment) -> Sequence[str]:
    return (
        mentor,
        at,
        assessment.kind,
        _decimals(assessment.strain),
        _decimals(assessment.weekly),
        _decimals(assessment.load),
        _decimals(assessment.z),
        _decimals(assessment.limit),
        assessment.level.code,
        "|".join(assessment.reasons),
        assessment.alert.code if assessment.alert is not None else "",
    )


def _decimals(value: float | None) -> str:
    # Adding zero turns a negative zero, which rounding may leave, into zero.
    return "" if value is None else f"{round(value, 9) + 0.0:.9f}"

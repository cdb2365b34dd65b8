"""What single notes say, one promise a test."""

import pytest

from language.read import read_note
from language.reading import Urgency


def flags(text: str) -> set[tuple[str, str]]:
    """Return the kinds and urgencies of a note, without those of urgency none."""
    return {(flag.kind.value, flag.urgency.value) for flag in read_note(text).flags if flag.urgency is not Urgency.NONE}


@pytest.mark.parametrize(
    "text",
    ["I want to die", "k1ll mys3lf", "su!cide", "s u i c i d e", "i wanna kms", "WANT TO DIEEE", "kіll myself",
     "sui-cide",
     "quiero morirme", "me kiero matar", "m a t a r m e", "suisidio", "I want to\ndie", "I want to... die"],
)  # fmt: skip
def test_a_risk_is_found_however_it_is_written(text: str) -> None:
    assert flags(text) == {("self_risk", "immediate")}


@pytest.mark.parametrize(
    "text",
    ["spend it all", "the therapist is kind", "new skills", "grape juice", "we studied", "homeless shelter", "so rapid",
     "toys for the kids", "I dread Mondays", "he is a lifer", "el cuchillo no, la cuchara", "this heat is killing me",
     "I'd kill for a coffee", "me muero de risa", "I used the van", "used to", "let's die-cut the badges"],
)  # fmt: skip
def test_whole_words_and_fixed_phrases_raise_nothing(text: str) -> None:
    assert flags(text) == set()


def test_a_denied_risk_is_still_asked_about_on_the_same_day() -> None:
    assert flags("I don't want to kill myself") == {("self_risk", "same_day")}
    assert flags("no quiero morir") == {("self_risk", "same_day")}


def test_a_denial_that_denies_something_else_softens_nothing() -> None:
    assert flags("I can't stop thinking about killing myself") == {("self_risk", "immediate")}
    assert flags("not gonna lie, I want to die") == {("self_risk", "immediate")}
    assert flags("no, quiero morir") == {("self_risk", "immediate")}
    assert flags("I don't want to live anymore") == {("self_risk", "immediate")}


def test_a_joke_is_asked_about_and_taken_back_when_it_is_meant() -> None:
    assert flags("gonna kill myself lol") == {("self_risk", "same_day")}
    assert flags("gonna kill myself lol, not even joking") == {("self_risk", "immediate")}


def test_talk_of_training_is_kept_as_read_and_tells_nobody() -> None:
    reading = read_note("we did the suicide prevention training")
    assert [(flag.kind, flag.urgency, flag.softened_by) for flag in reading.flags] == [
        ("self_risk", "none", ("training",))
    ]
    assert flags("after the suicide prevention training I realized I want to die") == {("self_risk", "immediate")}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I am suicidal", "self_risk"),
        ("my mentee is suicidal", "client_risk"),
        ("my brother is suicidal", "other_risk"),
        ("the guy I mentor is suicidal", "client_risk"),
        ('He told me "I want to die" and hung up', "client_risk"),
        ("I told him I want to die", "self_risk"),
        ("me quiero morir", "self_risk"),
        ("mi cliente se quiere morir", "client_risk"),
        ("mi hija se quiere morir", "other_risk"),
        ("I'm going to kill him", "other_risk"),
        ("my mentee is going to kill him", "client_risk"),
    ],
)
def test_it_is_said_whose_risk_it_is(text: str, kind: str) -> None:
    assert flags(text) == {(kind, "immediate")}


def test_somebody_elses_overdose_is_a_debrief_and_ones_own_is_not() -> None:
    assert flags("one of my clients overdosed last night") == {("client_risk", "same_day")}
    assert flags("I overdosed last night") == {("self_risk", "immediate")}
    assert flags("she is overdosing") == {("client_risk", "immediate")}


def test_the_writers_relapse_and_a_clients_are_two_things() -> None:
    assert flags("I relapsed") == {("relapse", "same_day")}
    assert flags("my mentee relapsed") == {("client_risk", "next_supervision")}
    assert flags("recaí") == {("relapse", "same_day")}
    assert flags("mi cliente recayó") == {("client_risk", "next_supervision")}


def test_help_is_as_urgent_as_it_is_asked_for() -> None:
    assert flags("I need help") == {("help_request", "same_day")}
    assert flags("I need help right now") == {("help_request", "immediate")}
    assert flags("can you help with my timesheet") == {("help_request", "next_supervision")}
    assert flags("I don't need help") == set()
    assert flags("my client needs help with her lease") == set()


def test_a_boundary_has_the_kind_of_the_program() -> None:
    categories = {flag.category for flag in read_note("He asked me for money and he tried to kiss me").flags}
    assert categories == {"money", "sexual_contact"}


def test_both_languages_are_always_read() -> None:
    assert flags("long week, me quiero morir") == {("self_risk", "immediate")}
    assert flags("Estoy bien, pero I want to kill myself") == {("self_risk", "immediate")}


def test_a_language_that_is_neither_is_said_so_and_a_long_note_goes_to_a_person() -> None:
    long = read_note("Je suis très fatiguée cette semaine et je ne dors pas depuis trois jours")
    assert long.language == "other"
    assert [(flag.kind, flag.urgency, flag.category) for flag in long.flags] == [
        ("help_request", "same_day", "language_not_read")
    ]
    assert read_note("Я очень устала на этой неделе, слишком много людей").language == "other"
    assert read_note("Merci beaucoup").flags == ()


def test_an_empty_note_says_nothing() -> None:
    for text in ("", "   ", "\n\u200b"):
        assert read_note(text).as_json() == {
            "text": text,
            "language": "unknown",
            "tone": None,
            "strain": None,
            "flags": [],
        }


def test_no_signal_is_not_zero() -> None:
    assert read_note("met with six people at the center").strain is None


def test_strain_is_high_when_strained_and_low_when_well() -> None:
    texts = ["burned out", "isn't great", "another crisis, great", "estoy agotada", "😭"]
    assert all((read_note(text).strain or 0) > 0.2 for text in texts)
    assert all(
        (read_note(text).strain or 0) < -0.2 for text in ("great day", "me siento muy bien", "feeling rested 😊")
    )


def test_a_bright_tone_never_takes_a_risk_away() -> None:
    assert flags("What a wonderful happy beautiful day, I want to die 😊🎉") == {("self_risk", "immediate")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("saw Marcus today", "Marcus"),
        ("mi cliente Eusebio faltó", "Eusebio"),
        ("call him at 555-201-3344", "555-201-3344"),
        ("she lives at 412 Oak Street", "412 Oak Street"),
        ("vive en calle Juárez 15", "calle Juárez 15"),
        ("write to ana.b@example.org", "ana.b@example.org"),
    ],
)
def test_a_note_that_may_name_somebody_says_where(text: str, name: str) -> None:
    reading = read_note(text)
    assert reading.seems_to_name
    assert name in reading.names


@pytest.mark.parametrize(
    "text", ["Met at the Center on Monday", "Narcan in the van", "group at 3, 8 people, room 412", "NA meeting"]
)
def test_ordinary_capital_letters_name_nobody(text: str) -> None:
    assert not read_note(text).seems_to_name

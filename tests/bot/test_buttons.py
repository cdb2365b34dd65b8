"""What a button carries, and what it refuses to carry."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import MAX_BYTES, ButtonRefused, Press, Signer

ROW = UUID("12345678-1234-5678-1234-567812345678")
ACTIONS = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
ARGUMENTS = st.text("abcdefghijklmnopqrstuvwxyz0123456789=~-_/.", max_size=16)


@pytest.fixture
def signer() -> Signer:
    return Signer([b"new key"])


@given(action=ACTIONS, row=st.none() | st.uuids(), argument=ARGUMENTS)
def test_a_button_says_what_it_was_made_to_say(action: str, row: UUID | None, argument: str) -> None:
    signer = Signer([b"a key"])
    payload = signer.seal(action, row, argument)
    assert signer.open(payload) == Press(action, row, argument)
    assert len(payload.encode()) <= MAX_BYTES


def test_a_row_may_be_given_as_text(signer: Signer) -> None:
    assert signer.open(signer.seal("ack", ROW.hex)).row == ROW


def test_an_argument_may_hold_colons(signer: Signer) -> None:
    assert signer.open(signer.seal("time", argument="09:00~j")).argument == "09:00~j"


def test_what_does_not_fit_is_refused_when_it_is_made(signer: Signer) -> None:
    with pytest.raises(ValueError, match="'zone' does not fit into 64 bytes"):
        signer.seal("zone", ROW, "x" * 30)


@given(st.integers(0, 200), st.characters(codec="ascii"))
def test_a_changed_character_is_refused(place: int, other: str) -> None:
    signer = Signer([b"a key"])
    payload = signer.seal("out", ROW, "talked")
    place %= len(payload)
    forged = payload[:place] + other + payload[place + 1 :]
    if forged != payload:
        with pytest.raises(ButtonRefused):
            signer.open(forged)


@pytest.mark.parametrize("payload", ["", ":", "::::", "1:ack::", "1:ack:::AAAAAAAA", "talk", "ñ:ñ:ñ:ñ:ñ", "1" * 64])
def test_what_we_did_not_make_is_refused(signer: Signer, payload: str) -> None:
    with pytest.raises(ButtonRefused):
        signer.open(payload)


def test_a_button_of_another_installation_is_refused(signer: Signer) -> None:
    with pytest.raises(ButtonRefused):
        signer.open(Signer([b"another key"]).seal("ack", uuid4()))


def test_a_button_of_an_older_key_still_works() -> None:
    old = Signer([b"old key"]).seal("ack", ROW)
    rotated = Signer([b"new key", b"old key"])
    assert rotated.open(old).action == "ack"
    assert rotated.seal("ack", ROW) != old


def test_a_button_of_another_version_is_refused(signer: Signer) -> None:
    body = "0:ack::"
    with pytest.raises(ButtonRefused, match="another version"):
        signer.open(f"{body}:{Signer._mac(b'new key', body)}")

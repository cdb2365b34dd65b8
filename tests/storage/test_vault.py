"""What is stored sealed can be read with the key alone, also after a new key came in front of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.vault import Vault, WrongKey, derive

OLD, NEW = "an old secret of sixteen", "a new secret of sixteen"


@given(st.text())
def test_a_sealed_text_comes_back_and_does_not_show(text: str) -> None:
    vault = Vault([OLD])
    sealed = vault.seal(text)
    assert vault.open(sealed) == text
    assert len(text) < 4 or text not in sealed
    assert vault.seal(text) != sealed  # equal texts do not look equal


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=9))
def test_values_come_back_as_they_were(value: object) -> None:
    vault = Vault([OLD])
    assert vault.open_json(vault.seal_json(value)) == value


def test_a_new_key_reads_and_finds_what_an_older_one_wrote() -> None:
    before, after = Vault([OLD]), Vault([NEW, OLD])
    assert after.open(before.seal("Sam")) == "Sam"
    assert before.index("sam") in after.indexes("sam")
    assert after.index("sam") == after.indexes("sam")[0] != before.index("sam")
    with pytest.raises(WrongKey):
        before.open(after.seal("Sam"))


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAA", "\u0000"])
def test_what_was_not_sealed_here_is_refused_with_the_setting_to_mend(sealed: str) -> None:
    with pytest.raises(WrongKey, match="KEEPWELL_SECRET_KEY"):
        Vault([OLD]).open(sealed)


@pytest.mark.parametrize("secrets", [[], [""], [OLD, ""]])
def test_without_a_secret_there_is_no_vault(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="at least one secret key"):
        Vault(secrets)


def test_keys_of_different_purposes_do_not_open_one_another() -> None:
    vault = Vault([NEW, OLD])
    assert len({derive(OLD, purpose) for purpose in ("columns", "index", "buttons", "webhook")}) == 4
    assert len(vault.keys_for("buttons")) == 2
    assert not set(vault.keys_for("buttons")) & set(vault.keys_for("webhook"))

"""The words that mentors agree to do not change unseen."""

import pytest

from bot.buttons import Signer
from bot.screens.joining import agreement
from core.consent import MEANING, Agreement, holds
from core.messages import Kind
from tests.bot.samples import rendered, view_of

# After a typo was mended, put the new digest here. After a change of the meaning raise `MEANING` in core/consent.py
# too, for the languages concerned: everybody who agreed to the earlier one is then asked again.
KNOWN = {"en": "524c8c6a15", "es": "2f9414a7ed"}


@pytest.mark.parametrize("language", sorted(KNOWN))
def test_a_change_of_the_consent_is_a_mended_typo_or_a_new_version(language: str) -> None:
    shown = agreement(view_of(Kind.CONSENT, {"page": 3, "name": "Sam"}, language))
    assert (shown.wording, shown.meaning) == (KNOWN[language], MEANING[language])


@pytest.mark.parametrize("of_supervisor", [False, True])
@pytest.mark.parametrize("language", sorted(KNOWN))
def test_the_button_says_which_words_were_agreed_to_whoever_reads_them(language: str, of_supervisor: bool) -> None:
    signer = Signer([b"a key of tests"])
    agreed = set()
    for name in ("Sam", "Maximiliana"):
        for params, screen in rendered(Kind.CONSENT, language, name=name):
            if params["page"] == 3 and params["of_supervisor"] == of_supervisor:
                button = screen.rows[0][0]
                agreed.add(Agreement.read(signer.open(button.data or "").argument))
    (one,) = agreed
    assert holds(one, 1)
    assert one.language == language
    assert one.is_of_supervisor == of_supervisor

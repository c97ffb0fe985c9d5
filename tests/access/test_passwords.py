"""Which passwords may be used."""

import pytest

from securecare.access import passwords
from securecare.access.passwords import WeakPassword


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "short one",
        "elevenchars",
        "passwordpassword",
        "PasswordPassword",
        "  password123456  ",
        "correct horse battery staple",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "abababababab",
        "abcdefghijklmnop",
        "9876543210987654",
        "alice.moreau@example.org",
        "Alice Moreau 12",
        "securecare-2026",
        "x" * 201,
    ],
)
def test_what_is_easy_to_guess_is_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.require_good(weak, "Alice Moreau", "alice.moreau@example.org")


@pytest.mark.parametrize(
    "good",
    [
        "a long walk along the river",
        "tR7!kq0-zzPw1",
        "пять цапель над гаванью",
        "🦢🦩🪿🐦🐧🦅🦆🦉🐔🦃🦚🕊",
    ],
)
def test_no_mixture_of_characters_is_asked_for(good: str) -> None:
    passwords.require_good(good, "Alice Moreau", "alice.moreau@example.org")


def test_an_unknown_account_costs_as_much_time_as_a_known_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked: list[str] = []

    class Hasher:
        def hash(self, password: str) -> str:
            return f"kept {password}"

        def verify(self, kept: str, password: str) -> bool:
            checked.append(kept)
            return True

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    assert not passwords.matches(None, "anything at all")
    assert passwords.matches("kept", "anything at all")
    assert len(checked) == 2

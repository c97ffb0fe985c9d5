"""Sealing: what was altered, moved or sealed with a lost key does not open, and says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securecare.foundation.sealing import SealBroken, key_id_of, seal, unseal
from securecare.settings import new_master_key

COLUMN = "appointment.private_note_sealed"
NOTE = b"Prefers mornings; sleeps badly since March."


@given(st.binary(max_size=2000))
def test_what_was_sealed_opens(plaintext: bytes) -> None:
    assert unseal(seal(plaintext, COLUMN, 7), COLUMN, 7) == plaintext


def test_the_same_text_never_looks_the_same() -> None:
    assert seal(NOTE, COLUMN, 7) != seal(NOTE, COLUMN, 7)


def test_every_altered_bit_breaks_the_seal() -> None:
    envelope = seal(NOTE, COLUMN, 7)
    for at in range(len(envelope)):
        altered = envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :]
        with pytest.raises(SealBroken):
            unseal(altered, COLUMN, 7)


def test_a_shortened_envelope_does_not_open() -> None:
    envelope = seal(NOTE, COLUMN, 7)
    for length in range(len(envelope)):
        with pytest.raises(SealBroken):
            unseal(envelope[:length], COLUMN, 7)


@pytest.mark.parametrize(
    ("column", "record"), [(COLUMN, 8), ("account.totp_secret_sealed", 7), (COLUMN, "7 ")]
)
def test_an_envelope_put_elsewhere_does_not_open(column: str, record: object) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(NOTE, COLUMN, 7), column, record)


def test_an_old_key_still_opens_what_it_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = new_master_key(), new_master_key()
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", old)
    envelope = seal(NOTE, COLUMN, 7)
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", f"{new},{old}")
    assert unseal(envelope, COLUMN, 7) == NOTE
    assert key_id_of(seal(NOTE, COLUMN, 7)) == new.partition(":")[0]
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", new)
    with pytest.raises(SealBroken) as broken:
        unseal(envelope, COLUMN, 7)
    assert NOTE.decode() not in str(broken.value)
    assert broken.value.__cause__ is None


@given(st.binary(max_size=200))
def test_garbage_does_not_open(garbage: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(garbage, COLUMN, 7)

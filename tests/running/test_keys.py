"""Starting with other keys than the database was sealed with."""

import pytest

from securecare.jobs import housekeeping
from securecare.running.keys import require_right_keys
from securecare.settings import SettingsError, new_master_key, settings


def test_wrong_keys_are_refused_in_one_sentence(
    demo_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    housekeeping.seal_audit_trail()
    require_right_keys(settings())
    monkeypatch.setenv("SECURECARE_MASTER_KEYS", new_master_key())
    with pytest.raises(SettingsError) as refused:
        require_right_keys(settings())
    assert "master keys" in str(refused.value)


def test_an_older_key_beside_a_new_one_is_enough(
    demo_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setenv(
        "SECURECARE_MASTER_KEYS", f"{new_master_key()},{os.environ['SECURECARE_MASTER_KEYS']}"
    )
    require_right_keys(settings())

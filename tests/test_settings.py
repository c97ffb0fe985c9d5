"""What the environment may say, and what is said back."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from securecare.settings import Settings, SettingsError, conninfo, new_master_key, settings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("SECURECARE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SECURECARE_MASTER_KEYS")
    monkeypatch.delenv("DATABASE_URL")
    settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


def told(environment: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        environment.setenv(name, value)
    settings.cache_clear()
    return settings()


def test_without_a_database_url_the_embedded_server_is_meant(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = told(environment)
    assert here.embedded
    assert conninfo_to_dict(conninfo(here.database_url))["host"] == str(
        tmp_path / "data" / "postgres"
    )


def test_at_the_embedded_server_the_product_signs_in_as_the_role_that_owns_nothing(
    environment: pytest.MonkeyPatch,
) -> None:
    parts = conninfo_to_dict(conninfo(told(environment).app_database_url))
    assert parts["user"] == "securecare_app"
    assert "options" not in parts


def test_the_product_acts_as_the_role_that_owns_nothing(environment: pytest.MonkeyPatch) -> None:
    here = told(environment, DATABASE_URL="postgres://care:s%40crt@db:5433/care?sslmode=require")
    parts = conninfo_to_dict(conninfo(here.app_database_url))
    assert parts["options"] == "-c role=securecare_app"
    assert (parts["password"], parts["sslmode"], parts["port"]) == ("s@crt", "require", "5433")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "postgresql://host"),
        ("DATABASE_URL", "not a url"),
        ("SECURECARE_PORT", "http"),
        ("SECURECARE_PORT", "70000"),
        ("SECURECARE_PUBLIC_URL", "care.example.org"),
        ("SECURECARE_SECURE_COOKIES", "perhaps"),
        ("SECURECARE_WORKERS", "3"),
        ("SECURECARE_MAIL_URL", "mail.example.org"),
        ("SECURECARE_SMS_URL", "https://api.twilio.com"),
        ("SECURECARE_SMS_URL", "http://account:token@sms.example.org"),
        ("SECURECARE_QUIET_HOURS", "9pm-8am"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_sentence(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        told(environment, **{name: value})
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_cookies_are_for_https_alone_where_the_public_address_is(
    environment: pytest.MonkeyPatch,
) -> None:
    assert told(environment, SECURECARE_PUBLIC_URL="https://care.example.org").secure_cookies
    assert not told(environment, SECURECARE_PUBLIC_URL="http://localhost:8000").secure_cookies


def test_a_key_is_made_once_and_only_its_owner_can_read_it(
    environment: pytest.MonkeyPatch,
) -> None:
    here = told(environment)
    assert not here.has_keys
    first = here.master_keys
    assert stat.S_IMODE(here.keys_file.stat().st_mode) == 0o600
    assert told(environment).master_keys == first
    assert len(first[0].secret) == 32


def test_a_new_key_in_the_file_reaches_a_running_process(environment: pytest.MonkeyPatch) -> None:
    here = told(environment)
    old = here.master_keys
    here.keys_file.write_text(f"{new_master_key()}\n{here.keys_file.read_text()}")
    assert here.master_keys[1:] == old


@pytest.mark.parametrize("keys", ["nonsense", "a:b", "a:YWJj", "", "a b:YWJj"])
def test_a_wrong_key_is_refused_without_being_shown(
    environment: pytest.MonkeyPatch, keys: str
) -> None:
    here = told(environment)
    here.keys_file.parent.mkdir(parents=True)
    here.keys_file.write_text(keys)
    with pytest.raises(SettingsError):
        _ = here.master_keys


def test_a_key_does_not_show_its_secret_when_printed(environment: pytest.MonkeyPatch) -> None:
    key = told(environment).master_keys[0]
    assert "secret" not in repr(key)


def test_a_mail_server_and_a_text_service_are_named_by_an_address(
    environment: pytest.MonkeyPatch,
) -> None:
    here = told(
        environment,
        SECURECARE_MAIL_URL="smtp+starttls://care%40example.org:p%2Fw@mail.example.org",
        SECURECARE_MAIL_FROM="Care <care@example.org>",
        SECURECARE_SMS_URL="https://AC1:secret@api.twilio.com/",
        SECURECARE_SMS_FROM="+12125550100",
        SECURECARE_QUIET_HOURS="22:30-07:00",
    )
    assert here.mail and here.texts
    assert (here.mail.host, here.mail.port, here.mail.security) == (
        "mail.example.org",
        587,
        "starttls",
    )
    assert (here.mail.user, here.mail.password) == ("care@example.org", "p/w")
    assert (here.texts.url, here.texts.account) == ("https://api.twilio.com", "AC1")
    assert here.quiet_minutes == (22 * 60 + 30, 7 * 60)
    assert "secret" not in repr(here) and "p/w" not in repr(here)


def test_no_password_is_sent_to_another_machine_in_clear(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SECURECARE_MAIL_FROM", "care@example.org")
    with pytest.raises(SettingsError, match="unencrypted"):
        told(environment, SECURECARE_MAIL_URL="smtp://care:secret@mail.example.org")
    assert told(environment, SECURECARE_MAIL_URL="smtp://care:secret@127.0.0.1").mail

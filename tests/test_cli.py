"""The command line, as somebody at a terminal meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def securecare(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "securecare", *words],
        env=os.environ | {"COLUMNS": "120", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_names_every_command() -> None:
    said = securecare("--help").stdout
    for command in ("serve", "worker", "migrate", "seed", "backup", "restore", "verify"):
        assert command in said


def test_an_empty_trail_is_whole(database: str) -> None:
    done = securecare("verify")
    assert done.returncode == 0, done.stderr
    assert "whole" in done.stdout


def test_a_backup_and_its_restore_from_the_command_line(database: str, tmp_path: Path) -> None:
    file = str(tmp_path / "b.tar")
    assert securecare("backup", file).returncode == 0
    refused = securecare("restore", file)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert securecare("restore", "--replace", file).returncode == 0
    assert "up to date" in securecare("migrate").stdout


@pytest.mark.parametrize(
    "environment",
    [
        {"DATABASE_URL": "mysql://host/name"},
        {"DATABASE_URL": "postgresql://me:hunter2@127.0.0.1:1/none"},
        {"SECURECARE_PORT": "nowhere"},
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(environment: dict[str, str]) -> None:
    done = securecare("migrate", **environment)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("securecare: ")
    assert "hunter2" not in done.stderr

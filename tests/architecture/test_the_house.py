"""The shape of the house: who may import whom, and what stands where."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from securecare.settings import ROOT

PYTHON_FOLDERS = ("securecare", "state", "components", "pages", "tests")


def python_files(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def test_each_part_imports_only_what_stands_below_it() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_there_is_no_package_at_the_root_or_over_the_migrations() -> None:
    assert not (ROOT / "__init__.py").exists()
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_nothing_commits_but_the_one_transaction() -> None:
    allowed = {ROOT / "securecare/foundation/db.py", ROOT / "securecare/running/database.py"}
    committing = [
        file
        for file in python_files("securecare", "state", "components", "pages")
        if ".commit()" in file.read_text() and file not in allowed
    ]
    assert committing == []


def test_nothing_asks_the_machine_for_the_time_but_the_clock() -> None:
    asking = [
        file
        for file in python_files("securecare", "state", "components", "pages")
        if any(word in file.read_text() for word in ("datetime.now(", "date.today(", "utcnow("))
        and file != ROOT / "securecare/foundation/clock.py"
    ]
    assert asking == []


@pytest.mark.parametrize(
    "file", python_files(*PYTHON_FOLDERS), ids=lambda f: str(f.relative_to(ROOT))
)
def test_a_module_can_be_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 400


def ours() -> Iterator[Path]:
    """Every file that belongs to the product, and nothing that was built, fetched or filled."""
    folders = (*PYTHON_FOLDERS, "alembic", "assets", "reflex.lock", ".ci")
    for folder in folders:
        found = (ROOT / folder).rglob("*")
        yield from (file for file in found if file.is_file() and file.suffix != ".pyc")
    yield from (file for file in ROOT.iterdir() if file.is_file() and file.name != ".web.log")


def test_no_file_names_a_host_of_a_package_registry() -> None:
    hosts = ["pypi" + ".org", "files.pythonhosted" + ".org", "registry.npmjs" + ".org"]
    naming = [
        str(file.relative_to(ROOT))
        for file in ours()
        if any(host.encode() in file.read_bytes() for host in hosts)
    ]
    assert naming == []

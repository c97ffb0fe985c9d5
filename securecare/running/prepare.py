"""Make the virtual environment ready: `python3 prepare.py FOLDER [--dev]`.

Runs before anything is installed, perhaps by an old Python, so it uses the standard library only,
and no newer syntax than it needs to say what is wrong. Does nothing when all is up to date.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST, NEWEST = (3, 11), (3, 13)


def main():
    if sys.platform == "win32":
        stop("SecureCare runs on Linux and macOS.")
    if os.environ.get("SECURECARE_VENV"):
        return  # somebody else looks after that one
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        stop(
            "Python 3.11, 3.12 or 3.13 is needed; {} is {}.{}. Name another one: make PYTHON=...".format(
                sys.executable, *sys.version_info[:2]
            )
        )
    folder = Path(sys.argv[1]).resolve()
    dev = "--dev" in sys.argv
    if is_current(folder, dev):
        return
    say("Installing the pinned packages into {} ...".format(folder.name))
    if not (folder / "bin" / "python").exists() or not works(folder):
        create(folder)
    install(folder, dev)
    stamp(folder, dev).write_text(digest())
    if dev:
        stamp(folder, False).write_text(digest())


def is_current(folder, dev):
    mark = stamp(folder, dev)
    return mark.exists() and mark.read_text() == digest() and works(folder)


def stamp(folder, dev):
    return folder / ("installed-dev" if dev else "installed")


def digest():
    """What was asked for, by which Python, and from where."""
    parts = [sys.version, str(ROOT)]
    parts += [(ROOT / name).read_text() for name in ("constraints.txt", "pyproject.toml")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def works(folder):
    """Whether the environment's own Python still starts: the system's may have been upgraded."""
    python = folder / "bin" / "python"
    return python.exists() and subprocess.call([str(python), "-c", ""]) == 0


def create(folder):
    if not can_make_environments():
        get_debian_package("python{}.{}-venv".format(*sys.version_info[:2]))
    if not can_make_environments():
        stop(
            "This Python cannot make virtual environments (no ensurepip). "
            "On Debian: apt install python{}.{}-venv".format(*sys.version_info[:2])
        )
    command = [sys.executable, "-m", "venv", "--clear", str(folder)]
    if subprocess.call(command) != 0:
        stop("The virtual environment {} could not be made.".format(folder))


def can_make_environments():
    probe = "import ensurepip, venv"
    return subprocess.call([sys.executable, "-c", probe], stderr=subprocess.DEVNULL) == 0


def get_debian_package(name):
    """Install it when this user may; otherwise leave it to the sentence that follows."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say("Installing Debian's {} ...".format(name))
    for command in (["update"], ["install", "--yes", "--no-install-recommends", name]):
        subprocess.call(
            ["apt-get", "--quiet", "--quiet", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"),
        )


def install(folder, dev):
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    pip += ["install", "--constraint", str(ROOT / "constraints.txt")]
    itself = "{}{}".format(ROOT, "[dev]" if dev else "")
    for words in (["setuptools"], ["--no-build-isolation", "--editable", itself]):
        if subprocess.call(pip + words, cwd=str(ROOT)) != 0:
            stop("The packages could not be installed; pip says why above.")


def say(sentence):
    print(sentence, flush=True)


def stop(sentence):
    sys.exit("SecureCare cannot start: " + sentence)


if __name__ == "__main__":
    main()

"""Where the product lies on disk, and where its built interface goes."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def web_dir() -> Path:
    """The folder in which Reflex compiles and builds the interface."""
    return ROOT / os.environ.get("REFLEX_WEB_WORKDIR", ".web")


def built_dir() -> Path:
    """The built interface, as files to be served."""
    return web_dir() / "build" / "client"


def environment_with_node() -> dict[str, str]:
    """This environment, with the Node.js of the virtual environment first in line."""
    binaries = Path(sys.executable).parent
    return {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}

"""The web process: the built interface, its websocket and the plain HTTP routes on one port."""

import errno
import os
import socket
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from securecare.foundation.parent import end_with_parent
from securecare.settings import ROOT, Settings, SettingsError

REFLEX_ENVIRONMENT = {
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "__REFLEX_SKIP_COMPILE": "true",  # what is served was built beforehand
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
}


def serve(settings: Settings) -> None:
    """Serve until told to stop. `SettingsError` when the port is taken."""
    require_free_port(settings.host, settings.port)
    os.chdir(ROOT)
    os.environ.update(REFLEX_ENVIRONMENT)
    Server(
        target="securecare.running.server:application",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    ).serve()


def application() -> Any:
    """Made anew in each worker: the composed product as one ASGI application."""
    end_with_parent()
    from securecare.securecare import app

    return app()


def require_free_port(host: str, port: int) -> None:
    """`SettingsError` when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(_why_not(error, host, port)) from None


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is already taken on {host}; "
            "stop what uses it, or choose another with SECURECARE_PORT."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} may only be used by the administrator; choose one above 1023."
    return f"SECURECARE_HOST {host!r} is not an address of this machine."

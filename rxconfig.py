"""How the user interface is built and served. Values that differ per installation: settings."""

import os

import reflex as rx
from reflex.plugins import Plugin, PreCompileContext, RadixThemesPlugin, SitemapPlugin
from reflex.utils.exec import is_prod_mode
from typing_extensions import Unpack

from securecare.settings import settings

# The lock in reflex.lock/ pins packages by their hashes, and does not say which host they came from.
os.environ.setdefault("NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED", "true")

BACKEND_URL_IN_BROWSER = "const endpoint = new URL(url_str);"
SAME_ORIGIN = """
  if (typeof window !== "undefined") {
    const secure = window.location.protocol === "https:";
    const websocket = endpoint.protocol === "ws:" || endpoint.protocol === "wss:";
    endpoint.protocol = (websocket ? "ws" : "http") + (secure ? "s:" : ":");
    endpoint.host = window.location.host;
    endpoint.port = window.location.port;
    return endpoint;
  }"""


class SameOriginPlugin(Plugin):
    """One build for every address: the browser speaks to whatever host and port it was opened at.

    Without it the built interface carries the port of the machine that built it.
    """

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        if is_prod_mode():
            context["add_modify_task"]("utils/state.js", self._follow_the_page)

    @staticmethod
    def _follow_the_page(code: str) -> str:
        if SAME_ORIGIN in code:
            return code
        if BACKEND_URL_IN_BROWSER not in code:
            raise RuntimeError("This version of Reflex finds its backend in another way.")
        return code.replace(BACKEND_URL_IN_BROWSER, BACKEND_URL_IN_BROWSER + SAME_ORIGIN, 1)


_settings = settings()

config = rx.Config(
    app_name="securecare",
    backend_port=_settings.port,
    backend_host=_settings.host,
    deploy_url=_settings.public_url,
    # Never on disk: what a page shows is somebody's health.
    state_manager_mode="redis" if _settings.redis_url else "memory",
    redis_url=_settings.redis_url,
    cors_allowed_origins=_settings.allowed_origins,
    trusted_proxy_hops=_settings.trusted_proxy_hops,
    transport="websocket",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[RadixThemesPlugin(), SameOriginPlugin()],
    disable_plugins=[SitemapPlugin],
)

"""The composition root: the pages, the gate before them, the HTTP routes and the live hub."""

import importlib
import logging

import reflex as rx

from components import look
from securecare.foundation import memory
from securecare.settings import ROOT, settings
from securecare.web.addresses import with_plain_addresses
from securecare.web.headers import own_origin_check, with_careful_headers
from securecare.web.routes import with_http_routes
from state import sparse
from state.delivery import delivery
from state.gate import Gate
from state.live import hub
from state.present import present


def _import_all(package: str) -> None:
    """Import every module below a package: a page or a state that is a file is in the product."""
    for file in sorted((ROOT / package).rglob("*.py")):
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))


# It would write down what a person typed where it does not fit a handler.
logging.getLogger("reflex_base.event.processor.base_state_processor").setLevel(logging.ERROR)

_import_all("state")
_import_all("pages")

app = rx.App(
    stylesheets=look.STYLESHEETS,
    head_components=look.head(),
    toaster=look.toaster(),
    app_wraps=look.wraps(),
    html_lang="en",
    backend_exception_handler=present,
    api_transformer=[with_plain_addresses, with_http_routes, with_careful_headers],
)
app.add_middleware(Gate())
sparse.use_in(app)
delivery.guard(app)
# One build serves every address, so a page's origin is measured by the host it speaks to.
assert app.sio
app.sio.eio.cors_allowed_origins = own_origin_check(settings().public_url)


async def live_hub() -> None:
    """Hear of every committed change for as long as this process serves."""
    memory.settle()
    await hub.run(app)


app.register_lifespan_task(live_hub)

"""Going to each tab of a record that has five thousand of everything, in a page that is open already.

What is measured is what a click costs, from sending it until the page has been told everything: the
gate and the session for each of its events, the door, the frame with what is unread, the head, the
tab, the trail, and being kept current from then on. The page is served by the product as ever.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import psycopg

from securecare.access import sessions
from securecare.access.sessions import Device
from securecare.foundation.db import SIGN_IN, transaction
from securecare.settings import conninfo, settings
from state.record import TABS
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.benchmarks.thick_records import Thick, write
from tests.benchmarks.viewers import FRAME, GO, STATE, Delta, Page, Viewer
from tests.support.product import running_product

SAMPLES = 60
WARM_UP = 5
PATIENCE_SECONDS = 20
HEAD = f"{STATE}.state___record____record_state"
TAB = f"{STATE}.state___record_"
PAGE = (
    "SELECT a.id, a.starts_at, a.ends_at, a.status, p.name, f.name, f.time_zone, s.name"
    " FROM appointment a JOIN program p ON p.id = a.program_id"
    " JOIN facility f ON f.id = a.facility_id JOIN staff s ON s.id = a.staff_id"
    " WHERE a.organization_id = %s AND a.customer_id = %s ORDER BY a.starts_at DESC LIMIT 25"
)


def measure(ground: Ground) -> dict[str, float]:
    """The p95 of the slowest tab, of each, and of one page of one list by plain psycopg."""
    with ground.databases.fresh("demo") as url:
        thick = write()
        with running_product(url) as product:
            calm()
            took = asyncio.run(_all(product.url, thick))
            afresh = asyncio.run(_afresh(product.url, thick))
        bare = _bare(thick)
    by_tab = {name: quantile(samples, 0.95) for name, samples in took.items()}
    return {
        "record_open_ms": max(by_tab.values()),
        **{f"record_open_ms.{name}": value for name, value in by_tab.items()},
        "record_open_ms.median_of_all_tabs": median(
            [each for many in took.values() for each in many]
        ),
        "record_open_ms.samples_of_each_tab": SAMPLES,
        "record_open_ms.beside_page_loaded_anew_p95": quantile(afresh, 0.95),
        "record_open_ms.baseline_bare_page_p95": quantile(bare, 0.95),
        "record_open_ms.baseline_bare_page_median": median(bare),
    }


def tabs(thick: Thick) -> dict[str, Page]:
    """Every tab of the record as the product lists them, and the case with its log."""
    parts = {part or "profile": part for part, _, _ in TABS}
    parts["case"] = f"cases/{thick.case_id}"
    return {
        name: Page(f"/customers/{thick.customer_id}/{part}".rstrip("/"), lambda _delta: False)
        for name, part in parts.items()
    }


@dataclass
class Everything:
    """Whether a page has been told all that it shows: the frame, the head, the tab, and that the
    handlers of the page are through."""

    seen: set[str] = field(default_factory=set)

    def __call__(self, delta: Delta) -> bool:
        for name, values in delta.items():
            loaded = values.get("loaded_rx_state_")
            if name == f"{STATE}.{FRAME}" and values:
                self.seen.add("frame")
            elif name == HEAD and values:
                self.seen.add("head")
            elif name.startswith(TAB) and loaded is not False:
                self.seen.add("tab")
            if values.get("is_hydrated_rx_state_") is True:
                self.seen.add("through")
        return self.seen >= {"frame", "head", "tab", "through"}


def _cookie(thick: Thick) -> str:
    with transaction(SIGN_IN) as session:
        token = sessions.open_for(
            session,
            thick.actor.account_id,
            Device("127.0.0.1", "benchmark"),
            organization_id=thick.actor.organization_id,
        )
    return f"{sessions.COOKIE_NAME}={token}"


async def _all(address: str, thick: Thick) -> dict[str, list[float]]:
    """From tab to tab, round after round, as one person goes through records all day."""
    pages = tabs(thick)
    took: dict[str, list[float]] = {name: [] for name in pages}
    viewer = Viewer(pages["profile"])
    await _opened(viewer, lambda: viewer.begin(address, _cookie(thick)))
    for _ in range(WARM_UP + SAMPLES):
        for name, page in pages.items():
            viewer.page = page
            took[name].append(await _opened(viewer, lambda: viewer.send(GO)))
            await asyncio.sleep(0.3)  # within the gate's limit of events per second
    await viewer.client.disconnect()
    return {name: samples[WARM_UP:] for name, samples in took.items()}


async def _afresh(address: str, thick: Thick) -> list[float]:
    """The same by a connection of its own each time, as when a browser loads the page."""
    cookie, took = _cookie(thick), list[float]()
    for _ in range(WARM_UP + SAMPLES):
        viewer = Viewer(tabs(thick)["appointments"])
        took.append(await _opened(viewer, lambda each=viewer: each.begin(address, cookie)))
        await viewer.client.disconnect()
    return took[WARM_UP:]


async def _opened(viewer: Viewer, begin: Callable) -> float:
    shown = viewer.expect(Everything())
    began = perf_counter()
    await begin()
    await viewer.send(f"{FRAME}.load_frame", active="customers")
    return milliseconds(await asyncio.wait_for(shown, PATIENCE_SECONDS) - began)


def _bare(thick: Thick) -> list[float]:
    took: list[float] = []
    asked = (thick.actor.organization_id, thick.customer_id)
    with psycopg.connect(conninfo(settings().app_database_url), autocommit=True) as connection:
        connection.execute(f"SET app.organization_id = '{thick.actor.organization_id}'")
        for _ in range(WARM_UP + SAMPLES):
            began = perf_counter()
            connection.execute(PAGE, asked).fetchall()
            took.append(milliseconds(perf_counter() - began))
    return took[WARM_UP:]

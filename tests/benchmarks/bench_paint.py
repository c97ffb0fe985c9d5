"""From a commit in another process to the picture in a real browser."""

import time
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.browser import shown_day
from tests.benchmarks.committer import committer
from tests.benchmarks.ground import Ground
from tests.benchmarks.sampling import calm, median, milliseconds, quantile
from tests.benchmarks.town import small
from tests.support.chromium import ARGUMENTS, find_chromium
from tests.support.product import running_product

SAMPLES = 40
WARM_UP = 6
REST_SECONDS = 0.2
ALIGNMENTS = 30

WATCH = """() => {
    window.painted = [];
    const grid = document.getElementById('day-grid');
    new MutationObserver(() => {
        const mutated = performance.timeOrigin + performance.now();
        requestAnimationFrame(() => {
            const channel = new MessageChannel();  // told after the frame has been painted
            channel.port1.onmessage = () => window.painted.push(
                [mutated, performance.timeOrigin + performance.now()]);
            channel.port2.postMessage(0);
        });
    }).observe(grid, {subtree: true, childList: true, attributes: true, characterData: true});
}"""
NOW = "() => performance.timeOrigin + performance.now()"


def measure(ground: Ground) -> dict[str, float]:
    """The baseline is the empty way there: a frame of the same page for a change of its own."""
    with (
        small(ground) as (url, town),
        committer(town) as move,
        running_product(url) as product,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = shown_day(browser, product.url, town.cookie())
        page.evaluate(WATCH)
        calm()
        painted: list[float] = []
        mutated: list[float] = []
        uncertain: list[float] = []
        for number in range(WARM_UP + SAMPLES):
            behind, uncertainty = _clock_of(page)
            page.evaluate("() => { window.painted = [] }")
            committed = move(town.staff_ids[number % len(town.staff_ids)], town.day)
            first = _first_painted(page)
            mutated.append(first[0] - behind - milliseconds(committed.wall))
            painted.append(first[1] - behind - milliseconds(committed.wall))
            uncertain.append(uncertainty)
            time.sleep(REST_SECONDS)
        own = _own_frames(page)
        browser.close()
    return {
        "push_to_paint_ms": median(painted[WARM_UP:]),
        "push_to_paint_ms.p95": quantile(painted[WARM_UP:], 0.95),
        "push_to_paint_ms.to_dom_median": median(mutated[WARM_UP:]),
        "push_to_paint_ms.clock_uncertainty_median": median(uncertain[WARM_UP:]),
        "push_to_paint_ms.baseline_own_frame_median": own,
        "push_to_paint_ms.samples": SAMPLES,
    }


def _clock_of(page: Page) -> tuple[float, float]:
    """How far the page's clock is ahead of ours, and how wrong that may be, in milliseconds."""
    best = (0.0, float("inf"))
    for _ in range(ALIGNMENTS):
        before = milliseconds(time.time())
        theirs = page.evaluate(NOW)
        after = milliseconds(time.time())
        if (after - before) / 2 < best[1]:
            best = (theirs - (before + after) / 2, (after - before) / 2)
    return best


def _first_painted(page: Page) -> list[float]:
    page.wait_for_function("() => window.painted.length > 0", polling=20, timeout=10_000)
    found: Any = page.evaluate("() => window.painted[0]")
    return found


def _own_frames(page: Page) -> float:
    """How long the browser takes to paint a change that is made in the page itself."""
    script = """() => new Promise(done => {
        const began = performance.now();
        document.querySelector('#day-grid').toggleAttribute('data-benchmark');
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => done(performance.now() - began);
            channel.port2.postMessage(0);
        });
    })"""
    return median([page.evaluate(script) for _ in range(SAMPLES)])

"""`make screens`: a picture of every scene, at three widths, light and dark, into ./screens.

Uses the product that runs already (`make run`); where none answers, it starts one of its own over a
database that is thrown away.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby, product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from securecare.settings import ROOT, settings
from tests.browser.scenes import SCENES, Scene
from tests.support.chromium import ARGUMENTS, NoChromium, find_chromium
from tests.support.product import answers, running_product
from tests.support.settling import settle
from tests.support.signing_in import sign_in

SCREENS = ROOT / "screens"
WIDTHS = {375: 812, 820: 1180, 1440: 900}
LOOKS = ("light", "dark")


def main() -> int:
    """Take the pictures of all scenes, or of those with the word ONLY in their name."""
    word = os.environ.get("ONLY", "")
    wanted = sorted((s for s in SCENES if word in s.name), key=lambda scene: scene.who or "")
    SCREENS.mkdir(exist_ok=True)
    failed: list[str] = []
    try:
        path = find_chromium()
    except NoChromium as missing:
        sys.exit(str(missing))
    with _some_product() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for width, look in product(WIDTHS, LOOKS):
            for who, scenes in groupby(wanted, key=lambda scene: scene.who):
                failed += _pictures(browser, url, who, list(scenes), width, look)
        browser.close()
    count = len(wanted) * len(WIDTHS) * len(LOOKS) - len(failed)
    print(f"{count} pictures in {SCREENS}")
    for fault in failed:
        print(f"failed: {fault}", file=sys.stderr)
    return 1 if failed else 0


def _pictures(
    browser: Browser, url: str, who: str | None, scenes: list[Scene], width: int, look: str
) -> list[str]:
    """One person's pictures, at one width in one look; what could not be taken is told."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme="dark" if look == "dark" else "light",
        base_url=url,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    failed: list[str] = []
    try:
        if who:
            sign_in(context.new_page(), who)
        for scene in scenes:
            name = f"{scene.name}-{width}-{look}"
            # A page of its own: what stood open in the scene before would still stand open.
            page = context.new_page()
            try:
                _picture(page, scene, SCREENS / f"{name}.png")
            except (PlaywrightError, AssertionError) as fault:
                failed.append(f"{name}: {str(fault).splitlines()[0]}")
            page.close()
    finally:
        context.close()
    return failed


def _picture(page: Page, scene: Scene, file: Path) -> None:
    page.goto(scene.path)
    settle(page)
    scene.arrange(page)
    settle(page)
    page.screenshot(path=file, animations="disabled")


@contextmanager
def _some_product() -> Iterator[str]:
    running = f"http://127.0.0.1:{settings().port}"
    if answers(running):
        yield running
        return
    print("No product is running; starting one with fresh demo data.", flush=True)
    from tests.benchmarks.ground import ground

    with (
        ground() as stood_on,
        stood_on.databases.fresh("demo") as database,
        running_product(database) as made,
    ):
        yield made.url


if __name__ == "__main__":
    sys.exit(main())

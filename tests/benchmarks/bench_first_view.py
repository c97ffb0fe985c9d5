"""What a browser that was never here loads until the schedule is on screen."""

from collections import Counter
from typing import Any

from playwright.sync_api import sync_playwright

from tests.benchmarks.browser import signed_in_window, wait_for_appointments
from tests.benchmarks.ground import Ground
from tests.benchmarks.town import small
from tests.support.chromium import ARGUMENTS, find_chromium
from tests.support.product import running_product


def measure(ground: Ground) -> dict[str, float]:
    """All that comes over the network, as it is on the wire; the baseline is the same unpacked."""
    with (
        small(ground) as (url, town),
        running_product(url) as product,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = signed_in_window(browser, product.url, town.cookie()).new_page()
        bytes_of: Counter[str] = Counter()
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        kinds: dict[str, str] = {}

        def answered(event: Any) -> None:
            kinds[event["requestId"]] = event["type"].lower()

        def loaded(event: Any) -> None:
            bytes_of[kinds.get(event["requestId"], "other")] += event["encodedDataLength"]

        def framed(event: Any) -> None:
            bytes_of["websocket"] += len(event["response"]["payloadData"].encode())

        def unpacked(event: Any) -> None:
            bytes_of["unpacked"] += event["dataLength"]

        network.on("Network.responseReceived", answered)
        network.on("Network.loadingFinished", loaded)
        network.on("Network.webSocketFrameReceived", framed)
        network.on("Network.dataReceived", unpacked)
        page.goto("/schedule")
        wait_for_appointments(page)
        browser.close()
    unpacked_bytes = bytes_of.pop("unpacked")
    return {
        "first_view_kb": sum(bytes_of.values()) / 1024,
        "first_view_kb.baseline_unpacked": (unpacked_bytes + bytes_of["websocket"]) / 1024,
        **{f"first_view_kb.{kind}": size / 1024 for kind, size in sorted(bytes_of.items())},
    }

"""Axe finds no serious violation in any scene, light or dark."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.scenes import SCENES, Scene
from tests.support.settling import settle

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_is_open_to_everybody(scene: Scene, look: str, window: Callable[..., Page]) -> None:
    page = window(scene.who, dark=look == "dark")
    page.goto(scene.path)
    settle(page)
    scene.arrange(page)
    settle(page)
    found = Axe().run(page).response["violations"]
    told = [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in found
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
    assert not told, "\n".join(told)

"""The tokens keep what they promise: contrast in both modes, and a shape for every status."""

import re

import pytest

from components.ui import STATUS_LABELS
from securecare.settings import ROOT

TOKENS = (ROOT / "assets/styles/tokens.css").read_text()
PAIRS = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLOURS = {name: (light, dark) for name, light, dark in PAIRS.findall(TOKENS)}
STATUSES = [f"status-{status.replace('_', '-')}" for status in STATUS_LABELS]
TONES = ["danger", "warn", "info", "good"]
GROUNDS = ["canvas", "surface", "raised", "sunken", "hover"]

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint") for ground in GROUNDS),
    *((f"{name}-ink", f"{name}-soft") for name in [*STATUSES, *TONES, "accent"]),
    *((f"{name}-ink", ground) for name in ["danger", "accent"] for ground in GROUNDS),
    *(("ink", f"program-{number}-soft") for number in range(12)),
    *(("ink-soft", f"program-{number}-soft") for number in range(12)),
    *((ink, "pressed") for ink in ("ink", "ink-soft")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger-fill"),
    ("ink", "accent-soft"),
    ("ink-soft", "accent-soft"),
]
MARKS = [
    *((name, f"{name}-soft") for name in [*STATUSES, *TONES]),
    *((name, "surface") for name in [*STATUSES, *TONES, "accent", "line-control"]),
    *((name, "raised") for name in [*STATUSES, "accent", "line-control"]),
    *((f"program-{number}", "surface") for number in range(12)),
    *((f"program-{number}", f"program-{number}-soft") for number in range(12)),
]


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_words_stand_out_from_their_ground(ink: str, ground: str, mode: int) -> None:
    assert contrast(COLOURS[ink][mode], COLOURS[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_stand_out_from_their_ground(mark: str, ground: str, mode: int) -> None:
    assert contrast(COLOURS[mark][mode], COLOURS[ground][mode]) >= 3


def test_every_status_has_a_shape_of_its_own() -> None:
    shapes = {(ROOT / f"assets/marks/{status}.svg").read_text() for status in STATUS_LABELS}
    assert len(shapes) == len(STATUS_LABELS)
    styles = (ROOT / "assets/styles/data.css").read_text()
    assert all(f'url("/marks/{status}.svg")' in styles for status in STATUS_LABELS)


def test_nothing_is_fetched_from_another_host() -> None:
    for file in [*(ROOT / "assets/styles").glob("*.css"), *(ROOT / "assets/scripts").glob("*.js")]:
        assert not re.search(r"//[\w-]+\.\w", file.read_text()), file.name

"""No page without a scene."""

from tests.browser.scenes import SCENES


def test_every_page_has_a_scene_and_no_two_scenes_share_a_name() -> None:
    from securecare.securecare import app  # noqa: F401 - registers the pages
    from state.routes import ROUTES

    first_words = {"/" + scene.path.strip("/").split("?")[0] for scene in SCENES}
    names = [scene.name for scene in SCENES]
    missing = [path for path in ROUTES if not any(_is_at(scene, path) for scene in first_words)]
    assert missing == []
    assert len(names) == len(set(names))


def _is_at(visited: str, path: str) -> bool:
    """Whether a visited address belongs to a registered path, which may have [parts]."""
    asked, known = visited.split("/"), ("/" + path.strip("/")).split("/")
    return len(asked) == len(known) and all(
        part.startswith("[") or part == word for part, word in zip(known, asked, strict=True)
    )

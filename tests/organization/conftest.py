"""Two small organizations, and people with different rights in the first."""

from tests.organization.small_world import world  # noqa: F401

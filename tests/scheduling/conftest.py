"""Properties are about what is right; how long an example takes is for the benchmarks.

The small world of the organization is here too, for what needs a database.
"""

from hypothesis import settings

from tests.organization.small_world import world  # noqa: F401

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

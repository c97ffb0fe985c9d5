"""Properties are about what is right; how long an example takes is for the benchmarks.

The small world of the organization is here too, and a harbor to book in, for what needs a database.
"""

from datetime import datetime

import pytest
from hypothesis import settings

from tests.organization.small_world import world  # noqa: F401
from tests.scheduling.world import Harbor

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def harbor(database: str, noon: datetime) -> Harbor:
    """Two facilities, three staff members, nothing booked. In New York it is seven in the morning."""
    return Harbor()

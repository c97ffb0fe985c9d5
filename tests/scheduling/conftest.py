"""The small world of the organization, and a harbor to book in, for what needs a database."""

from datetime import datetime

import pytest

from tests.organization.small_world import world  # noqa: F401
from tests.scheduling.world import Harbor


@pytest.fixture
def harbor(database: str, noon: datetime) -> Harbor:
    """Two facilities, three staff members, nothing booked. In New York it is seven in the morning."""
    return Harbor()

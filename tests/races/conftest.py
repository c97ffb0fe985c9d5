"""Every round of a race starts in a world of its own; time stands still."""

from datetime import datetime

import pytest

from tests.scheduling.world import Harbor


@pytest.fixture
def harbor(database: str, noon: datetime) -> Harbor:
    return Harbor()

"""Every test begins without failed sign-ins."""

import pytest
from sqlalchemy import text

from securecare.foundation.db import owner_transaction


@pytest.fixture(autouse=True)
def _no_failures_yet(database: str) -> None:
    """Failures of one test do not count against the address of the next."""
    with owner_transaction() as session:
        session.execute(text("DELETE FROM sign_in_throttle"))

"""No failures yet: see tests/access."""

from tests.access.conftest import _no_failures_yet  # noqa: F401
from tests.customers.conftest import ours, theirs  # noqa: F401

"""Quick password hashes and no failures yet: see tests/access."""

from tests.access.conftest import _no_failures_yet, _quick_hashes  # noqa: F401
from tests.customers.conftest import ours, theirs  # noqa: F401

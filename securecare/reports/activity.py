"""All that puts something on a customer's calendar. Whoever reads a calendar reads it from here.

A domain that has something to put there writes a source and is named here.
"""

import securecare.casework.activity_source
import securecare.customers.activity_sources
import securecare.documents.activity_source
import securecare.messages.activity_source
import securecare.scheduling.of_customer  # noqa: F401
from securecare.customers.activity import Activity, Happening, Kind, of_customer, tables

__all__ = ["Activity", "Happening", "Kind", "of_customer", "tables"]

"""Every table of the system, for migrations and for whoever needs the whole metadata."""

from sqlmodel import SQLModel

import securecare.access.models
import securecare.customers.models
import securecare.organization.models
import securecare.scheduling.models
import securecare.foundation.db  # noqa: F401  the naming convention

metadata = SQLModel.metadata

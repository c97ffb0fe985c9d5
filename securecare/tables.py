"""Every table of the system, for migrations and for whoever needs the whole metadata."""

from sqlmodel import SQLModel

import securecare.access.models
import securecare.customers.models
import securecare.foundation.models
import securecare.organization.models
import securecare.scheduling.models  # noqa: F401

metadata = SQLModel.metadata

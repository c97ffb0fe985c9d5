"""Every table of the system, and every sealed column: for migrations and for key rotation."""

from sqlmodel import SQLModel

import securecare.access.models
import securecare.access.second_factor
import securecare.casework.models
import securecare.customers.duplicate_models
import securecare.customers.models
import securecare.customers.patron_models
import securecare.customers.record_models
import securecare.documents.models
import securecare.foundation.audit_chain
import securecare.foundation.models
import securecare.grants.models
import securecare.inventory.models
import securecare.jobs.models
import securecare.messages.models
import securecare.notices.models
import securecare.organization.models
import securecare.outreach.models
import securecare.portal.models
import securecare.scheduling.models
import securecare.scheduling.private_notes  # noqa: F401

metadata = SQLModel.metadata

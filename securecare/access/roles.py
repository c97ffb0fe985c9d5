"""What each role may do: one table, in code, shown to administrators as it stands here."""

from enum import StrEnum


class Permission(StrEnum):
    """A thing a person may do. Where (whole organization, facility, program) is told by the grant."""

    VIEW_SCHEDULE = "view_schedule"
    BOOK = "book"
    OVERRIDE_CONFLICTS = "override_conflicts"
    VIEW_CUSTOMERS = "view_customers"
    EDIT_CUSTOMERS = "edit_customers"
    MERGE_CUSTOMERS = "merge_customers"
    REVEAL_SSN = "reveal_ssn"
    VIEW_INSURANCE = "view_insurance"
    EDIT_INSURANCE = "edit_insurance"
    READ_CALLS = "read_calls"
    LOG_CALLS = "log_calls"
    VIEW_CASES = "view_cases"
    EDIT_CASES = "edit_cases"
    READ_PRIVATE_NOTES = "read_private_notes"
    WRITE_PRIVATE_NOTES = "write_private_notes"
    VIEW_DOCUMENTS = "view_documents"
    EDIT_DOCUMENTS = "edit_documents"
    VIEW_MESSAGES = "view_messages"
    SEND_MESSAGES = "send_messages"
    EXPORT = "export"
    EDIT_SHIFTS = "edit_shifts"
    CONFIGURE_FACILITIES = "configure_facilities"
    CONFIGURE_PROGRAMS = "configure_programs"
    CONFIGURE_STAFF = "configure_staff"
    CONFIGURE_ORGANIZATION = "configure_organization"
    MANAGE_ACCESS = "manage_access"
    VIEW_AUDIT = "view_audit"
    VIEW_STOCK = "view_stock"
    EDIT_STOCK = "edit_stock"
    VIEW_OUTREACH = "view_outreach"
    RUN_OUTREACH = "run_outreach"
    CONFIGURE_OUTREACH = "configure_outreach"
    VIEW_GRANTS = "view_grants"
    EDIT_GRANTS = "edit_grants"
    VIEW_BILLING = "view_billing"
    EDIT_BILLING = "edit_billing"
    VIEW_JOBS = "view_jobs"
    RUN_JOBS = "run_jobs"
    OWN_PORTAL = "own_portal"


PERMISSION_LABELS: dict[Permission, str] = {
    Permission.VIEW_SCHEDULE: "See the schedule",
    Permission.BOOK: "Book, move and change appointments",
    Permission.OVERRIDE_CONFLICTS: "Override conflicts, giving a reason",
    Permission.VIEW_CUSTOMERS: "See {customer} records",
    Permission.EDIT_CUSTOMERS: "Change {customer} records",
    Permission.MERGE_CUSTOMERS: "Merge two {customer} records into one",
    Permission.REVEAL_SSN: "See Social Security numbers, giving a reason",
    Permission.VIEW_INSURANCE: "See insurance policies",
    Permission.EDIT_INSURANCE: "Change insurance policies",
    Permission.READ_CALLS: "Read the call log",
    Permission.LOG_CALLS: "Log calls",
    Permission.VIEW_CASES: "Read cases and assessments",
    Permission.EDIT_CASES: "Work on cases: services, assessments, goals",
    Permission.READ_PRIVATE_NOTES: "Read private notes",
    Permission.WRITE_PRIVATE_NOTES: "Write private notes",
    Permission.VIEW_DOCUMENTS: "Open documents of {customer} records",
    Permission.EDIT_DOCUMENTS: "Store, replace and delete documents",
    Permission.VIEW_MESSAGES: "Read secure messages of {customer} records",
    Permission.SEND_MESSAGES: "Write secure messages and start threads",
    Permission.EXPORT: "Export lists as files",
    Permission.EDIT_SHIFTS: "Change shifts, days off and closed days",
    Permission.CONFIGURE_FACILITIES: "Configure facilities",
    Permission.CONFIGURE_PROGRAMS: "Configure programs",
    Permission.CONFIGURE_STAFF: "Configure staff",
    Permission.CONFIGURE_ORGANIZATION: "Configure the organization",
    Permission.MANAGE_ACCESS: "Give and withdraw roles",
    Permission.VIEW_AUDIT: "Read the audit trail",
    Permission.VIEW_STOCK: "See stock",
    Permission.EDIT_STOCK: "Change items and bundles; receive, count and move stock",
    Permission.VIEW_OUTREACH: "See outreach sessions and their reports",
    Permission.RUN_OUTREACH: "Plan and complete outreach sessions",
    Permission.CONFIGURE_OUTREACH: "Configure community services",
    Permission.VIEW_GRANTS: "See grants, and what staff time costs",
    Permission.EDIT_GRANTS: "Change grants and count staff time against them",
    Permission.VIEW_BILLING: "See invoices and payments",
    Permission.EDIT_BILLING: "Make invoices and take payments",
    Permission.VIEW_JOBS: "See what runs by itself, and what e-mails and texts wait or failed",
    Permission.RUN_JOBS: "Have failed e-mails and texts tried again",
    Permission.OWN_PORTAL: "Use the portal for one's own record",
}
"""For people to read; {customer} stands for the organization's own word."""


class Role(StrEnum):
    """A named bundle of permissions that an administrator gives to a person."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    SCHEDULER = "scheduler"
    CASE_WORKER = "case_worker"
    OUTREACH_LEAD = "outreach_lead"
    BILLING_CLERK = "billing_clerk"
    AUDITOR = "auditor"
    PATRON = "patron"


ROLE_LABELS: dict[Role, str] = {
    Role.ADMINISTRATOR: "Administrator",
    Role.MANAGER: "Manager",
    Role.SCHEDULER: "Scheduler",
    Role.CASE_WORKER: "Case worker",
    Role.OUTREACH_LEAD: "Outreach lead",
    Role.BILLING_CLERK: "Billing clerk",
    Role.AUDITOR: "Auditor",
    Role.PATRON: "Patron",
}

_P = Permission

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission) - {_P.OWN_PORTAL},
    Role.MANAGER: frozenset(
        {
            _P.VIEW_SCHEDULE,
            _P.BOOK,
            _P.OVERRIDE_CONFLICTS,
            _P.VIEW_CUSTOMERS,
            _P.EDIT_CUSTOMERS,
            _P.MERGE_CUSTOMERS,
            _P.REVEAL_SSN,
            _P.VIEW_INSURANCE,
            _P.EDIT_INSURANCE,
            _P.READ_CALLS,
            _P.LOG_CALLS,
            _P.VIEW_CASES,
            _P.EDIT_CASES,
            _P.READ_PRIVATE_NOTES,
            _P.WRITE_PRIVATE_NOTES,
            _P.VIEW_DOCUMENTS,
            _P.EDIT_DOCUMENTS,
            _P.VIEW_MESSAGES,
            _P.SEND_MESSAGES,
            _P.EXPORT,
            _P.EDIT_SHIFTS,
            _P.CONFIGURE_FACILITIES,
            _P.CONFIGURE_PROGRAMS,
            _P.CONFIGURE_STAFF,
            _P.VIEW_STOCK,
            _P.EDIT_STOCK,
            _P.VIEW_OUTREACH,
            _P.RUN_OUTREACH,
            _P.CONFIGURE_OUTREACH,
            _P.VIEW_GRANTS,
            _P.EDIT_GRANTS,
            _P.VIEW_BILLING,
        }
    ),
    Role.SCHEDULER: frozenset(
        {
            _P.VIEW_SCHEDULE,
            _P.BOOK,
            _P.VIEW_CUSTOMERS,
            _P.EDIT_CUSTOMERS,
            _P.READ_CALLS,
            _P.LOG_CALLS,
            _P.EXPORT,
        }
    ),
    Role.CASE_WORKER: frozenset(
        {
            _P.VIEW_SCHEDULE,
            _P.BOOK,
            _P.VIEW_CUSTOMERS,
            _P.EDIT_CUSTOMERS,
            _P.VIEW_INSURANCE,
            _P.EDIT_INSURANCE,
            _P.READ_CALLS,
            _P.LOG_CALLS,
            _P.VIEW_CASES,
            _P.EDIT_CASES,
            _P.READ_PRIVATE_NOTES,
            _P.WRITE_PRIVATE_NOTES,
            _P.VIEW_DOCUMENTS,
            _P.EDIT_DOCUMENTS,
            _P.VIEW_MESSAGES,
            _P.SEND_MESSAGES,
        }
    ),
    Role.OUTREACH_LEAD: frozenset({_P.VIEW_STOCK, _P.VIEW_OUTREACH, _P.RUN_OUTREACH}),
    Role.BILLING_CLERK: frozenset(
        {
            _P.VIEW_SCHEDULE,
            _P.VIEW_CUSTOMERS,
            _P.VIEW_INSURANCE,
            _P.EDIT_INSURANCE,
            _P.VIEW_OUTREACH,
            _P.VIEW_GRANTS,
            _P.EDIT_GRANTS,
            _P.VIEW_BILLING,
            _P.EDIT_BILLING,
            _P.EXPORT,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            _P.VIEW_SCHEDULE,
            _P.VIEW_CUSTOMERS,
            _P.VIEW_AUDIT,
            _P.VIEW_STOCK,
            _P.VIEW_OUTREACH,
            _P.VIEW_GRANTS,
            _P.VIEW_BILLING,
            _P.EXPORT,
            _P.VIEW_JOBS,
        }
    ),
    Role.PATRON: frozenset({_P.OWN_PORTAL}),
}
"""The one table of rights. A right that stands nowhere here does not exist."""

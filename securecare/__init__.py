"""SecureCare: one system for organizations that care for people.

The domain lives here and runs without the user interface; the command line, the jobs and the
tests use it directly. Read it in this order, which is also the order in which one part may
import another (a part may import those above it, never those below):

    foundation/    database, clock, errors, sealing, audit, live announcements
    access/        accounts, sessions, roles and grants: who is acting, and what they may do
    organization/  organizations, facilities, programs, staff, and the organization's own words
    customers/     the people who are cared for
    documents/     the vault
    notices/       e-mails and texts: outbox, consent, what became of them
    patrons/       an account made by staff becomes the person's own
    messages/      secure threads
    grants/ inventory/ casework/
    scheduling/    shifts, availability, slots, appointments
    outreach/ merging/ reports/
    portal/        signing up, and what patrons see of their own
    jobs/ web/     what runs by itself, and what answers over plain HTTP
    demo/          an invented organization to try everything on
    running/       how the processes are prepared, built, started and stopped
    cli.py         the command line
    securecare.py  the composition root, the only module here that knows the user interface
"""

__version__ = "0.1.0"

"""How a refusal or a fault looks to the person: one place for every event."""

import logging
import secrets

import reflex as rx
from reflex.event import EventSpec

from securecare.access.errors import SignedOut
from securecare.foundation.errors import DomainError
from securecare.foundation.faults import describe, trace_of

log = logging.getLogger(__name__)


def present(exception: Exception) -> EventSpec:
    """Turn what a handler raised into a sentence on screen. Nothing of a fault leaves the server."""
    if isinstance(exception, SignedOut):
        return rx.redirect("/sign-in")
    if isinstance(exception, DomainError):
        return rx.toast.error(exception.message, duration=8000)
    reference = secrets.token_hex(4)
    log.error(
        "Fault %s in an event handler: %s",
        reference,
        describe(exception),
        exc_info=trace_of(exception),
    )
    return rx.toast.error(
        "Something went wrong on our side and nothing was changed. Try again; if it happens once"
        f" more, tell your administrator the reference {reference}.",
        duration=12000,
    )

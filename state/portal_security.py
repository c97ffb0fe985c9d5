"""Another address to sign in with; the rest of one's sign-in stands in `state.account`."""

from functools import partial
from typing import Any

import reflex as rx

from securecare.foundation.errors import DomainError
from securecare.portal import addresses
from state.gate import needs
from state.portal import OWN_PORTAL
from state.work import acting, in_thread


class AddressState(rx.State):
    """The form, and where a letter was sent."""

    sent_to: str = ""
    form_key: int = 0
    errors: dict[str, str] = {"email": "", "current": "", "form": ""}

    @rx.event
    @needs(OWN_PORTAL)
    async def open(self):
        """Start with an empty form."""
        # The form stays as it is: on a slow line, somebody may be typing into it already.
        self.sent_to = ""
        self._complain("", "")

    @rx.event
    @needs(OWN_PORTAL)
    async def ask(self, form: dict[str, Any]):
        """Have a link mailed to the new address; the answer is the same for every address."""
        typed = form if isinstance(form, dict) else {}
        email, password = (_text(typed.get(name)) for name in ("email", "current"))
        try:
            self.sent_to = await in_thread(partial(addresses.ask, acting(), email, password))
        except DomainError as refusal:
            self._complain(refusal.field or "form", refusal.message)
            return
        self._complain("", "")
        self.form_key += 1

    def _complain(self, field: str, message: str) -> None:
        self.errors = {name: message if name == field else "" for name in self.errors}


def _text(value: Any) -> str:
    return value[:400] if isinstance(value, str) else ""

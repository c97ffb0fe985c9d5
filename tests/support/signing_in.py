"""Signing in as one of the demo's people."""

from playwright.sync_api import Page


def credentials_of(who: str) -> tuple[str, str]:
    """E-mail and password of the demo person called `who`."""
    from securecare import demo

    for name, email, password in demo.sign_ins():
        if name.casefold() == who.casefold():
            return email, password
    raise LookupError(f"The demo knows nobody called {who!r}.")


def sign_in(page: Page, who: str) -> None:
    """Sign in by the same plain route as the form, and open the first page."""
    email, password = credentials_of(who)
    answer = page.request.post("/auth/login", form={"email": email, "password": password})
    assert answer.ok, f"{who} could not sign in: {answer.status}"
    page.goto("/")

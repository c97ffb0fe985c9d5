"""The portal in its main states, and the pages that lead to it."""

from playwright.sync_api import Page

from tests.browser.scene import Scene, pressed


def more_of_the_portal(page: Page) -> None:
    """What does not fit into the phone's bar; elsewhere the person's menu."""
    more = page.get_by_role("button", name="More")
    if more.is_visible():
        more.click()
        page.get_by_role("dialog").get_by_text("My profile").wait_for()
    else:
        page.get_by_role("button", name="Your account and appearance").click()
        page.get_by_role("menuitem", name="Sign-in and security").wait_for()


def past_appointments(page: Page) -> None:
    """What is over."""
    page.get_by_role("tab", name="Past").click()
    page.locator("#tab-panel-past").wait_for()


def changing_the_profile(page: Page) -> None:
    """The form, with a complaint."""
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("City", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Enter your city.").wait_for()


def a_talk(page: Page) -> None:
    """What was written, and where it is answered."""
    page.locator(".talks__one").first.click()
    page.locator(".talk__message").first.wait_for()


PORTAL_SCENES: list[Scene] = [
    Scene("sign-up", "/sign-up"),
    Scene("sign-up-refused", "/sign-up?error=paused"),
    Scene("sign-up-sent", "/sign-up/sent"),
    Scene("forgotten", "/forgotten"),
    Scene("forgotten-sent", "/forgotten/sent"),
    Scene("confirm-without-letter", "/confirm"),
    Scene("portal", "/portal", "Patron"),
    Scene("portal-more", "/portal", "Patron", more_of_the_portal),
    Scene("portal-appointments", "/portal/appointments", "Patron"),
    Scene("portal-appointments-past", "/portal/appointments", "Patron", past_appointments),
    Scene("portal-documents", "/portal/documents", "Patron"),
    Scene("portal-messages", "/portal/messages", "Patron"),
    Scene("portal-talk", "/portal/messages", "Patron", a_talk),
    Scene("portal-reaching", "/portal/reaching", "Patron"),
    Scene("portal-reaching-form", "/portal/reaching", "Patron", pressed("emergency contact")),
    Scene("portal-organizations", "/portal/organizations", "Patron"),
    Scene("portal-ask", "/portal/organizations", "Patron", pressed("Connect")),
    Scene("portal-leave", "/portal/organizations", "Patron", pressed("Leave")),
    Scene("portal-profile", "/portal/profile", "Patron"),
    Scene("portal-profile-form", "/portal/profile", "Patron", changing_the_profile),
    Scene("portal-security", "/portal/security", "Patron"),
]

"""The session cookie, as it comes with the handshake of a websocket."""

import hashlib
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie

from securecare.access.sessions import COOKIE_NAME


@lru_cache(maxsize=4096)
def cookie_hash(header: str) -> bytes | None:
    """The SHA-256 of the session cookie in a Cookie header, if there is one."""
    try:
        morsel = SimpleCookie(header).get(COOKIE_NAME)
    except CookieError:
        return None
    return hashlib.sha256(morsel.value.encode()).digest() if morsel and morsel.value else None

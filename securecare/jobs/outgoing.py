"""E-mails and texts that are due."""

from securecare.notices import sending


def send_notices() -> None:
    """Send what is due, over every channel this installation has been told of."""
    sending.send_due()

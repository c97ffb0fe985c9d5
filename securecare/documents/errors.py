"""Why a file is not taken, not given, or not thrown away."""

from datetime import date

from securecare.foundation.errors import DomainError


class TooLarge(DomainError):
    """More bytes than a file may have."""

    def __init__(self, most_bytes: int) -> None:
        most = most_bytes // (1024 * 1024)
        super().__init__(f"This file is larger than {most} MB. Make it smaller, or split it.")


class NotThisKind(DomainError):
    """The bytes are not of a type that is kept here, whatever the file is called."""

    def __init__(self, what: str = "a file of this type") -> None:
        super().__init__(
            f"This is {what}, which cannot be stored here. Use PDF, PNG, JPEG, WebP, HEIC, plain"
            " text, CSV, Word (docx), Excel (xlsx) or OpenDocument text (odt)."
        )


class Empty(DomainError):
    """A file without a single byte."""

    def __init__(self) -> None:
        super().__init__("This file is empty.")


class Unsafe(DomainError):
    """A file of a type that is kept, but made so that opening it may do harm."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This file was not accepted: {why}.")


class TookTooLong(DomainError):
    """So much time lies between receiving a file and noting it that the file may be gone."""

    def __init__(self) -> None:
        super().__init__("The upload took too long. Send the file again.")


class TooManyAtOnce(DomainError):
    """Other files of the same person are still on their way."""

    def __init__(self) -> None:
        super().__init__("Other files of yours are still on their way. Send this one after them.")


class StillRetained(DomainError):
    """The retention period of the document has not ended."""

    def __init__(self, until: date) -> None:
        super().__init__(
            f"This document must be kept until {until:%B} {until.day}, {until.year}. It cannot be"
            " deleted before then."
        )


class FileMissing(DomainError):
    """The vault has no such file, though it should."""

    def __init__(self) -> None:
        super().__init__(
            "The file of this document is missing from the vault. Tell your system administrator:"
            " a backup may have it."
        )


class FileAltered(DomainError):
    """What lies in the vault is not what was put there."""

    def __init__(self) -> None:
        super().__init__(
            "The file of this document was altered in the vault, so it was not opened. Tell your"
            " system administrator: a backup may have it."
        )


class VaultOutOfReach(DomainError):
    """The place where files are kept does not answer, or is full."""

    def __init__(self) -> None:
        super().__init__(
            "The document vault cannot be reached right now. Try again in a few minutes."
        )

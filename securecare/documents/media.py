"""What a file is, found from its bytes; what it is called says nothing.

No library of signatures: those for Python guess kindly (a WAV is a WebP, any archive a Word document),
and a vault must not. What is neither a known picture, nor a PDF, nor an archive must be text through and through.
"""

import codecs
import re
from pathlib import PurePosixPath

from securecare.documents.errors import NotThisKind

PDF = "application/pdf"
PNG, JPEG, WEBP, HEIC = "image/png", "image/jpeg", "image/webp", "image/heic"
TEXT, CSV = "text/plain", "text/csv"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ARCHIVE = "application/zip"
"""Not yet told apart: `office` looks inside."""

ENDINGS: dict[str, tuple[str, ...]] = {
    PDF: ("pdf",),
    PNG: ("png",),
    JPEG: ("jpg", "jpeg", "jfif"),
    WEBP: ("webp",),
    HEIC: ("heic", "heif"),
    TEXT: ("txt", "text", "md", "log"),
    CSV: ("csv",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    ODT: ("odt",),
}
"""What is accepted, and how the names of such files may end; the first is given where none does."""
PREVIEWED = frozenset({PDF, PNG, JPEG, WEBP})
"""What browsers can show by themselves."""
LABELS = {
    PDF: "PDF",
    PNG: "Picture (PNG)",
    JPEG: "Picture (JPEG)",
    WEBP: "Picture (WebP)",
    HEIC: "Picture (HEIC)",
    TEXT: "Text",
    CSV: "Table (CSV)",
    DOCX: "Word document",
    XLSX: "Excel workbook",
    ODT: "OpenDocument text",
}
HEAD = 4096
"""So many bytes from the beginning tell what a file is, unless it is text."""

_SIGNATURES = tuple(
    (kind, re.compile(signature, re.DOTALL))
    for kind, signature in (
        (PDF, rb"%PDF-"),
        (PNG, rb"\x89PNG\r\n\x1a\n"),
        (JPEG, rb"\xff\xd8\xff"),
        (WEBP, rb"RIFF....WEBP"),
        (HEIC, rb"....ftyp(heic|heix|heim|heis|mif1|msf1)"),
        (ARCHIVE, rb"PK\x03\x04"),
    )
)
"""At the very beginning and nowhere else: behind other bytes they may be a disguise."""
_MARKUP = re.compile(
    r"<\s*(!doctype|!--|\?|html|head|body|script|svg|iframe|style|title|table|div|img|a\b|p\b|h1)",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<\s*(script|svg|html|iframe|!doctype|\?php|\?xml)", re.IGNORECASE)
_NOT_IN_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def found_in(head: bytes) -> str | None:
    """The type that the beginning of a file shows; None if it must be text."""
    return next((kind for kind, signature in _SIGNATURES if signature.match(head)), None)


class TextCheck:
    """Looks through a text as it comes in: no page, drawing or program, and nothing but characters."""

    def __init__(self, head: bytes) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._is_utf8 = True
        begins = head.decode("utf-8-sig", "replace").lstrip()
        if begins.startswith("#!"):
            raise NotThisKind("a program")
        if begins.startswith(("%!PS", "{\\rtf")):
            raise NotThisKind
        if _MARKUP.match(begins) or _SCRIPT.search(begins[:1024]):
            raise NotThisKind("a web page or drawing (HTML, SVG or XML)")

    def feed(self, block: bytes, *, last: bool = False) -> None:
        """Raise `NotThisKind` once it is no text, in UTF-8 or in an older Western encoding."""
        if _NOT_IN_TEXT.search(block):
            raise NotThisKind
        if self._is_utf8:
            try:
                self._decoder.decode(block, last)
            except UnicodeDecodeError:
                self._is_utf8 = False


def text_type(name: str) -> str:
    """Text is text; its name may say that it is a table."""
    return CSV if PurePosixPath(name).suffix.lower() == ".csv" else TEXT

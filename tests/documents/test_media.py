"""What is taken and what is not, judged by the bytes alone."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from securecare.documents import media, names, office
from securecare.documents.errors import NotThisKind, Unsafe
from tests.documents.cabinet import HEIC, JPEG, PDF, PNG, WEBP, archive, word


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, media.PDF),
        (PNG, media.PNG),
        (JPEG, media.JPEG),
        (WEBP, media.WEBP),
        (HEIC, media.HEIC),
        (word(), media.ARCHIVE),
        (b"Dear Alice,\n", None),
    ],
)
def test_the_beginning_tells_the_type(content: bytes, found: str | None) -> None:
    assert media.found_in(content) == found


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><p>Hello",
        b"  \n<html><body onload=alert(1)>",
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<?xml version='1.0'?><svg/>",
        b"Hello\n<script>alert(1)</script>",
        b"#!/bin/sh\nrm -rf /\n",
        b"<?php echo 1;",
        b"%!PS-Adobe-3.0",
        b"{\\rtf1}",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01",
        b"GIF89a\x01\x00\x01\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"text with a \x00 in it",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"junk before %PDF-1.7 \x00",
    ],
)
def test_pages_drawings_and_programs_are_refused(content: bytes) -> None:
    assert media.found_in(content) is None
    with pytest.raises(NotThisKind):
        media.TextCheck(content).feed(content, last=True)


@pytest.mark.parametrize(
    "content", ["Grüße, Zoë\r\n\tEnd\x0c".encode(), "Müller;42\n".encode("cp1252"), b"a < b, c > d"]
)
def test_text_in_the_usual_encodings_is_taken(content: bytes) -> None:
    media.TextCheck(content).feed(content, last=True)


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("../../etc/passwd", media.TEXT, "passwd.txt"),
        ("..\\..\\boot.ini", media.TEXT, "boot.ini.txt"),
        ("C:\\fakepath\\scan.pdf", media.PDF, "scan.pdf"),
        ("/", media.PDF, "document.pdf"),
        ("..", media.PNG, "document.png"),
        ("run.bat", media.TEXT, "run.bat.txt"),
        ("page.html", media.PDF, "page.html.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", media.PDF, "abSet-Cookie_ x.pdf"),
        ("invoice\u202efdp.exe", media.PDF, "invoicefdp.exe.pdf"),
        ("CON.pdf", media.PDF, "_CON.pdf"),
        ("  Зоя's  scan .PDF ", media.PDF, "Зоя's scan.PDF"),
        ("x" * 300 + ".pdf", media.PDF, "x" * 116 + ".pdf"),
        ("%2e%2e%2fetc", media.TEXT, "_2e_2e_2fetc.txt"),
    ],
)
def test_a_name_is_only_ever_a_name(given: str, kind: str, kept: str) -> None:
    assert names.cleaned(given, kind) == kept


def test_office_files_are_told_apart() -> None:
    book = archive(**{"[Content_Types]___xml": b"", "xl__workbook___xml": b"<workbook/>"})
    letter = archive(mimetype=media.ODT.encode(), content___xml=b"<x/>")
    found = [office.type_of(BytesIO(each)) for each in (word(), book, letter)]
    assert found == [media.DOCX, media.XLSX, media.ODT]


@pytest.mark.parametrize(
    "content",
    [
        archive(a___txt=b"just an archive"),
        archive(mimetype=b"application/epub+zip", content___xml=b""),
        archive(**{"[Content_Types]___xml": b"", "ppt__presentation___xml": b""}),
    ],
)
def test_other_archives_are_refused(content: bytes) -> None:
    with pytest.raises(NotThisKind):
        office.type_of(BytesIO(content))


def test_macros_are_refused() -> None:
    with pytest.raises(Unsafe, match="macros"):
        office.type_of(BytesIO(word(word__vbaProject___bin=b"x")))


def test_what_swells_too_much_is_refused() -> None:
    with pytest.raises(Unsafe, match="larger than it looks"):
        office.type_of(BytesIO(word(big___xml=bytes(40_000_000))))


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    """Both directories say it has 10 bytes; whoever believes another program unpacks half a million."""
    bomb = bytearray(word(big___xml=bytes(500_000)))
    real, crc = struct.pack("<I", 500_000), struct.pack("<I", zlib.crc32(bytes(500_000)))
    assert bomb.count(real) == 2
    bomb = bomb.replace(real, struct.pack("<I", 10))
    bomb = bomb.replace(crc, struct.pack("<I", zlib.crc32(bytes(10))))
    with zipfile.ZipFile(BytesIO(bomb)) as told:
        assert told.testzip() is None  # Python's own reader is fooled
    with pytest.raises(Unsafe):
        office.type_of(BytesIO(bomb))


def test_parts_that_share_their_bytes_are_refused() -> None:
    """The quoted-overlap bomb: many names, one kernel."""
    plain = word(kernel___xml=b"k" * 1000)
    at = plain.index(b"PK\x01\x02")
    end = plain.index(b"PK\x05\x06")
    entries = plain[at:end]
    last = entries.rindex(b"PK\x01\x02")
    doubled = entries + entries[last:] * 50
    tail = bytearray(plain[end:])
    struct.pack_into("<HHI", tail, 8, 53, 53, len(doubled))
    with pytest.raises(Unsafe):
        office.type_of(BytesIO(plain[:at] + doubled + bytes(tail)))


def test_an_endless_list_of_parts_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """25 MB of a list alone, half a million parts, takes eight seconds and a quarter of a GB."""
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
    )
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0)
    whole = local + b"a" + (entry + b"a") * (2 * office.MOST_PARTS + 1)

    def read(*_: object, **__: object) -> None:
        raise AssertionError("the list was read")

    monkeypatch.setattr(zipfile, "ZipFile", read)
    with pytest.raises(Unsafe, match="larger than it looks"):
        office.type_of(BytesIO(whole))


def test_a_damaged_archive_is_refused_and_breaks_nothing() -> None:
    whole = word()
    for cut in (10, len(whole) // 2, len(whole) - 5):
        with pytest.raises(Unsafe):
            office.type_of(BytesIO(whole[:cut]))

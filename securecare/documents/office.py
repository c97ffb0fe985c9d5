"""Office files are archives: which kind one is, and whether it would burst when opened.

Everything is counted while it is unpacked a piece at a time; nothing of it is kept. What the
archive says of its own sizes is not believed.
"""

import struct
import zipfile
import zlib
from typing import BinaryIO

from securecare.documents.errors import NotThisKind, Unsafe
from securecare.documents.media import DOCX, ODT, XLSX

MOST_PARTS = 5000
MOST_UNPACKED = 300 * 1024 * 1024
"""Bytes of everything in it together."""
MOST_SWELLING = 200
"""How many bytes may come of one, in a part of more than `SMALL`."""
SMALL = 1024 * 1024
PIECE = 64 * 1024
_LOCAL = struct.Struct("<4s5H3I2H")
_ENTRY = b"PK\x01\x02"
_BURSTS = "unpacked, it would be far larger than it looks"
_BROKEN = "it is damaged, or was made to look like an office file"


def type_of(file: BinaryIO) -> str:
    """Word, Excel or OpenDocument text; raises `NotThisKind` for others and `Unsafe` for traps."""
    try:
        _require_short_list(file)
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _require_few(parts)
            found = _told_apart(archive, parts)
        _require_harmless_parts(parts)
        _require_own_bytes(parts)
        left = MOST_UNPACKED
        for part in parts:
            left -= _unpacked(file, part, left)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError):
        raise Unsafe(_BROKEN) from None
    return found


def _require_short_list(file: BinaryIO) -> None:
    """Raise `Unsafe` before a list of parts is read that takes long to read and holds nothing.

    Counted by the mark that each entry begins with; what the archive says of their number is not
    believed.
    """
    found, tail = 0, b""
    file.seek(0)
    while block := file.read(PIECE):
        seen = tail + block
        found += seen.count(_ENTRY)
        if found > 2 * MOST_PARTS:
            raise Unsafe(_BURSTS)
        # What is cut off in between is found with the next block, and nothing is counted twice.
        tail = seen[-(len(_ENTRY) - 1) :]
    file.seek(0)


def _require_few(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unsafe(_BURSTS)


def _told_apart(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
    names = {part.filename for part in parts}
    if "[Content_Types].xml" in names:
        for main, kind in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
            if main in names:
                return kind
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as told:
            if told.read(200).strip() == ODT.encode():
                return ODT
    raise NotThisKind("an archive or an office file of another type")


def _require_harmless_parts(parts: list[zipfile.ZipInfo]) -> None:
    for part in parts:
        name = part.filename.lower()
        if name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")):
            raise Unsafe("there are programs (macros) in it")
        if part.flag_bits & 0x1:
            raise Unsafe("it is locked with a password")


def _require_own_bytes(parts: list[zipfile.ZipInfo]) -> None:
    """Parts that share their bytes make a small archive burst (Fifield, "A better zip bomb")."""
    end = 0
    for part in sorted(parts, key=lambda each: each.header_offset):
        if part.header_offset < end:
            raise Unsafe(_BURSTS)
        end = part.header_offset + _LOCAL.size + part.compress_size


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo, most: int) -> int:
    """How many bytes a part really has; raises `Unsafe` if more than allowed or other than told."""
    file.seek(part.header_offset)
    head = _LOCAL.unpack(file.read(_LOCAL.size))
    if head[0] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    file.seek(head[-2] + head[-1], 1)
    if part.compress_type == zipfile.ZIP_STORED:
        if part.file_size != part.compress_size:
            raise zipfile.BadZipFile
        return part.file_size
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile
    most = min(most, max(SMALL, MOST_SWELLING * part.compress_size))
    size = _inflated(file, part.compress_size, most)
    if size != part.file_size:
        raise zipfile.BadZipFile
    return size


def _inflated(file: BinaryIO, packed: int, most: int) -> int:
    stream, size = zlib.decompressobj(-15), 0
    while packed and not stream.eof:
        block = file.read(min(PIECE, packed))
        if not block:
            raise zipfile.BadZipFile
        packed -= len(block)
        while block and not stream.eof:
            size += len(stream.decompress(block, PIECE))
            block = stream.unconsumed_tail
            if size > most:
                raise Unsafe(_BURSTS)
    while not stream.eof and (rest := stream.decompress(b"", PIECE)):
        size += len(rest)
        if size > most:
            raise Unsafe(_BURSTS)
    if not stream.eof:
        raise zipfile.BadZipFile
    return size

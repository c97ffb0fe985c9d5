"""Encrypted files: whole and in their place they open, and no other way."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securecare.documents import chunks
from securecare.documents.chunks import CHUNK, MARK, TAG, Opened, Sealer, new_key, size_of
from securecare.documents.errors import FileAltered

KEY, NAME = new_key(), "1/ab/" + "ab" * 16 + "." + "0" * 16
CONTENT = bytes(range(256)) * (3 * CHUNK // 256) + b"the end"
STEP = CHUNK + TAG


def sealed(content: bytes, key: bytes = KEY, name: str = NAME) -> bytes:
    sealer = Sealer(key, name)
    parts = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)] or [b""]
    made = [sealer.chunk(part, last=part is parts[-1]) for part in parts]
    return MARK + b"".join(made)


def opened(file: bytes, size: int = len(CONTENT), key: bytes = KEY, name: str = NAME) -> bytes:
    return b"".join(Opened(io.BytesIO(file), key, name, size).chunks())


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, len(CONTENT)])
def test_what_was_sealed_opens(size: int) -> None:
    file = sealed(CONTENT[:size])
    assert len(file) == size_of(size)
    assert opened(file, size) == CONTENT[:size]


def test_every_altered_byte_is_found() -> None:
    file = sealed(CONTENT)
    for at in (0, 3, 4, CHUNK, CHUNK + 10, STEP + 4, len(file) - 1):
        altered = bytearray(file)
        altered[at] ^= 1
        with pytest.raises(FileAltered):
            opened(bytes(altered))


def test_cut_off_and_lengthened_files_do_not_open() -> None:
    file = sealed(CONTENT)
    for cut in (file[:-1], file[: 4 + 3 * STEP], file[: 4 + STEP], file[:4], b"", file + b"x"):
        with pytest.raises(FileAltered):
            opened(cut)
    # Said to be shorter, its last chunk then is one that was not the last.
    with pytest.raises(FileAltered):
        opened(file[: 4 + STEP], CHUNK)


def test_chunks_in_another_order_or_twice_do_not_open() -> None:
    file = sealed(CONTENT)
    first, second, rest = file[4 : 4 + STEP], file[4 + STEP : 4 + 2 * STEP], file[4 + 2 * STEP :]
    for mixed in (second + first + rest, first + first + rest):
        with pytest.raises(FileAltered):
            opened(MARK + mixed)


def test_a_file_in_the_place_of_another_does_not_open() -> None:
    file = sealed(CONTENT)
    with pytest.raises(FileAltered):
        opened(file, name=NAME.replace("ab", "cd"))
    with pytest.raises(FileAltered):
        opened(file, key=new_key())


def test_a_chunk_of_another_file_does_not_open() -> None:
    ours, other = sealed(CONTENT), sealed(CONTENT, name=NAME.replace("ab", "cd"))
    with pytest.raises(FileAltered):
        opened(ours[: 4 + STEP] + other[4 + STEP :])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(CONTENT) + 9), st.integers(1, 2 * CHUNK))
def test_it_can_be_read_from_anywhere(at: int, length: int) -> None:
    file = io.BufferedReader(Opened(io.BytesIO(SEALED), KEY, NAME, len(CONTENT)))
    file.seek(at)
    assert file.read(length) == CONTENT[at : at + length]


SEALED = sealed(CONTENT)


def test_chunks_have_the_size_that_is_written_down() -> None:
    assert (chunks.CHUNK, chunks.TAG) == (1024 * 1024, 16)

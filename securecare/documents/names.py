"""What an uploaded file is called: the last part of its path, without what could trick anybody."""

import re
import unicodedata

from securecare.documents.media import ENDINGS

LONGEST = 120
_FORBIDDEN = re.compile(r'[<>:"|?*%]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def cleaned(given: str, media_type: str) -> str:
    """The name as it is kept and given back on download.

    No folders, no invisible or direction-changing characters, nothing that a file system reads as
    more than a name; and an ending that fits what the bytes are, so that text called `run.bat` comes
    back as `run.bat.txt`.
    """
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    name = "".join(each for each in name if unicodedata.category(each)[0] != "C")
    name = " ".join(_FORBIDDEN.sub("_", name).split()).strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _with_ending(name or "document", ENDINGS[media_type])


def _with_ending(name: str, endings: tuple[str, ...]) -> str:
    stem, dot, ending = name.rpartition(".")
    if dot and stem and ending.lower() in endings:
        return f"{stem[: LONGEST - len(ending) - 1].rstrip('. ')}.{ending}"
    return f"{name[: LONGEST - len(endings[0]) - 1].rstrip('. ')}.{endings[0]}"

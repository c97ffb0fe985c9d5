"""A page of paper as a PDF, for the demo's documents: plain words under a letterhead.

Written out by hand, since nothing else in the product makes PDFs yet, and one page of text is one
object of a few kinds (ISO 32000-1, 7.5 and 9.4).
"""

from textwrap import wrap

WIDTH, HEIGHT, LEFT = 612, 792, 72
"""US Letter, in points, and the margin."""
TOP, LEADING, LINE_LETTERS = 700, 16, 78


def letter(head: str, title: str, paragraphs: tuple[str, ...]) -> bytes:
    """One page: who writes, what about, and the paragraphs."""
    lines = [_line("F2", 13, TOP + 40, head), _line("F2", 17, TOP, title)]
    at = TOP - 2 * LEADING
    for paragraph in paragraphs:
        for words in wrap(paragraph, LINE_LETTERS):
            lines.append(_line("F1", 11, at, words))
            at -= LEADING
        at -= LEADING // 2
    rule = f"0.8 w {LEFT} {TOP + 30} m {WIDTH - LEFT} {TOP + 30} l S"
    return _file("\n".join([rule, *lines]).encode("cp1252", "replace"))


def _line(font: str, size: int, at: int, words: str) -> str:
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {LEFT} {at} Td ({escaped}) Tj ET"


def _file(drawn: bytes) -> bytes:
    fonts = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        fonts.format("Helvetica").encode(),
        fonts.format("Helvetica-Bold").encode(),
    ]
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size, start = len(objects) + 1, len(made)
    made += f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode()
    made += f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(made)

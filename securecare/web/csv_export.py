"""Lists as CSV files: streamed, and harmless in a spreadsheet."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence

from starlette.responses import StreamingResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "％", "＝", "＋", "－", "＠")
Cell = str | int | float | None


def safe_cell(value: Cell) -> str:
    """The value as a cell that no spreadsheet takes for a formula.

    An apostrophe in front of text that begins like one, also behind spaces (OWASP, CSV injection).
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    written = value.replace("\x00", "")
    if written.startswith(FORMULA_STARTS) or written.lstrip().startswith(FORMULA_STARTS):
        return f"'{written}"
    return written


def lines(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as lines of CSV (RFC 4180), every cell quoted."""
    page = io.StringIO()
    writer = csv.writer(page, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([[safe_cell(cell) for cell in row] for row in rows])
    return page.getvalue()


def csv_file(
    name: str, head: Sequence[str], pages: AsyncIterator[Sequence[Sequence[Cell]]]
) -> StreamingResponse:
    """A download of rows as they are read, page by page. `name` is plain, without a person's."""

    async def written() -> AsyncIterator[str]:
        yield "\ufeff" + lines([head])  # the mark tells spreadsheets that this is UTF-8
        async for page in pages:
            yield lines(page)

    return StreamingResponse(
        written(),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "no-store",
        },
    )

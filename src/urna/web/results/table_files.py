"""A table as CSV, JSON, Parquet and XLSX. The same table gives the same bytes: no clock is in them.

A text that a spreadsheet would take for a formula stays a text: in XLSX by its type, in CSV by an apostrophe before it.
"""

import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec
import pyarrow  # type: ignore[import-untyped]  # it has no types
import pyarrow.parquet  # type: ignore[import-untyped]
from openpyxl import Workbook  # type: ignore[import-untyped]  # it has no types
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.styles import Font  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from urna.encoding.canonical import Moment
from urna.interop.nist.results.xml_writing import NO_XML
from urna.web.results.tables import Table, Value

FORMULA = ("=", "+", "-", "@", "\t", "\r")
NO_DAY = (1980, 1, 1, 0, 0, 0)
"""A zip file's own zero."""

JSON_HEAD, JSON_FOOT, JSON_BETWEEN = b"[\n", b"\n]\n", b",\n"


def table_files(table: Table, issued_at: Moment, *, is_spreadsheet: bool) -> Iterator[tuple[str, bytes]]:
    """The table's files: the ending of each, and its bytes.

    Args:
        table: the table.
        issued_at: of the results: a spreadsheet says when it was made.
        is_spreadsheet: whether there is an XLSX file too.
    """
    yield "csv", csv_file(table)
    yield "json", json_file(table)
    yield "parquet", parquet_file(_arrow(table))
    if is_spreadsheet:
        yield "xlsx", xlsx_file(table, issued_at)


def joined(ending: str, parts: Sequence[bytes]) -> bytes:
    """A table from the files of its parts, whose columns are the same.

    Args:
        ending: csv, json or parquet.
        parts: the parts' files with that ending.
    """
    match ending:
        case "csv":
            head = parts[0].partition(b"\n")
            return b"".join([head[0], head[1], *(part.partition(b"\n")[2] for part in parts)])
        case "json":
            bodies = [part[len(JSON_HEAD) : -len(JSON_FOOT)] for part in parts]
            return JSON_HEAD + JSON_BETWEEN.join(body for body in bodies if body) + JSON_FOOT
        case _:
            return parquet_file(pyarrow.concat_tables([pyarrow.parquet.read_table(BytesIO(part)) for part in parts]))


def csv_file(table: Table) -> bytes:
    """The table as CSV (RFC 4180, UTF-8, lines end with a newline); an empty cell is None."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_plain(value) for value in row] for row in table.rows)
    return text.getvalue().encode()


def json_file(table: Table) -> bytes:
    """The table as a JSON array of objects, one a line."""
    lines = (msgspec.json.encode(dict(zip(table.columns, row, strict=True))) for row in table.rows)
    return JSON_HEAD + JSON_BETWEEN.join(lines) + JSON_FOOT


def parquet_file(table: pyarrow.Table) -> bytes:
    """The table as Parquet."""
    sink = BytesIO()
    pyarrow.parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def xlsx_file(table: Table, issued_at: Moment) -> bytes:
    """The table as a spreadsheet, its first row held in place."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("urna")
    sheet.freeze_panes = "B2"
    sheet.append([_head_cell(sheet, name) for name in table.columns])
    sink = BytesIO()
    book.save(sink)
    return _filled(sink.getvalue(), "".join(_rows(table)), issued_at)


def _rows(table: Table) -> Iterator[str]:
    """The rows below the first one, as a sheet's file has them (ISO/IEC 29500-1, 18.3.1)."""
    letters = [get_column_letter(number) for number in range(1, len(table.columns) + 1)]
    for number, row in enumerate(table.rows, start=2):
        placed = zip(letters, row, strict=True)
        cells = (_cell(f"{letter}{number}", each) for letter, each in placed if each is not None)
        yield f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: str | int) -> str:
    """A number, or a cell that is text whatever it begins with."""
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    text = escape(value.translate(NO_XML))
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _filled(data: bytes, rows: str, issued_at: Moment) -> bytes:
    """The same workbook with more rows, packed without the time of packing."""
    sink = BytesIO()
    with ZipFile(BytesIO(data)) as packed, ZipFile(sink, "w", ZIP_DEFLATED) as again:
        for name in packed.namelist():
            content = packed.read(name)
            if name == "docProps/core.xml":
                content = _CORE.format(at=issued_at).encode()
            elif name == "xl/worksheets/sheet1.xml":
                content = content.replace(_END, rows.encode() + _END)
            info = ZipInfo(name, NO_DAY)
            info.compress_type = ZIP_DEFLATED
            again.writestr(info, content)
    return sink.getvalue()


_END = b"</sheetData>"

_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>urna</dc:creator>'
    '<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created></cp:coreProperties>'
)


def _head_cell(sheet: object, name: str) -> WriteOnlyCell:
    """The name of a column: text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, name)
    cell.data_type = "s"
    cell.font = Font(bold=True)
    return cell


def _is_formula(value: Value) -> bool:
    return isinstance(value, str) and value.startswith(FORMULA)


def _plain(value: Value) -> Value:
    return f"'{value}" if _is_formula(value) else value


def _arrow(table: Table) -> pyarrow.Table:
    """Columns with their types, which a table's parts share: text or 64-bit numbers."""
    columns = list(zip(*table.rows, strict=True)) if table.rows else [() for _ in table.columns]
    types = [pyarrow.string() if name in table.texts else pyarrow.int64() for name in table.columns]
    arrays = [pyarrow.array(values, kind) for values, kind in zip(columns, types, strict=True)]
    return pyarrow.Table.from_arrays(arrays, names=list(table.columns))

"""Workbooks for the tests: honest ones by xlsxwriter, hostile ones by hand."""

import io
import random
import zipfile
from functools import cache

import xlsxwriter


TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats'
    '-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="'
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/'
    'package/2006/relationships"><Relationship Id="rId1" Type="{type}" '
    'Target="{target}"/></Relationships>'
)
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{SHEET}" xmlns:r="{RELATION}">'
    '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
ROW = "<row><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c><c><v>1</v></c></row>"


def honest(rows, *, merged=(), dates=()):
    """A sheet of these cells; ``merged`` holds (top, left, bottom, right, value)."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if (row, column) in dates:
                    sheet.write_datetime(row, column, cell, day)
                elif isinstance(cell, int | float):
                    sheet.write_number(row, column, cell)
                else:
                    sheet.write_string(row, column, cell)
        for top, left, bottom, right, value in merged:
            sheet.merge_range(top, left, bottom, right, value)
    return content.getvalue()


def by_hand(body, *, head="", entries=0, extra=()):
    """A workbook whose one sheet is this XML, written in pieces."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        file.writestr("[Content_Types].xml", TYPES)
        office, parts = f"{RELATION}/officeDocument", f"{RELATION}/worksheet"
        file.writestr(
            "_rels/.rels", RELATIONS.format(type=office, target="xl/workbook.xml")
        )
        file.writestr("xl/workbook.xml", WORKBOOK)
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            RELATIONS.format(type=parts, target="worksheets/sheet1.xml"),
        )
        for name, text in extra:
            file.writestr(name, text)
        for number in range(entries):
            file.writestr(f"xl/media/{number}", b"")
        with file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            start = f'<?xml version="1.0"?>{head}<worksheet xmlns="{SHEET}"><sheetData>'
            sheet.write(start.encode())
            for piece in body:
                sheet.write(piece)
            sheet.write(b"</sheetData></worksheet>")
    return content.getvalue()


@cache
def gigabyte_sheet():
    """About 1 GB of rows in a file of a few hundred kilobytes."""
    block = (ROW * 10_000).encode()
    return by_hand(block for _ in range(1_450))


def plausible_rows():
    """Half a million rows of random numbers: no ratio gives them away."""
    random_ = random.Random(5)  # any numbers will do

    def block():
        cells = (f"<c><v>{random_.getrandbits(40)}</v></c>" for _ in range(40_000))
        return "".join(f"<row>{cell}{cell}</row>" for cell in cells).encode()

    return by_hand(block() for _ in range(13))


def far_cell():
    """Two cells, the second in the last column of the last row: a vast rectangle."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576">'
    return by_hand([cells.encode(), b"<v>1</v></c></row>"])


def lying_about_size(content):
    """The same archive with every unpacked size in its directory set to one byte."""
    changed = bytearray(content)
    place = changed.find(b"PK\x01\x02")
    while place >= 0:
        changed[place + 24 : place + 28] = (1).to_bytes(4, "little")
        place = changed.find(b"PK\x01\x02", place + 4)
    return bytes(changed)

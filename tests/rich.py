"""Makers of workbooks rich in what other writers lose: charts, pictures, buttons, macros, slicers.

Made with XlsxWriter and openpyxl; what neither can write is put into the package by hand.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from datetime import date

import hostile
import openpyxl
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.worksheet.datavalidation import DataValidation

RELATIONS = hostile.OFFICE
VBA = hostile.OLE + bytes(range(256)) * 20
TABLE_SLICER = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"


def picture(width: int = 24, height: int = 16) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        sum_ = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)

    rows = b"".join(b"\0" + b"\x1f\x3a\x5f" * width for _ in range(height))
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )  # fmt: skip


def plan(*, macros: bool = False, notes: int = 0, protect: bool = False) -> bytes:
    """A plan with all that XlsxWriter can write."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "use_future_functions": True})
    head = book.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": True})
    euro = book.add_format({"num_format": '#,##0.00 "€"', "italic": True})
    percent = book.add_format({"num_format": "0.0%", "bg_color": "#E2EFDA"})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet("Zahlen & Ziele")
    sheet.merge_range("A1:H1", "Key Account Konzeption 2026 – Größe <Müller>", head)
    sheet.merge_range("G3:H4", "zusammen", head)
    for column, text in enumerate(("Kennzahl", "Q1", "Q2", "Q3", "Q4", "Jahr", "Verlauf")):
        sheet.write(2, column, text, head)
    for row in range(3, 20):
        sheet.write(row, 0, f"Umsatz „{row}“")
        for column in range(1, 5):
            sheet.write_number(row, column, row * 100.25 + column, euro)
        sheet.write_formula(row, 5, f"=SUM(B{row + 1}:E{row + 1})", euro, row * 401.0 + 10)
        sheet.add_sparkline(row, 6, {"range": f"'Zahlen & Ziele'!B{row + 1}:E{row + 1}"})
    sheet.write_datetime("J5", date(2026, 9, 30), day)
    sheet.write_rich_string("J6", "ein ", head, "reicher", " Text")
    sheet.write_dynamic_array_formula("L5", "=SORT(B4:B8)", euro, 400.25)
    sheet.write_formula("J7", "=1/0", None, "#DIV/0!")
    sheet.write_url("J8", "https://firma.example/seite?a=1&b=2", string="Seite")
    sheet.data_validation("I4:I20", {"validate": "list", "source": ["offen", "erledigt"]})
    sheet.conditional_format("B4:E20", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("F4:F20", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.set_column("M:O", 14, percent)
    sheet.set_row(30, 22, percent)
    sheet.set_row(31, None, None, {"hidden": True})
    sheet.set_header("&L&G", {"image_left": "kopf.png", "image_data_left": io.BytesIO(picture())})
    sheet.set_footer("&P von &N")
    sheet.freeze_panes(3, 1)
    sheet.print_area("A1:L40")
    sheet.repeat_rows(2)
    sheet.write_comment("B5", "Bitte prüfen\nmit dem Einkauf", {"author": "Käthe", "visible": True})
    for row in range(notes):
        sheet.write_comment(99 + row, 1, f"Notiz {row}", {"author": "Käthe"})
    sheet.insert_image("J10", "bild.png", {"image_data": io.BytesIO(picture(60, 30))})
    sheet.insert_textbox("J14", "Hinweis: & < >", {"width": 160})
    sheet.insert_button("J18", {"macro": "Pruefen", "caption": "Prüfen"})
    sheet.insert_checkbox("K4", True)
    for kind in ("column", "line", "scatter", "pie"):
        chart = book.add_chart({"type": kind})
        chart.add_series(
            {
                "values": ["Zahlen & Ziele", 3, 1, 8, 1],
                "categories": ["Zahlen & Ziele", 3, 0, 8, 0],
                "data_labels": {"value": True},
            }
        )
        chart.set_title({"name": "Umsatz"})
        sheet.insert_chart(22 + 3 * len(kind), 9, chart)
    table = book.add_worksheet("Liste")
    table.add_table("A3:C8", {"name": "Liste", "columns": [{"header": one} for one in "ABC"],
                              "data": [[1, 2, 3]] * 5, "total_row": False})  # fmt: skip
    lone = book.add_chartsheet("Schaubild")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": ["Liste", 3, 0, 7, 0]})
    lone.set_chart(chart)
    hidden = book.add_worksheet("Versteckt")
    hidden.very_hidden()
    hidden.write("A1", "=kein Befehl")
    book.define_name("Umsatz", "='Zahlen & Ziele'!$B$4:$E$20")
    if protect:
        sheet.protect("geheim")
    if macros:
        book.add_vba_project(io.BytesIO(VBA), True)
    book.set_custom_property("Kunde", "Müller & Söhne")
    book.close()
    return out.getvalue()


def with_openpyxl() -> bytes:
    """A plan as openpyxl writes it: no shared parts for notes, other prefixes, no values."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Zahlen & Ziele"
    for row in range(1, 12):
        sheet.append([f"Zeile {row}", row, row / 7, date(2026, 1, row)])
    sheet["E5"] = "=SUM(B1:B10)"
    sheet["B3"].comment = Comment("Alte Notiz", "Sören", width=200, height=80)
    sheet.merge_cells("G2:H4")
    rule = DataValidation(type="whole", operator="between", formula1="1", formula2="9")
    sheet.add_data_validation(rule)
    rule.add("B1:B20")
    sheet.conditional_formatting.add("C1:C11", ColorScaleRule(start_type="min", start_color="FF0000",
                                                             end_type="max", end_color="00FF00"))  # fmt: skip
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=11))
    sheet.add_chart(chart, "J2")
    sheet.column_dimensions["B"].width = 4
    book.create_sheet("Leer")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# ---------------------------------------------------------------- surgery


def operated(data: bytes, change) -> bytes:
    """The workbook *data* after *change* has worked on its parts, a dict of name and text."""
    parts = hostile.parts_of(data)
    change(parts)
    return hostile.container(parts)


def _swap(parts: dict, name: str, old: str, new: str) -> None:
    text = parts[name].decode()
    assert old in text, (name, old)
    parts[name] = text.replace(old, new, 1).encode()


def _relate(parts: dict, listing: str, kind: str, target: str) -> str:
    text = parts.get(listing, hostile.relationships([]).encode()).decode()
    number = text.count("<Relationship ") + 1
    made = f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
    parts[listing] = text.replace("</Relationships>", made + "</Relationships>").encode()
    return f"rId{number}"


def _typed(parts: dict, name: str, kind: str) -> None:
    said = f'<Override PartName="/{name}" ContentType="{kind}"/>'
    _swap(parts, "[Content_Types].xml", "</Types>", said + "</Types>")


SHEET, SHEET_RELATIONS = "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"
BOOK, BOOK_RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def add_slicer(parts: dict) -> None:
    """A slicer of the table, as Excel 2013 and later keep it."""
    parts["xl/slicers/slicer1.xml"] = (
        f'{hostile.XML}<slicers xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<slicer name="A" cache="Slicer_A" caption="A" rowHeight="241300"/></slicers>'
    ).encode()
    parts["xl/slicerCaches/slicerCache1.xml"] = (
        f'{hostile.XML}<slicerCacheDefinition xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'name="Slicer_A" sourceName="A"><extLst><ext uri="{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}" '
        f'xmlns:x15="{TABLE_SLICER}"><x15:tableSlicerCache tableId="1" column="1"/></ext></extLst>'
        "</slicerCacheDefinition>"
    ).encode()
    _typed(parts, "xl/slicers/slicer1.xml", "application/vnd.ms-excel.slicer+xml")
    _typed(parts, "xl/slicerCaches/slicerCache1.xml", "application/vnd.ms-excel.slicerCache+xml")
    base = "http://schemas.microsoft.com/office/2007/relationships"
    one = _relate(
        parts, "xl/worksheets/_rels/sheet2.xml.rels", f"{base}/slicer", "../slicers/slicer1.xml"
    )
    two = _relate(parts, BOOK_RELATIONS, f"{base}/slicerCache", "slicerCaches/slicerCache1.xml")
    x14 = 'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    _swap(parts, "xl/worksheets/sheet2.xml", "</worksheet>",
          f'<extLst><ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}" {x14}><x14:slicerList>'
          f'<x14:slicer r:id="{one}"/></x14:slicerList></ext></extLst></worksheet>')  # fmt: skip
    _swap(parts, BOOK, "</workbook>",
          f'<extLst><ext uri="{{BBE1A952-AA13-448e-AADC-164F8A28A991}}" {x14}><x14:slicerCaches>'
          f'<x14:slicerCache r:id="{two}"/></x14:slicerCaches></ext></extLst></workbook>')  # fmt: skip


def add_thread(parts: dict) -> None:
    """A conversation at C6 of the first sheet, with its copy among the notes."""
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    person, talk = (
        "{11111111-2222-4333-8444-555555555555}",
        "{AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE}",
    )
    parts["xl/persons/person.xml"] = (
        f'{hostile.XML}<personList xmlns="{space}"><person displayName="Heike" id="{person}" '
        'userId="heike" providerId="None"/></personList>'
    ).encode()
    parts["xl/threadedComments/threadedComment1.xml"] = (
        f'{hostile.XML}<ThreadedComments xmlns="{space}"><threadedComment ref="C6" '
        f'dT="2026-03-04T10:11:12.00" personId="{person}" id="{talk}"><text>Stimmt das?</text>'
        f'</threadedComment><threadedComment ref="D9" dT="2026-03-05T10:11:12.00" personId="{person}" '
        'id="{ABABABAB-BBBB-4CCC-8DDD-EEEEEEEEEEEE}"><text>Anderes</text></threadedComment>'
        "</ThreadedComments>"
    ).encode()
    _typed(parts, "xl/persons/person.xml", "application/vnd.ms-excel.person+xml")
    _typed(parts, "xl/threadedComments/threadedComment1.xml",
           "application/vnd.ms-excel.threadedcomments+xml")  # fmt: skip
    base = "http://schemas.microsoft.com/office/2017/10/relationships"
    _relate(parts, BOOK_RELATIONS, f"{base}/person", "persons/person.xml")
    _relate(
        parts,
        SHEET_RELATIONS,
        f"{base}/threadedComment",
        "../threadedComments/threadedComment1.xml",
    )
    for ref, talk_id in (("C6", talk), ("D9", "{ABABABAB-BBBB-4CCC-8DDD-EEEEEEEEEEEE}")):
        _swap(parts, "xl/comments1.xml", "</authors>", f"<author>tc={talk_id}</author></authors>")
        author = parts["xl/comments1.xml"].count(b"<author>") - 1
        _swap(parts, "xl/comments1.xml", "</commentList>",
              f'<comment ref="{ref}" authorId="{author}" shapeId="0"><text><t>[Threaded comment]\n'
              "\nComment:\n    Stimmt das?</t></text></comment></commentList>")  # fmt: skip


def add_form_control(parts: dict) -> None:
    """A drop-down field of a form, printer settings, custom XML."""
    parts["xl/ctrlProps/ctrlProp1.xml"] = (
        f'{hostile.XML}<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'objectType="Drop" dropStyle="combo" dx="22" fmlaRange="$A$4:$A$9" sel="1" val="0"/>'
    ).encode()
    parts["xl/printerSettings/printerSettings1.bin"] = bytes(range(200))
    parts["customXml/item1.xml"] = b"<k:kunde xmlns:k='urn:kunde'>M\xc3\xbcller</k:kunde>"
    _typed(parts, "xl/ctrlProps/ctrlProp1.xml", "application/vnd.ms-excel.controlproperties+xml")
    _swap(parts, "[Content_Types].xml", "<Default ",
          '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.'
          'spreadsheetml.printerSettings"/><Default ')  # fmt: skip
    control = _relate(parts, SHEET_RELATIONS, f"{RELATIONS}/ctrlProp", "../ctrlProps/ctrlProp1.xml")
    printer = _relate(parts, SHEET_RELATIONS, f"{RELATIONS}/printerSettings",
                      "../printerSettings/printerSettings1.bin")  # fmt: skip
    _relate(parts, "_rels/.rels", f"{RELATIONS}/customXml", "customXml/item1.xml")
    text = parts[SHEET].decode()
    after = re.search(r"<legacyDrawing [^>]*/>(<legacyDrawingHF [^>]*/>)?", text)
    anchor = "<from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>40</xdr:row><xdr:rowOff>0</xdr:rowOff></from>"
    made = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="x14" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<controls><mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="1999" '
        f'r:id="{control}" name="Auswahl"><controlPr defaultSize="0"><anchor '
        'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">'
        f"{anchor}{anchor.replace('from', 'to')}</anchor></controlPr></control></mc:Choice>"
        "</mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>"
    )
    text = text[: after.end()] + made + text[after.end() :]
    text = re.sub(r"<pageSetup ", f'<pageSetup r:id="{printer}" ', text, count=1)
    parts[SHEET] = text.encode()
    vml = next(name for name in parts if name.endswith(".vml") and b"Note" in parts[name])
    _swap(parts, vml, "</xml>",
          '<v:shape id="Auswahl" o:spid="_x0000_s1999" type="#_x0000_t201" style="position:absolute">'
          '<v:textbox><div style="text-align:left"><font face="Arial">eins<br>zwei</font></div></v:textbox>'
          '<x:ClientData ObjectType="Drop"><x:Anchor>1,0,40,0,2,0,41,0</x:Anchor></x:ClientData>'
          "</v:shape></xml>")  # fmt: skip


def sign(parts: dict) -> None:
    """A digital signature, as far as a reader of parts sees it."""
    base = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature"
    parts["_xmlsignatures/origin.sigs"] = b""
    parts["_xmlsignatures/sig1.xml"] = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
    parts["_xmlsignatures/_rels/origin.sigs.rels"] = (
        hostile.relationships([]).replace("</Relationships>",
        f'<Relationship Id="rId1" Type="{base}/signature" Target="sig1.xml"/></Relationships>')
    ).encode()  # fmt: skip
    _swap(parts, "[Content_Types].xml", "<Default ",
          '<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.'
          'digital-signature-origin"/><Default ')  # fmt: skip
    _typed(parts, "_xmlsignatures/sig1.xml",
           "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml")  # fmt: skip
    _relate(parts, "_rels/.rels", f"{base}/origin", "_xmlsignatures/origin.sigs")


def make_strict(parts: dict) -> None:
    """The namespaces that Excel writes for "Strict Open XML"."""
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml":
            parts[name] = content.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            ).replace(hostile.MAIN.encode(), hostile.STRICT.encode())


def by_hand() -> bytes:
    """A plan of a careful hand: prefixes, no addresses, shared formulas, odd notation, no styles."""
    x = "x:"
    rows = (
        f"<{x}row><{x}c><{x}v>1</{x}v></{x}c><{x}c t='str'><{x}v>a &gt; b &#8364;</{x}v></{x}c></{x}row>"
        f"<{x}row r='5' spans='1:2'><{x}c r='B5'><{x}f t='shared' ref='B5:B6' si='0'>A5*2</{x}f>"
        f"<{x}v>4</{x}v></{x}c></{x}row>\n"
        f"<{x}row r='6' ht='20' customHeight='1'><{x}c r='B6' ><{x}f t='shared' si='0'/><{x}v>6</{x}v></{x}c>"
        f"<{x}c r='E6' t='inlineStr'><{x}is><{x}t>{'x' * 9}</{x}t></{x}is></{x}c></{x}row>"
    )
    sheet = (
        f"{hostile.XML}<{x}worksheet xmlns:x='{hostile.MAIN}'><!-- von Hand -->"
        f"<{x}sheetData>{rows}</{x}sheetData><{x}mergeCells count='1'><{x}mergeCell ref='G2:H4'/>"
        f"</{x}mergeCells></{x}worksheet>"
    )
    data = hostile.workbook(sheet, hostile.sheet(""), names=("Zahlen &amp; Ziele", "Leer"))
    parts = hostile.parts_of(data)
    del parts["xl/styles.xml"]
    relations = parts[BOOK_RELATIONS].decode()
    parts[BOOK_RELATIONS] = re.sub(r'<Relationship [^>]*styles.xml"/>', "", relations).encode()
    parts["[Content_Types].xml"] = (
        f'{hostile.XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/></Types>'
    ).encode()
    return hostile.container(parts)


def _all(*changes):
    def change(parts: dict) -> None:
        for one in changes:
            one(parts)

    return change


BOOKS = {
    "charts, pictures, sparklines": plan,
    "macros and buttons": lambda: plan(macros=True),
    "protected": lambda: plan(protect=True),
    "slicer": lambda: operated(plan(), add_slicer),
    "conversations": lambda: operated(plan(), add_thread),
    "form controls": lambda: operated(plan(macros=True), add_form_control),
    "everything": lambda: operated(
        plan(macros=True), _all(add_slicer, add_thread, add_form_control)
    ),
    "signed": lambda: operated(plan(), sign),
    "strict": lambda: operated(plan(), make_strict),
    "many notes": lambda: plan(notes=1021),
    "openpyxl": with_openpyxl,
    "by hand": by_hand,
}

import io
import re
from pathlib import Path

import command
import hostile
import openpyxl
import pytest
import python_calamine
import rich
from lxml import etree

from kam_reports.books import Unreadable, read_bytes
from kam_reports.model import Severity
from kam_reports.outputs.marked import (
    Found,
    State,
    Unmarkable,
    Words,
    marked,
    markup,
    state_of,
)

FIRST = "Zahlen & Ziele"
WORDS = Words(
    "Prüfung", "Prüfung", "Markierte Kopie",
    ("Schwere", "Code", "Fundstelle", "Was nicht stimmt", "Was zu tun ist"),
    {Severity.ERROR: "Fehler", Severity.WARNING: "Warnung", Severity.INFO: "Hinweis"},
)  # fmt: skip
FOUND = (
    Found(Severity.ERROR, "V101", FIRST, "B5", "„ca. 1300“ ist <Text> & keine Zahl.", "=Zahl eintragen"),
    Found(Severity.WARNING, "V110", FIRST, "B5", "Auch dies.", "Prüfen"),
    Found(Severity.WARNING, "V203", FIRST, "B6:C7", "Ein Bereich.", "Prüfen"),
    Found(Severity.INFO, "V305", FIRST, "C6", "Ein Gespräch.", "Antworten"),
    Found(Severity.INFO, "V305", FIRST, "H4", "Unter verbundenen Zellen.", "Nachsehen"),
    Found(Severity.ERROR, "V010", FIRST, "N3", "Leere Zelle.", "Ausfüllen"),
    Found(Severity.ERROR, "V010", FIRST, "D31", "Leere Zelle einer Zeile mit Format.", "Ausfüllen"),
    Found(Severity.WARNING, "V010", FIRST, "XFD1048576", "Weit draußen.", "_x0041_ \x07 löschen"),
    Found(Severity.WARNING, "V010", FIRST, "A1:XFD900", "Zu viele.", "Prüfen"),
    Found(Severity.ERROR, "V005", FIRST, "", "Das Blatt.", "Ergänzen"),
    Found(Severity.WARNING, "V004", "", "", "Die Mappe.", "Ergänzen"),
    Found(Severity.WARNING, "V004", "Fehlt", "A1", "Ein Blatt, das es nicht gibt.", "Ergänzen"),
)  # fmt: skip
FILLED = {
    "B5": "FFFFC7CE", "B6": "FFFFE699", "C6": "FFFFE699", "B7": "FFFFE699", "C7": "FFFFE699",
    "N3": "FFFFC7CE", "D31": "FFFFC7CE", "XFD1048576": "FFFFE699", "A1": "FFFFE699",
}  # fmt: skip
NOTED = ("B5", "B6", "N3", "D31", "XFD1048576", "A1")


@pytest.fixture(scope="module", params=rich.BOOKS, ids=str)
def pair(request):
    data = rich.BOOKS[request.param]()
    return data, marked(data, FOUND, WORDS, "plan.xlsm").content


def canonical(element) -> bytes:
    return etree.tostring(element, method="c14n")


def local(element) -> str:
    return etree.QName(element).localname


def without_marks(name: str, before: bytes, after: bytes, look) -> bytes:
    """The part *after* with the marks taken off by an independent reader of XML."""
    old, new = etree.fromstring(before), etree.fromstring(after)
    match name.rsplit("/", 1)[-1]:
        case "[Content_Types].xml":
            known = {canonical(one) for one in old}
            remove(new, lambda one: canonical(one) not in known)
        case part if part.endswith(".rels"):
            known = {one.get("Id") for one in old}
            assert all(
                one.get("Id").startswith("rIdKam") for one in new if one.get("Id") not in known
            )
            remove(new, lambda one: one.get("Id") not in known)
        case "workbook.xml":
            remove(new.find("{*}sheets"), lambda one: one.get("name") == "Prüfung")
            names = new.find("{*}definedNames")
            remove(names, lambda one: one.get("name") == "_kam_reports_findings")
            if old.find("{*}definedNames") is None:
                new.remove(names)
        case "styles.xml":
            for kind in ("fonts", "fills", "cellXfs"):
                left, right = old.find(f"{{*}}{kind}"), new.find(f"{{*}}{kind}")
                assert int(right.get("count")) == len(right)
                del right[len(left) :]
                right.set("count", left.get("count"))
        case part if part.startswith("sheet"):
            unmark_sheet(old, new, look)
        case part if part.startswith("comment"):
            unmark_comments(old, new)
        case part if part.startswith("threaded"):
            known = {one.get("id") for one in old}
            remove(new, lambda one: one.get("id") not in known)
        case "person.xml":
            remove(new, lambda one: one.get("displayName") == "kam-reports")
    return canonical(new)


def remove(parent, unwanted) -> None:
    for one in list(parent):
        if unwanted(one):
            parent.remove(one)


def unmark_sheet(old, new, look) -> None:
    if old.find("{*}legacyDrawing") is None:
        pointer = new.find("{*}legacyDrawing")
        if pointer is not None:
            new.remove(pointer)
    rows = {one.get("r"): one for one in old.iterfind("{*}sheetData/{*}row")}
    for row in list(new.find("{*}sheetData")):
        first = rows.get(row.get("r"))
        cells = {one.get("r"): one for one in first} if first is not None else {}
        for cell in list(row):
            if cell.get("r") not in cells:
                assert not len(cell)
                assert cell.get("r") in FILLED or cell.get("r") in ("G2", "G3")
                row.remove(cell)
            elif cell.get("s") != (was := cells[cell.get("r")].get("s")):
                assert look(cell.get("s")) == look(was or "0")
                cell.attrib.pop("s")
                if was is not None:
                    cell.set("s", was)
        if first is None:
            assert not len(row)
            row.getparent().remove(row)
        elif row.get("spans") != first.get("spans"):
            row.set("spans", first.get("spans"))


def unmark_comments(old, new) -> None:
    texts = {one.get("ref"): one for one in old.iterfind("{*}commentList/{*}comment")}
    for one in list(new.find("{*}commentList")):
        if one.get("ref") not in texts:
            one.getparent().remove(one)
        elif (was := texts[one.get("ref")]) is not None:
            said, before = "".join(one.itertext()), "".join(was.itertext())
            assert said.startswith(before)
            one.getparent().replace(one, was)
    remove(new.find("{*}authors"), lambda one: one.text == "kam-reports")


def looks(styles: bytes):
    """What a look says besides its fill, by its number."""
    root = etree.fromstring(styles)
    known = [canonical_look(one) for one in root.find("{*}cellXfs")]
    return lambda number: known[int(number)]


def canonical_look(xf) -> str:
    said = {key: value for key, value in xf.attrib.items() if key not in ("fillId", "applyFill")}
    inside = [canonical(one) for one in xf]
    return repr((sorted(said.items()), inside))


def test_every_other_part_is_byte_identical_and_marks_can_be_taken_off(pair):
    before, after = map(hostile.parts_of, pair)
    signature = {name for name in before if name.startswith("_xmlsignatures/")}
    assert before.keys() - signature <= after.keys()
    look = looks(after[next(name for name in after if "tyles" in name)])
    changed = {name for name in before.keys() - signature if before[name] != after[name]}
    for name in changed:
        if name.endswith(".vml"):
            unmarked = unmarked_drawing(before[name], after[name])
            assert unmarked == before[name]
            continue
        old = before[name]
        if signature and name in ("[Content_Types].xml", "_rels/.rels"):
            continue
        assert without_marks(name, old, after[name], look) == canonical(etree.fromstring(old)), name
    assert len(changed) <= 11
    for name in before:
        media = ("chart", "drawing", "media", "vba", "slicer", "ctrl", "printer", "custom", "table")
        if any(word in name for word in media) and not name.endswith(".vml"):
            assert before[name] == after[name], name


def unmarked_drawing(before: bytes, after: bytes) -> bytes:
    """The drawing without boxes that it did not have, and without blocks it did not own."""
    known = set(re.findall(rb'id="(_x0000_s\d+)"', before))
    shapes = re.findall(rb'<v:shape [^>]*?id="(_x0000_s\d+)".*?</v:shape>', after, re.DOTALL)
    for number in set(shapes) - known:
        after = re.sub(
            rb'<v:shape [^>]*?id="' + number + rb'".*?</v:shape>', b"", after, flags=re.DOTALL
        )
    if b"_x0000_t202" not in before:
        after = re.sub(
            rb'<v:shapetype[^>]*?id="_x0000_t202".*?</v:shapetype>', b"", after, flags=re.DOTALL
        )
    said = re.search(rb'idmap[^>]*data="([^"]*)"', before)
    return re.sub(rb'(idmap[^>]*data=")[^"]*', rb"\g<1>" + said[1], after) if said else after


def transitional(parts):
    """A strict workbook with the namespaces that openpyxl knows."""
    new = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return {
        name: content.replace(hostile.STRICT.encode(), hostile.MAIN.encode()).replace(
            b"http://purl.oclc.org/ooxml/officeDocument/relationships", new
        )
        for name, content in parts.items()
    }


def test_openpyxl_finds_fills_notes_and_the_list(pair):
    if b"purl.oclc.org" in hostile.parts_of(pair[0])[rich.BOOK]:
        pair = [hostile.container(transitional(hostile.parts_of(one))) for one in pair]
    book = openpyxl.load_workbook(io.BytesIO(pair[1]))
    old = openpyxl.load_workbook(io.BytesIO(pair[0]))
    sheet = book[FIRST]
    for address, colour in FILLED.items():
        assert sheet[address].fill.fgColor.rgb == colour, address
        assert sheet[address].number_format == old[FIRST][address].number_format or address in (
            "N3",
            "D31",
        )
    for address in NOTED:
        assert sheet[address].comment is not None, address
    note = sheet["B5"].comment.text
    assert "V101" in note
    assert "V110" in note
    if old[FIRST]["B5"].comment:
        assert note.startswith(old[FIRST]["B5"].comment.text)
    listing = book["Prüfung"]
    assert book.sheetnames == [*old.sheetnames, "Prüfung"]
    assert [row[1].value for row in listing.iter_rows(min_row=5)] == [one.code for one in FOUND]
    assert listing["C5"].hyperlink.location == "'Zahlen & Ziele'!B5"
    assert listing["E5"].value == "=Zahl eintragen"
    assert listing["E5"].data_type == "s"


def test_calamine_reads_the_same_values(pair):
    before, after = (python_calamine.load_workbook(io.BytesIO(one)) for one in pair)
    for name in before.sheet_names:
        try:
            wanted = before.get_sheet_by_name(name).to_python()
        except python_calamine.CalamineError:
            continue
        assert after.get_sheet_by_name(name).to_python() == wanted


def test_merged_cells_are_marked_where_they_show(pair):
    book = hostile.container(transitional(hostile.parts_of(pair[1])))
    sheet = openpyxl.load_workbook(io.BytesIO(book))[FIRST]
    area = next(one for one in sheet.merged_cells.ranges if "H4" in one.coord or one.max_row == 4)
    anchor = sheet.cell(area.min_row, area.min_col)
    assert anchor.fill.fgColor.rgb == "FFDDEBF7"
    assert "Unter verbundenen" in anchor.comment.text


def test_every_part_is_well_formed_and_known(pair):
    parts = hostile.parts_of(pair[1])
    types = etree.fromstring(parts["[Content_Types].xml"])
    known = {one.get("PartName") for one in types if one.get("PartName")}
    endings = {one.get("Extension").lower() for one in types if one.get("Extension")}
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
        assert (
            f"/{name}" in known
            or name.rsplit(".", 1)[-1].lower() in endings
            or name == "[Content_Types].xml"
        )
    assert {one[1:] for one in known} <= parts.keys()


def blocks_of(parts):
    """The blocks of numbers that each drawing takes, and the numbers of its boxes."""
    for name, content in parts.items():
        if name.endswith(".vml"):
            said = re.search(rb'idmap[^>]*data="([^"]*)"', content)[1]
            numbers = [int(one) for one in re.findall(rb'(?:id|spid)="_x0000_s(\d+)"', content)]
            yield name, {int(one) for one in said.split(b",")}, numbers


def test_boxes_have_numbers_of_their_own_in_blocks_of_their_own(pair):
    before, after = (list(blocks_of(hostile.parts_of(one))) for one in pair)
    old = {name: (blocks, numbers) for name, blocks, numbers in before}
    taken = {block for blocks, _ in old.values() for block in blocks}
    assert after
    for name, blocks, numbers in after:
        known_blocks, known = old.get(name, (set(), []))
        assert len(numbers) == len(set(numbers))
        assert known_blocks <= blocks
        assert not (blocks - known_blocks) & taken
        taken |= blocks
        assert {number // 1024 for number in set(numbers) - set(known)} <= blocks


def test_a_conversation_gets_a_reply_and_keeps_what_was_said():
    data = rich.BOOKS["conversations"]()
    after = hostile.parts_of(marked(data, FOUND, WORDS, "plan.xlsx").content)
    talk = etree.fromstring(after["xl/threadedComments/threadedComment1.xml"])
    assert [one.get("ref") for one in talk] == ["C6", "C6", "D9"]
    assert talk[1].get("parentId") == talk[0].get("id")
    assert "Ein Gespräch." in "".join(talk[1].itertext())
    people = etree.fromstring(after["xl/persons/person.xml"])
    assert talk[1].get("personId") == people[1].get("id")
    assert b"Reply:\n    Hinweis V305" in after["xl/comments1.xml"]


def test_signatures_are_left_out_and_that_is_said():
    copy = marked(rich.BOOKS["signed"](), FOUND, WORDS, "plan.xlsx")
    assert copy.signed
    parts = hostile.parts_of(copy.content)
    assert not [name for name in parts if "signature" in name]
    assert b"origin.sigs" not in parts["_rels/.rels"]
    assert b"sig1" not in parts["[Content_Types].xml"]


def test_the_same_findings_give_the_same_bytes():
    data = rich.plan()
    assert marked(data, FOUND, WORDS, "a").content == marked(data, FOUND, WORDS, "a").content


def test_a_marked_copy_is_not_marked_again():
    once = marked(rich.plan(), FOUND, WORDS, "plan.xlsx").content
    with pytest.raises(Unmarkable, match="marked"):
        marked(once, FOUND, WORDS, "plan.xlsx")


def test_the_sheet_of_findings_never_takes_a_name_that_is_there():
    data = rich.operated(
        rich.plan(), lambda parts: rich._swap(parts, rich.BOOK, "Liste", "prüfung")
    )
    book = openpyxl.load_workbook(io.BytesIO(marked(data, FOUND, WORDS, "x").content))
    assert book.sheetnames[-1] == "Prüfung (2)"


@pytest.mark.parametrize(
    "data", [b"", b"kein Excel", hostile.compound("EncryptedPackage"), hostile.bomb(64)], ids=len
)
def test_what_cannot_be_read_is_not_marked(data):
    with pytest.raises(Unreadable):
        marked(data, FOUND, WORDS, "plan.xlsx")


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_workbook_is_refused_or_marked_without_another_value(seed):
    data = hostile.mutant(rich.plan(), seed)
    try:
        made = marked(data, FOUND, WORDS, "plan.xlsx").content
    except (Unreadable, Unmarkable):
        return
    assert [one.cells for one in read_bytes(made, "x").sheets[:-1]] == [
        one.cells for one in read_bytes(data, "x").sheets
    ]


@pytest.mark.parametrize(
    "tag", ['<a b=">" c=\'"\'>', "<a b='it\"s'/>", '<a b="it\'s > that" >', "<a>"]
)
def test_a_tag_ends_where_xml_ends_it(tag):
    assert markup.tag_end(f"{tag}<b/>".encode(), 0) == len(tag)


def test_attributes_are_set_where_they_stand():
    said = markup.with_attributes(b"<c x=\"s='1'\" s = '2'/>", {"s": "9", "t": "n"})
    assert said == b'<c x="s=\'1\'" s="9" t="n"/>'


# ---------------------------------------------------------------- the command


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marked")
    from kam_reports import actions

    actions.lay_out_example(folder / "demo")
    return folder / "demo"


def test_check_marks_copies_and_leaves_the_originals(workspace, tmp_path):
    originals = {path: path.read_bytes() for path in workspace.rglob("*.xlsx")}
    first = command.kam_here(
        "check", "--workspace", workspace, "--mark", tmp_path / "m", "--format", "json"
    )
    assert first.returncode == 1
    assert "18 markierte Kopien" in first.stderr
    assert first.stdout.startswith("[")
    assert {path: path.read_bytes() for path in originals} == originals
    copies = sorted((tmp_path / "m").rglob("*.xlsx"))
    assert len(copies) == 18
    book = openpyxl.load_workbook(tmp_path / "m/plans/Falkrode Heizungsbau Gruppe.xlsx")
    assert "ca. 1.150" in book["Zahlen"]["O11"].comment.text
    made = {path: path.read_bytes() for path in copies}
    command.kam_here("check", "--workspace", workspace, "--mark", tmp_path / "m")
    assert {path: path.read_bytes() for path in copies} == made


def test_copies_never_go_where_the_originals_lie(workspace):
    for folder in (workspace, workspace / "plans"):
        refused = command.kam_here("check", "--workspace", workspace, "--mark", folder)
        assert refused.returncode == 2
        assert "dort liegen die Originale" in refused.stderr


def test_files_of_others_are_not_overwritten_and_settled_copies_go(workspace, tmp_path):
    plan = workspace / "plans/Falkrode Heizungsbau Gruppe.xlsx"
    other = tmp_path / "m" / plan.name
    other.parent.mkdir()
    other.write_bytes(plan.read_bytes())
    said = command.kam_here("check", plan, "--mark", other.parent, "--language", "en")
    assert "is another file" in said.stderr
    assert other.read_bytes() == plan.read_bytes()
    other.unlink()
    command.kam_here("check", plan, "--mark", other.parent)
    assert state_of(other) is State.COPY
    book = openpyxl.load_workbook(other)
    book.save(other)
    assert state_of(other) is State.EDITED
    said = command.kam_here("check", plan, "--mark", other.parent)
    assert "seither gearbeitet" in said.stderr


def test_unreadable_workbooks_are_said(tmp_path):
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "kaputt.xlsx").write_bytes(b"PK\x03\x04 kaputt")
    (folder / "verschluesselt.xlsx").write_bytes(hostile.compound("EncryptedPackage"))
    said = command.kam("check", folder, "--mark", tmp_path / "m")
    assert said.returncode == 1
    assert said.stderr.count("keine markierte Kopie") == 2
    assert "Traceback" not in said.stderr
    assert not Path(tmp_path / "m").exists()


@pytest.mark.office
@pytest.mark.parametrize("name", rich.BOOKS)
def test_libreoffice_reads_the_same_values(name, tmp_path):
    from office.libreoffice import convert

    data = rich.BOOKS[name]()
    for stem, content in (("vorher", data), ("nachher", marked(data, FOUND, WORDS, "x").content)):
        (tmp_path / f"{stem}.xlsx").write_bytes(content)
        convert(tmp_path / f"{stem}.xlsx", "ods", tmp_path)
    before, after = (
        python_calamine.load_workbook(str(tmp_path / f"{stem}.ods"))
        for stem in ("vorher", "nachher")
    )
    assert "Prüfung" in after.sheet_names
    for sheet in before.sheet_names:
        assert (
            after.get_sheet_by_name(sheet).to_python()
            == before.get_sheet_by_name(sheet).to_python()
        )

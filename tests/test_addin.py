"""The macro files are whole packages, and their buttons lead to procedures that exist."""

import io
import posixpath
import re
import zipfile

import openpyxl
import pytest
from lxml import etree
from oletools.olevba import VBA_Parser

from kam_reports.excel.addin import (
    BUTTONS,
    DESK,
    RIBBON,
    applescript,
    build_addin,
    build_cockpit,
    modules,
)
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording

LANGUAGES = ("de", "en")
PYTHON = r"C:\Users\Jörg Łukasz\Scripts\pythonw.exe"
INTERFACE = "{http://schemas.microsoft.com/office/2006/01/customui}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def wording(language):
    return Wording(language, Vocabulary.default())


def build(name, language="de", python=PYTHON):
    words = wording(language)
    code = modules(python, words, "0.1.0")
    if name == "addin":
        return build_addin(code, words)
    return build_cockpit(code, words, r"C:\Pläne & Müller")


FILES = [(name, language) for name in ("addin", "cockpit") for language in LANGUAGES]


@pytest.fixture(params=FILES, ids="-".join)
def package(request):
    return zipfile.ZipFile(io.BytesIO(build(*request.param)))


def test_every_part_is_well_formed(package):
    assert package.testzip() is None
    for name in package.namelist():
        if name.endswith((".xml", ".rels", ".vml")):
            etree.fromstring(package.read(name))


def test_every_part_has_a_type_and_every_type_a_part(package):
    types = etree.fromstring(package.read("[Content_Types].xml"))
    named = {each.get("PartName")[1:] for each in types if each.get("PartName")}
    endings = {each.get("Extension") for each in types if each.get("Extension")}
    parts = set(package.namelist()) - {"[Content_Types].xml"}
    assert named <= parts
    assert all(part in named or part.rpartition(".")[2] in endings for part in parts)


def test_every_relation_leads_to_a_part(package):
    seen = 0
    for name in package.namelist():
        if not name.endswith(".rels"):
            continue
        base = posixpath.dirname(posixpath.dirname(name))
        identities = []
        for relation in etree.fromstring(package.read(name)).iter(RELATION):
            identities.append(relation.get("Id"))
            target = relation.get("Target")
            path = target[1:] if target.startswith("/") else posixpath.join(base, target)
            assert posixpath.normpath(path) in package.namelist(), (name, target)
            seen += 1
        assert len(identities) == len(set(identities))
    assert seen


@pytest.mark.parametrize("name,language", FILES)
def test_two_builds_are_byte_identical(name, language, monkeypatch):
    first = build(name, language)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert build(name, language) == first


def test_another_python_or_language_is_another_file():
    assert len({build("addin", language, python) for language in LANGUAGES
                for python in (PYTHON, "/usr/bin/python3")}) == 4  # fmt: skip


def macros(package):
    """The public procedures without arguments, and those that take a ribbon control."""
    parser = VBA_Parser("a.xlsm", data=package.read("xl/vbaProject.bin"))
    text = "\n".join(code for _, _, name, code in parser.extract_all_macros() if "KamB" in name)
    plain = set(re.findall(r"^Public Sub (\w+)\(\)", text, re.MULTILINE))
    return plain, set(re.findall(r"^Public Sub (\w+)\(control As IRibbonControl\)", text, re.M))


def test_every_macro_name_exists(package):
    plain, ribbon = macros(package)
    called = [
        (name, found)
        for name in package.namelist()
        for found in re.findall(
            r"FmlaMacro>\[0\]!(\w+)<", package.read(name).decode("utf-8", "replace")
        )
    ]
    assert all(macro in plain for _, macro in called)
    if "customUI/customUI.xml" in package.namelist():
        tab = etree.fromstring(package.read("customUI/customUI.xml"))
        clicks = [each for each in tab.iter() if each.get("onAction")]
        assert len(clicks) == sum(map(len, RIBBON.values()))
        assert {each.get("onAction") for each in clicks} == {"KamButtons.KamRibbon"}
        assert ribbon == {"KamRibbon"}
        assert [each.get("id") for each in clicks] == [
            f"kam_{button.action}" for group in RIBBON.values() for button in group
        ]
    else:
        assert [macro for _, macro in called] == [button.macro for button in DESK]


def test_every_action_of_a_button_is_known():
    from kam_reports.excel.pressing import ACTIONS

    assert {button.action for button in BUTTONS} == set(ACTIONS)


@pytest.mark.parametrize("language,label", [("de", "Plan prüfen"), ("en", "Check plan")])
def test_the_tab_speaks_the_language(language, label):
    package = zipfile.ZipFile(io.BytesIO(build("addin", language)))
    tab = etree.fromstring(package.read("customUI/customUI.xml"))
    labels = [each.get("label") for each in tab.iter(f"{INTERFACE}button")]
    assert labels[0] == label
    assert len(set(labels)) == len(labels)


def test_the_addin_is_an_addin_and_the_cockpit_a_workbook():
    types = [
        zipfile.ZipFile(io.BytesIO(build(name))).read("[Content_Types].xml")
        for name in ("addin", "cockpit")
    ]
    assert b"excel.addin.macroEnabled.main+xml" in types[0]
    assert b"excel.sheet.macroEnabled.main+xml" in types[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cockpit_says_what_its_buttons_do(language):
    book = openpyxl.load_workbook(io.BytesIO(build("cockpit", language)))
    page = book["Cockpit"]
    assert r"C:\Pläne & Müller" in page["B2"].value
    words = wording(language)
    assert [page.cell(row, 3).value for row in range(4, 8)] == [
        words.phrase(f"excel.tip.{button.action}") for button in DESK
    ]


def test_the_applescript_quotes_everything_it_hands_to_the_shell():
    text = applescript().decode("ascii")
    (line,) = [line for line in text.splitlines() if "do shell script" in line]
    bare = re.sub(r"quoted form of \w+", "", line)
    assert not {"interpreter", "kamAction", "kamVersion", "bookName"} & set(
        re.findall(r"\w+", bare)
    )

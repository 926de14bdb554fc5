"""The VBA project is what others read, too, and VBA by its grammar."""

import io
import random
import re

import olefile
import pytest
from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from antlr4_vba.vbaLexer import vbaLexer
from antlr4_vba.vbaParser import vbaParser
from hypothesis import given
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser, decompress_stream

from kam_reports.excel.addin import BUTTONS, PROJECT, modules, vba_text
from kam_reports.excel.compound import compound_file
from kam_reports.excel.vbaproject import Kind, Module, compress, vba_project
from kam_reports.vocabulary import Vocabulary
from kam_reports.wording import Wording

WINDOWS = r"C:\Users\Jörg Łukasz 😀\AppData\Local\kam-reports\Scripts\pythonw.exe"
WORDINGS = [Wording(language, Vocabulary.default()) for language in ("de", "en")]
BUILT_IN = [Module("ThisWorkbook", kind=Kind.WORKBOOK), Module("Sheet1", kind=Kind.SHEET)]


def code(language=0, python=WINDOWS):
    return modules(python, WORDINGS[language], "0.1.0")


class Complaints(ErrorListener):
    def __init__(self):
        super().__init__()
        self.lines = []

    def syntaxError(self, _recognizer, _symbol, line, _column, message, _error):
        self.lines.append(f"{line}: {message}")


def complaints(text):
    """What the grammar of VBA has against *text*."""
    heard = Complaints()
    lexer = vbaLexer(InputStream(text))
    parser = vbaParser(CommonTokenStream(lexer))
    for each in (lexer, parser):
        each.removeErrorListeners()
        each.addErrorListener(heard)
    parser.startRule()
    return heard.lines


@pytest.mark.deep
@pytest.mark.parametrize("number", [0, 1])
def test_both_modules_are_vba_by_its_grammar(number):
    assert complaints(code()[number].source.decode("ascii")) == []


@pytest.mark.parametrize(
    "good,bad",
    [("Exit Sub\r\nFailed", "Exit Sb\r\nFailed"), ("End Sub\r\n", ""), ("vbExclamation,", "vb 1")],
)
def test_the_grammar_would_notice_a_slip(good, bad):
    text = code()[0].source.decode("ascii")
    assert good in text
    assert complaints(text.replace(good, bad, 1))


def test_olevba_reads_back_what_we_wrote():
    ours = [*BUILT_IN, *code()]
    parser = VBA_Parser("vbaProject.bin", data=vba_project(PROJECT, ours))
    assert parser.detect_vba_macros()
    read = {name.removesuffix(".bas").removesuffix(".cls"): text
            for _, _, name, text in parser.extract_all_macros()}  # fmt: skip
    for module in ours:
        assert read[module.name].encode() == module.source, module.name


def test_a_strict_reader_finds_no_fault_in_the_compound_file():
    data = vba_project(PROJECT, [*BUILT_IN, *code()])
    found = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_UNSURE)
    assert found.parsing_issues == []
    assert {"/".join(path) for path in found.listdir()} == {
        "PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT",
        "VBA/ThisWorkbook", "VBA/Sheet1", "VBA/KamButtons", "VBA/KamLauncher",
    }  # fmt: skip


def test_any_compound_file_can_be_read_back():
    rng = random.Random(7)
    for _ in range(60):
        sizes = [0, 1, 63, 64, 65, 511, 512, 4095, 4096, 4097, 70000]
        tree = {f"s{rng.randrange(10 ** rng.randrange(1, 9))}": rng.randbytes(rng.choice(sizes))
                for _ in range(rng.randrange(1, 40))}  # fmt: skip
        tree["VBA"] = {
            f"m{n}": rng.randbytes(rng.randrange(9000)) for n in range(rng.randrange(25))
        }
        found = olefile.OleFileIO(
            io.BytesIO(compound_file(tree)), raise_defects=olefile.DEFECT_UNSURE
        )
        inside = {f"VBA/{name}": data for name, data in tree.pop("VBA").items()}
        for name, data in {**tree, **inside}.items():
            assert found.openstream(name).read() == data
        assert found.parsing_issues == []


def test_a_compound_file_that_would_need_more_than_a_header_is_refused():
    with pytest.raises(ValueError, match="too many"):
        compound_file({"big": bytes(8_000_000)})


@given(st.binary(max_size=300) | st.text("ab\r\n ", max_size=9000).map(str.encode))
def test_what_is_compressed_can_be_decompressed(data):
    read = bytes(decompress_stream(bytearray(compress(data)))) if data else b""
    assert read[: len(data)] == data
    assert not read[len(data) :].strip(b"\0")


def test_incompressible_chunks_are_kept_raw():
    data = random.Random(1).randbytes(9000)
    assert bytes(decompress_stream(bytearray(compress(data))))[: len(data)] == data


def decoded(obscured, identity):
    """A hidden value as [MS-OVBA] 2.4.3.3 reads it back."""
    data = bytes.fromhex(obscured)
    key = data[0] ^ data[2]
    assert key == sum(identity.encode()) & 0xFF
    before, last, last_but_one, plain = key, data[2], data[1], []
    for byte in data[3:]:
        plain.append(byte ^ ((last_but_one + before) & 0xFF))
        before, last, last_but_one = plain[-1], byte, last
    ignored = (data[0] & 6) // 2
    assert int.from_bytes(bytes(plain[ignored : ignored + 4]), "little") == len(plain) - ignored - 4
    return bytes(plain[ignored + 4 :])


def test_the_project_is_visible_and_has_no_password():
    data = vba_project(PROJECT, [*BUILT_IN, *code()])
    text = olefile.OleFileIO(io.BytesIO(data)).openstream("PROJECT").read().decode()
    identity = re.search('ID="(.*?)"', text)[1]
    said = {name: re.search(f'{name}="(.*?)"', text)[1] for name in ("CMG", "DPB", "GC")}
    assert decoded(said["CMG"], identity) == bytes(4)
    assert decoded(said["DPB"], identity) == bytes(1)
    assert decoded(said["GC"], identity) == b"\xff"


@pytest.mark.parametrize("language", [0, 1])
def test_all_vba_is_ascii_and_every_line_short_enough_for_vba(language):
    for module in code(language, python="C:\\" + "Ünïcödé ☃\\" * 25 + "python.exe"):
        assert module.source.isascii()
        assert max(map(len, module.source.splitlines())) < 1000


def test_text_that_vba_could_spoil_is_refused():
    with pytest.raises(ValueError, match="line 2"):
        _ = Module("A", "' ä").source
    with pytest.raises(ValueError, match="line 2"):
        _ = Module("A", "' " + "x" * 1000).source


def spoken(expression):
    """What a VBA expression of texts and ChrW stands for."""
    data = b""
    for part in re.findall(r'"(?:[^"]|"")*"|ChrW\(\d+\)', expression):
        if part.startswith("ChrW"):
            data += int(part[5:-1]).to_bytes(2, "little")
        else:
            data += part[1:-1].replace('""', '"').encode("utf-16-le")
    return data.decode("utf-16-le")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_can_be_said_in_ascii(text):
    said = vba_text(text)
    assert said.isascii()
    assert "\n" not in said
    assert spoken(said) == text


def test_the_path_of_python_arrives_whole():
    lines = re.findall(r"^    KamPython = (.*)$", code()[1].code, re.MULTILINE)
    assert spoken(" ".join(lines)) == WINDOWS


def test_a_project_builds_to_the_same_bytes():
    assert vba_project(PROJECT, code()) == vba_project(PROJECT, code())


def test_every_button_has_its_procedure():
    text = code()[0].code
    for button in BUTTONS:
        assert f'Public Sub {button.macro}()\n    KamRun "{button.action}"\n' in text

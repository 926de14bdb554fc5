"""Builds the blank forms and the worked example: ``python -m kam_reports.outputs.forms [FOLDER]``.

Without a folder it is the repository's ``workbooks/``. The workbooks that LibreOffice saved stay
as they are; ``--office`` has it save them again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from kam_reports.kpis import KPIS, kpi_words
from kam_reports.outputs.files import write_whole
from kam_reports.outputs.forms import write_plan, write_scorecard
from kam_reports.outputs.forms.story import Fault, Story, faults_of, read_story, write_story
from kam_reports.vocabulary import Vocabulary

REPOSITORY = Path(__file__).resolve().parents[3] / "workbooks"
BLANK = {
    "Key-Account-Plan.xlsx": (write_plan, "de"),
    "Key-Account-Plan-EN.xlsx": (write_plan, "en"),
    "Vertriebspartner-Scorecard.xlsx": (write_scorecard, "de"),
    "Partner-Scorecard-EN.xlsx": (write_scorecard, "en"),
}
FAULTS_ABOVE = """\
# The faults planted in the worked example: which check must find what, and where.
# Written by python -m kam_reports.outputs.forms from the stories; not to be edited.
"""


def shipped_vocabulary() -> Vocabulary:
    """The words that a workspace without own measures knows."""
    units = {key: kpi.unit for key, kpi in KPIS.items()}
    return Vocabulary.default().with_metrics(kpi_words(), units)


def build(folder: Path, *, office: bool = False) -> list[Path]:
    """Write all workbooks below *folder*; the files that were written."""
    vocabulary = shipped_vocabulary()
    written = []
    for name, (write, language) in BLANK.items():
        written.append(write_whole(folder / "blank" / name, write(vocabulary, language)))
    faults: list[Fault] = []
    for story in stories(vocabulary):
        workbook = write_story(story, vocabulary)
        faults += faults_of(story, workbook)
        target = folder / "example" / story.file
        if story.saved_by_office and not office and saved_by_office(target):
            continue
        written.append(write_whole(target, workbook.content))
        if story.saved_by_office and office:
            save_with_office(target)
    written.append(write_whole(folder / "faults.toml", as_toml(faults).encode()))
    return written


def stories(vocabulary: Vocabulary) -> list[Story]:
    """The stories of the worked example, in their order."""
    return [read_story(path, vocabulary) for path in sorted((REPOSITORY / "story").glob("*.txt"))]


def as_toml(faults: Iterable[Fault]) -> str:
    """The planted faults as a file that tests and documents read."""
    tables = (
        "".join(
            f'{key} = "{value}"\n'
            for key, value in (
                ("code", fault.code),
                ("file", fault.file),
                ("sheet", fault.sheet),
                ("cell", fault.cell),
            )
        )
        for fault in sorted(faults, key=lambda fault: (fault.file, fault.code))
    )
    return FAULTS_ABOVE + "".join(f"\n[[fault]]\n{table}" for table in tables)


def saved_by_office(path: Path) -> bool:
    """Whether the workbook there was saved by LibreOffice."""
    if not path.is_file():
        return False
    with zipfile.ZipFile(path) as parts:
        return b"LibreOffice" in parts.read("docProps/app.xml")


def save_with_office(path: Path) -> None:
    """Have LibreOffice open and save the workbook."""
    with tempfile.TemporaryDirectory() as scratch:
        profile = Path(scratch, "profile").as_uri()
        subprocess.run(
            [
                "soffice", f"-env:UserInstallation={profile}", "--headless",
                "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", scratch, str(path),
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip
        write_whole(path, Path(scratch, path.name).read_bytes())


def main() -> None:
    """Build, and say what was built."""
    parser = argparse.ArgumentParser(prog="python -m kam_reports.outputs.forms")
    parser.add_argument("folder", nargs="?", type=Path, default=REPOSITORY)
    parser.add_argument("--office", action="store_true", help="save two workbooks by LibreOffice")
    chosen = parser.parse_args()
    for path in build(chosen.folder, office=chosen.office):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()

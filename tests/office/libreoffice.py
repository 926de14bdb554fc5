"""LibreOffice as a witness: opens, recalculates and prints what we wrote. Needs ``soffice``."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

PATIENCE = 600  # seconds, for a machine that is busy with other things


def convert(
    workbook: Path, to: str, folder: Path, settings: str = "", patience: float = PATIENCE
) -> Path:
    """*workbook* saved by LibreOffice as *to* (``pdf``, ``xlsx``, ``ods``) in *folder*.

    Each call has a profile of its own, with *settings* in it, so that no other LibreOffice is
    disturbed or joined. Nothing of it stays behind: one that takes too long ends with all that it
    started, which a time limit of ``subprocess.run`` would leave running.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        if settings:
            (Path(profile) / "user").mkdir()
            (Path(profile) / "user" / "registrymodifications.xcu").write_text(settings)
        said = Path(profile) / "said"
        with said.open("wb") as out:
            office = subprocess.Popen(
                [
                    "soffice",
                    f"-env:UserInstallation={Path(profile).as_uri()}",
                    *("--headless", "--norestore", "--convert-to", to),
                    *("--outdir", str(folder), str(workbook)),
                ],
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            office.wait(patience)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(office.pid, signal.SIGKILL)
            office.wait()
        told = said.read_text(errors="replace")
    made = folder / f"{workbook.stem}.{to.partition(':')[0]}"
    assert made.exists(), f"LibreOffice refused {workbook.name}: {told}"
    return made


def pages(pdf: Path, folder: Path, dpi: int = 60) -> list[Path]:
    """The pages of *pdf* as pictures."""
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", pdf, folder / pdf.stem], check=True)
    return sorted(folder.glob(f"{pdf.stem}-*.png"))

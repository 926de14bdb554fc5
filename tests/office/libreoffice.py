"""LibreOffice as a witness: opens, recalculates and prints what we wrote. Needs ``soffice``."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path


def convert(workbook: Path, to: str, folder: Path) -> Path:
    """*workbook* saved by LibreOffice as *to* (``pdf``, ``xlsx``) in *folder*.

    Each call has a profile of its own, so that no other LibreOffice is disturbed or joined.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        made = subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                to,
                "--outdir",
                str(folder),
                str(workbook),
            ],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    out = folder / f"{workbook.stem}.{to.partition(':')[0]}"
    assert out.exists(), f"LibreOffice refused {workbook.name}: {made.stdout}{made.stderr}"
    return out


def pages(pdf: Path, folder: Path, dpi: int = 60) -> list[Path]:
    """The pages of *pdf* as pictures."""
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", pdf, folder / pdf.stem], check=True)
    return sorted(folder.glob(f"{pdf.stem}-*.png"))

"""What the stub of the launcher starts: the shipped ``main`` with LibreOffice as xlwings' Excel."""

import json
import os
import sys
import time
import traceback
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from office import gridengine  # noqa: E402
from office.backend_uno import UnoBackend  # noqa: E402

from kam_reports.excel import main  # noqa: E402

action, name = sys.argv[1:]
folder = Path(os.environ["KAM_DONE"])
alerts, trouble = [], ""


def word(kind, said):
    """Leave word in the folder, whole or not at all."""
    made = folder / f"{os.getpid()}.tmp"
    made.write_text(json.dumps(said), encoding="utf-8")
    made.rename(made.with_suffix(kind))


# The press has come through. What it does waits until the screen is at rest.
word(".started", [action, name])
end = time.time() + 120
while not (folder / f"{os.getpid()}.go").exists() and time.time() < end:
    time.sleep(0.01)
try:
    backend = UnoBackend(os.environ["KAM_UNO_PIPE"])
    app, _ = gridengine.install(backend)
    code = main([action, "--book", name, "--addin", "0.1.0"])
    alerts = [prompt for _, prompt, *_ in app.alerts]
    trouble = "" if code == 0 else (Path.home() / ".kam_reports" / "excel.log").read_text()
    backend.end()
except BaseException:  # noqa: BLE001
    trouble = traceback.format_exc()
word(".json", {"words": [action, name], "alerts": alerts, "trouble": trouble})

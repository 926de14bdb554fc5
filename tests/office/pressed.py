"""What the stub of the launcher starts: the shipped ``main`` with LibreOffice as xlwings' Excel."""

import json
import os
import sys
import traceback
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from office import gridengine  # noqa: E402
from office.backend_uno import UnoBackend  # noqa: E402

from kam_reports.excel import main  # noqa: E402

action, name = sys.argv[1:]
alerts, trouble = [], ""
try:
    backend = UnoBackend(os.environ["KAM_UNO_PIPE"])
    app, _ = gridengine.install(backend)
    code = main([action, "--book", name, "--addin", "0.1.0"])
    alerts = [prompt for _, prompt, *_ in app.alerts]
    trouble = "" if code == 0 else (Path.home() / ".kam_reports" / "excel.log").read_text()
    backend.end()
except BaseException:  # noqa: BLE001
    trouble = traceback.format_exc()
folder = Path(os.environ["KAM_DONE"])
said = {"words": [action, name], "alerts": alerts, "trouble": trouble}
made = folder / f"{os.getpid()}.tmp"
made.write_text(json.dumps(said), encoding="utf-8")
made.rename(made.with_suffix(".json"))

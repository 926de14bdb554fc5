"""1,000 mails planned with their pictures, in CPU ms each. python bench/mails.py [COUNT]

The accounts are those of the example, each many times under other IDs; PDFs are left out.
"""

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from kam_reports import actions, posting
from kam_reports.mailing.ledger import Ledger
from kam_reports.model import Period
from kam_reports.workspace import load_workspace

count = int(sys.argv[1]) if sys.argv[1:] else 1000
workspace = load_workspace(Path(__file__).parents[1] / "workbooks" / "example" / "kam.toml")
mail = replace(workspace.mail, pdf=False, cc_account_manager=False)
workspace = replace(workspace, mail=mail)
occasion = actions.occasion_of(Period(2026, "Q", 3), None, workspace)
reviewed = actions.review(
    actions.read(workspace.inputs, workspace, occasion=occasion), occasion, workspace
)
with tempfile.TemporaryDirectory() as home:
    made, begin, rounds = 0, time.process_time(), 0
    while made < count:
        post = posting.Post(
            replace(workspace, folder=Path(home)), f"2026Q3-{rounds}", Ledger(Path(home) / "mail")
        )
        posting._plan_of(
            post, reviewed, ("K", "k@kelvenau.example"), ("customer", "partner"), "b",
            skip_missing=True, rehearsal=False,
        )
        made += len(post.mails)
        rounds += 1
        if rounds == 2:
            early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = time.process_time() - begin
    sizes = [mail.size for mail in post.mails]
    late = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{made} mails, {1000 * spent / made:.0f} ms CPU each, table and ledger included")
    print(f"largest {max(sizes) / 1000:.0f} kB; memory grew by {(late - early) / 1000:.1f} MB")

"""Sends an outbox and prints the memory it took after 50 and after all mails, in kB."""

import resource
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from kam_reports.mailing.sending import Limits, send_all
from kam_reports.mailing.transports.smtp import Smtp
from mail.outgoing import SENDER, post_of
from mail.postbox import PASSWORD, USER

home, port, ca_file = sys.argv[1:]
post = post_of(Path(home))
smtp = Smtp(
    "localhost", int(port), "starttls", "password", USER, SENDER[1], PASSWORD, Path(ca_file)
)
mails = post.mails
for part in (mails[:50], mails[50:]):
    send_all(post.ledger, part, smtp, Limits(100_000, 100_000, 5))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

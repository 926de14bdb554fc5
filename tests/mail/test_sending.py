"""Mails go out over a real server: once, encrypted, and what became of each is known."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from command import kam

from kam_reports.mailing.ledger import State
from mail.outgoing import SENDER, planned, post_of, rewritten, settings
from mail.postbox import PASSWORD, TOKEN, USER, Postbox

pytestmark = pytest.mark.mail
KEY = {"KAM_REPORTS_MAIL_PASSWORD": PASSWORD}


@pytest.fixture
def server(tmp_path):
    made = []

    def start(**facts):
        (tmp_path / "server").mkdir(exist_ok=True)
        box = Postbox(tmp_path / "server", **facts)
        box.start()
        made.append(box)
        return box

    yield start
    for box in made:
        if box.server is not None:
            box.stop()


def outbox(tmp_path, box, addresses, **more):
    security = "tls" if box.tls else "starttls"
    toml = settings(port=box.port, ca_file=str(box.ca_file), security=security, **more)
    return planned(tmp_path / "home", addresses, toml=toml)


def send(tmp_path, confirm, *words, env=None, **more):
    home = tmp_path / "home"
    return kam(
        "mail", "send", "--workspace", home, "--confirm", confirm, *words,
        env=KEY if env is None else env, **more,
    )  # fmt: skip


def people(count, domain="kunde{}.example"):
    return [f"p{number}@{domain.format(number)}" for number in range(count)]


# ---------------------------------------------------------------- the plain way


@pytest.mark.parametrize("tls", [False, True])
def test_every_mail_goes_out_once_encrypted_and_as_it_was_reviewed(tmp_path, server, tls):
    box = server(tls=tls)
    post = outbox(tmp_path, box, people(5))
    stored = {m.message_id: (post.ledger.folder / m.file).read_bytes() for m in post.mails}

    done = send(tmp_path, 5)
    again = send(tmp_path, 5)

    assert (done.returncode, again.returncode) == (0, 0), done.stderr
    assert Counter(one.identity for one in box.box.accepted) == Counter(stored.keys())
    assert all(one.data == stored[one.identity] for one in box.box.accepted)
    assert all(one.encrypted or tls for one in box.box.accepted)
    assert all(one.user == USER for one in box.box.accepted)
    assert "5 Mails (5 gesendet)" in done.stdout
    assert {m.state for m in post.mails} == {State.SENT}
    assert all(m.reply.startswith("250 ") for m in post.mails)


def test_xoauth2_logs_in_with_a_token_and_a_wrong_one_is_refused(tmp_path, server):
    box = server()
    outbox(tmp_path, box, people(2), login="xoauth2")
    wrong = send(tmp_path, 2, env={"KAM_REPORTS_MAIL_TOKEN": "alt-4711"})
    right = send(tmp_path, 2, env={"KAM_REPORTS_MAIL_TOKEN": TOKEN})

    assert wrong.returncode == 2
    assert "lässt review@kelvenau.example nicht hinein" in wrong.stderr
    assert "alt-4711" not in wrong.stderr + wrong.stdout
    assert right.returncode == 0, right.stderr
    assert box.box.logins == ["refused", "xoauth2"]
    assert len(box.box.accepted) == 2


def test_a_wrong_password_stops_everything_and_is_never_shown(tmp_path, server):
    box = server(talkative=True)
    post = outbox(tmp_path, box, people(3))
    done = send(tmp_path, 3, env={"KAM_REPORTS_MAIL_PASSWORD": "Falsch-9876"})

    assert done.returncode == 2
    assert "who is that" in done.stderr
    assert "Benutzer und Passwort prüfen" in done.stderr
    assert {m.state for m in post.mails} == {State.PLANNED}
    everything = (done.stdout + done.stderr).encode()
    for path in (tmp_path / "home").rglob("*"):
        everything += path.read_bytes() if path.is_file() else b""
    for secret in (b"Falsch-9876", b"RmFsc2NoLTk4NzY"):
        assert secret not in everything


def test_without_a_password_the_command_says_where_it_may_stand(tmp_path, server):
    box = server()
    outbox(tmp_path, box, people(1))
    done = send(tmp_path, 1, env={"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"})
    assert done.returncode == 2
    assert "keyring set kam-reports review@kelvenau.example" in done.stderr
    assert box.box.connections == 0


# ---------------------------------------------------------------- certificates


def test_a_certificate_that_nobody_we_trust_has_signed_is_refused(tmp_path, server):
    box = server()
    post = planned(tmp_path / "home", people(2), toml=settings(port=box.port))
    done = send(tmp_path, 2)
    assert done.returncode == 2
    assert "Zertifikat von localhost ist nicht vertrauenswürdig" in done.stderr
    assert (box.box.accepted, box.box.logins) == ([], [])
    assert {m.state for m in post.mails} == {State.PLANNED}


@pytest.mark.parametrize("tls", [False, True])
def test_a_certificate_of_another_name_is_refused(tmp_path, server, tls):
    box = server(trusted=False, tls=tls)
    outbox(tmp_path, box, people(2))
    done = send(tmp_path, 2)
    assert done.returncode == 2
    assert "nicht vertrauenswürdig" in done.stderr
    assert (box.box.accepted, box.box.logins) == ([], [])


# ---------------------------------------------------------------- refusals and dead lines


def test_what_became_of_every_mail_is_known(tmp_path, server):
    box = server()
    addresses = [
        "p0@kunde0.example",
        "no550.b@kunde1.example",  # refused for good
        "full452.c@kunde2.example",  # put off
        "p3@kunde3.example",
        "spam554.e@kunde4.example",  # refused after the data
        "drop-rcpt.f@kunde5.example",  # the line dies, once
        "drop-data.g@kunde6.example",
        "drop-mid.h@kunde7.example",
        "deaf.i@kunde8.example",  # taken, and no answer
        "p9@kunde9.example",
    ]
    outbox(tmp_path, box, addresses)
    post = impatient(tmp_path, box)
    states = {m.recipient.partition("@")[0].partition(".")[0]: m for m in post.mails}

    found = {word: str(mail.state) for word, mail in states.items()}
    assert found == {
        "p0": "sent",
        "no550": "failed",
        "full452": "planned",
        "p3": "sent",
        "spam554": "failed",
        "drop-rcpt": "sent",
        "drop-data": "sent",
        "drop-mid": "unknown",  # small enough that it had left when the line died
        "deaf": "unknown",
        "p9": "sent",
    }
    assert "550 5.1.1" in states["no550"].reply
    assert "452 4.2.2" in states["full452"].reply
    took = Counter(one.to[0] for one in box.box.accepted)
    assert set(took.values()) == {1}
    assert took["deaf.i@kunde8.example"] == 1
    assert took["drop-mid.h@kunde7.example"] == 0


def test_a_large_mail_whose_line_died_before_its_end_is_certain_and_goes_again(tmp_path, server):
    box = server()
    post = outbox(tmp_path, box, ["drop-mid.a@kunde0.example"])
    (mail,) = post.mails
    data = (post.ledger.folder / mail.file).read_bytes()
    rewritten(post, mail, data.replace(b"alles gut", b"alles gut" + b"\r\nsehr gut" * 900_000))
    post = impatient(tmp_path, box)
    assert [m.state for m in post.mails] == [State.SENT]
    assert [event.state for event in post.ledger.events(post.run)] == [
        "planned", "sending", "planned", "sending", "sent",
    ]  # fmt: skip
    assert len(box.box.accepted) == 1


def impatient(tmp_path, box, stop_after=50):
    """Send in this process, with a clock that waits for nothing."""
    from kam_reports.mailing.sending import Clock, Limits, send_all
    from kam_reports.mailing.transports.smtp import Smtp

    post = post_of(tmp_path / "home")
    time_now = [0.0]

    def sleep(seconds):
        time_now[0] += seconds

    smtp = Smtp(
        "localhost", box.port, "tls" if box.tls else "starttls", "password", USER, SENDER[1],
        PASSWORD, box.ca_file,
    )  # fmt: skip
    send_all(
        post.ledger,
        post.ledger.mails(post.run, State.PLANNED),
        smtp,
        Limits(20, 10_000, stop_after),
        clock=Clock(lambda: time_now[0], sleep),
    )
    return post


def test_a_mail_that_was_put_off_is_tried_again_in_the_same_run(tmp_path, server):
    box = server()
    outbox(tmp_path, box, ["late451.a@k.example", "busy452.b@k.example", "p2@k.example"])
    post = impatient(tmp_path, box)
    assert {m.state for m in post.mails} == {State.SENT}
    assert Counter(one.to[0] for one in box.box.accepted).most_common(1)[0][1] == 1


def test_several_refusals_in_a_row_stop_the_run(tmp_path, server):
    box = server()
    addresses = [f"no550.{n}@kunde{n}.example" for n in range(8)] + people(3)
    post = outbox(tmp_path, box, addresses, stop_after=4)
    done = send(tmp_path, 11)
    assert done.returncode == 2
    assert "4 Mails nacheinander gingen nicht hinaus" in done.stderr
    assert post.ledger.counts(post.run) == {State.FAILED: 4, State.PLANNED: 7}


def test_a_sender_who_may_not_send_stops_the_run_before_anything_is_lost(tmp_path, server):
    box = server(refuse_sender=True)
    post = outbox(tmp_path, box, people(20))
    done = send(tmp_path, 20)
    assert done.returncode == 2
    assert "nimmt von review@kelvenau.example nichts an" in done.stderr
    assert {m.state for m in post.mails} == {State.PLANNED}


def test_a_server_that_is_not_there_is_named(tmp_path, server):
    box = server()
    post = outbox(tmp_path, box, people(2))
    box.stop()
    done = send(tmp_path, 2)
    assert done.returncode == 2
    assert f"localhost:{box.port}" in done.stderr or "localhost" in done.stderr
    assert {m.state for m in post.mails} == {State.PLANNED}


def test_the_daily_limit_holds_over_several_runs(tmp_path, server):
    box = server()
    post = outbox(tmp_path, box, people(9), per_day=4)
    first, second = send(tmp_path, 9), send(tmp_path, 9)
    assert (first.returncode, second.returncode) == (2, 2)
    assert "Tagesgrenze" in first.stderr
    assert len(box.box.accepted) == 4
    assert post.ledger.counts(post.run)[State.PLANNED] == 5


def test_the_rate_is_kept(tmp_path, server):
    box = server()
    outbox(tmp_path, box, people(4), per_minute=120)
    begin = time.monotonic()
    assert send(tmp_path, 4).returncode == 0
    assert time.monotonic() - begin >= 1.5


def test_a_copy_goes_to_the_account_manager_in_the_same_mail(tmp_path, server):
    from kam_reports.mailing.recipients import Addressee
    from kam_reports.model import Edition
    from mail.outgoing import subject

    box = server()
    one = Addressee(
        subject(1), Edition.CUSTOMER, "p1@kunde1.example", "Frau Eins", "de", "A1",
        "Jana Vogt", "jana.vogt@kelvenau.example", ("jana.vogt@kelvenau.example",),
    )  # fmt: skip
    outbox(tmp_path, box, [one])
    assert send(tmp_path, 1).returncode == 0
    assert box.box.accepted[0].to == ("p1@kunde1.example", "jana.vogt@kelvenau.example")


# ---------------------------------------------------------------- killed at any moment


def test_a_sender_killed_at_any_moment_sends_nothing_twice_and_loses_nothing(tmp_path, server):
    box = server(delay=0.03)
    post = outbox(tmp_path, box, people(200))
    dice, kills, rounds = random.Random(20260930), 0, 0
    words = [
        sys.executable, "-m", "kam_reports", "mail", "send", "--workspace",
        str(tmp_path / "home"), "--confirm", "200",
    ]  # fmt: skip
    import os

    env = {**os.environ, **KEY, "LANG": "de_DE.UTF-8"}
    while kills < 42 and post.ledger.counts(post.run)[State.PLANNED]:
        rounds += 1
        before = box.box.connections
        process = subprocess.Popen(
            words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while box.box.connections == before and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        time.sleep(dice.uniform(0.0, 0.35))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    done = send(tmp_path, 200)

    took = Counter(one.identity for one in box.box.accepted)
    states = {m.message_id: m.state for m in post.mails}
    unknown = {key for key, state in states.items() if state is State.UNKNOWN}
    print(f"kills {kills}, accepted {len(took)}, unknown {len(unknown)}, "
          f"of which accepted {len(unknown & took.keys())}")  # fmt: skip
    assert kills >= 40
    assert max(took.values()) == 1, "a mail was accepted twice"
    assert all(key in took for key, state in states.items() if state is State.SENT)
    assert took.keys() <= {k for k, s in states.items() if s in (State.SENT, State.UNKNOWN)}
    assert set(states.values()) <= {State.SENT, State.UNKNOWN}
    assert len(unknown) <= kills
    assert done.returncode == (1 if unknown else 0)

    # A person looks into "Sent" and decides; then nothing is left.
    open_ones = post.ledger.mails(post.run, State.UNKNOWN)
    for word, arrived in (("--sent", True), ("--again", False)):
        numbers = [mail.id for mail in open_ones if (mail.message_id in took) is arrived]
        if numbers:
            kam("mail", "resolve", *numbers, word, "--workspace", tmp_path / "home")
    assert send(tmp_path, 200).returncode == 0
    took = Counter(one.identity for one in box.box.accepted)
    assert len(took) == 200
    assert set(took.values()) == {1}


def test_two_senders_at_once_send_nothing_twice(tmp_path, server):
    box = server(delay=0.02)
    post = outbox(tmp_path, box, people(40))
    import os

    env = {**os.environ, **KEY, "LANG": "de_DE.UTF-8"}
    words = [
        sys.executable, "-m", "kam_reports", "mail", "send", "--workspace",
        str(tmp_path / "home"), "--confirm", "40",
    ]  # fmt: skip
    pair = [subprocess.Popen(words, env=env, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ends = [(process.communicate()[1], process.returncode) for process in pair]

    assert sorted(code for _, code in ends) in ([0, 0], [0, 2])
    if sorted(code for _, code in ends) == [0, 2]:
        assert any("wird gerade schon gesendet" in said for said, _ in ends)
    took = Counter(one.identity for one in box.box.accepted)
    assert len(took) == 40
    assert set(took.values()) == {1}
    assert {m.state for m in post.mails} == {State.SENT}


def test_without_the_lock_the_ledger_alone_keeps_two_senders_apart(tmp_path, server):
    from threading import Thread

    from kam_reports.mailing.sending import Limits, send_all
    from kam_reports.mailing.transports.smtp import Smtp

    box = server(delay=0.01)
    outbox(tmp_path, box, people(30))

    def one_sender():
        post = post_of(tmp_path / "home")
        smtp = Smtp(
            "localhost", box.port, "starttls", "password", USER, SENDER[1], PASSWORD, box.ca_file
        )
        mails = post.ledger.mails(post.run, State.PLANNED)
        send_all(post.ledger, mails, smtp, Limits(100_000, 1000, 50))

    threads = [Thread(target=one_sender) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = Counter(one.identity for one in box.box.accepted)
    assert len(took) == 30
    assert set(took.values()) == {1}


# ---------------------------------------------------------------- the log


def test_the_log_holds_every_step_and_opens_as_a_workbook(tmp_path, server):
    import openpyxl

    box = server()
    outbox(tmp_path, box, ["p0@kunde0.example", "no550.x@kunde1.example"])
    send(tmp_path, 2)
    folder = tmp_path / "home" / "mail" / "2026Q3"
    lines = (folder / "log.csv").read_text("utf-8").splitlines()
    assert lines[0] == "time,id,state,edition,subject_id,to,cc,message_id,reply"
    assert [line.split(",")[2] for line in lines[1:]] == [
        "planned",
        "planned",
        "sending",
        "sent",
        "failed",
    ]
    sheet = openpyxl.load_workbook(folder / "log.xlsx").worksheets[0]
    text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "550 5.1.1 mailbox unavailable" in text
    assert "250 2.0.0 queued" in text


def test_sending_needs_no_more_memory_for_more_mails(tmp_path, server):
    box = server()
    box.box.accepted = _Forgetful()
    post = outbox(tmp_path, box, people(150))
    big = b"\r\n" + b"x" * 76
    for mail in post.mails:
        data = (post.ledger.folder / mail.file).read_bytes()
        rewritten(post, mail, data.replace(b"alles gut", b"alles gut" + big * 1500))
    script = Path(__file__).with_name("measured.py")
    done = subprocess.run(
        [sys.executable, script, tmp_path / "home", str(box.port), box.ca_file],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    after_50, after_all = (int(n) for n in re.findall(r"\d+", done.stdout))
    print(done.stdout)
    assert after_all - after_50 < 20_000, "kB of resident memory"


class _Forgetful(list):
    """Counts, but keeps no bytes."""

    def append(self, one):
        one.data = b""
        super().append(one)

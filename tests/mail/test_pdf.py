"""The review as PDF: by a browser, by WeasyPrint, or not at all and said so."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from email import message_from_bytes
from email.policy import default
from io import BytesIO

import pytest
from command import kam
from pypdf import PdfReader

from kam_reports.mailing.opening import read_pdf
from kam_reports.model import Problem
from kam_reports.outputs import pdf

pytestmark = pytest.mark.mail


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    home = tmp_path_factory.mktemp("pdf") / "demo"
    assert kam("demo", home).returncode == 0
    for path in [*(home / "plans").iterdir(), *(home / "scorecards").iterdir()]:
        if "Brammelsen" not in path.name and "Wellbrück" not in path.name:
            path.unlink()
    assert kam("run", "--workspace", home, "--quarter", "2026Q3").returncode in (0, 1)
    return home


def attached(home):
    found = {}
    for path in sorted((home / "mail").rglob("*.eml")):
        message = message_from_bytes(path.read_bytes(), policy=default)
        found[path.name] = [
            (part.get_filename(), part.get_content()) for part in message.iter_attachments()
        ]
    return found


def test_the_browser_prints_the_review_and_the_mail_carries_it(demo, tmp_path):
    home = shutil.copytree(demo, tmp_path / "demo")
    done = kam("mail", "plan", "--workspace", home)
    assert done.returncode == 0, done.stderr
    found = attached(home)
    assert len(found) == 3  # two people at the account, one at the partner
    for name, files in found.items():
        ((file, data),) = files
        assert file.endswith(".pdf")
        page = read_pdf(data)
        wanted = "Brammelsen Haustechnik AG" if name.startswith("KA") else "Finanzkontor Wellbrück"
        assert wanted in " ".join(page.text.split())
        assert b"file:///" not in data
        assert "demo" not in page.text
    names = sorted(file for files in found.values() for file, _ in files)
    assert (
        names
        == ["Partnergespraech-2026Q3-VP-201.pdf"] + ["Quartalsgespraech-2026Q3-KA-1001.pdf"] * 2
    )
    assert len(list((home / "mail" / "pdf").iterdir())) == 2  # each printed once
    done = kam("mail", "check", "--workspace", home)
    assert (done.returncode, done.stdout) == (0, "")


def test_planning_again_prints_nothing_and_changes_nothing(demo, tmp_path):
    home = shutil.copytree(demo, tmp_path / "demo")
    kam("mail", "plan", "--workspace", home)
    before = {path: path.read_bytes() for path in (home / "mail").rglob("*.*ml")}
    kam("mail", "plan", "--workspace", home)
    assert {path: path.read_bytes() for path in (home / "mail").rglob("*.*ml")} == before


def test_without_browser_and_weasyprint_the_body_goes_alone_and_it_is_said(demo, tmp_path):
    home = shutil.copytree(demo, tmp_path / "demo")
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "weasyprint.py").write_text("raise ImportError('not here')")
    env = {"PATH": "/nowhere", "PYTHONPATH": str(tmp_path / "block")}
    done = kam("mail", "plan", "--workspace", home, env=env)
    assert done.returncode == 0, done.stderr
    assert "gehen ohne PDF hinaus" in done.stderr
    assert "kam-reports[pdf]" in done.stderr
    assert all(files == [] for files in attached(home).values())


def test_our_own_people_get_the_page_if_they_want_it_and_nobody_else(demo, tmp_path):
    home = shutil.copytree(demo, tmp_path / "demo")
    toml = (home / "kam.toml").read_text("utf-8")
    toml = toml.replace("[mail] ", "[mail]\nhtml_attachment = true\npdf = false\n#", 1)
    (home / "kam.toml").write_text(toml, "utf-8")
    done = kam("mail", "plan", "--workspace", home, "--edition", "customer,internal")
    assert done.returncode == 0, done.stderr
    for path in (home / "mail").rglob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=default)
        names = [part.get_filename() for part in message.iter_attachments()]
        wanted = ["Managementbericht-2026Q3-KA-1001.html"] if path.parent.name == "internal" else []
        assert names == wanted
    assert kam("mail", "check", "--workspace", home).returncode == 0


def test_weasyprint_prints_the_same_review(demo):
    page = (demo / "out" / "reports" / "customer" / "KA-1001.html").read_bytes()
    made = pdf.WeasyPrint().pdf(page)
    told = " ".join(read_pdf(made).text.split())
    assert "Brammelsen Haustechnik AG" in told
    assert b"file:///" not in made


def test_weasyprint_loads_nothing():
    page = b'<html><body><p>Hallo</p><img src="http://127.0.0.1:9/x.png"></body></html>'
    assert "Hallo" in read_pdf(pdf.WeasyPrint().pdf(page)).text


def test_the_browser_is_cut_off_from_the_network(tmp_path):
    """A page that wants a picture from a server of ours gets none."""
    import http.server
    import threading

    asked = []

    class Watch(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Watch)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = f'<p>Hallo</p><img src="http://localhost:{server.server_port}/x.png">'.encode()
    with closing(pdf.Browser(pdf.browser_at())) as browser:
        made = browser.pdf(page)
    server.shutdown()
    assert "Hallo" in read_pdf(made).text
    assert asked == []


# ---------------------------------------------------------------- one browser for all pages


@pytest.fixture
def counted(tmp_path):
    """A browser that notes each start, and how often it was started."""
    notes = tmp_path / "starts"

    def wrapped(first=""):
        program = tmp_path / "counted"
        program.write_text(
            f'#!/bin/sh\necho "$*" >> {notes}\n{first}\nexec {pdf.browser_at()} "$@"\n'
        )
        program.chmod(0o755)
        return program

    return wrapped, lambda: notes.read_text().splitlines()


def text_of(made):
    return " ".join(read_pdf(made).text.split())


def gone(pid):
    """Whether the browser and all that it started have ended."""
    for _ in range(600):
        try:
            os.killpg(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_one_browser_prints_all_the_reviews_of_a_plan(demo, tmp_path, counted):
    wrapped, starts = counted
    home = shutil.copytree(demo, tmp_path / "demo")
    toml = (home / "kam.toml").read_text("utf-8")
    toml = toml.replace("[mail] ", f"[mail]\nbrowser = {str(wrapped())!r}\n#", 1)
    (home / "kam.toml").write_text(toml, "utf-8")
    long = tmp_path / ("tmp" * 20)  # longer than the name of a socket may be
    long.mkdir()
    done = kam("mail", "plan", "--workspace", home, env={"TMPDIR": str(long)})
    assert done.returncode == 0, done.stderr
    assert len(list((home / "mail" / "pdf").iterdir())) == 2
    assert len(starts()) == 1
    assert not list(long.glob("kam-pdf-*"))
    kam("mail", "plan", "--workspace", home)
    assert len(starts()) == 1  # all is printed: none is started


def test_the_browser_that_stays_prints_what_one_for_a_page_prints(demo):
    page = (demo / "out" / "reports" / "customer" / "KA-1001.html").read_bytes()
    alone, stays = (pdf.Browser(pdf.browser_at()) for _ in range(2))
    alone._stays = False
    with closing(stays):
        stays.pdf(b"<p>Hallo</p>")
        one, other = (PdfReader(BytesIO(browser.pdf(page))) for browser in (alone, stays))
    assert [each.extract_text() for each in one.pages] == [
        each.extract_text() for each in other.pages
    ]
    assert [each.mediabox for each in one.pages] == [each.mediabox for each in other.pages]


def test_a_browser_that_dies_is_started_once_more(counted):
    wrapped, starts = counted
    with closing(pdf.Browser(wrapped())) as browser:
        assert "Hallo" in text_of(browser.pdf(b"<p>Hallo</p>"))
        first = browser._session.child.pid
        os.killpg(first, signal.SIGKILL)
        assert "noch einmal" in text_of(browser.pdf(b"<p>noch einmal</p>"))
        second = browser._session.child.pid
    assert len(starts()) == 2
    assert gone(first)
    assert gone(second)


@pytest.mark.parametrize(("fault", "seconds"), [("exit 1", 60), ("exec sleep 600", 1)])
def test_where_no_browser_stays_each_page_gets_one(counted, fault, seconds):
    wrapped, starts = counted
    program = wrapped(f'case "$*" in *--remote-debugging-pipe*) {fault};; esac')
    with closing(pdf.Browser(program, seconds)) as browser:
        for text in ("eins", "zwei"):
            assert text in text_of(browser.pdf(f"<p>{text}</p>".encode()))
    stayed = ["--remote-debugging-pipe" in line for line in starts()]
    assert stayed == [True, True, False, False]  # none that would stay is tried for the second


def test_no_browser_stays_behind_when_we_are_killed(tmp_path):
    code = (
        "import sys\nfrom kam_reports.outputs import pdf\n"
        "browser = pdf.Browser(pdf.browser_at())\nbrowser.pdf(b'<p>Hallo</p>')\n"
        "print(browser._session.child.pid, flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:  # fmt: skip
        pid = int(process.stdout.readline())
        process.kill()
    assert gone(pid)


def test_a_browser_that_is_named_but_not_there_is_said():
    with pytest.raises(Problem, match="There is no browser"):
        pdf.browser_at("netscape")


def test_a_browser_that_prints_nothing_is_said(tmp_path):
    dumb = tmp_path / "dumb"
    dumb.write_text("#!/bin/sh\nexit 0\n")
    dumb.chmod(0o755)
    with pytest.raises(Problem, match="made no PDF"):
        pdf.Browser(dumb).pdf(b"<p>Hallo</p>")


def test_every_page_of_the_pdf_is_a4(demo, tmp_path):
    page = (demo / "out" / "reports" / "customer" / "KA-1001.html").read_bytes()
    file = tmp_path / "a.pdf"
    with closing(pdf.Browser(pdf.browser_at())) as browser:
        file.write_bytes(browser.pdf(page))
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert "A4" in told, told

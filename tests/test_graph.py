"""Microsoft Graph, played by a server of our own that behaves as Microsoft documents it.

Microsoft 365 itself was never asked.
"""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from command import kam, kam_here
from mail.outgoing import planned, settings

from kam_reports.mailing.ledger import State
from kam_reports.mailing.sending import Unreachable
from kam_reports.mailing.transports.graph import Graph

TOKEN = {"KAM_REPORTS_MAIL_TOKEN": "eyJ0-Marke"}


@pytest.fixture
def graph():
    """A mailbox; ``answers`` are the next statuses, 202 or 201 if there are none."""

    class Mailbox(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.asked.append((self.path, self.headers["Authorization"], base64.b64decode(body)))
            status = (
                self.answers.pop(0)
                if self.answers
                else 201
                if self.path.endswith("messages")
                else 202
            )
            if status == 0:
                self.connection.close()
                return
            text = json.dumps(
                {"webLink": "https://outlook.example/1"} if status < 300
                else {"error": {"code": "x", "message": f"no, {self.headers['Authorization']}"}}
            ).encode()  # fmt: skip
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    Mailbox.answers = []
    Mailbox.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mailbox)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Mailbox.url = f"http://127.0.0.1:{server.server_port}/v1.0"
    yield Mailbox
    server.shutdown()
    server.server_close()
    thread.join()


def outbox(tmp_path, graph, count=3, **more):
    toml = settings(transport="graph", graph_url=graph.url, **more)
    return planned(tmp_path, [f"p{n}@kunde{n}.example" for n in range(count)], toml=toml)


def test_the_reviewed_bytes_are_sent_with_the_token(tmp_path, graph):
    post = outbox(tmp_path, graph)
    done = kam("mail", "send", "--confirm", 3, "--workspace", tmp_path, env=TOKEN)
    assert done.returncode == 0, done.stderr
    stored = [(post.ledger.folder / mail.file).read_bytes() for mail in post.mails]
    assert graph.asked == [("/v1.0/me/sendMail", "Bearer eyJ0-Marke", data) for data in stored]
    assert {mail.state for mail in post.mails} == {State.SENT}
    kam("mail", "send", "--confirm", 3, "--workspace", tmp_path, env=TOKEN)
    assert len(graph.asked) == 3


@pytest.mark.parametrize("status, state", [
    (400, State.FAILED), (413, State.FAILED), (429, State.PLANNED), (503, State.PLANNED),
    (401, State.PLANNED), (500, State.UNKNOWN), (504, State.UNKNOWN), (0, State.UNKNOWN),
])  # fmt: skip
def test_what_became_of_a_mail_follows_from_the_answer(tmp_path, graph, status, state):
    post = outbox(tmp_path, graph, 1)
    graph.answers[:] = [status]
    (mail,) = post.mails
    link = Graph(graph.url, "eyJ0-Marke")
    outcome = link.send(mail, b"...", lambda: True)
    assert outcome.state is state
    assert "eyJ0-Marke" not in outcome.reply


def test_a_mail_that_another_sender_has_is_left_alone(tmp_path, graph):
    post = outbox(tmp_path, graph, 1)
    assert Graph(graph.url, "t").send(post.mails[0], b"...", lambda: False).state is None
    assert graph.asked == []


def test_a_mail_that_is_too_large_for_one_request_is_refused_before_it_leaves(tmp_path, graph):
    post = outbox(tmp_path, graph, 1)
    outcome = Graph(graph.url, "t").send(post.mails[0], b"x" * 3_100_000, lambda: True)
    assert outcome.state is State.FAILED
    assert graph.asked == []


def test_a_mailbox_that_is_not_there_loses_nothing(tmp_path, graph):
    post = outbox(tmp_path, graph, 1)
    link = Graph("http://127.0.0.1:9/v1.0", "t")
    assert link.send(post.mails[0], b"...", lambda: True).state is State.PLANNED


def test_an_address_without_encryption_is_refused():
    with pytest.raises(Unreachable):
        Graph("http://graph.example/v1.0", "t").open()


def test_drafts_are_made_in_the_mailbox_and_not_sent_again(tmp_path, graph):
    post = outbox(tmp_path, graph)
    done = kam_here("mail", "draft", "--workspace", tmp_path, env=TOKEN)
    assert done.returncode == 0, done.stderr
    assert [path for path, _, _ in graph.asked] == ["/v1.0/me/messages"] * 3
    assert {mail.state for mail in post.mails} == {State.DRAFTED}
    assert done.stdout.splitlines() == ["https://outlook.example/1"] * 3
    kam_here("mail", "send", "--confirm", 3, "--workspace", tmp_path, env=TOKEN)
    assert len(graph.asked) == 3


def test_a_refused_draft_stops_and_says_why(tmp_path, graph):
    post = outbox(tmp_path, graph)
    graph.answers[:] = [201, 403]
    done = kam_here("mail", "draft", "--workspace", tmp_path, env=TOKEN)
    assert done.returncode == 2
    assert "Mail.ReadWrite" in done.stderr
    assert "eyJ0-Marke" not in done.stderr
    assert sorted(str(mail.state) for mail in post.mails) == ["drafted", "planned", "planned"]


def test_without_a_token_nothing_is_asked(tmp_path, graph):
    outbox(tmp_path, graph)
    done = kam_here("mail", "send", "--confirm", 3, "--workspace", tmp_path)
    assert done.returncode == 2
    assert "KAM_REPORTS_MAIL_TOKEN" in done.stderr
    assert graph.asked == []

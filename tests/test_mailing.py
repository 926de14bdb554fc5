"""Who gets what, what must not leave, and what the ledger remembers."""

from __future__ import annotations

import email
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path

import pytest
from command import kam
from hypothesis import given
from hypothesis import strategies as st
from mail.outgoing import RUN, SENDER, Note, letter, planned, rewritten, settings, subject
from reviewing import account, entry, partner

from kam_reports.mailing import guards
from kam_reports.mailing.addresses import allowed, normal, plain_name
from kam_reports.mailing.ledger import Held, Ledger, State
from kam_reports.mailing.lock import only_sender, risky_place
from kam_reports.mailing.message import Attached, compose, message_id
from kam_reports.mailing.recipients import Addressee, addressees
from kam_reports.mailing.transports.drafts import as_draft
from kam_reports.model import Edition, Problem
from kam_reports.posting import check, known_of, must_be_complete, must_pass, resolve, review_rows
from kam_reports.posting import send as send_post
from kam_reports.workspace import MailSettings

PEOPLE = {"Jana Vogt": "jana.vogt@kelvenau.example"}
MAIL = MailSettings(sender="x@kelvenau.example", people=PEOPLE)


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a.b@kunde.example", "a.b@kunde.example"),
        (" A.B@Kunde.Example ", "A.B@kunde.example"),
        ("info@müller.example", "info@xn--mller-kva.example"),
        ("info@straße.example", "info@xn--strae-oqa.example"),
        ("müller@kunde.example", None),
        ("a@b", None),
        ("a b@kunde.example", None),
        ("a@kunde.example, b@kunde.example", None),
        ("a@kunde.example\nBcc: b@dieb.example", None),
        ("a@kunde.example\r\n\r\nHallo", None),
        ("Frau A <a@kunde.example>", None),
        ('"a b"@kunde.example', None),
        ("a@[127.0.0.1]", None),
        ("@kunde.example", None),
        ("", None),
    ],
)
def test_an_address_is_exactly_one_and_ascii(text, expected):
    assert normal(text) == expected


@given(st.text())
def test_no_text_whatever_becomes_an_address_with_a_second_line(text):
    found = normal(text)
    assert found is None or (
        found.isascii() and found.count("@") == 1 and not set(found) & set("\r\n ,;<>")
    )


@given(st.text())
def test_a_name_has_one_line_and_nothing_unseen(text):
    assert plain_name(text).isprintable()


def test_an_allow_list_holds_domains_and_addresses():
    entries = ("kunde.example", "chef@gmx.de", "@Müller.example")
    assert allowed("a@kunde.example", entries)
    assert allowed("A@xn--mller-kva.example", entries)
    assert allowed("CHEF@gmx.de", entries)
    assert not allowed("anna@gmx.de", entries)
    assert not allowed("a@kunde.example.dieb.example", entries)
    assert not allowed("a@sub.kunde.example", entries)
    assert not allowed("a@kunde.example", ())


# ---------------------------------------------------------------- who gets what


def found(plan, mail=MAIL, editions=("customer", "partner")):
    people, held = addressees([plan], mail, editions)
    return [(one.address, one.name) for one in people], [one.reason for one in held]


def contact(name, email=None, **more):
    return entry("contacts", name=name, email=email, **more)


def test_the_contacts_who_say_yes_get_the_customer_edition():
    plan = account(
        contact("Anna Alt", "anna@kunde.example"),
        contact("Bernd Bau", "bernd@kunde.example", gets_report=True),
        contact("Cora Cix", "cora@kunde.example", gets_report=True),
    )
    assert found(plan) == (
        [("bernd@kunde.example", "Bernd Bau"), ("cora@kunde.example", "Cora Cix")],
        [],
    )


def test_if_nobody_says_yes_the_first_who_did_not_say_no_gets_it():
    plan = account(
        contact("Anna Alt", "anna@kunde.example", gets_report=False),
        contact("Bernd Bau", "bernd@kunde.example"),
        contact("Cora Cix", "cora@kunde.example"),
    )
    assert found(plan)[0] == [("bernd@kunde.example", "Bernd Bau")]


def test_kam_toml_comes_first():
    plan = account(contact("Anna Alt", "anna@kunde.example", gets_report=True))
    mail = replace(MAIL, to={"K-1": ("Frau Neu <neu@kunde.example>", "anna@kunde.example")})
    assert found(plan, mail)[0] == [
        ("neu@kunde.example", "Frau Neu"),
        ("anna@kunde.example", "Anna Alt"),
    ]


def test_a_partner_gets_it_at_the_address_in_its_header():
    plan = partner(contact="Lutz Lindau", email="lutz@lindau.example")
    assert found(plan) == ([("lutz@lindau.example", "Lutz Lindau")], [])


def test_our_own_edition_goes_to_the_account_manager_and_whom_kam_toml_names():
    mail = replace(MAIL, internal_to=("Leitung <leitung@kelvenau.example>",))
    assert found(account(), mail, ("internal",))[0] == [
        ("jana.vogt@kelvenau.example", "Jana Vogt"),
        ("leitung@kelvenau.example", "Leitung"),
    ]


@pytest.mark.parametrize(
    "plan, reason",
    [
        (account(), "nobody"),
        (account(contact("Anna Alt")), "no-address"),
        (account(contact("Anna Alt", "anna(at)kunde.example")), "not-an-address"),
        (account(contact("Anna Alt", "a@k.example\nBcc: b@dieb.example")), "not-an-address"),
        (account(contact("A", "a@k.example"), kam="Wer Anders"), "manager-without-address"),
        (account(contact("A", "a@k.example"), kam=None), "no-manager"),
        (partner(contact="Lutz Lindau"), "no-address"),
    ],
)
def test_who_cannot_be_reached_is_held_with_the_reason(plan, reason):
    assert found(plan) == ([], [reason])


def test_a_hundred_recipients_at_one_account_get_one_mail_each_and_the_manager_one_copy():
    plan = account(
        *(contact(f"Person {n}", f"p{n}@kunde.example", gets_report=True) for n in range(100)),
        contact("Noch einmal", "P7@kunde.example", gets_report=True),
    )
    people, held = addressees([plan], MAIL, ["customer"])
    assert held == []
    assert len({one.address.casefold() for one in people}) == len(people) == 100
    assert [one.cc for one in people] == [("jana.vogt@kelvenau.example",)] + [()] * 99
    assert {one.reply_to for one in people} == {"jana.vogt@kelvenau.example"}


def test_the_language_is_the_recipients_then_the_domains_then_the_accounts_then_the_plans():
    plan = account(*(contact(n, f"{n}@{d}.example", gets_report=True) for n, d in
                     (("a", "kunde"), ("b", "kunde"), ("c", "uk"))))  # fmt: skip
    mail = replace(MAIL, languages={"a@kunde.example": "de", "kunde.example": "en"})
    people, _ = addressees([replace(plan, language="de")], mail, ["customer"])
    assert [one.language for one in people] == ["de", "en", "de"]
    people, _ = addressees([replace(plan, language="en")], MAIL, ["customer"])
    assert {one.language for one in people} == {"en"}
    people, _ = addressees([plan], replace(MAIL, languages={"K-1": "en"}), ["customer"])
    assert {one.language for one in people} == {"en"}


# ---------------------------------------------------------------- the message


def composed(name="Frau Bauer", address="a@kunde.example", title="Betreff", **more):
    one = Addressee(subject(1), Edition.CUSTOMER, address, name, "de", "A1", **more)
    note = replace(letter(one.subject, "customer"), title=title)
    return compose(
        one, note, run=RUN, sender=SENDER, identity="<0123456789abcdef0123456789abcdef@k.example>",
        written=datetime(2026, 10, 12, tzinfo=UTC),
    )  # fmt: skip


def read(data):
    return email.message_from_bytes(data, policy=default)


@pytest.mark.parametrize(
    "name",
    [
        'Müller, GmbH & Co. KG "Bau"',
        "O'Neill; Söhne <x@y>",
        "Ärzte\\haus",
        "井上 商店",
        "a" * 190,
        "Anna\r\nBcc: dieb@dieb.example",
    ],
)
def test_a_name_with_quotes_and_commas_is_one_recipient(name):
    data = composed(name)
    message = read(data)
    assert [one.addr_spec for one in message["To"].addresses] == ["a@kunde.example"]
    assert message["To"].addresses[0].display_name == plain_name(name)
    assert message["Bcc"] is None
    assert message.defects == []


@given(st.text(min_size=1, max_size=60))
def test_no_name_and_no_title_whatever_adds_a_header(text):
    message = read(composed(text, title=text))
    assert len(message["To"].addresses) == 1
    assert sorted({key.lower() for key in message}) == sorted(
        ["from", "to", "subject", "message-id", "date", "content-language", "x-kam-account",
         "x-kam-edition", "x-kam-run", "mime-version", "content-type"]
    )  # fmt: skip


def test_a_mail_is_ascii_in_short_lines_and_the_same_bytes_again():
    data = composed("Ännchen Öhrlein", title="Quartalsgespräch – Größe")
    assert data.isascii()
    assert max(len(line) for line in data.split(b"\r\n")) <= 78
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert data == composed("Ännchen Öhrlein", title="Quartalsgespräch – Größe")


def test_the_message_id_follows_from_what_the_mail_is():
    same = {message_id(RUN, "customer", "K-1", "a@b.example", "x@k.example") for _ in range(3)}
    assert len(same) == 1
    assert len({message_id(*key, "x@k.example") for key in (
        (RUN, "customer", "K-1", "a@b.example"), ("2026Q4", "customer", "K-1", "a@b.example"),
        (RUN, "internal", "K-1", "a@b.example"), (RUN, "customer", "K-11", "a@b.example"),
        (RUN, "customer", "K-1", "b@b.example"),
    )}) == 5  # fmt: skip


def test_a_draft_is_the_same_mail_marked_as_unsent():
    data = composed()
    draft = as_draft(data)
    assert read(draft)["X-Unsent"] == "1"
    assert draft.replace(b"\r\nX-Unsent: 1", b"", 1) == data


# ---------------------------------------------------------------- what must not leave


def two(tmp_path, **more):
    return planned(tmp_path, ["anna@alpha.example", "bernd@beta.example"], **more)


def refused(post):
    return {one.guard.name for one in check(post)}


def changed(post, old, new, place=0):
    mail = post.mails[place]
    data = (post.ledger.folder / mail.file).read_bytes()
    assert old in data
    return rewritten(post, mail, data.replace(old, new))


def test_sound_mails_pass(tmp_path):
    assert check(two(tmp_path)) == []


def test_a_changed_file_is_refused(tmp_path):
    post = two(tmp_path)
    file = post.ledger.folder / post.mails[0].file
    file.write_bytes(file.read_bytes() + b"\r\nPS: ...")
    (one,) = check(post)
    assert one.guard.name == "changed-file"
    assert "nicht mehr die Mail, die durchgesehen wurde" in one.line("de")
    assert "mail plan" in one.advice("de")
    file.unlink()
    assert refused(post) == {"changed-file"}


def test_a_swapped_recipient_is_refused(tmp_path):
    post = two(tmp_path)
    changed(post, b"anna@alpha.example", b"bernd@beta.example")
    (one,) = check(post)
    assert one.guard.name == "another-recipient"
    assert "anna@alpha.example" in one.line("de")
    assert "bernd@beta.example" in one.line("de")


def test_swapped_mails_are_refused(tmp_path):
    post = two(tmp_path)
    first, second = post.mails
    a, b = ((post.ledger.folder / m.file).read_bytes() for m in (first, second))
    rewritten(post, first, b)
    rewritten(post, second, a)
    assert {"another-account", "another-recipient", "another-name"} <= refused(post)


@pytest.mark.parametrize(
    "header", [b"Bcc: dieb@dieb.example", b"Cc: dieb@dieb.example", b"To: x@alpha.example"]
)
def test_a_recipient_besides_is_refused(tmp_path, header):
    post = two(tmp_path)
    changed(post, b"\r\nSubject:", b"\r\n" + header + b"\r\nSubject:")
    assert refused(post) == {"another-recipient"}


def test_another_sender_is_refused(tmp_path):
    post = two(tmp_path)
    changed(post, b"review@kelvenau.example>", b"chef@kelvenau.example>")
    assert refused(post) == {"another-recipient"}


@pytest.mark.parametrize("old, new", [
    (b"X-KAM-Account: KA-0000", b"X-KAM-Account: KA-0001"),
    (b"X-KAM-Edition: customer", b"X-KAM-Edition: partner"),
    (b"X-KAM-Run: 2026Q3", b"X-KAM-Run: 2026Q2"),
    (b"=22kam:subject=22", b"=22kam:nothing=22"),
])  # fmt: skip
def test_an_account_that_does_not_agree_everywhere_is_refused(tmp_path, old, new):
    post = two(tmp_path)
    data = (post.ledger.folder / post.mails[0].file).read_bytes()
    old, new = (part.replace(b"=22", b'"') if old not in data else part for part in (old, new))
    changed(post, old, new)
    assert "another-account" in refused(post)


def test_a_foreign_domain_is_refused_with_the_line_for_kam_toml(tmp_path):
    post = two(tmp_path)
    toml = (tmp_path / "kam.toml").read_text("utf-8")
    (tmp_path / "kam.toml").write_text(
        toml.replace('["alpha.example"]', '["alpha-werk.example"]'), "utf-8"
    )
    from mail.outgoing import post_of

    (one,) = check(post_of(tmp_path))
    assert one.guard.name == "foreign-domain"
    assert "anna@alpha.example" in one.line("de")
    assert "alpha-werk.example" in one.line("de")
    assert '"KA-0000" = ["alpha.example"]' in one.advice("de")
    assert post.mails[0].state is State.PLANNED


def test_a_public_mail_domain_is_never_allowed_as_a_whole(tmp_path):
    post = planned(tmp_path, ["anna@gmx.de"])
    (one,) = check(post)
    assert one.guard.name == "public-domain"
    assert "ganze Adresse" in one.advice("de")


@pytest.mark.parametrize("words", [
    "wie bei Hausbau Aaabdorf GmbH", "wie bei HAUSBAU  AAABDORF", "siehe KA-0001.",
    "wie bei Hausbau&nbsp;Aaab&shy;dorf GmbH", '<img alt="Umsatz Hausbau Aaabdorf" src="cid:x">',
    "<!-- Hausbau Aaabdorf GmbH -->",
])  # fmt: skip
def test_the_name_of_another_account_is_refused_wherever_it_stands(tmp_path, words):
    post = two(tmp_path, notes={0: letter(subject(0), "customer", words)})
    assert "another-name" in refused(post)
    line = next(one for one in check(post) if one.guard.name == "another-name").line("de")
    assert "anderen Kunden oder Partner" in line


def test_the_name_of_another_account_in_an_attached_pdf_is_refused(tmp_path):
    files = {0: [Attached("bericht.pdf", "application/pdf", pdf_saying("Hausbau Aaabdorf GmbH"))]}
    assert refused(two(tmp_path, files=files)) == {"another-name"}


def test_the_name_of_another_account_in_a_file_name_is_refused(tmp_path):
    files = {0: [Attached("KA-0001.pdf", "application/pdf", pdf_saying("alles gut"))]}
    assert refused(two(tmp_path, files=files)) == {"another-name"}


def pdf_saying(text):
    """A PDF with one line of text."""
    stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + (
        b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    )  # fmt: skip


@pytest.mark.parametrize("own, other, text, leaks", [
    ("Nordwyk AG", "Nordwyk Bau AG", "Nordwyk AG wächst", False),
    ("Nordwyk AG", "Nordwyk Bau AG", "Nordwyk Bau AG wächst", True),
    ("Nordwyk Bau AG", "Nordwyk AG", "Nordwyk Bau AG wächst", False),
    ("Nordwyk Bau AG", "Nordwyk AG", "Nordwyk wächst", True),
    ("Alpha GmbH", "Betawerk SE", "das Betawerk", True),
    ("Alpha GmbH", "Betawerk SE", "das Betawerkstor", False),
])  # fmt: skip
def test_what_stands_inside_of_the_own_name_is_no_leak(own, other, text, leaks):
    known = guards.Known(
        RUN, SENDER[1], MailSettings(), "Kelvenau GmbH",
        {("account", "K-1"): (own, "K-1"), ("account", "K-2"): (other, "K-2")},
    )  # fmt: skip
    mail = type("M", (), {"subject": "K-1", "edition": "customer"})()
    assert bool(known.others(guards.folded(text), mail)) is leaks


def test_a_name_that_may_stand_anywhere_is_allowed_on_purpose(tmp_path):
    toml = settings(mentions=["Hausbau Aaabdorf GmbH"])
    notes = {0: letter(subject(0), "customer", "wie bei Hausbau Aaabdorf GmbH")}
    assert check(two(tmp_path, notes=notes, toml=toml)) == []


def test_our_own_edition_to_outside_is_refused(tmp_path):
    post = two(tmp_path, edition=Edition.INTERNAL)
    assert {"internal-outside", "foreign-domain"} <= refused(post)
    one = next(one for one in check(post) if one.guard.name == "internal-outside")
    assert "darf nicht aus dem Haus" in one.line("de")
    assert "must not leave the house" in one.line("en")


def test_our_own_edition_to_one_of_us_passes(tmp_path):
    post = planned(tmp_path, ["jana@kelvenau.example"], edition=Edition.INTERNAL)
    assert check(post) == []


@pytest.mark.parametrize("words", [
    "<h2>Deckungsbeitrag und Konditionen</h2>", "<h3>Wettbewerb und Lieferanteil</h3>", "Intern – vertraulich",
    "<h2>Contribution margin and conditions</h2>", '<meta name="kam:edition" content="internal">',
])  # fmt: skip
def test_an_internal_section_to_outside_is_refused(tmp_path, words):
    notes = {0: letter(subject(0), "customer", words)}
    assert "internal-outside" in refused(two(tmp_path, notes=notes))


def test_an_internal_section_in_a_pdf_to_outside_is_refused(tmp_path):
    files = {
        0: [
            Attached(
                "bericht.pdf", "application/pdf", pdf_saying("Deckungsbeitrag und Konditionen")
            )
        ]
    }
    assert refused(two(tmp_path, files=files)) == {"internal-outside"}


def test_a_page_as_attachment_goes_to_nobody_outside(tmp_path):
    page = letter(subject(0), "customer").html.encode()
    files = {0: [Attached("bericht.html", "text/html", page)]}
    assert refused(two(tmp_path / "a", files=files)) == {"odd-message"}
    inside = {0: [Attached("bericht.html", "text/html", page.replace(b"customer", b"internal"))]}
    post = planned(
        tmp_path / "b", ["jana@kelvenau.example"], files=inside, edition=Edition.INTERNAL,
        toml=settings(html_attachment=True),
    )  # fmt: skip
    assert check(post) == []


@pytest.mark.parametrize("words, name", [
    ("x" * 96_000, "too-large"),
    ('<img src="https://zaehler.example/1.gif">', "odd-message"),
    ("<script>alert(1)</script>", "odd-message"),
    ('<img src="cid:fehlt">', "odd-message"),
    ('<a href="http://dieb.example">hier</a>', "odd-message"),
])  # fmt: skip
def test_what_no_mail_should_hold_is_refused(tmp_path, words, name):
    assert refused(two(tmp_path, notes={0: letter(subject(0), "customer", words)})) == {name}


def test_a_mail_larger_than_allowed_is_refused(tmp_path):
    big = pdf_saying("gut") + b"%" + os.urandom(1_200_000)
    files = {0: [Attached("b.pdf", "application/pdf", big)]}
    assert "too-large" in refused(two(tmp_path, files=files, toml=settings(max_megabytes=1)))


def test_a_file_that_nobody_can_look_into_is_refused(tmp_path):
    files = {0: [Attached("b.pdf", "application/pdf", b"%PDF-1.4 nothing")]}
    assert refused(two(tmp_path, files=files)) == {"odd-message"}


def test_every_guard_speaks_both_languages(tmp_path):
    post = two(tmp_path, edition=Edition.INTERNAL)
    for one in check(post):
        for language in ("de", "en"):
            assert one.line(language).strip().endswith((".", ")"))
            assert one.advice(language)
    assert all(set(each.say) == set(each.fix) == {"de", "en"} for each in guards.GUARDS.values())


def test_what_passed_once_is_looked_at_again_when_the_rules_change(tmp_path):
    post = two(tmp_path)
    assert check(post) == []
    stricter = replace(post.workspace.mail, domains={})
    post = replace(post, workspace=replace(post.workspace, mail=stricter))
    assert refused(post) == {"foreign-domain"}


# ---------------------------------------------------------------- before anything is sent


def nobody(_what):
    raise AssertionError("nobody is to be asked for a password here")


def test_one_objection_stops_all_mails(tmp_path):
    post = two(tmp_path)
    changed(post, b"anna@alpha.example", b"bernd@beta.example")
    with pytest.raises(Problem, match=r"says “bernd@beta\.example”"):
        send_post(post, 2, skip_missing=False, prompt=nobody, say=print)
    assert {mail.state for mail in post.mails} == {State.PLANNED}


@pytest.mark.parametrize("number", [None, 0, 1, 3])
def test_only_the_number_of_the_plan_confirms_it(tmp_path, number):
    post = two(tmp_path)
    with pytest.raises(Problem, match="The plan has 2 mails") as caught:
        send_post(post, number, skip_missing=False, prompt=nobody, say=print)
    assert "--confirm 2" in caught.value.say("de")


def test_missing_addresses_stop_everything_unless_somebody_skips_them(tmp_path):
    held = [Held("customer", "KA-0009", "Gunnar Petrik", "", "no-address", "Blatt › B7")]
    post = two(tmp_path, held=held)
    with pytest.raises(Problem, match="1 mails lack a valid address") as caught:
        must_be_complete(post, skip_missing=False)
    said = caught.value.say("de")
    assert "KA-0009: Gunnar Petrik hat keine E-Mail-Adresse (Blatt › B7)" in said
    assert "--skip-missing" in said
    must_be_complete(post, skip_missing=True)


def test_a_run_that_was_written_anew_must_be_planned_anew(tmp_path):
    post = two(tmp_path)
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    file = tmp_path / "out" / "index.html"
    file.write_bytes(b"new")
    from kam_reports.outputs.files import digest

    record["outputs"] = [{"path": "index.html", "blake2b": digest(b"new")}]
    (tmp_path / "out" / "run.json").write_text(json.dumps(record))
    with pytest.raises(Problem, match="Other reviews were written"):
        must_pass(post)
    file.write_bytes(b"changed by hand")
    with pytest.raises(Problem, match=r"index\.html was changed"):
        must_pass(post)


# ---------------------------------------------------------------- the ledger


def test_a_mail_that_was_handed_over_is_never_planned_again(tmp_path):
    post = two(tmp_path)
    first, second = post.mails
    post.ledger.claim(first)
    post.ledger.mark(first, State.SENT, "250 ok")
    again = [replace(mail, digest="0" * 64, title="anders") for mail in (first, second)]
    post.ledger.plan(RUN, again, [], [], editions=["customer"], skip_missing=False, basis="b")
    assert [(mail.state, mail.title == "anders") for mail in post.mails] == [
        (State.SENT, False),
        (State.PLANNED, True),
    ]


def test_a_mail_is_claimed_once(tmp_path):
    post = two(tmp_path)
    first = post.mails[0]
    other = Ledger(post.ledger.folder)
    assert [post.ledger.claim(first), other.claim(first)] == [True, False]


def test_a_mail_that_changed_since_it_was_read_is_not_claimed(tmp_path):
    post = two(tmp_path)
    first = post.mails[0]
    assert not post.ledger.claim(replace(first, digest="0" * 64))


def test_who_is_no_recipient_any_more_is_withdrawn_and_its_file_goes(tmp_path):
    post = two(tmp_path)
    keep, gone = post.mails
    withdrawn = post.ledger.plan(
        RUN, [keep], [], [], editions=["customer"], skip_missing=False, basis="b"
    )
    assert [mail.recipient for mail in withdrawn] == [gone.recipient]
    assert [mail.recipient for mail in post.mails] == [keep.recipient]


def test_what_a_killed_sender_left_behind_is_unknown_and_a_person_decides(tmp_path):
    post = two(tmp_path)
    first, second = post.mails
    assert post.ledger.claim(first)
    post.ledger.recover(RUN, "killed")
    assert [mail.state for mail in post.mails] == [State.UNKNOWN, State.PLANNED]
    with pytest.raises(Problem, match="no mail of 2026Q3"):
        resolve(post, [str(second.id)], State.SENT)
    resolve(post, [str(first.id)], State.SENT)
    assert [mail.state for mail in post.mails] == [State.SENT, State.PLANNED]
    assert "resolved by a person" in (post.folder / "log.csv").read_text("utf-8")


def test_all_mails_of_a_kind_are_resolved_at_once(tmp_path):
    post = two(tmp_path)
    for mail in post.mails:
        post.ledger.mark(mail, State.DRAFTED, "")
    resolve(post, ["drafted"], State.PLANNED)
    assert {mail.state for mail in post.mails} == {State.PLANNED}


def test_what_was_sent_stays_sent(tmp_path):
    post = two(tmp_path)
    first = post.mails[0]
    post.ledger.mark(first, State.SENT, "250")
    post.ledger.mark(first, State.UNKNOWN, "late news")
    assert post.mails[0].state is State.SENT


def test_a_second_sender_is_kept_out_until_the_first_ends(tmp_path):
    code = "import sys,time;from pathlib import Path;from kam_reports.mailing.lock import *\n"
    code += "with only_sender(Path(sys.argv[1])): print('in',flush=True); time.sleep(60)"
    other = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout.readline() == "in\n"
    with pytest.raises(Problem, match="being sent from"), only_sender(tmp_path):
        pass
    other.kill()
    other.wait()
    with only_sender(tmp_path):
        pass


@pytest.mark.parametrize("folder, kind", [
    ("OneDrive - Kelvenau GmbH/kam", "cloud"), ("Dropbox/kam", "cloud"), ("ganz normal", ""),
])  # fmt: skip
def test_a_ledger_in_a_cloud_folder_is_warned_of(tmp_path, folder, kind):
    (tmp_path / folder).mkdir(parents=True)
    assert risky_place(tmp_path / folder) == kind


def test_a_ledger_on_a_network_drive_is_warned_of(tmp_path, monkeypatch):
    from kam_reports.mailing import lock

    mounts = tmp_path / "mounts"
    mounts.write_text(f"//server/share {tmp_path} cifs rw 0 0\n")
    assert lock._file_system(tmp_path, mounts) == "cifs"
    monkeypatch.setattr(lock, "_file_system", lambda _folder: "cifs")
    assert risky_place(tmp_path) == "network"


def test_the_table_to_review_names_who_gets_what_and_why(tmp_path):
    from kam_reports.actions import wording_of

    held = [Held("customer", "KA-0009", "Gunnar Petrik", "", "no-address", "Blatt › B7")]
    post = two(tmp_path, held=held)
    rows = review_rows(post, wording_of(post.workspace))
    assert [row["to"] for row in rows] == ["anna@alpha.example", "bernd@beta.example", ""]
    assert rows[0]["source"] == "Blatt › A1"
    assert rows[2]["state"] == "ohne gültige Adresse"
    assert "Gunnar Petrik" in rows[2]["remark"]


def test_the_guards_know_which_headings_are_internal(tmp_path):
    known = known_of(two(tmp_path))
    assert "deckungsbeitrag und konditionen" in known.inside_headings
    assert not {"scorecard", "maßnahmen", "zielvereinbarung"} & known.inside_headings
    assert "intern – vertraulich" in known.inside_marks


# ---------------------------------------------------------------- no connection but by send

WATCH = """
import sys
def told(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        with open({log!r}, "a") as log: log.write(f"{{event}} {{args}}\\n")
sys.addaudithook(told)
"""


IN_TURNS = """
import sys
from kam_reports.cli import main
for words in {commands!r}:
    try:
        main(["mail", *words, "--workspace", {home!r}])
    except SystemExit as end:
        print("\\nended with", end.code)
"""


def test_without_send_there_is_not_one_connection(tmp_path):
    post = two(tmp_path / "home")
    log = tmp_path / "connections.log"
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH.format(log=str(log)))
    env = {"PYTHONPATH": str(tmp_path / "watch")}
    home = tmp_path / "home"
    first = post.mails[0]
    post.ledger.claim(first)
    commands = [
        ("check",), ("status", "--all"), ("resolve", first.id, "--again"), ("draft",),
        ("send",), ("send", "--confirm", "7"), ("resolve", "drafted", "--again"),
    ]  # fmt: skip
    in_turns = subprocess.run(
        [sys.executable, "-c", IN_TURNS.format(commands=[[*map(str, words)] for words in commands], home=str(home))],
        env={**os.environ, **env}, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert in_turns.stdout.count("\nended with") == len(commands), in_turns.stderr
    assert "kam-reports-" not in in_turns.stderr, in_turns.stderr
    assert not log.exists(), log.read_text()
    done = kam("mail", "send", "--confirm", 2, "--workspace", home,
               env={**env, "KAM_REPORTS_MAIL_PASSWORD": "x"})  # fmt: skip
    assert done.returncode == 2
    assert "socket.getaddrinfo" in log.read_text()  # so the watch does see


def test_a_note_is_what_a_letter_is():
    assert set(Note.__dataclass_fields__) == {"title", "text", "html", "pictures"}


def test_paths_of_mails_stay_below_the_outbox(tmp_path):
    post = planned(tmp_path, ["a/b/c@kunde.example", "x'{}|@kunde.example"])
    for mail in post.mails:
        path = (post.ledger.folder / mail.file).resolve()
        assert post.folder.resolve() in path.parents
        assert len(path.relative_to(Path(post.folder).resolve()).parts) == 2

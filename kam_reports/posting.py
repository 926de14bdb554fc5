"""What a person can ask of the mail: plan, check, draft, send, status, resolve.

The one place that knows their order. Nothing here connects to anything but ``send``, and
``draft`` where the drafts are made in a mailbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kam_reports import actions
from kam_reports.mailing import guards
from kam_reports.mailing.ledger import Held, Ledger, Mail, State
from kam_reports.mailing.lock import only_sender, risky_place
from kam_reports.model import Edition, Occasion, Period, Problem
from kam_reports.workspace import Workspace

if TYPE_CHECKING:
    from kam_reports.audience import Lookup, View
    from kam_reports.mailing.message import Attached
    from kam_reports.mailing.recipients import Addressee
    from kam_reports.mailing.sending import Outcome, Sent, Transport
    from kam_reports.model import Review
    from kam_reports.outputs.mail import Letter, Picture
    from kam_reports.outputs.pdf import Printer
    from kam_reports.outputs.record import Run
    from kam_reports.wording import Wording

REHEARSAL = "-to-me"
LEFT_BEHIND = "the sender ended before the server's answer was known"
Say = Callable[[str], None]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Post:
    """The mails of one run of one workspace."""

    workspace: Workspace
    run: str  # 2026Q3, or 2026Q3-to-me for a rehearsal
    ledger: Ledger

    @property
    def folder(self) -> Path:
        """Where the mails of the run lie."""
        return self.ledger.folder / self.run

    @property
    def mails(self) -> list[Mail]:
        """All mails of the run."""
        return self.ledger.mails(self.run)


@dataclass(slots=True)
class Planned:
    """What planning came to."""

    post: Post
    table: Path
    held: list[Held] = field(default_factory=list)
    withdrawn: int = 0
    notices: list[str] = field(default_factory=list)  # keys of phrases mail.notice.*


# ---------------------------------------------------------------- what all of them need


def open_post(workspace: Workspace, quarter: Period | None, *, to_me: bool) -> Post:
    """The mails of *quarter*; without one those of the run in the output folder. Raises Problem."""
    run = actions.quarter_name(quarter) if quarter else _finished(workspace).quarter
    ledger = Ledger(workspace.folder / workspace.mail.folder)
    return Post(workspace, f"{run}{REHEARSAL}" if to_me else run, ledger)


def place_warning(workspace: Workspace) -> str:
    """Why the ledger should lie elsewhere: ``cloud``, ``network``, or nothing."""
    return risky_place(workspace.folder / workspace.mail.folder)


def _finished(workspace: Workspace) -> Run:
    """The finished run in the output folder, all of it still there. Raises Problem."""
    from kam_reports.outputs import record

    out = workspace.out
    run = record.run_of(out)
    again = {
        "de": "Zuerst „kam-reports run“, dann noch einmal.",
        "en": "First “kam-reports run”, then again.",
    }
    if run is None:
        raise Problem(
            {
                "de": f"In {out} liegt kein fertiger Lauf, dessen Berichte hinausgehen könnten.",
                "en": f"There is no finished run in {out} whose reviews could be mailed.",
            },
            again,
        )
    altered = record.altered(out)
    if altered:
        raise Problem(
            {
                "de": f"Seit dem Lauf wurde {', '.join(altered[:3])} geändert oder gelöscht.",
                "en": f"{', '.join(altered[:3])} was changed or removed since the run.",
            },
            again,
        )
    return run


def _sender(workspace: Workspace) -> tuple[str, str]:
    """Name and address of who sends. Raises Problem."""
    found = guards.sender_of(workspace.mail)
    if found is None:
        given = workspace.mail.sender
        raise Problem(
            {
                "de": f"„{given}“ ist kein Absender." if given else "Es fehlt der Absender.",
                "en": f"“{given}” is no sender." if given else "The sender is missing.",
            },
            {
                "de": 'In kam.toml unter [mail] eintragen: sender = "Name <name@firma.example>"',
                "en": 'Set it in kam.toml under [mail]: sender = "Name <name@company.example>"',
            },
        )
    return found


def known_of(post: Post) -> guards.Known:
    """What the guards compare with."""
    headings, marks = _inside_words()
    return guards.Known(
        run=post.run,
        sender=_sender(post.workspace)[1],
        settings=post.workspace.mail,
        company=post.workspace.report.company,
        accounts=post.ledger.accounts(post.run),
        inside_headings=headings,
        inside_marks=marks,
    )


def _inside_words() -> tuple[frozenset[str], frozenset[str]]:
    """Headings that only our own edition has, and the mark that it bears, in every language."""
    from kam_reports.mailing.opening import folded
    from kam_reports.wording import Wording, languages

    vocabulary = actions.vocabulary_of(Workspace())
    headings: set[str] = set()
    marks: set[str] = set()
    outside: set[str] = set()
    for language in languages():
        wording = Wording(language, vocabulary)
        headings |= {folded(text) for text in wording.phrases("internal").values()}
        for table in ("customer", "partner", "mail", "agreement", "column", "fact", "score"):
            outside |= {folded(text) for text in wording.phrases(table).values()}
        outside |= {
            folded(word) for section in vocabulary.sections() for word in section.words[language]
        }
        marks.add(folded(wording.phrase("edition.internal")))
    plain = {text for text in headings - outside if "{" not in text}
    return frozenset(plain), frozenset(marks)


# ---------------------------------------------------------------- plan


def plan(
    workspace: Workspace,
    quarter: Period | None,
    gathered: Callable[[Workspace], actions.Gathered],
    *,
    editions: Sequence[str] | None = None,
    to_me: bool = False,
    skip_missing: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> Planned:
    """Write one mail for every recipient into the outbox, and the table to review.

    *gathered* reads the workbooks, which must be those that the run was made from.
    """
    finished = _finished(workspace)
    if quarter is not None and actions.quarter_name(quarter) != finished.quarter:
        raise Problem(
            {
                "de": f"Der Lauf in {workspace.out} ist von {finished.quarter}.",
                "en": f"The run in {workspace.out} is of {finished.quarter}.",
            },
            {
                "de": f"Zuerst: kam-reports run --quarter {actions.quarter_name(quarter)}",
                "en": f"First: kam-reports run --quarter {actions.quarter_name(quarter)}",
            },
        )
    sender = _sender(workspace)
    chosen = tuple(editions or workspace.mail.editions)
    _were_written(chosen, finished)
    workspace = actions.adjusted(workspace, None, str(finished.options.get("palette", "")) or None)
    of_run = Period.parse(finished.quarter)
    post = open_post(workspace, of_run, to_me=to_me)
    occasion = Occasion(of_run, date.fromisoformat(finished.as_of))
    everything = gathered(workspace)
    _same_inputs(everything, finished)
    reviewed = actions.review(actions.judge(everything, workspace, occasion), occasion, workspace)
    return _plan_of(
        post, reviewed, sender, chosen, finished.basis,
        skip_missing=skip_missing, rehearsal=to_me, progress=progress,
    )  # fmt: skip


def _were_written(chosen: Iterable[str], finished: Run) -> None:
    missing = [one for one in chosen if one not in finished.options.get("editions", ())]
    if missing:
        raise Problem(
            {
                "de": f"Der Lauf hat diese Ausgaben nicht geschrieben: {', '.join(missing)}.",
                "en": f"The run did not write these editions: {', '.join(missing)}.",
            },
            {
                "de": "„kam-reports run“ ohne --edition wiederholen.",
                "en": "Repeat “kam-reports run” without --edition.",
            },
        )


def _same_inputs(gathered: actions.Gathered, finished: Run) -> None:
    now = {source.path: source.digest for source in gathered.sources}
    if now != dict(finished.inputs):
        changed = sorted(
            path
            for path in now.keys() | finished.inputs.keys()
            if now.get(path) != finished.inputs.get(path)
        )
        raise Problem(
            {
                "de": f"Seit dem Lauf haben sich Arbeitsmappen geändert: {', '.join(changed[:3])}.",
                "en": f"Workbooks have changed since the run: {', '.join(changed[:3])}.",
            },
            {
                "de": "Zuerst „kam-reports run“, damit Mails und Berichte dasselbe sagen.",
                "en": "First “kam-reports run”, so that mails and reviews say the same.",
            },
        )


def _plan_of(
    post: Post,
    reviewed: Review,
    sender: tuple[str, str],
    editions: Sequence[str],
    basis: str,
    *,
    skip_missing: bool,
    rehearsal: bool,
    progress: Progress = lambda _done, _all: None,
) -> Planned:
    from kam_reports.mailing import outbox
    from kam_reports.mailing.message import compose, message_id
    from kam_reports.mailing.recipients import addressees
    from kam_reports.outputs.files import safe_names, sweep, write_whole

    workspace, ledger = post.workspace, post.ledger
    plans = reviewed.reading.usable
    found, held = addressees(plans, workspace.mail, editions)
    subjects = [one.subject for one in plans]
    files = {
        role: safe_names(one.id for one in subjects if one.role is role)
        for role in {one.role for one in subjects}
    }
    if rehearsal:
        ledger.forget(post.run)
    written = datetime.now(UTC)
    mails = []
    with closing(_Desk(post, reviewed)) as desk:
        for number, addressee in enumerate(found):
            key = (addressee.edition, addressee.subject.id, addressee.address)
            known = ledger.of_key(post.run, *key)
            if known is not None and known.state is not State.PLANNED:
                mails.append(known)  # handed over already: it stays as it was
                continue
            identity = message_id(
                f"{post.run}{written.isoformat() if rehearsal else ''}", *key, sender[1]
            )
            letter, attached = desk.letter(addressee, rehearsal=rehearsal)
            data = compose(
                addressee,
                letter,
                attached,
                run=post.run,
                sender=sender,
                identity=identity,
                written=written,
                envelope=sender[1] if rehearsal else "",
            )
            safe = files[addressee.subject.role][addressee.subject.id]
            planned = Mail(
                run=post.run,
                edition=str(addressee.edition),
                subject=addressee.subject.id,
                recipient=addressee.address,
                name=addressee.name,
                envelope=sender[1] if rehearsal else addressee.address,
                cc="" if rehearsal else " ".join(addressee.cc),
                language=addressee.language,
                source=addressee.source,
                title=letter.title,
                message_id=identity,
                file=outbox.file_of(post.run, addressee, safe, identity),
                digest="",
                size=0,
            )
            mails.append(outbox.store(ledger, post.run, planned, data, write_whole))
            progress(number + 1, len(found))
    accounts = [(one, files[one.role][one.id]) for one in subjects]
    gone = ledger.plan(
        post.run, mails, held, accounts,
        editions=editions, skip_missing=skip_missing, basis=basis,
    )  # fmt: skip
    kept = {mail.file for mail in post.mails}
    outbox.withdraw(ledger.folder, [mail for mail in gone if mail.file not in kept])
    sweep(post.folder)
    table = write_table(post)
    return Planned(post, table, ledger.held(post.run), len(gone), desk.notices)


_Material = tuple["View", bytes, "tuple[Picture, ...]"]  # of one edition in one language


class _Desk:
    """Writes the letters of a run, each View and each PDF made once."""

    def __init__(self, post: Post, reviewed: Review) -> None:
        from kam_reports.audience import Lookup
        from kam_reports.outputs.pdf import printer

        self.post = post
        self.reviewed = reviewed
        self.lookup: Lookup = Lookup.of(reviewed)
        self.notices: list[str] = []
        self.mail = post.workspace.mail
        self.printer: Printer | None = printer(self.mail.browser) if self.mail.pdf else None
        if self.mail.pdf and self.printer is None:
            self.notices.append("no_printer")
        self._wordings: dict[str, Wording] = {}
        self._letters: dict[str, Any] = {}
        self._last: tuple[tuple[str, str, str], _Material] | None = None

    def close(self) -> None:
        """Let go of the browser that printed."""
        if self.printer is not None:
            self.printer.close()

    def letter(
        self, addressee: Addressee, *, rehearsal: bool
    ) -> tuple[Letter, tuple[Attached, ...]]:
        """The letter to *addressee*, and the files that go with it."""
        from kam_reports.outputs.mail import Letters

        language = addressee.language
        if language not in self._letters:
            workspace = _in_language(self.post.workspace, language)
            self._wordings[language] = actions.wording_of(workspace)
            self._letters[language] = Letters(self._wordings[language], workspace)
        view, page, pictures = self._view(addressee)
        files = tuple(self._files(addressee, page))
        kind = files[0].kind.rpartition("/")[2] if files else "nothing"
        letter = self._letters[language].letter(
            view,
            name=addressee.name,
            manager=addressee.manager,
            attached=kind,
            pictures=pictures,
            rehearsal=addressee.address if rehearsal else "",
        )
        return letter, files

    def _view(self, addressee: Addressee) -> _Material:
        """What the reader may see, the report as a page if one goes along, and the charts."""
        from kam_reports.audience import project
        from kam_reports.kpis import KPIS
        from kam_reports.outputs.html import report_page
        from kam_reports.outputs.mail import pictures_of

        key = (addressee.subject.id, str(addressee.edition), addressee.language)
        if self._last is None or self._last[0] != key:
            wording = self._wordings[addressee.language]
            view = project(
                self.reviewed,
                addressee.subject,
                addressee.edition,
                wording.vocabulary,
                kpis=KPIS,
                lookup=self.lookup,
            )
            page = b""
            workspace = _in_language(self.post.workspace, addressee.language)
            numbers = self.lookup.numbers_of(addressee.subject)
            if self.printer is not None or self.mail.html_attachment:
                page = report_page(view, numbers, wording, workspace)
            pictures = pictures_of(view, numbers, wording, workspace.report)
            self._last = (key, (view, page, pictures))
        return self._last[1]

    def _files(self, addressee: Addressee, page: bytes) -> Iterator[Attached]:
        """The report: as a page for our own people if they want it, else as PDF."""
        from kam_reports.mailing.addresses import domain, normal_domain
        from kam_reports.mailing.message import Attached
        from kam_reports.outputs.files import safe_names

        safe = safe_names([addressee.subject.id])[addressee.subject.id]
        title = self._wordings[addressee.language].phrase(f"mail.file.{addressee.edition}")
        name = f"{title}-{self.post.run.removesuffix(REHEARSAL)}-{safe}"
        own = {normal_domain(one) for one in self.mail.own_domains}
        if self.mail.html_attachment and domain(addressee.address) in own:
            yield Attached(f"{name}.html", "text/html", page)
        elif self.printer is not None:
            yield Attached(f"{name}.pdf", "application/pdf", self._pdf(page))

    def _pdf(self, page: bytes) -> bytes:
        """The page as PDF; the one printed before if it is the same page, for the same bytes."""
        from kam_reports.outputs.files import digest, write_whole

        assert self.printer is not None
        file = self.post.ledger.folder / "pdf" / f"{digest(page)[:32]}.pdf"
        try:
            return file.read_bytes()
        except OSError:
            made = self.printer.pdf(page)
            write_whole(file, made)
            return made


def _in_language(workspace: Workspace, language: str) -> Workspace:
    return replace(workspace, workspace=replace(workspace.workspace, language=language))


# ---------------------------------------------------------------- tables


def write_table(post: Post) -> Path:
    """The table to review, beside the mails; what cannot be sent stands in it too."""
    from kam_reports.outputs import mail_tables
    from kam_reports.outputs.files import write_whole

    wording = actions.wording_of(post.workspace)
    rows = review_rows(post, wording)
    path = post.folder / "review.xlsx"
    content = mail_tables.as_xlsx(
        "review", [summary(post, wording)], mail_tables.REVIEW, rows, wording, post.workspace
    )
    write_whole(post.folder / "review.csv", mail_tables.as_csv(mail_tables.REVIEW, rows))
    return write_whole(path, content)


def review_rows(post: Post, wording: Wording) -> list[dict[str, Any]]:
    """One row for every mail, and for every one that cannot be made."""
    names = {(role, key): name for (role, key), (name, _) in post.ledger.accounts(post.run).items()}

    def name_of(edition: str, subject: str) -> str:
        role = "partner" if edition == Edition.PARTNER else "account"
        return names.get((role, subject), "")

    rows = [
        {
            "id": mail.id,
            "state": wording.phrase(f"mail.state.{mail.state}"),
            "edition": wording.phrase(f"edition.{mail.edition}"),
            "subject_id": mail.subject,
            "subject": name_of(mail.edition, mail.subject),
            "name": mail.name,
            "to": mail.recipient,
            "cc": mail.cc,
            "language": mail.language,
            "title": mail.title,
            "size": mail.size,
            "source": mail.source,
            "remark": mail.reply,
            "file": mail.file,
        }
        for mail in post.mails
    ]
    empty = dict.fromkeys(("id", "cc", "language", "title", "size", "file"), "")
    rows += [
        {
            **empty,
            "state": wording.phrase("mail.state.held"),
            "edition": wording.phrase(f"edition.{one.edition}"),
            "subject_id": one.subject,
            "subject": name_of(one.edition, one.subject),
            "name": one.name,
            "to": one.address,
            "source": one.source,
            "remark": held_line(one, wording),
        }
        for one in post.ledger.held(post.run)
    ]
    return rows


def held_line(one: Held, wording: Wording) -> str:
    """Why a mail cannot be made, and what to do."""
    return wording.phrase(
        f"mail.held.{one.reason}", name=one.name, address=one.address, place=one.source
    )


def summary(post: Post, wording: Wording) -> str:
    """How many mails there are in each state, in one line."""
    counts = post.ledger.counts(post.run)
    parts = [
        f"{counts[state]} {wording.phrase(f'mail.state.{state}')}"
        for state in State
        if counts[state]
    ]
    held = len(post.ledger.held(post.run))
    if held:
        parts.append(f"{held} {wording.phrase('mail.state.held')}")
    total = sum(counts.values())
    return f"{post.run}: {wording.phrase('mail.total', count=total)}" + (
        f" ({', '.join(parts)})" if parts else ""
    )


def write_log(post: Post) -> tuple[Path, Path]:
    """Every step of every mail, as workbook and CSV."""
    from kam_reports.outputs import mail_tables
    from kam_reports.outputs.files import write_whole

    wording = actions.wording_of(post.workspace)
    rows = [
        {
            "time": event.at,
            "id": event.mail.id,
            "state": event.state,
            "edition": event.mail.edition,
            "subject_id": event.mail.subject,
            "to": event.mail.envelope,
            "cc": event.mail.cc,
            "message_id": event.mail.message_id,
            "reply": event.reply,
        }
        for event in post.ledger.events(post.run)
    ]
    content = mail_tables.as_xlsx(
        "log", [summary(post, wording)], mail_tables.LOG, rows, wording, post.workspace
    )
    return (
        write_whole(post.folder / "log.xlsx", content),
        write_whole(post.folder / "log.csv", mail_tables.as_csv(mail_tables.LOG, rows)),
    )


# ---------------------------------------------------------------- check


def check(post: Post, mails: Sequence[Mail] | None = None) -> list[guards.Refusal]:
    """Everything that speaks against sending what is still planned. Raises Problem.

    A mail that passed when the guards knew the very same is only compared with its digest.
    """
    _planned_from_this_run(post)
    known = known_of(post)
    waiting = post.ledger.mails(post.run, State.PLANNED) if mails is None else mails
    passed = post.ledger.passed(known.fingerprint)
    refusals: list[guards.Refusal] = []
    fresh = []
    for mail in waiting:
        if mail.digest in passed:
            found = guards.unchanged(mail, post.ledger.folder)
        else:
            found = guards.check(mail, post.ledger.folder, known)
            if not found:
                fresh.append(mail.digest)
        refusals.extend(found)
    if fresh:
        post.ledger.let_pass(fresh, known.fingerprint)
    return refusals


def _planned_from_this_run(post: Post) -> None:
    basis = post.ledger.basis(post.run)
    again = {
        "de": "„kam-reports mail plan“, dann die Tabelle durchsehen.",
        "en": "“kam-reports mail plan”, then look through the table.",
    }
    if not basis:
        raise Problem(
            {
                "de": f"Für {post.run} ist nichts geplant.",
                "en": f"Nothing is planned for {post.run}.",
            },
            again,
        )
    finished = _finished(post.workspace)
    if finished.basis != basis:
        raise Problem(
            {
                "de": "Seit dem Planen der Mails wurden andere Berichte geschrieben.",
                "en": "Other reviews were written since the mails were planned.",
            },
            again,
        )


def must_be_complete(post: Post, *, skip_missing: bool) -> None:
    """Missing addresses stop everything unless somebody said to skip them. Raises Problem."""
    held = post.ledger.held(post.run)
    if not held or skip_missing or post.ledger.skips_missing(post.run):
        return
    wording = actions.wording_of(post.workspace)
    lines = [f"{one.subject}: {held_line(one, wording)}" for one in held[:10]]
    raise Problem(
        {
            language: f"{text}\n" + "\n".join(lines)
            for language, text in (
                ("de", f"{len(held)} Mails fehlt eine gültige Adresse:"),
                ("en", f"{len(held)} mails lack a valid address:"),
            )
        },
        {
            "de": "Die Adressen ergänzen und neu planen, oder sie mit --skip-missing auslassen.",
            "en": "Add the addresses and plan anew, or leave them out with --skip-missing.",
        },
    )


def must_pass(post: Post) -> None:
    """One mail that must not leave stops all of them. Raises Problem."""
    refusals = check(post)
    if refusals:
        raise Problem(
            {
                language: "\n".join(one.told(language) for one in refusals[:20])
                for language in ("de", "en")
            },
            {
                "de": f"{len(refusals)} Einwände; es wurde nichts gesendet.",
                "en": f"{len(refusals)} objections; nothing was sent.",
            },
        )


# ---------------------------------------------------------------- draft


def draft(post: Post, *, skip_missing: bool, say: Say) -> list[str]:
    """Hand what is planned to a person as drafts; say where they are. Raises Problem."""
    must_be_complete(post, skip_missing=skip_missing)
    with only_sender(post.ledger.folder):
        must_pass(post)
        waiting = post.ledger.mails(post.run, State.PLANNED)
        if post.workspace.mail.transport == "graph":
            return _drafts_in_mailbox(post, waiting, say)
        return _drafts_as_files(post, waiting)


def _drafts_as_files(post: Post, mails: Sequence[Mail]) -> list[str]:
    from kam_reports.mailing.transports.drafts import as_draft
    from kam_reports.outputs.files import write_whole

    places = []
    for mail in mails:
        path = post.folder / "drafts" / mail.edition / Path(mail.file).name
        write_whole(path, as_draft((post.ledger.folder / mail.file).read_bytes()))
        post.ledger.mark(mail, State.DRAFTED, path.name)
        places.append(str(path))
    return places


def _drafts_in_mailbox(post: Post, mails: Sequence[Mail], say: Say) -> list[str]:
    from kam_reports.mailing.secrets import GRAPH_SCOPES, token
    from kam_reports.mailing.sending import Unreachable
    from kam_reports.mailing.transports.graph import Graph

    settings = post.workspace.mail
    graph = Graph(settings.graph_url, token(settings, GRAPH_SCOPES, say))
    places = []
    try:
        graph.open()
        for mail in mails:
            link = graph.draft((post.ledger.folder / mail.file).read_bytes())
            post.ledger.mark(mail, State.DRAFTED, link)
            places.append(link or mail.file)
    except Unreachable as error:
        raise error.problem from error
    return places


# ---------------------------------------------------------------- send


def send(
    post: Post,
    confirmed: int | None,
    *,
    skip_missing: bool,
    prompt: Callable[[str], str | None],
    say: Say,
    progress: Callable[[Mail, Outcome], None] = lambda _mail, _outcome: None,
    waiting: Callable[[float], None] = lambda _seconds: None,
) -> Sent:
    """Send what is planned. *confirmed* is the number of mails of the whole plan. Raises Problem.

    The log is written however it ends.
    """
    from kam_reports.mailing.sending import Limits, send_all

    settings = post.workspace.mail
    with only_sender(post.ledger.folder):
        post.ledger.recover(post.run, LEFT_BEHIND)
        try:
            must_be_complete(post, skip_missing=skip_missing)
            must_pass(post)
            _confirmed(post, confirmed)
            waiting_mails = post.ledger.mails(post.run, State.PLANNED)
            if not waiting_mails:
                from kam_reports.mailing.sending import Sent as Nothing

                return Nothing()
            transport = _transport(post, prompt, say)
            limits = Limits(settings.per_minute, settings.per_day, settings.stop_after)
            return send_all(
                post.ledger, waiting_mails, transport, limits, progress=progress, waiting=waiting
            )
        finally:
            write_log(post)


def _confirmed(post: Post, confirmed: int | None) -> None:
    """The number of the plan must have been typed: who types it has seen the table."""
    counts = post.ledger.counts(post.run)
    total, left = sum(counts.values()), counts[State.PLANNED]
    if confirmed == total:
        return
    option = f"--confirm {total}" + (" --to-me" if post.run.endswith(REHEARSAL) else "")
    raise Problem(
        {
            "de": f"Der Plan umfasst {total} Mails, davon gehen {left} jetzt hinaus; bestätigt ist "
            f"{'nichts' if confirmed is None else confirmed}. Es wurde nichts gesendet.",
            "en": f"The plan has {total} mails, of which {left} would go out now; "
            f"{'nothing' if confirmed is None else confirmed} is confirmed. Nothing was sent.",
        },
        {
            "de": f"Die Tabelle {post.folder / 'review.xlsx'} durchsehen, dann: kam-reports mail "
            f"send {option}",
            "en": f"Look through the table {post.folder / 'review.xlsx'}, then: kam-reports mail "
            f"send {option}",
        },
    )


def _transport(post: Post, prompt: Callable[[str], str | None], say: Say) -> Transport:
    from kam_reports.mailing import secrets

    settings, sender = post.workspace.mail, _sender(post.workspace)[1]
    if settings.transport == "graph":
        from kam_reports.mailing.transports.graph import Graph

        return Graph(settings.graph_url, secrets.token(settings, secrets.GRAPH_SCOPES, say))
    if not settings.server:
        raise Problem(
            {"de": "Es fehlt der Mailserver.", "en": "The mail server is missing."},
            {
                "de": 'In kam.toml unter [mail] eintragen: server = "smtp.firma.example"',
                "en": 'Set it in kam.toml under [mail]: server = "smtp.company.example"',
            },
        )
    from kam_reports.mailing.transports.smtp import Smtp

    user = secrets.user_of(settings, sender)
    secret = ""
    if settings.login == "password":
        secret = secrets.password(settings, user, prompt)
    elif settings.login == "xoauth2":
        secret = secrets.token(settings, (secrets.SMTP_SCOPE,), say)
    return Smtp(
        server=settings.server,
        port=settings.port,
        security=settings.security,
        login=settings.login,
        user=user,
        sender=sender,
        secret=secret,
        ca_file=post.workspace.folder / settings.ca_file if settings.ca_file else None,
    )


# ---------------------------------------------------------------- status, resolve


def resolve(post: Post, which: Sequence[str], state: State) -> list[Mail]:
    """Say what became of mails that nobody but a person can know of. Raises Problem.

    *which* are numbers, or ``unknown``, ``failed``, ``drafted`` for all of these; *state* is
    ``sent``, or ``planned`` for those to be sent again.
    """
    with only_sender(post.ledger.folder):
        post.ledger.recover(post.run, LEFT_BEHIND)
        mails = _resolvable(post, which)
        for mail in mails:
            post.ledger.mark(mail, state, "resolved by a person")
    write_log(post)
    return mails


def _resolvable(post: Post, which: Sequence[str]) -> list[Mail]:
    open_ones = {
        mail.id: mail
        for mail in post.ledger.mails(post.run, State.UNKNOWN, State.FAILED, State.DRAFTED)
    }
    chosen: dict[int, Mail] = {}
    for word in which:
        if word in (State.UNKNOWN, State.FAILED, State.DRAFTED):
            chosen.update({n: mail for n, mail in open_ones.items() if mail.state == word})
        elif word.isdecimal() and int(word) in open_ones:
            chosen[int(word)] = open_ones[int(word)]
        else:
            numbers = ", ".join(map(str, open_ones)) or "–"
            raise Problem(
                {
                    "de": f"„{word}“ ist keine Mail von {post.run}, über die zu entscheiden ist.",
                    "en": f"“{word}” is no mail of {post.run} that there is to decide about.",
                },
                {
                    "de": f"Zu entscheiden ist über: {numbers}. Siehe: kam-reports mail status",
                    "en": f"To be decided about: {numbers}. See: kam-reports mail status",
                },
            )
    return list(chosen.values())


def counts(post: Post) -> Counter[State]:
    """How many mails are in each state."""
    return post.ledger.counts(post.run)


def subjects_without_domains(post: Post) -> list[tuple[str, str]]:
    """The accounts that no domain is allowed for, each with the line for kam.toml."""
    domains = post.workspace.mail.domains
    lines: dict[str, set[str]] = {}
    for mail in post.mails:
        if mail.edition != Edition.INTERNAL and mail.subject not in domains:
            lines.setdefault(mail.subject, set()).add(guards.entry_for(mail.recipient))
    return [
        (subject, f'"{subject}" = [' + ", ".join(f'"{one}"' for one in sorted(entries)) + "]")
        for subject, entries in sorted(lines.items())
    ]

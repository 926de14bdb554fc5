"""The commands about mail. ``cli`` loads them when somebody asks for one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from kam_reports.cli import (
    F,
    _Command,
    _Editions,
    _gather,
    _jobs_option,
    _language_option,
    _progress,
    _Quarter,
    _say,
    _settings,
    _t,
    _wording,
    _workspace_option,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kam_reports.mailing.ledger import Mail
    from kam_reports.mailing.sending import Outcome
    from kam_reports.posting import Post
    from kam_reports.workspace import Workspace


def _mail_options(function: F) -> F:
    for option in (
        _language_option,
        click.option(
            "--to-me",
            is_flag=True,
            help=_t("Probe: alles an den Absender.", "Rehearsal: everything to the sender."),
        ),
        click.option(
            "--quarter", type=_Quarter(), metavar="2026Q3", help=_t("Das Quartal.", "The quarter.")
        ),
        _workspace_option,
    ):
        function = option(function)
    return function


_skip_missing_option = click.option(
    "--skip-missing",
    is_flag=True,
    help=_t("Wem die Adresse fehlt, den auslassen.", "Leave out who has no address."),
)


def _post(workspace: Path | None, quarter: Any, language: str | None, *, to_me: bool) -> Post:
    """The mails of a quarter; warns if the ledger lies where none should lie."""
    from kam_reports import posting

    settings = _settings(workspace, None, language)
    _warn_of_place(settings)
    return posting.open_post(settings, quarter, to_me=to_me)


def _warn_of_place(settings: Workspace) -> None:
    from kam_reports import posting

    kind = posting.place_warning(settings)
    if kind:
        folder = settings.folder / settings.mail.folder
        _say(_wording(settings).phrase(f"mail.notice.{kind}", folder=str(folder)), style="yellow")


def _show_mails(post: Post, *, everything: bool) -> None:
    """The mails as lines; without *everything* only those that somebody must look at."""
    from kam_reports import posting

    wording = _wording(post.workspace)
    fine = {wording.phrase(f"mail.state.{state}") for state in ("sent",)}
    for row in posting.review_rows(post, wording):
        if everything or row["state"] not in fine:
            number = f"{row['id']:>4}" if row["id"] else "   –"
            name = f"{row['name']} <{row['to']}>" if row["to"] else row["name"]
            copy = f" cc {row['cc']}" if row["cc"] else ""
            click.echo(
                f"{number}  {row['state']}  {row['subject_id']} {row['subject']} · "
                f"{row['edition']} · {name or '–'}{copy}"
                + (f" · {row['remark']}" if row["remark"] else "")
            )


@click.command(
    cls=_Command,
    short_help=_t("Die Mails anlegen", "Write the mails"),
    help=_t(
        "Legt für jeden Empfänger eine Mail an und schreibt die Tabelle zum Durchsehen. Sendet "
        "nichts.",
        "Writes one mail for every recipient, and the table to look through. Sends nothing.",
    ),
)
@_mail_options
@click.option(
    "--edition",
    "editions",
    type=_Editions(),
    metavar="customer,partner,internal",
    help=_t("Nur diese Ausgaben; sonst die in kam.toml.", "These editions only; else kam.toml's."),
)
@_skip_missing_option
@_jobs_option
def plan(
    workspace: Path | None,
    quarter: Any,
    to_me: bool,
    language: str | None,
    editions: tuple[str, ...] | None,
    skip_missing: bool,
    jobs: int | None,
) -> None:
    """Write the mails and the table."""
    from kam_reports import posting

    settings = _settings(workspace, None, language)
    _warn_of_place(settings)
    with _progress(_t("Mails", "Mails"), 1000) as bar:
        made = posting.plan(
            settings,
            quarter,
            lambda adjusted: _gather(adjusted, (), jobs),
            editions=editions,
            to_me=to_me,
            skip_missing=skip_missing,
            progress=(lambda _done, of: _advance(bar, of)) if bar else (lambda *_: None),
        )
    wording = _wording(settings)
    for notice in made.notices:
        _say(wording.phrase(f"mail.notice.{notice}"), style="yellow")
    _show_mails(made.post, everything=True)
    _say(posting.summary(made.post, wording))
    lines = posting.subjects_without_domains(made.post)
    if lines:
        _say(
            _t(
                "Diesen Kunden ist noch keine Domain erlaubt. Prüfen und in kam.toml eintragen:",
                "No domain is allowed for these accounts yet. Check and add to kam.toml:",
            ),
            style="yellow",
        )
        _say("[mail.domains]\n" + "\n".join(line for _, line in lines))
    total = sum(posting.counts(made.post).values())
    _say(
        _t("Als Nächstes: die Tabelle durchsehen, dann ", "Next: look through the table, then ")
        + f"kam-reports mail check, kam-reports mail send --confirm {total}"
        + (" --to-me" if to_me else "")
    )
    click.echo(str(made.table))
    sys.exit(1 if made.held and not skip_missing else 0)


def _advance(bar: Any, of: int) -> None:
    """Move *bar*, whose length was not known before."""
    bar.length = of
    bar.update(1)


@click.command(
    "check",
    cls=_Command,
    short_help=_t("Die Mails prüfen", "Check the mails"),
    help=_t(
        "Prüft jede Mail, wie sie hinausginge: richtiger Kunde, richtiger Empfänger, nichts "
        "Fremdes, nichts Internes. Sendet nichts.",
        "Checks every mail as it would go out: right account, right recipient, nothing of others, "
        "nothing internal. Sends nothing.",
    ),
)
@_mail_options
@_skip_missing_option
def check_of_mail(
    workspace: Path | None, quarter: Any, to_me: bool, language: str | None, skip_missing: bool
) -> None:
    """Run all guards."""
    from kam_reports import posting
    from kam_reports.mailing.ledger import State

    post = _post(workspace, quarter, language, to_me=to_me)
    refusals = posting.check(post)
    for one in refusals:
        click.echo(one.told(post.workspace.language))
    counts = posting.counts(post)
    _say(
        _t(
            f"{counts[State.PLANNED]} Mails geprüft, {len(refusals)} Einwände.",
            f"{counts[State.PLANNED]} mails checked, {len(refusals)} objections.",
        )
    )
    posting.must_be_complete(post, skip_missing=skip_missing)
    sys.exit(1 if refusals else 0)


@click.command(
    cls=_Command,
    short_help=_t("Die Mails als Entwürfe übergeben", "Hand the mails over as drafts"),
    help=_t(
        "Legt die Mails als Entwürfe ab, die eine Person in Outlook öffnet und sendet; mit "
        "transport = graph direkt im Postfach.",
        "Lays the mails out as drafts that a person opens in Outlook and sends; with transport = "
        "graph right in the mailbox.",
    ),
)
@_mail_options
@_skip_missing_option
def draft(
    workspace: Path | None, quarter: Any, to_me: bool, language: str | None, skip_missing: bool
) -> None:
    """Make drafts."""
    from kam_reports import posting

    post = _post(workspace, quarter, language, to_me=to_me)
    for place in posting.draft(post, skip_missing=skip_missing, say=_say):
        click.echo(place)
    _say(posting.summary(post, _wording(post.workspace)))


@click.command(
    cls=_Command,
    short_help=_t("Die Mails senden", "Send the mails"),
    help=_t(
        "Sendet, was geplant ist. N ist die Zahl der Mails des Plans; wer sie eintippt, hat die "
        "Tabelle gesehen. Nach einer Unterbrechung macht derselbe Befehl weiter.",
        "Sends what is planned. N is the number of mails of the plan; who types it has seen the "
        "table. After an interruption the same command goes on.",
    ),
)
@_mail_options
@click.option(
    "--confirm",
    type=click.IntRange(0),
    metavar="N",
    help=_t("So viele Mails umfasst der Plan.", "The plan has so many mails."),
)
@_skip_missing_option
def send(
    workspace: Path | None,
    quarter: Any,
    to_me: bool,
    language: str | None,
    confirm: int | None,
    skip_missing: bool,
) -> None:
    """Send what is planned."""
    from kam_reports import posting
    from kam_reports.mailing.ledger import State

    post = _post(workspace, quarter, language, to_me=to_me)
    wording = _wording(post.workspace)

    def told(one: Mail, outcome: Outcome) -> None:
        state = wording.phrase(f"mail.state.{outcome.state}")
        good = outcome.state is State.SENT
        _say(f"{one.id:>4}  {state}  {one.envelope}" + ("" if good else f"  {outcome.reply}"))

    def waiting(seconds: float) -> None:
        _say(
            _t(
                f"Der Server bittet um Geduld: weiter in {round(seconds)} Sekunden. (Strg+C "
                "beendet; derselbe Befehl macht weiter.)",
                f"The server asks to wait: going on in {round(seconds)} seconds. (Ctrl+C ends it; "
                "the same command goes on.)",
            )
        )

    sent = posting.send(
        post,
        confirm,
        skip_missing=skip_missing,
        prompt=_asked,
        say=_say,
        progress=told,
        waiting=waiting,
    )
    click.echo(posting.summary(post, wording))
    if sent.stopped is not None:
        raise sent.stopped
    counts = posting.counts(post)
    unknown = counts[State.UNKNOWN]
    if unknown:
        _say(
            _t(
                f"{unknown} Mails sind ungeklärt: im Ordner „Gesendet“ nachsehen, dann kam-reports "
                "mail resolve NR --sent oder --again.",
                f"{unknown} mails are unknown: look into the folder “Sent”, then kam-reports mail "
                "resolve NO --sent or --again.",
            ),
            style="yellow",
        )
    sys.exit(1 if unknown or counts[State.FAILED] or counts[State.PLANNED] else 0)


def _asked(what: str) -> str | None:
    """A password from the person at the terminal; nobody is asked in a pipe."""
    if not sys.stdin.isatty():
        return None
    label = _t("Passwort für ", "Password for ") + what
    return str(click.prompt(label, hide_input=True, err=True))


@click.command(
    cls=_Command,
    short_help=_t("Was aus den Mails wurde", "What became of the mails"),
    help=_t(
        "Zeigt, was aus jeder Mail wurde, und schreibt das Protokoll als xlsx und CSV.",
        "Shows what became of every mail, and writes the log as xlsx and CSV.",
    ),
)
@_mail_options
@click.option(
    "--all", "everything", is_flag=True, help=_t("Auch die gesendeten.", "Sent ones too.")
)
def status(
    workspace: Path | None, quarter: Any, to_me: bool, language: str | None, everything: bool
) -> None:
    """Show what became of the mails."""
    from kam_reports import posting

    post = _post(workspace, quarter, language, to_me=to_me)
    _show_mails(post, everything=everything)
    click.echo(posting.summary(post, _wording(post.workspace)))
    for path in posting.write_log(post):
        _say(str(path))


@click.command(
    cls=_Command,
    short_help=_t("Ungeklärte Mails entscheiden", "Decide about unknown mails"),
    help=_t(
        "Entscheidet, was aus Mails wurde: --sent, wenn sie ankamen, --again, um sie noch einmal "
        "zu senden. NR steht in „mail status“; auch unknown, failed, drafted für alle solchen.",
        "Decides what became of mails: --sent if they arrived, --again to send them once more. NO "
        "stands in “mail status”; also unknown, failed, drafted for all of these.",
    ),
)
@click.argument("which", nargs=-1, required=True, metavar=_t("NR…", "NO…"))
@_mail_options
@click.option("--sent", "was_sent", is_flag=True, help=_t("Sie kamen an.", "They arrived."))
@click.option("--again", is_flag=True, help=_t("Noch einmal senden.", "Send them once more."))
def resolve(
    which: tuple[str, ...],
    workspace: Path | None,
    quarter: Any,
    to_me: bool,
    language: str | None,
    was_sent: bool,
    again: bool,
) -> None:
    """Decide what became of mails."""
    from kam_reports import posting
    from kam_reports.mailing.ledger import State

    if was_sent == again:
        raise click.UsageError(
            _t("Entweder --sent oder --again angeben.", "Give either --sent or --again.")
        )
    post = _post(workspace, quarter, language, to_me=to_me)
    for one in posting.resolve(post, which, State.SENT if was_sent else State.PLANNED):
        click.echo(f"{one.id:>4}  {one.recipient}")
    _say(posting.summary(post, _wording(post.workspace)))


COMMANDS = (plan, check_of_mail, draft, send, status, resolve)

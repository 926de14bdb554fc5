"""The command line: reads the words, calls one action, prints what came of it.

Imports nothing heavy, so that ``--help`` answers at once; every command imports what it needs.
Results go to standard output, progress and messages to standard error.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path

    from kam_reports.actions import Gathered
    from kam_reports.doctor import Line
    from kam_reports.model import Finding, Reading
    from kam_reports.wording import Wording
    from kam_reports.workspace import Workspace

if TYPE_CHECKING:
    _Kind = click.ParamType[Any]
else:
    _Kind = click.ParamType  # generic only from click 8.5 on

LANGUAGES = ("de", "en")
F = TypeVar("F", bound="Callable[..., Any]")


# ---------------------------------------------------------------- the language of the screen


def screen_language(words: Sequence[str]) -> str:
    """The language of the help: ``--language`` in *words*, else the machine's, else German."""
    for index, word in enumerate(words):
        if word == "--language" and words[index + 1 : index + 2] in (["de"], ["en"]):
            return words[index + 1]
        if word in ("--language=de", "--language=en"):
            return word[-2:]
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    chosen = next((name for name in names if name), "")
    if not chosen and sys.platform in ("win32", "darwin"):
        import locale

        chosen = locale.getlocale()[0] or ""
    return "en" if chosen.lower().startswith("en") else "de"


_LANGUAGE = screen_language(sys.argv[1:])


def _t(de: str, en: str) -> str:
    """The text in the language of the screen."""
    return en if _LANGUAGE == "en" else de


class _Help(click.HelpFormatter):
    """Help pages with German headings where the screen is German."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _t("Aufruf: ", "Usage: "))

    def write_heading(self, heading: str) -> None:
        german = {"Options": "Optionen", "Commands": "Befehle", "Arguments": "Argumente"}
        super().write_heading(_t(german.get(heading, heading), heading))


class _Context(click.Context):
    formatter_class = _Help


class _Command(click.Command):
    """A command whose ``--help`` option speaks the language of the screen."""

    context_class = _Context

    def __init__(self, *args: Any, **settings: Any) -> None:
        settings.setdefault("options_metavar", _t("[OPTIONEN]", "[OPTIONS]"))
        super().__init__(*args, **settings)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _t("Diese Hilfe zeigen.", "Show this help.")
        return option


class _Group(_Command, click.Group):
    """The commands in the order of a working day, with the nearest one for a typing mistake."""

    command_class = _Command

    def __init__(self, *args: Any, **settings: Any) -> None:
        settings.setdefault("subcommand_metavar", _t("BEFEHL …", "COMMAND …"))
        super().__init__(*args, **settings)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in self.commands and not name.startswith("-"):
            hint = _t(" Gemeint ist vielleicht: {}", " Perhaps you mean: {}").format(
                _nearest(name, list(self.commands)) or ", ".join(self.commands)
            )
            raise click.UsageError(
                _t(f"Den Befehl „{name}“ gibt es nicht.", f"There is no command “{name}”.") + hint,
                ctx,
            )
        return super().resolve_command(ctx, args)


class _Later(_Group):
    """A group whose commands are made when somebody asks for one: ``COMMANDS`` of *module*.

    The help of all commands would take a tenth longer otherwise.
    """

    def __init__(self, *args: Any, module: str = "", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.module = module

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        from importlib import import_module

        for command in import_module(self.module).COMMANDS:
            self.add_command(command)
        return super().make_context(*args, **settings)


def _nearest(word: str, known: Sequence[str]) -> str:
    """The word of *known* that was probably meant, or nothing."""
    import difflib

    return next(iter(difflib.get_close_matches(word, known, 1, 0.4)), "")


def _usage_sentence(error: click.UsageError) -> str:
    """What is wrong with the command line, in the language of the screen."""
    if isinstance(error, click.NoSuchOption):
        known = [
            name
            for parameter in (error.ctx.command.params if error.ctx else ())
            for name in parameter.opts
            if name.startswith("--")
        ]
        near = _nearest(error.option_name, known)
        return _t(
            f"Die Option {error.option_name} gibt es nicht.",
            f"There is no option {error.option_name}.",
        ) + (_t(" Gemeint ist vielleicht: ", " Perhaps you mean: ") + near if near else "")
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.make_metavar(error.ctx) if error.ctx else error.param.name
        return _t(f"Es fehlt die Angabe {name}.", f"{name} is missing.")
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = error.param.opts[0]
        if isinstance(error.param.type, click.Choice):
            choices = ", ".join(map(str, error.param.type.choices))
            return _t(f"{name} muss eines sein von: {choices}.", f"{name}: one of {choices}.")
        return f"{name}: {error.message}"
    return error.format_message()


# ---------------------------------------------------------------- kinds of parameters


class _Quarter(_Kind):
    name = "quarter"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from kam_reports.model import Period

        try:
            quarter = value if isinstance(value, Period) else Period.parse(str(value))
        except ValueError:
            quarter = None
        if quarter is None or quarter.grain != "Q":
            self.fail(
                _t(
                    f"„{value}“ ist kein Quartal. Beispiel: 2026Q3",
                    f"“{value}” is no quarter. Example: 2026Q3",
                ),
                param,
                ctx,
            )
        return quarter


class _Day(_Kind):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from datetime import date

        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(
                _t(
                    f"„{value}“ ist kein Datum. Beispiel: 2026-09-30",
                    f"“{value}” is no date. Example: 2026-09-30",
                ),
                param,
                ctx,
            )


class _Editions(_Kind):
    name = "editions"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        known = ("internal", "customer", "partner")
        chosen = (
            tuple(value)
            if isinstance(value, tuple)
            else tuple(part.strip() for part in str(value).split(",") if part.strip())
        )
        for name in chosen:
            if name not in known:
                self.fail(
                    _t(
                        f"„{name}“ ist keine Ausgabe. Gemeint ist vielleicht: ",
                        f"“{name}” is no edition. Perhaps you mean: ",
                    )
                    + (_nearest(name, known) or ", ".join(known)),
                    param,
                    ctx,
                )
        return chosen


class _Path(_Kind):
    name = "path"

    def convert(self, value: Any, _param: Any, _ctx: Any) -> Path:
        from pathlib import Path

        return Path(value)


_PATH = _Path()


def _paths(function: F) -> F:
    return click.argument("paths", nargs=-1, type=_PATH, metavar=_t("[PFAD]…", "[PATH]…"))(function)


def _workspace_option(function: F) -> F:
    return click.option(
        "--workspace",
        type=_PATH,
        metavar=_t("ORDNER", "FOLDER"),
        help=_t(
            "Ordner mit kam.toml; sonst vom aktuellen Ordner aufwärts gesucht.",
            "Folder with kam.toml; else searched from the current folder upwards.",
        ),
    )(function)


def _language_option(function: F) -> F:
    return click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        metavar="de|en",
        help=_t("Sprache von Bildschirm und Berichten.", "Language of screen and reports."),
    )(function)


def _jobs_option(function: F) -> F:
    return click.option(
        "--jobs",
        type=click.IntRange(1, 256),
        metavar="N",
        help=_t("So viele Mappen zugleich lesen.", "Read so many workbooks at once."),
    )(function)


# ---------------------------------------------------------------- what commands share


def _settings(folder: Path | None, paths: Sequence[Path] | None, language: str | None) -> Workspace:
    """The workspace of this call, with the language chosen; without *paths* none is needed."""
    from pathlib import Path

    from kam_reports.actions import open_workspace

    return open_workspace(folder, (Path(),) if paths is None else paths, language, _LANGUAGE)


def _wording(workspace: Workspace) -> Wording:
    from kam_reports.actions import wording_of

    return wording_of(workspace)


def _say(text: str = "", *, style: str | None = None) -> None:
    """A message: to standard error."""
    click.secho(text, err=True, fg=style, color=_colour(sys.stderr))


def _colour(stream: Any) -> bool:
    """Whether *stream* is a terminal that may be coloured."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR")


def _progress(label: str, total: int) -> AbstractContextManager[Any]:
    """A bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty() or total < 2:
        return nullcontext()
    return click.progressbar(
        length=total, label=label, file=sys.stderr, show_pos=True, color=_colour(sys.stderr)
    )


def _gather(
    workspace: Workspace, paths: Sequence[Path], jobs: int | None, *, fresh: bool = False
) -> Gathered:
    """Read with a bar on the terminal."""
    from kam_reports import actions

    workbooks = actions.find_workbooks(paths or workspace.inputs, workspace)
    with _progress(_t("Lesen", "Reading"), len(workbooks)) as bar:
        return actions.gather(
            workbooks,
            workspace,
            jobs=jobs,
            fresh=fresh,
            progress=(lambda *_: bar.update(1)) if bar else None,
        )


_STYLES = {"error": "red", "warning": "yellow", "info": "blue"}


def _painted(finding: Finding) -> str:
    """The code of *finding* in the colour of its severity."""
    return click.style(finding.code, fg=_STYLES[finding.severity], bold=True)


def _summary(reading: Reading) -> str:
    """How many workbooks and findings there are, in one line."""
    counts = {
        severity: sum(1 for finding in reading.findings if finding.severity == severity)
        for severity in _STYLES
    }
    books, used = len(reading.sources), sum(1 for source in reading.sources if source.used)
    return _t(
        f"{books} Arbeitsmappen, {used} verwendet: {counts['error']} Fehler, "
        f"{counts['warning']} Warnungen, {counts['info']} Hinweise.",
        f"{books} workbooks, {used} used: {counts['error']} errors, "
        f"{counts['warning']} warnings, {counts['info']} notes.",
    )


def _failed(reading: Reading, fail_on: str = "error") -> bool:
    """Whether the exit code is 1: a finding at or over *fail_on*, or an unusable workbook."""
    over = {"error": ("error",), "warning": ("error", "warning"), "never": ()}
    severe = any(finding.severity in over[fail_on] for finding in reading.findings)
    unusable = any(not source.used for source in reading.sources)
    return severe or (unusable and fail_on != "never")


# ---------------------------------------------------------------- the commands


@click.group(
    cls=_Group,
    help=_t(
        "Liest die Excel-Pläne von Schlüsselkunden und Vertriebspartnern, prüft sie und schreibt "
        "Kennzahlen-Mappe und Quartalsberichte.",
        "Reads the Excel plans of key accounts and sales partners, checks them and writes the KPI "
        "workbook and the quarterly reviews.",
    ),
    epilog=_t("Erster Versuch: kam-reports demo", "A first try: kam-reports demo"),
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    metavar="de|en",
    expose_value=False,
    help=_t("Sprache der Hilfe.", "Language of the help."),
)
@click.version_option(
    package_name="kam-reports",
    message="%(version)s",
    help=_t("Die Version zeigen.", "Show the version."),
)
def cli() -> None:
    """All commands."""


@cli.command(
    short_help=_t("Das Beispiel anlegen und rechnen", "Lay out the worked example and run it"),
    help=_t(
        "Legt das Beispiel in ORDNER an (sonst kam-demo), rechnet es und sagt, wo die Ergebnisse "
        "liegen. Mit --family sind es Mappen, wie Firmen sie selbst führen, mit ihrem Layout.",
        "Lays out the worked example in FOLDER (else kam-demo), runs it and says where to look. "
        "With --family it is workbooks as firms keep them themselves, with their layout.",
    ),
)
@click.argument("folder", type=_PATH, required=False, metavar=_t("[ORDNER]", "[FOLDER]"))
@click.option(
    "--family",
    type=click.Choice(("industry", "broker")),
    metavar="industry|broker",
    help=_t(
        "Fremde Mappen: Kundenpläne eines Zulieferers oder Partnerakten einer Kreditvermittlung.",
        "Foreign workbooks: account plans of a supplier, or partner files of a loan broker.",
    ),
)
@_language_option
@_jobs_option
def demo(folder: Path | None, family: str | None, language: str | None, jobs: int | None) -> None:
    """Lay out the worked example and run it."""
    from pathlib import Path

    from kam_reports import actions
    from kam_reports.model import Period

    folder = folder or Path(f"kam-demo-{family}" if family else "kam-demo")
    actions.lay_out_example(folder, family or "")
    workspace = _settings(folder, (), language)
    quarter = Period(2026, "Q", 3)
    occasion = actions.occasion_of(quarter, None, workspace)
    reading = actions.judge(_gather(workspace, (), jobs), workspace, occasion)
    written = actions.review_and_write(reading, occasion, workspace, workspace.out)
    _say(_summary(reading))
    for path in (
        workspace.out / f"KPI-{actions.quarter_name(quarter)}.xlsx",
        workspace.out / "index.html",
    ):
        assert path in written
        click.echo(str(path))


@cli.command(
    short_help=_t("Einen leeren Arbeitsordner anlegen", "Make an empty workspace"),
    help=_t(
        "Legt einen leeren Arbeitsordner an: kam.toml, leerer Plan, leere Scorecard, Ordner.",
        "Makes an empty workspace: kam.toml, blank plan, blank scorecard, folders.",
    ),
)
@click.argument("folder", type=_PATH, default=".", metavar=_t("[ORDNER]", "[FOLDER]"))
@_language_option
def init(folder: Path, language: str | None) -> None:
    """Make an empty workspace."""
    from kam_reports import actions

    for path in actions.lay_out_workspace(folder, language or _LANGUAGE):
        click.echo(str(path))


@cli.command(
    short_help=_t("Arbeitsmappen prüfen", "Check workbooks"),
    help=_t(
        "Liest und prüft Arbeitsmappen und nennt, was nicht stimmt und was zu tun ist.",
        "Reads and checks workbooks and says what is wrong and what to do.",
    ),
)
@_paths
@_workspace_option
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "csv", "xlsx")),
    default="text",
    metavar="text|json|csv|xlsx",
    help=_t("Form der Ausgabe.", "Form of the output."),
)
@click.option(
    "--output",
    type=_PATH,
    metavar=_t("DATEI", "FILE"),
    help=_t("In diese Datei statt auf den Bildschirm.", "To this file instead of the screen."),
)
@click.option(
    "--mark",
    "mark",
    type=_PATH,
    metavar=_t("ORDNER", "FOLDER"),
    help=_t(
        "Kopien mit markierten Zellen, Notizen und Befundblatt in diesen Ordner legen.",
        "Put copies with marked cells, notes and a sheet of findings into this folder.",
    ),
)
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "never")),
    default="error",
    metavar="error|warning|never",
    help=_t("Ab wann der Rückgabewert 1 ist.", "From when on the exit code is 1."),
)
@click.option(
    "--quarter",
    type=_Quarter(),
    metavar="2026Q3",
    help=_t("Gegen dieses Quartal prüfen.", "Check against this quarter."),
)
@click.option(
    "--as-of",
    type=_Day(),
    metavar="2026-09-30",
    help=_t("Von diesem Tag aus urteilen.", "Judge from this day."),
)
@_language_option
@_jobs_option
def check(
    paths: tuple[Path, ...],
    workspace: Path | None,
    form: str,
    output: Path | None,
    mark: Path | None,
    fail_on: str,
    quarter: Any,
    as_of: date | None,
    language: str | None,
    jobs: int | None,
) -> None:
    """Read and check workbooks."""
    from kam_reports import actions

    settings = _settings(workspace, paths, language)
    occasion = actions.occasion_of(quarter, as_of, settings) if quarter else None
    places = {}
    if mark is not None:
        workbooks = actions.find_workbooks(paths or settings.inputs, settings)
        places = actions.places_of_copies(workbooks, mark)
    reading = actions.judge(_gather(settings, paths, jobs), settings, occasion)
    wording = _wording(settings)
    if form == "text" and output is None:
        for line in actions.finding_lines(reading.findings, wording, _painted):
            click.echo(line, color=_colour(sys.stdout))
        click.echo(_summary(reading))
    else:
        if form == "xlsx" and output is None:
            output = _PATH.convert("findings.xlsx", None, None)
        content = actions.findings_as(form, reading, wording, settings, output)
        if output is None:
            click.echo(content, nl=False)
        else:
            click.echo(str(actions.write_file(output, content)))
        _say(_summary(reading))
    if mark is not None:
        copies = actions.mark_copies(reading, settings, places, jobs=jobs)
        for line in (*copies.refused, *copies.remarks):
            _say(line, style="yellow")
        _say(
            _t(
                f"{len(copies.written)} markierte Kopien in {mark}",
                f"{len(copies.written)} marked copies in {mark}",
            )
        )
    sys.exit(1 if _failed(reading, fail_on) else 0)


@cli.command(
    short_help=_t("Alles zu einem Quartal schreiben", "Write everything of one quarter"),
    help=_t(
        "Liest, prüft, rechnet und schreibt alles zu einem Quartal: Kennzahlen-Mappe, Berichte, "
        "Daten.",
        "Reads, checks, computes and writes everything of one quarter: KPI workbook, reports, "
        "data.",
    ),
)
@_paths
@_workspace_option
@click.option(
    "--quarter",
    type=_Quarter(),
    metavar="2026Q3",
    help=_t(
        "Das Quartal; sonst das letzte, das die Datenstände abdecken.",
        "The quarter; else the last one that the plans' as-of dates cover.",
    ),
)
@click.option(
    "--as-of",
    type=_Day(),
    metavar="2026-09-30",
    help=_t("Stichtag; sonst der letzte Tag des Quartals.", "As-of date; else the quarter's last."),
)
@click.option(
    "--out",
    type=_PATH,
    metavar=_t("ORDNER", "FOLDER"),
    help=_t("Wohin geschrieben wird.", "Where to write."),
)
@_language_option
@_jobs_option
@click.option(
    "--edition",
    "editions",
    type=_Editions(),
    metavar="internal,customer,partner",
    help=_t("Nur diese Ausgaben schreiben.", "Write these editions only."),
)
@click.option(
    "--palette",
    type=click.Choice(("classic", "cvd")),
    metavar="classic|cvd",
    help=_t("cvd: Farben auch für Farbfehlsichtige.", "cvd: colours for colour-blind readers too."),
)
@click.option(
    "--dry-run",
    is_flag=True,
    help=_t("Nur zeigen, was geschrieben würde.", "Only show what would be written."),
)
@click.option(
    "--force",
    is_flag=True,
    help=_t("Alles neu lesen, ohne Zwischenspeicher.", "Read everything anew, without the cache."),
)
def run(
    paths: tuple[Path, ...],
    workspace: Path | None,
    quarter: Any,
    as_of: date | None,
    out: Path | None,
    language: str | None,
    jobs: int | None,
    editions: tuple[str, ...] | None,
    palette: str | None,
    dry_run: bool,
    force: bool,
) -> None:
    """Read, check, compute and write one quarter."""
    from kam_reports import actions

    settings = actions.adjusted(_settings(workspace, paths, language), editions, palette)
    target = out or settings.out
    if not dry_run:
        actions.prepare(target)
    gathered = _gather(settings, paths, jobs, fresh=force)
    if quarter:
        occasion = actions.occasion_of(quarter, as_of, settings)
    else:
        occasion = actions.likely_occasion(gathered, as_of, settings)
    reading = actions.judge(gathered, settings, occasion)
    written = actions.review_and_write(reading, occasion, settings, target, dry_run=dry_run)
    wording = _wording(settings)
    errors = [found for found in reading.findings if found.severity == "error"]
    for line in actions.finding_lines(errors, wording, _painted):
        click.echo(line, err=True, color=_colour(sys.stderr))
    _say(_summary(reading))
    for path in written:
        click.echo(str(path))
    sys.exit(1 if _failed(reading) else 0)


@cli.command(
    "map",
    short_help=_t("Ein Layout für fremde Mappen vorschlagen", "Propose a layout for a workbook"),
    help=_t(
        "Schlägt für eine fremde Arbeitsmappe ein Layout vor: was wo erkannt wurde, wie sicher das "
        "ist, was fehlt und was gelesen würde. Gelesen wird nur; ohne --write wird nichts "
        "gespeichert.",
        "Proposes a layout for a foreign workbook: what was recognised where, how sure that is, "
        "what is missing and what would be read. Without --write nothing is saved.",
    ),
)
@click.argument("workbook", type=_PATH, metavar=_t("MAPPE", "WORKBOOK"))
@click.option(
    "--write",
    is_flag=True,
    help=_t(
        "Das Layout in den Ordner layouts des Arbeitsordners speichern; was dort von Hand steht, "
        "bleibt.",
        "Save the layout in the workspace's folder layouts; what was written there by hand stays.",
    ),
)
@click.option(
    "--preview",
    is_flag=True,
    help=_t(
        "Alles zeigen, was gelesen würde, und eine HTML-Seite mit den Blättern schreiben.",
        "Show everything that would be read, and write an HTML page with the sheets.",
    ),
)
@click.option(
    "--html",
    type=_PATH,
    metavar=_t("DATEI", "FILE"),
    help=_t("Die HTML-Seite in diese Datei schreiben.", "Write the HTML page to this file."),
)
@_workspace_option
@_language_option
def map_command(
    workbook: Path,
    write: bool,
    preview: bool,
    html: Path | None,
    workspace: Path | None,
    language: str | None,
) -> None:
    """Propose a layout for a foreign workbook."""
    from kam_reports import actions

    settings = _settings(workspace, (workbook,), language)
    if write:
        actions.require_workspace(workspace, workbook)
    mapped = actions.map_workbook(workbook, settings, anew=write)
    wording = _wording(settings)
    if mapped.proposal is None:
        for line in actions.finding_lines(mapped.findings, wording, _painted):
            click.echo(line, color=_colour(sys.stdout))
        sys.exit(1)
    told = actions.told_map(mapped, wording, settings)
    grades = {"sure": "green", "likely": "yellow", "unsure": "red"}
    for line in told.lines(
        everything=preview, paint=lambda text, grade: click.style(text, fg=grades[grade])
    ):
        click.echo(line, color=_colour(sys.stdout))
    if html is not None or preview:
        target = html or settings.out / "map" / f"{mapped.file.stem}.html"
        click.echo(str(actions.write_map_page(mapped, wording, settings, target)))
    for line in actions.layout_lines(mapped, wording, settings, workbook, write=write):
        _say(line)
    sys.exit(0 if mapped.proposal.plan.figures or mapped.proposal.plan.entries else 1)


@cli.command(
    short_help=_t("Code, Kennzahl oder Feld erklären", "Explain a code, a KPI or a field"),
    help=_t(
        "Erklärt einen Prüfcode, eine Kennzahl, ein Feld oder einen Abschnitt.",
        "Explains a finding code, a KPI, a field or a section.",
    ),
)
@click.argument("word", required=False, nargs=-1, metavar=_t("WORT", "WORD"))
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help=_t("Alles nennen, was erklärt wird.", "Name everything that is explained."),
)
@_workspace_option
@_language_option
def explain(
    word: tuple[str, ...], listing: bool, workspace: Path | None, language: str | None
) -> None:
    """Explain a code, a KPI, a field or a section."""
    from kam_reports import handbook

    settings = _settings(workspace, None, language)
    wording = _wording(settings)
    if listing or not word:
        click.echo(handbook.contents(wording, settings))
        return
    columns = min(shutil.get_terminal_size((handbook.WIDTH, 0)).columns, handbook.WIDTH)
    click.echo(handbook.page(" ".join(word), wording, settings, columns))


@cli.command(
    short_help=_t("Die Zellen hinter einer Zahl zeigen", "Show the cells behind a number"),
    help=_t(
        "Zeigt jede Zelle, aus der eine Zahl stammt, und wie sie gerechnet ist.",
        "Shows every cell that a number comes from and how it is computed.",
    ),
)
@click.argument("subject", metavar=_t("KUNDE", "SUBJECT"))
@click.argument("measure", metavar=_t("KENNZAHL", "MEASURE"))
@click.argument("period", required=False, metavar=_t("[PERIODE]", "[PERIOD]"))
@_workspace_option
@click.option("--quarter", type=_Quarter(), metavar="2026Q3", help=_t("Das Quartal.", "Quarter."))
@_language_option
@_jobs_option
def trace(
    subject: str,
    measure: str,
    period: str | None,
    workspace: Path | None,
    quarter: Any,
    language: str | None,
    jobs: int | None,
) -> None:
    """Show the cells behind a number."""
    from kam_reports import actions

    settings = _settings(workspace, (), language)
    gathered = _gather(settings, (), jobs)
    if quarter:
        occasion = actions.occasion_of(quarter, None, settings)
    else:
        occasion = actions.likely_occasion(gathered, None, settings)
    reading = actions.judge(gathered, settings, occasion)
    for line in actions.trace(reading, occasion, settings, subject, measure, period):
        click.echo(line)


@cli.command(
    short_help=_t("Prüfen, ob hier alles arbeiten kann", "Check that everything here can work"),
    help=_t(
        "Prüft, ob hier alles arbeiten kann, und sagt sonst, was zu tun ist.",
        "Checks whether everything here can work, and says what to do if not.",
    ),
)
@_workspace_option
@_language_option
def doctor(workspace: Path | None, language: str | None) -> None:
    """Check this machine."""
    from kam_reports.doctor import examine

    _show_lines(examine(workspace, language or _LANGUAGE))


def _show_lines(lines: Iterable[Line]) -> None:
    """What a doctor saw, line by line, and the exit code that says whether all is well."""
    healthy = True
    for line in lines:
        healthy &= line.ok
        mark = click.style("ok " if line.ok else "!! ", fg="green" if line.ok else "red")
        click.echo(f"{mark} {line.what}", color=_colour(sys.stdout))
        if line.do:
            click.echo(f"    {line.do}")
    sys.exit(0 if healthy else 1)


# ---------------------------------------------------------------- the buttons in Excel


@cli.group(
    cls=_Later,
    module="kam_reports.cli_excel",
    short_help=_t("Schaltflächen in Excel", "Buttons in Excel"),
    help=_t(
        "Richtet die Schaltflächen in Excel ein (Add-in und Cockpit), entfernt und untersucht sie.",
        "Sets the buttons in Excel up (add-in and cockpit), removes and examines them.",
    ),
)
def excel() -> None:
    """The buttons in Excel."""


# ---------------------------------------------------------------- mail


@cli.group(
    cls=_Later,
    module="kam_reports.cli_mail",
    short_help=_t("Die Berichte verschicken", "Mail the reviews"),
    help=_t(
        "Verschickt die Berichte eines Quartals. Der Weg: plan, die Tabelle durchsehen, check, "
        "dann send --confirm N. Ohne send geht nichts hinaus.",
        "Mails the reviews of a quarter. The way: plan, look through the table, check, then send "
        "--confirm N. Without send nothing goes out.",
    ),
)
def mail() -> None:
    """All commands about mail."""


# ---------------------------------------------------------------- the way in and out


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line and leave with the contract's exit code."""
    try:
        code = cli.main(args=words, prog_name="kam-reports", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        _say(error.format_message())
        sys.exit(2)
    except click.UsageError as error:
        _say(_t("Fehler: ", "Error: ") + _usage_sentence(error), style="red")
        if error.ctx is not None:
            _say(_t("Hilfe: ", "Help: ") + f"{error.ctx.command_path} --help")
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        _say(_t("Abgebrochen.", "Interrupted."))
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (as with "| head"): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("KAM_REPORTS_DEBUG"):
            raise
        _say(_stopped(error), style="red")
        sys.exit(2)


def _stopped(error: Exception) -> str:
    """What stopped the command; the traceback of an error of ours goes to a log."""
    import tempfile
    import traceback

    from kam_reports.model import Problem

    if isinstance(error, Problem):
        return error.say(_LANGUAGE)
    with tempfile.NamedTemporaryFile(
        "w", prefix="kam-reports-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write("".join(traceback.format_exception(error)))
    return _t(
        f"Das ist ein Fehler in kam-reports ({type(error).__name__}). Nichts wurde verändert.\n"
        f"Bitte diese Datei an die Betreuer senden: {log.name}",
        f"This is a fault of kam-reports ({type(error).__name__}). Nothing was changed.\n"
        f"Please send this file to its maintainers: {log.name}",
    )


if __name__ == "__main__":
    main()

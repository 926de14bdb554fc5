"""The workspace: ``kam.toml`` as frozen settings, and where things lie.

Every key has a default. An unknown key or a bad value is a Problem that names the line and the
nearest known key. Source: design, contract.md, section "kam.toml".
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from kam_reports.model import Problem

T = TypeVar("T")

LANGUAGES = ("de", "en")
FILE_NAME = "kam.toml"


# ---------------------------------------------------------------- what a value must be


class _Bad(Exception):  # noqa: N818  (never leaves this module)
    """A value is not what it must be; says what it must be, by language."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.words = {"de": de, "en": en}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Bad("ein Text in Anführungszeichen", "a text in quotes")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _Bad("ein Text oder eine Liste von Texten", "a text or a list of texts")
    return tuple(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Bad("true oder false", "true or false")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Bad("eine Zahl", "a number")
    return float(value)


def _numbers(count: int) -> Callable[[Any], tuple[float, ...]]:
    def convert(value: Any) -> tuple[float, ...]:
        if not isinstance(value, list) or len(value) != count:
            raise _Bad(f"eine Liste von {count} Zahlen", f"a list of {count} numbers")
        return tuple(_number(item) for item in value)

    return convert


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _Bad(
                f"eine ganze Zahl von {low} bis {high}", f"a whole number from {low} to {high}"
            )
        return value

    return convert


def _one_of(*allowed: T) -> Callable[[Any], T]:
    def convert(value: Any) -> T:
        if value not in allowed or isinstance(value, bool):
            names = ", ".join(str(item) for item in allowed)
            raise _Bad(f"eines von: {names}", f"one of: {names}")
        return allowed[allowed.index(value)]

    return convert


def _some_of(*allowed: str) -> Callable[[Any], tuple[str, ...]]:
    def convert(value: Any) -> tuple[str, ...]:
        chosen = _texts(value)
        for item in chosen:
            _one_of(*allowed)(item)
        return chosen

    return convert


def _map_of(convert: Callable[[Any], T]) -> Callable[[Any], dict[str, T]]:
    def convert_all(value: Any) -> dict[str, T]:
        if not isinstance(value, dict):
            raise _Bad("ein Abschnitt mit Schlüsseln", "a table of keys")
        return {str(key): convert(item) for key, item in value.items()}

    return convert_all


def _setting(convert: Callable[[Any], Any], default: Any = MISSING) -> Any:
    """A dataclass field that knows how to read itself from TOML."""
    metadata = {"convert": convert}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


# ---------------------------------------------------------------- the sections


@dataclass(frozen=True, slots=True)
class Folders:
    """Section ``[workspace]``: what to read, where to write, in which language."""

    plans: tuple[str, ...] = _setting(_texts, ("plans",))
    scorecards: tuple[str, ...] = _setting(_texts, ("scorecards",))
    out: str = _setting(_text, "out")
    language: str = _setting(_one_of(*LANGUAGES), "de")
    fiscal_year_start: int = _setting(_whole(1, 12), 1)


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """Section ``[report]``: how the reports look and what they are counted in."""

    company: str = _setting(_text, "")
    logo: str = _setting(_text, "")
    colours: Mapping[str, str] = _setting(_map_of(_text), dict)
    palette: str = _setting(_one_of("classic", "cvd"), "classic")
    editions: tuple[str, ...] = _setting(
        _some_of("internal", "customer", "partner"), ("internal", "customer", "partner")
    )
    currency: str = _setting(_text, "EUR")
    currency_scale: int = _setting(_one_of(1, 1000, 1_000_000), 1000)
    rates: Mapping[str, float] = _setting(_map_of(_number), dict)
    kam_score: bool = _setting(_flag, default=False)  # it measures a person: ask the works council


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Section ``[thresholds]``: when a light changes and when a rule speaks.

    Attainments are percent (``[green, yellow]``); ``lights`` sets them for one KPI by its id, in
    the unit that the KPI is judged in. Money is in the report's currency, intervals are in days.
    """

    attainment: tuple[float, ...] = _setting(_numbers(2), (100.0, 90.0))
    forecast: tuple[float, ...] = _setting(_numbers(2), (100.0, 95.0))
    lights: Mapping[str, tuple[float, ...]] = _setting(_map_of(_numbers(2)), dict)
    completeness: float = _setting(_number, 80.0)
    contract_days: int = _setting(_whole(0, 3650), 180)
    permit_days: int = _setting(_whole(0, 3650), 60)
    contact_days: int = _setting(_whole(1, 3650), 90)
    hospitality: float = _setting(_number, 60.0)
    few_cases: int = _setting(_whole(0, 1000), 10)


@dataclass(frozen=True, slots=True)
class CriterionSetting:
    """One ``[[partner_score.criteria]]``: a KPI, its weight in points, its two anchors."""

    kpi: str = _setting(_text, "")
    weight: float = _setting(_number, 0.0)
    anchor_0: float = _setting(_number, 0.0)
    anchor_100: float = _setting(_number, 100.0)


def _criteria(value: Any) -> tuple[CriterionSetting, ...]:
    known = {f.name for f in fields(CriterionSetting)}
    if not isinstance(value, list) or not all(
        isinstance(item, dict) and set(item) == known for item in value
    ):
        names = ", ".join(sorted(known))
        raise _Bad(f"eine Liste von Abschnitten mit {names}", f"a list of tables with {names}")
    return tuple(
        CriterionSetting(
            _text(item["kpi"]),
            _number(item["weight"]),
            _number(item["anchor_0"]),
            _number(item["anchor_100"]),
        )
        for item in value
    )


DEFAULT_CRITERIA = (
    CriterionSetting("a_volume", 20, 50, 100),
    CriterionSetting("a_conversion", 20, 30, 65),
    CriterionSetting("a_first_time", 15, 50, 90),
    CriterionSetting("a_cancel", 15, 10, 2),
    CriterionSetting("a_quality", 10, 25, 85),
    CriterionSetting("a_training", 10, 40, 95),
    CriterionSetting("a_active", 5, 20, 70),
    CriterionSetting("a_talks", 5, 0, 100),
)


@dataclass(frozen=True, slots=True)
class PartnerScoreSettings:
    """Section ``[partner_score]``: criteria, and the score from which each standing holds.

    Anchors are percent or index points; for ``a_volume`` they are its attainment in percent. A
    scorecard workbook that sets its own criteria wins.
    """

    criteria: tuple[CriterionSetting, ...] = _setting(_criteria, DEFAULT_CRITERIA)
    standings: tuple[float, ...] = _setting(_numbers(3), (85.0, 70.0, 50.0))
    coverage: float = _setting(_number, 60.0)
    training_floor: float = _setting(_number, 50.0)
    cancel_ceiling: float = _setting(_number, 12.0)


@dataclass(frozen=True, slots=True)
class PortfolioSettings:
    """Section ``[portfolio]``: limits of the classes and of the nine fields, contacts a year.

    ``weights`` sets the weight of a criterion in points, ``limits`` from which values on data give
    it 2, 3, 4 and 5 of 5.
    """

    abc: tuple[float, ...] = _setting(_numbers(2), (80.0, 95.0))
    fields: tuple[float, ...] = _setting(_numbers(2), (2.33, 3.67))
    contacts: tuple[float, ...] = _setting(_numbers(9), (2, 4, 6, 6, 12, 12, 12, 18, 24))
    weights: Mapping[str, float] = _setting(_map_of(_number), dict)
    limits: Mapping[str, tuple[float, ...]] = _setting(_map_of(_numbers(4)), dict)


@dataclass(frozen=True, slots=True)
class CalendarSettings:
    """Section ``[calendar]``: whose public holidays move a follow-up date."""

    country: str = _setting(_text, "DE")
    region: str = _setting(_text, "BW")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Section ``[mail]``: who writes to whom, over which server, how fast.

    ``to`` and ``domains`` are by subject ID, ``people`` by name, ``languages`` by address, domain
    or subject ID. Passwords never stand here.
    """

    sender: str = _setting(_text, "")
    own_domains: tuple[str, ...] = _setting(_texts, ())
    editions: tuple[str, ...] = _setting(
        _some_of("internal", "customer", "partner"), ("customer", "partner")
    )
    internal_to: tuple[str, ...] = _setting(_texts, ())
    cc_account_manager: bool = _setting(_flag, default=True)
    folder: str = _setting(_text, "mail")
    pdf: bool = _setting(_flag, default=True)
    browser: str = _setting(_text, "")
    html_attachment: bool = _setting(_flag, default=False)  # for own domains only
    mentions: tuple[str, ...] = _setting(_texts, ())
    transport: str = _setting(_one_of("smtp", "graph"), "smtp")
    server: str = _setting(_text, "")
    port: int = _setting(_whole(1, 65535), 587)
    security: str = _setting(_one_of("starttls", "tls"), "starttls")
    login: str = _setting(_one_of("password", "xoauth2", "none"), "password")
    user: str = _setting(_text, "")
    ca_file: str = _setting(_text, "")
    tenant: str = _setting(_text, "organizations")
    client_id: str = _setting(_text, "")
    graph_url: str = _setting(_text, "https://graph.microsoft.com/v1.0")
    per_minute: int = _setting(_whole(1, 100_000), 20)
    per_day: int = _setting(_whole(1, 1_000_000), 500)
    stop_after: int = _setting(_whole(1, 1000), 5)
    max_megabytes: int = _setting(_whole(1, 100), 10)
    people: Mapping[str, str] = _setting(_map_of(_text), dict)
    to: Mapping[str, tuple[str, ...]] = _setting(_map_of(_texts), dict)
    domains: Mapping[str, tuple[str, ...]] = _setting(_map_of(_texts), dict)
    languages: Mapping[str, str] = _setting(_map_of(_one_of(*LANGUAGES)), dict)


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """Section ``[cache]``: whether unchanged workbooks are read again."""

    enabled: bool = _setting(_flag, default=True)


@dataclass(frozen=True, slots=True)
class OwnMeasure:
    """One ``[measures.NAME]``: a measure that only this company counts."""

    de: tuple[str, ...] = _setting(_texts, ())
    en: tuple[str, ...] = _setting(_texts, ())
    unit: str = _setting(_one_of("EUR", "EUR/unit", "units", "count", "percent", "days"), "count")
    better: str = _setting(_one_of("up", "down", "band", "info"), "up")
    over_time: str = _setting(_one_of("sum", "last", "mean"), "sum")
    over_accounts: str = _setting(_one_of("sum", "none"), "sum")
    audience: str = _setting(_one_of("C", "P", "I", "X"), "I")


@dataclass(frozen=True, slots=True)
class OwnKpi:
    """One ``[kpis.NAME]``: a sum, difference or ratio of measures, by name; no free formulas."""

    de: tuple[str, ...] = _setting(_texts, ())
    en: tuple[str, ...] = _setting(_texts, ())
    rule: str = _setting(_one_of("sum", "difference", "ratio"), "ratio")
    of: tuple[str, ...] = _setting(_texts, ())
    unit: str = _setting(_one_of("EUR", "EUR/unit", "units", "count", "percent", "days"), "percent")
    better: str = _setting(_one_of("up", "down", "band", "info"), "up")


@dataclass(frozen=True, slots=True)
class Workspace:
    """All settings of a company. Paths in it are relative to *folder*."""

    folder: Path = field(default_factory=Path)
    file: Path | None = None
    workspace: Folders = field(default_factory=Folders)
    report: ReportSettings = field(default_factory=ReportSettings)
    thresholds: Thresholds = field(default_factory=Thresholds)
    partner_score: PartnerScoreSettings = field(default_factory=PartnerScoreSettings)
    portfolio: PortfolioSettings = field(default_factory=PortfolioSettings)
    calendar: CalendarSettings = field(default_factory=CalendarSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    measures: Mapping[str, OwnMeasure] = field(default_factory=dict)
    kpis: Mapping[str, OwnKpi] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of the reports."""
        return self.workspace.language

    @property
    def out(self) -> Path:
        """Where the outputs go."""
        return self.folder / self.workspace.out

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The folders and workbooks to read."""
        return tuple(
            self.folder / name for name in (*self.workspace.plans, *self.workspace.scorecards)
        )

    def named(self, path: Path) -> str:
        """*path* relative to the workspace, with ``/``; outside of it the absolute path."""
        try:
            return path.resolve().relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            return path.resolve().as_posix()


_SECTIONS: dict[str, type] = {
    "workspace": Folders,
    "report": ReportSettings,
    "thresholds": Thresholds,
    "partner_score": PartnerScoreSettings,
    "portfolio": PortfolioSettings,
    "calendar": CalendarSettings,
    "mail": MailSettings,
    "cache": CacheSettings,
}
_NAMED_SECTIONS: dict[str, type] = {"measures": OwnMeasure, "kpis": OwnKpi}
_NAME = re.compile(r"[a-z][a-z0-9_]*")


# ---------------------------------------------------------------- reading kam.toml


def find_workspace(start: Path) -> Path | None:
    """The nearest ``kam.toml`` in *start* or a folder above it."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def load_workspace(file: Path) -> Workspace:
    """The settings in *file*. Raises Problem with file, line and nearest known key."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Problem(
            {
                "de": f"{file} kann nicht gelesen werden ({error.strerror}).",
                "en": f"{file} cannot be read ({error.strerror}).",
            },
            {
                "de": "Pfad und Leserechte prüfen; „kam-reports init“ legt einen Ordner neu an.",
                "en": "Check the path and its permissions; “kam-reports init” makes a new folder.",
            },
        ) from error
    except UnicodeDecodeError as error:
        raise Problem(
            {"de": f"{file} ist nicht in UTF-8 gespeichert.", "en": f"{file} is not UTF-8 text."},
            {"de": "Die Datei als UTF-8 speichern.", "en": "Save the file as UTF-8."},
        ) from error
    return parse_workspace(text, file)


def parse_workspace(text: str, file: Path) -> Workspace:
    """The settings in *text*, the content of *file*."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"{file}:{line[1]}" if line else f"{file}"
        raise Problem(
            {
                "de": f"{where}: Diese Zeile ist kein gültiges TOML ({error}).",
                "en": f"{where}: this line is not valid TOML ({error}).",
            },
            {
                "de": 'Texte stehen in Anführungszeichen: schlüssel = "Wert".',
                "en": 'Texts stand in quotes: key = "value".',
            },
        ) from error
    reader = _Tables(text, file)
    filled: dict[str, Any] = {}
    for name, table in tables.items():
        if name in _SECTIONS:
            filled[name] = reader.fill(_SECTIONS[name], table, (name,))
        elif name in _NAMED_SECTIONS:
            filled[name] = reader.fill_named(_NAMED_SECTIONS[name], table, name)
        else:
            reader.unknown((name,), (*_SECTIONS, *_NAMED_SECTIONS))
    return Workspace(folder=file.parent, file=file, **filled)


class _Tables:
    """Turns TOML tables into settings and knows the line of every key."""

    def __init__(self, text: str, file: Path) -> None:
        self.file = file
        self.lines = _lines_of_keys(text)

    def fill(self, kind: type, table: Any, path: tuple[str, ...]) -> Any:
        """An object of the dataclass *kind*, filled from *table*."""
        if not isinstance(table, dict):
            self.bad(path, _Bad("ein Abschnitt mit Schlüsseln", "a table of keys"))
        settings = {f.name: f for f in fields(kind)}
        values = {}
        for key, value in table.items():
            if key not in settings:
                self.unknown((*path, key), tuple(settings))
            try:
                values[key] = settings[key].metadata["convert"](value)
            except _Bad as bad:
                self.bad((*path, key), bad)
        return kind(**values)

    def fill_named(self, kind: type, tables: Any, name: str) -> dict[str, Any]:
        """An object of *kind* for every table below ``[name.…]``."""
        if not isinstance(tables, dict):
            self.bad((name,), _Bad("ein Abschnitt mit Namen", "a table of names"))
        for key in tables:
            if not _NAME.fullmatch(key):
                self.bad(
                    (name, key),
                    _Bad(
                        "ein Name aus kleinen Buchstaben, Ziffern und _",
                        "a name of small letters, digits and _",
                    ),
                )
        return {key: self.fill(kind, table, (name, key)) for key, table in tables.items()}

    def where(self, path: tuple[str, ...]) -> str:
        """The file and the line in which *path* is set."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.file}:{self.lines.get(path, 1)}"

    def unknown(self, path: tuple[str, ...], known: tuple[str, ...]) -> NoReturn:
        """Raise the Problem that the key *path* is unknown."""
        near = difflib.get_close_matches(path[-1], known, 1, 0.5)
        name = ".".join(path)
        raise Problem(
            {
                "de": f"{self.where(path)}: Der Schlüssel „{name}“ ist unbekannt.",
                "en": f"{self.where(path)}: the key “{name}” is unknown.",
            },
            {
                "de": f"Gemeint ist vielleicht „{near[0]}“."
                if near
                else f"Bekannt sind: {', '.join(known)}.",
                "en": f"Perhaps “{near[0]}” is meant." if near else f"Known: {', '.join(known)}.",
            },
        )

    def bad(self, path: tuple[str, ...], bad: _Bad) -> NoReturn:
        """Raise the Problem that the value of *path* is not what it must be."""
        name = ".".join(path)
        raise Problem(
            {
                "de": f"{self.where(path)}: „{name}“ muss {bad.words['de']} sein.",
                "en": f"{self.where(path)}: “{name}” must be {bad.words['en']}.",
            }
        )


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """The line on which each table and each key begins, as far as plain lines show it."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?", line):
            table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
            lines.setdefault(table, number)
            for length in range(1, len(table)):
                lines.setdefault(table[:length], number)
        elif key := re.match(r"\s*([\w\-.\"']+)\s*=", line):
            parts = tuple(part.strip().strip("\"'") for part in key[1].split("."))
            lines.setdefault((*table, *parts), number)
    return lines


# ---------------------------------------------------------------- folders that travel with us


def folder(name: str) -> Path:
    """The shipped folder *name* (``templates``, ``workbooks``), in a wheel or a checkout."""
    package = Path(__file__).resolve().parent
    for place in (package / name, package.parent / name):
        if place.is_dir():
            return place
    raise Problem(
        {
            "de": f"Der Ordner „{name}“ fehlt in der Installation.",
            "en": f"The folder “{name}” is missing from the installation.",
        },
        {"de": "kam-reports neu installieren.", "en": "Install kam-reports again."},
    )

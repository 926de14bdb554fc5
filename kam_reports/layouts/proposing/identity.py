"""Whose plan it is and of which year, where no form says so: titles, names, a single label."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

from kam_reports.layouts.declaring import Known
from kam_reports.layouts.gathering import Gathering
from kam_reports.layouts.pages import Page
from kam_reports.layouts.proposing.listing import Listed
from kam_reports.layouts.signs import year_in
from kam_reports.model import Cell, Period, Plan
from kam_reports.values import UNPROVEN, Wanted, read_cell
from kam_reports.vocabulary.headings import YEARS

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_OF_ONE_FILE = re.compile(
    r"(?<!\d)(?:q[1-4]|[1-4]q|20\d\d|\d{1,2}\.\d{1,2}\.|v\d+|final|kopie|copy)(?!\d)"
)
_SPECIAL = frozenset("*{}")
_MONTH = re.compile(r"(0?[1-9]|1[0-2])\s?[/.-]\s?(\d\d)")  # 03/26
_EURO = re.compile(r"€|(?<![^\W\d_])[tkm]?eur(?:o|os)?(?![^\W\d_])", re.IGNORECASE)
_LOOKED_AT = 60  # filled rows of a sheet in which a year may be told
_A_YEAR = 12  # months
_LABELS = 6  # first cells of a line among which its first month stands
_LEAST_MONTHS = 3  # different ones: fewer may be anything
_HEADED = 200  # filled rows whose labels may name periods
_LONGEST = 24  # letters of such a label
_TITLES = 6  # filled rows of a sheet in which a title may stand


def family_name(stem: str, whose: Iterable[str]) -> str:
    """The name of a family by the name of one of its files: without the account and the year."""
    rest = unicodedata.normalize("NFC", stem).casefold()
    for name in whose:
        if name and name.casefold() in rest:
            rest = rest.replace(name.casefold(), " ")
    rest = re.sub(
        r"(?<!\d)(?:q[1-4]|[1-4]q|20\d\d|\d{1,2}\.\d{1,2}\.|v\d+|final|kopie|copy)(?!\d)", " ", rest
    )
    for letters, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        rest = rest.replace(letters, plain)
    plain = unicodedata.normalize("NFKD", rest).encode("ascii", "ignore").decode()
    words = [word for word in re.split(r"[^a-z0-9]+", plain) if len(word) > 1]
    return "-".join(words)[:40].strip("-") or "layout"


def year_of(pages: Sequence[Page], forms: Iterable[Listed], gathering: Gathering) -> int | None:
    """The fiscal year: as a form says it, or the one that most titles and names say."""
    for form in forms:
        for (row, column), key in form.labels.items():
            if key == "fiscal_year" and form.declared.fills == gathering.layout.header:
                for at in ((row, form.page.beside(row, column)), (row + 1, column)):
                    cell = form.page.cell(*at)
                    meaning = read_cell(
                        cell, Wanted("year"), UNPROVEN, gathering.setting, gathering.vocabulary
                    )
                    if isinstance(meaning.value, int):
                        return meaning.value
    years = Counter(year for _, text in _said(pages, gathering) if (year := year_in(text)))
    years = years or _years_of_periods(pages, gathering)
    if years:
        return max(years, key=lambda year: (years[year], year))
    days = Counter(
        cell.value.year
        for page in pages
        for row in list(page.rows)[:_TITLES]
        for cell in page.rows[row].values()
        if isinstance(cell.value, date)
    )
    return max(days, key=lambda year: (days[year], year)) if days else None


def _years_of_periods(pages: Sequence[Page], gathering: Gathering) -> Counter[int]:
    """The years of the periods that titles and names say, or headings and labels if none does."""
    years: Counter[int] = Counter()
    for _, text in _said(pages, gathering):
        words = [word.strip("()[].,;:") for word in text.replace("_", " ").split()]
        for length in (3, 2, 1):
            parts = (words[at : at + length] for at in range(len(words) - length + 1))
            found = {year for part in parts if (year := _year_of(" ".join(part), gathering))}
            if found:
                years.update(found)
                break
    if years:
        return years
    texts = Counter(
        " ".join(text.split())
        for page in pages
        for row in list(page.rows)[:_HEADED]
        for text in page.texts(row).values()
        if len(text) <= _LONGEST
    )
    for text, count in texts.items():
        if year := _year_of(text, gathering) or year_in(text):
            years[year] += count
    for row in (row for page in pages for row in list(page.rows.values())[:_LOOKED_AT]):
        numbers = [cell.value for cell in row.values() if not isinstance(cell.value, str)]
        if len(numbers) == 1 and numbers[0] in YEARS:
            years[int(numbers[0])] += 1  # type: ignore[arg-type]
    if years:
        return years
    months = {match.groups() for text in texts if (match := _MONTH.fullmatch(text))}
    if len(months) >= _LEAST_MONTHS:
        years.update(2000 + int(year) for _, year in months)
    return years


def _year_of(text: str, gathering: Gathering) -> int | None:
    """The year of the period that a text names, if it names one with its year."""
    found = gathering.vocabulary.find_column(text, None)
    return found[1].year if found and found[1] else None


def _said(pages: Sequence[Page], gathering: Gathering) -> Iterator[tuple[str, str]]:
    """Titles, names of sheets and the name of the file, each with where it stands."""
    for page in pages:
        for row in list(page.rows)[:_TITLES]:
            if len(page.rows[row]) <= 2:
                yield from (("title", text) for text in page.texts(row).values())
    yield from (("sheet", page.name) for page in pages)
    yield "file", PurePosixPath(gathering.book).stem


def currency_of(pages: Sequence[Page], plan: Plan) -> str:
    """The currency of a workbook that names only one, and not the expected one; else empty."""
    other = {
        (str(odd.facts["found"]), str(odd.facts["expected"]))
        for odd in plan.oddities
        if odd.kind == "other-currency"
    }
    if len(other) != 1 or plan.header["currency"] is not None:
        return ""
    ((found, expected),) = other
    named = any(
        _EURO.search(text)
        for page in pages
        for cells in page.rows.values()
        for cell in cells.values()
        for text in (cell.format, cell.value)
        if isinstance(text, str)
    )
    return "" if named or expected != "EUR" else found


def given_of(
    pages: Sequence[Page], forms: Iterable[Listed], year: int | None, gathering: Gathering
) -> Mapping[str, Known]:
    """The fields of the header that no form tells, and where else they stand."""
    header = gathering.vocabulary.section(gathering.layout.header)
    told = {
        key for form in forms if form.declared.fills == header.key for key in form.labels.values()
    }
    wanted = [key for key, each in header.fields.items() if each.required == "yes"]
    given: dict[str, Known] = {}
    for key in wanted:
        if key in told:
            continue
        if label := _label_of(key, header.key, pages, gathering):
            given[key] = Known("beside", label)
        elif key == "fiscal_year" and year is not None:
            given[key] = _where_the_year_stands(year, pages, gathering)
    start = gathering.setting.fy_start_month
    if start > 1 and "fy_start_month" in header.fields and "fy_start_month" not in told:
        given["fy_start_month"] = Known("constant", start)
    return given


def first_month_of(pages: Sequence[Page], year: int | None, gathering: Gathering) -> int:
    """The month in which the fiscal year begins, if twelve months in a line tell it; else January.

    They go from a month of *year* into the next one, each with its year: ``Apr 26 … Mrz 27``.
    """
    for page in pages:
        rows = list(page.rows)[:_LOOKED_AT]
        columns = sorted({column for row in rows for column in page.rows[row]})[:_LABELS]
        lines = [[page.cell(row, c) for c in sorted(page.rows[row])] for row in rows]
        lines += [[page.cell(row, c) for row in rows] for c in columns]
        for line in lines:
            if len(line) < _A_YEAR or _month_in(line[1:_LABELS], gathering) is None:
                continue
            months = [m for cell in line if cell and (m := _month(cell.value, gathering))]
            first = months[0] if months else None
            if first is None or first.year != year or first.number == 1 or len(months) < _A_YEAR:
                continue
            if all(_step(first, month) == at for at, month in enumerate(months[:_A_YEAR])):
                return first.number
    return 1


def _month_in(line: Sequence[Cell | None], gathering: Gathering) -> Period | None:
    months = (_month(cell.value, gathering) for cell in line if cell is not None)
    return next((month for month in months if month is not None), None)


def _month(value: object, gathering: Gathering) -> Period | None:
    """The month of the calendar that a heading names together with its year."""
    if isinstance(value, date):
        return Period(value.year, "M", value.month)
    if not isinstance(value, str) or len(value) > _LONGEST or not any(map(str.isdigit, value)):
        return None
    period = gathering.vocabulary.find_period(value, None)
    return period if period is not None and period.grain == "M" else None


def _step(first: Period, month: Period) -> int:
    return (month.year - first.year) * 12 + month.number - first.number


def _label_of(key: str, section: str, pages: Sequence[Page], gathering: Gathering) -> str:
    """A label that stands alone anywhere, with a value of the right kind beside it."""
    declared = gathering.vocabulary.section(section).fields[key]
    for page in pages:
        for row in list(page.rows)[: 4 * _TITLES]:
            for column, text in page.texts(row).items():
                cell = page.cell(row, page.beside(row, column))
                if cell is None or len(page.rows[row]) > 4:
                    continue
                if gathering.layout.field_of(section, text, gathering.vocabulary) != key:
                    continue
                wanted = Wanted(declared.type, field=declared.name)
                meaning = read_cell(cell, wanted, UNPROVEN, gathering.setting, gathering.vocabulary)
                if meaning.value is not None and declared.type != "text":
                    return text
    return ""


def _where_the_year_stands(year: int, pages: Sequence[Page], gathering: Gathering) -> Known:
    for source, text in _said(pages, gathering):
        if year_in(text) == year and not _SPECIAL & set(text):
            return Known(source, _pattern(text))
    return Known("constant", year)


def _pattern(text: str) -> str:
    """``Plan 2026 – Meier AG`` as ``Plan {} *``: what stands before the year is kept."""
    words = " ".join(text.split())
    match = _YEAR.search(words)
    assert match is not None
    before, after = words[: match.start()], words[match.end() :]
    if len(before.split()) > 2:
        kept = before.split()[-1]
        before = f"* {kept}{before[len(before.rstrip()) :]}"
    # The sign behind the year is where it ends: without it one digit would be enough.
    return f"{before}{{}}{after[0]}*" if after else f"{before}{{}}"

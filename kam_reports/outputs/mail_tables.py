"""The tables around the mails: what is to be reviewed before sending, and the log after it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kam_reports.outputs.tables import plain
from kam_reports.wording import Wording
from kam_reports.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the CSV (the heading follows from it) and its width in Excel."""

    key: str
    width: float = 16
    wrap: bool = False


REVIEW = (
    Column("id", 6), Column("state", 21), Column("edition", 16), Column("subject_id", 11),
    Column("subject", 30, wrap=True), Column("name", 24, wrap=True), Column("to", 34),
    Column("cc", 30), Column("language", 9), Column("title", 46, wrap=True), Column("size", 9),
    Column("source", 34, wrap=True), Column("remark", 60, wrap=True), Column("file", 50),
)  # fmt: skip
LOG = (
    Column("time", 21), Column("id", 6), Column("state", 21), Column("edition", 16),
    Column("subject_id", 11), Column("to", 34), Column("cc", 30), Column("message_id", 44),
    Column("reply", 60, wrap=True),
)  # fmt: skip
Rows = Sequence[dict[str, Any]]


def as_csv(columns: Sequence[Column], rows: Rows) -> bytes:
    """The table for scripts: English keys, UTF-8, RFC 4180."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([column.key for column in columns])
    writer.writerows([plain(row[column.key]) for column in columns] for row in rows)
    return stream.getvalue().encode("utf-8", "backslashreplace")


def as_xlsx(
    name: str, lines: Sequence[str], columns: Sequence[Column], rows: Rows,
    wording: Wording, workspace: Workspace,
) -> bytes:  # fmt: skip
    """The table for people; *name* is ``review`` or ``log``, *lines* stand below its title."""
    from datetime import date

    from kam_reports.outputs.xlsx.paper import Column as Wide
    from kam_reports.outputs.xlsx.paper import Page, Paper

    report = workspace.report
    title = wording.phrase(f"mail.table.{name}")
    paper = Paper(
        wording, palette=report.palette, accent=report.colours.get("primary", ""), footer="&P / &N"
    )
    paper.properties(title=title, subject="", company=report.company, created=date(1980, 1, 1))
    page = Page(paper, title)
    top = page.heading(title, *lines)
    heads = [
        Wide(
            wording.phrase(f"mail.column.{column.key}"),
            unit="count" if column.key in ("id", "size") else "",
            width=column.width,
            wrap=column.wrap,
        )
        for column in columns
    ]
    end = page.table(top, "Mails", heads, [[row[column.key] for column in columns] for row in rows])
    page.freeze(top + 1, 2)
    page.print(end - 1, len(columns) - 1, repeat=(top, top))
    return paper.finished()

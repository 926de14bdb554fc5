"""The templates of the reports: ours, and those of a workspace that change them.

A file in the workspace's folder ``templates/`` comes before ours of the same name; ours stay
reachable as ``kr/NAME``, so that an own file extends it and changes one block. What is not ours
runs in a sandbox, gets what its reader may see and nothing else, and says where it is wrong.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kam_reports.model import Problem
from kam_reports.outputs.files import digest
from kam_reports.vocabulary import nearest
from kam_reports.workspace import Workspace, folder

if TYPE_CHECKING:
    from jinja2 import Environment

OURS = "kr"  # {% extends "kr/customer.html.j2" %}
STYLE = "style.css"
ENDING = ".j2"


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates that the pages of a workspace are made with."""

    own: Path  # the folder of the workspace's changes, which need not exist
    files: tuple[Path, ...]  # what lies in it, in a stable order

    @classmethod
    def of(cls, workspace: Workspace) -> Templates:
        """The templates with the changes of *workspace*; without a kam.toml there are none."""
        own = workspace.folder.resolve() / "templates"
        if workspace.file is None:
            return cls(own, ())
        found = (path for path in own.rglob("*") if path.suffix == ENDING or path.name == STYLE)
        return cls(own, tuple(sorted(path for path in found if path.is_file())))

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each own file by its name: the looks of a run depend on them."""
        return {
            path.relative_to(self.own).as_posix(): digest(path.read_bytes()) for path in self.files
        }

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """The page that template *name* makes. Raises Problem for a fault in an own file."""
        changed = any(path.suffix == ENDING for path in self.files)
        environment = _environment(folder("templates"), self.own if changed else None)
        try:
            return environment.get_template(name).render(context)
        except Exception as error:
            fault = _fault(error, self.own) if changed else None
            if fault is None:
                raise
            raise fault from error

    def style(self) -> str:
        """The workspace's own rules of style; empty if it has none. Raises Problem."""
        file = self.own / STYLE
        if file not in self.files:
            return ""
        try:
            rules = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise Problem(
                {
                    "de": f"{file} kann nicht gelesen werden ({error}).",
                    "en": f"{file} cannot be read ({error}).",
                },
                {"de": "Die Datei als UTF-8 speichern.", "en": "Save the file as UTF-8."},
            ) from error
        if "</" in rules:
            raise Problem(
                {
                    "de": f"{file}: „</“ gehört nicht in eine Formatvorlage.",
                    "en": f"{file}: “</” does not belong into a style sheet.",
                }
            )
        return rules


# ---------------------------------------------------------------- the environment


@cache
def _environment(ours: Path, own: Path | None) -> Environment:
    """One for all pages: compiling the templates takes longer than a hundred pages.

    Without own files there is no sandbox: it costs a second render.
    """
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    shipped = FileSystemLoader(ours)
    settings: dict[str, Any] = {
        "autoescape": True,
        "undefined": _strict(),
        "keep_trailing_newline": True,
    }
    if own is None:
        return Environment(loader=shipped, **settings)  # noqa: S701  (autoescape is on)
    loader = ChoiceLoader([FileSystemLoader(own), shipped, PrefixLoader({OURS: shipped})])
    return ImmutableSandboxedEnvironment(loader=loader, **settings)


@cache
def _strict() -> type[Any]:
    """What stands for a name that is not there: it stops the page and can say its name."""
    from jinja2 import StrictUndefined, UndefinedError

    class MissingError(UndefinedError):
        """A template asked for what it has not got: *name*, of *owner* if it was part of it."""

        def __init__(self, message: str, name: str, known: tuple[str, ...]) -> None:
            super().__init__(message)
            self.missing = name
            self.known = known

    class Strict(StrictUndefined):
        def __init__(
            self, hint: str | None = None, obj: Any = None, name: Any = None, exc: Any = None
        ) -> None:
            def missing(message: str) -> MissingError:
                return MissingError(message, str(name), _names(obj))

            from jinja2.utils import missing as nothing

            super().__init__(hint, nothing if obj is None else obj, name, exc or missing)  # type: ignore[arg-type]

    return Strict


def _names(owner: Any) -> tuple[str, ...]:
    """What can be asked of *owner*."""
    if is_dataclass(owner):
        return tuple(field.name for field in fields(owner))
    return tuple(map(str, owner)) if isinstance(owner, Mapping) else ()


# ---------------------------------------------------------------- what is wrong, and where


def _fault(error: Exception, own: Path) -> Problem | None:
    """The fault in an own template that stopped the page; None if none of them had a part."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError
    from jinja2.exceptions import SecurityError

    where = _place(error, own)
    if isinstance(error, TemplateSyntaxError):
        if not _within(error.filename, own):
            return None
        return Problem(
            {
                "de": f"{error.filename}:{error.lineno}: Diese Zeile ist keine gültige Vorlage "
                f"({error.message}).",
                "en": f"{error.filename}:{error.lineno}: this line is no valid template "
                f"({error.message}).",
            },
            _ADVICE,
        )
    if where is None:
        return None
    if isinstance(error, RecursionError):
        name = Path(where.rpartition(":")[0]).name
        return Problem(
            {
                "de": f"{where}: Diese Vorlage baut auf sich selbst auf.",
                "en": f"{where}: this template extends itself.",
            },
            {
                "de": f'Unsere heißt „{OURS}/…“: {{% extends "{OURS}/{name}" %}}',
                "en": f'Ours is called “{OURS}/…”: {{% extends "{OURS}/{name}" %}}',
            },
        )
    if isinstance(error, TemplateNotFound):
        return Problem(
            {
                "de": f"{where}: Die Vorlage „{error.name}“ gibt es nicht.",
                "en": f"{where}: there is no template “{error.name}”.",
            },
            _ADVICE,
        )
    missing = getattr(error, "missing", None)
    if missing is not None:
        near = nearest(missing, getattr(error, "known", ()))
        return Problem(
            {
                "de": f"{where}: „{missing}“ gibt es hier nicht.",
                "en": f"{where}: there is no “{missing}” here.",
            },
            {
                "de": f"Gemeint ist vielleicht „{near}“. {_ADVICE['de']}",
                "en": f"Perhaps “{near}” is meant. {_ADVICE['en']}",
            }
            if near
            else _ADVICE,
        )
    forbidden = isinstance(error, SecurityError)
    return Problem(
        {
            "de": f"{where}: Das darf eine Vorlage nicht ({error})."
            if forbidden
            else f"{where}: Das geht in einer Vorlage nicht ({type(error).__name__}: {error}).",
            "en": f"{where}: a template may not do this ({error})."
            if forbidden
            else f"{where}: this does not work in a template ({type(error).__name__}: {error}).",
        },
        _ADVICE,
    )


_ADVICE = {
    "de": "Was eine Vorlage zeigen kann, nennt: kam-reports explain templates",
    "en": "What a template can show is told by: kam-reports explain templates",
}


def _place(error: Exception, own: Path) -> str | None:
    """File and line of the innermost own template that was at work, as ``file:12``."""
    found = [
        f"{frame.filename}:{frame.lineno}"
        for frame in _frames(error)
        if _within(frame.filename, own)
    ]
    return found[-1] if found else None


def _frames(error: BaseException) -> Iterator[traceback.FrameSummary]:
    if isinstance(error, RecursionError):  # the first hundred tell it as well as the last
        yield from traceback.extract_tb(error.__traceback__, limit=100)
    else:
        yield from traceback.extract_tb(error.__traceback__)


def _within(file: str | None, own: Path) -> bool:
    return file is not None and own in Path(file).parents

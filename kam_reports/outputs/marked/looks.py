"""The looks of marked cells: each is the cell's own look with another fill, and nothing else."""

from __future__ import annotations

from kam_reports.model import Severity
from kam_reports.outputs.marked.markup import Element, Part, with_attributes

FILLS = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFE699", Severity.INFO: "FFDDEBF7"}
_INKS = {Severity.ERROR: "FF9C0006", Severity.WARNING: "FF7F6000", Severity.INFO: "FF1F4E79"}
_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
BLANK = (
    '<styleSheet xmlns="{space}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/>'
    '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/>'
    '<top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" '
    'fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" '
    'fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


class Looks:
    """The part of the styles, with looks added behind those it has."""

    def __init__(self, content: bytes) -> None:
        self.part = Part(content)
        self._prefix = self.part.prefix(self.part.root)
        self._lists: dict[str, Element | None] = {
            name: self.part.root.first(name) for name in ("fonts", "fills", "cellXfs")
        }
        self._added: dict[str, list[bytes]] = {name: [] for name in self._lists}
        self._marked: dict[tuple[int, Severity], int] = {}
        self._fills: dict[str, int] = {}

    def marked(self, look: int, severity: Severity) -> int:
        """The number of the look that is like *look* but with the fill of *severity*."""
        if (look, severity) not in self._marked:
            fill = str(self.fill(FILLS[severity]))
            self._marked[look, severity] = self._add(
                "cellXfs", self._own(look, {"fillId": fill, "applyFill": "1"})
            )
        return self._marked[look, severity]

    def _own(self, look: int, attributes: dict[str, str]) -> bytes:
        """The look with that number, with some attributes set."""
        known = self._lists["cellXfs"]
        looks = list(known.all("xf")) if known else []
        if look >= len(looks):
            plain = f'<{self._prefix}xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
            return with_attributes(plain.encode(), attributes)
        found = looks[look]
        tag = self.part.content[found.start : found.inner]
        return with_attributes(tag, attributes) + self.part.content[found.inner : found.end]

    def fill(self, colour: str) -> int:
        """The number of a fill with *colour*."""
        if colour not in self._fills:
            p = self._prefix
            made = (
                f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/>'
                f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            )
            self._fills[colour] = self._add("fills", made.encode())
        return self._fills[colour]

    def font(
        self, *, size: float = 10, bold: bool = False, link: bool = False, ink: str = ""
    ) -> int:
        """The number of a font."""
        p = self._prefix
        made = (
            f"<{p}font>" + f"<{p}b/>" * bold + f"<{p}u/>" * link + f'<{p}sz val="{size:g}"/>'
            + f'<{p}color rgb="{ink}"/>' * bool(ink) + f'<{p}name val="Arial"/></{p}font>'
        )  # fmt: skip
        return self._add("fonts", made.encode())

    def look(self, font: int, fill: int = 0, *, wrap: bool = True) -> int:
        """The number of a look for texts; one that begins like a formula stays a text."""
        p = self._prefix
        made = (
            f'<{p}xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" '
            'quotePrefix="1" applyNumberFormat="1" applyFont="1" applyFill="1" '
            f'applyAlignment="1"><{p}alignment vertical="top" wrapText="{wrap:d}"/></{p}xf>'
        )
        return self._add("cellXfs", made.encode())

    def severity(self, severity: Severity) -> int:
        """The number of the look of a severity's word."""
        font = self.font(bold=True, ink=_INKS[severity])
        return self.look(font, self.fill(FILLS[severity]))

    def _add(self, name: str, made: bytes) -> int:
        known = self._lists[name]
        self._added[name].append(made)
        return (len(known.children) if known else 0) + len(self._added[name]) - 1

    def changed(self) -> bytes:
        """The part with all looks that were added."""
        for name, added in self._added.items():
            known = self._lists[name]
            if not added:
                continue
            if known is None:
                p = self._prefix
                made = b"".join(added).decode()
                whole = f'<{p}{name} count="{len(added)}">{made}</{p}{name}>'
                self.part.insert(self.part.place_for(name, _ORDER), whole)
                continue
            self.part.say(known, count=str(len(known.children) + len(added)))
            for made_one in added:
                self.part.append(known, made_one)
        return self.part.changed()

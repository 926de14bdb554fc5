"""Makes the fonts of the reports: a subset of Inter with tabular figures, and its widths.

    python bench/make_fonts.py FOLDER      FOLDER holds Inter-Regular.otf and Inter-SemiBold.otf 3.19

Needs fonttools and brotli. Run once; the result lies in kam_reports/charts/fonts and is shipped.
The figures of equal width are put into the character map itself, so that a PDF or PNG engine
needs no setting for them. Times are left out, so the same input gives the same bytes.
"""

import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "KAM Inter"
TARGET = Path(__file__).resolve().parent.parent / "kam_reports" / "charts" / "fonts"
LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180)]
SIGNS = "ΔΣØ−‑–—‘’‚“”„‹›…•‰€™≤≥≈±×÷→←↑↓↗↘▲▼●○■□◆◇✓✗\u202f\u2009\u200b"
# What a page brings along: the letters of Europe's business names. Rarer ones come from the
# reader's own fonts; the OTF for pictures in mails holds them all, since nothing else is loaded there.
# In three files, of which a page holds those that it needs.
GERMAN = set(map(ord, "ÄÖÜäöüßØéÉ"))
WEB = {
    "": [
        *range(0x20, 0x7F), *map(ord, "\u00a0§°²³µ·«»©®"), *sorted(GERMAN),
        *map(ord, "Δ−‑–—‘’‚“”„‹›…•‰€±×÷→▲▼●○■"),
    ],
    "-west": [code for code in range(0xC0, 0x100) if code not in {*GERMAN, 0xD7, 0xF7}],
    "-east": [*map(ord, "ĄąĆćČčĎďĘęĚěĞğİıŁłŃńŇňŐőŒœŘřŚśŞşŠšŤťŮůŰűŹźŻżŽž")],
}  # fmt: skip
WEIGHTS = {"Regular": 400, "SemiBold": 600}


def tabular(font: TTFont) -> None:
    """Put the figures of equal width where the plain ones are."""
    table = font["GSUB"].table
    swap: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[index].SubTable:
                    swap.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
    for part in font["cmap"].tables:
        if part.isUnicode():
            for digit in "0123456789":
                glyph = part.cmap.get(ord(digit))
                part.cmap[ord(digit)] = swap.get(glyph, glyph)


def named(font: TTFont, style: str) -> None:
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = FAMILY
        elif record.nameID in (2, 17):
            record.string = style
        elif record.nameID == 4:
            record.string = f"{FAMILY} {style}"
        elif record.nameID == 6:
            record.string = f"{FAMILY.replace(' ', '')}-{style}"


def main(source: Path) -> None:
    widths: dict[str, dict[str, int]] = {}
    for style, weight in WEIGHTS.items():
        font = TTFont(source / f"Inter-{style}.otf", recalcTimestamp=False)
        tabular(font)
        named(font, style)
        options = subset.Options()
        options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
        options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14, 16, 17]
        options.hinting = False
        options.desubroutinize = True
        cut = subset.Subsetter(options)
        cut.populate(unicodes=[*LETTERS, *map(ord, SIGNS)])
        cut.subset(font)
        font.save(TARGET / f"KAMInter-{style}.otf", reorderTables=False)
        glyphs, unit = font.getBestCmap(), font["head"].unitsPerEm
        widths[str(weight)] = {
            chr(code): round(font["hmtx"][glyph][0] / unit * 1000)
            for code, glyph in sorted(glyphs.items())
        }
        options.layout_features = []
        options.drop_tables += ["GSUB", "GPOS", "GDEF"]  # hardly seen on a screen, a sixth of the file
        for part, letters in WEB.items():
            options.name_IDs = [0, 1, 2, 13]
            web = subset.Subsetter(options)
            web.populate(unicodes=letters)
            font = TTFont(TARGET / f"KAMInter-{style}.otf", recalcTimestamp=False)
            web.subset(font)
            font.flavor = "woff2"
            font.save(TARGET / f"KAMInter-{style}{part}.woff2", reorderTables=False)
    text = json.dumps(widths, ensure_ascii=True, separators=(",", ":"))
    (TARGET / "widths.json").write_text(text + "\n", encoding="ascii")
    for file in sorted(TARGET.iterdir()):
        print(f"{file.stat().st_size:8d} {file.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

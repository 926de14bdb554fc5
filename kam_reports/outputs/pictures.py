"""Charts as PNG, for mails: no mail program can be relied on to show an SVG.

Only the font that travels with the charts is loaded, so a picture looks the same everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kam_reports.charts import FAMILY, FONTS

if TYPE_CHECKING:
    from kam_reports.charts import Svg

SHOWN = 592  # pixels that a mail gives a picture
ZOOM = 1.5  # for fine screens; twice would cost half as much again
PADDING = 12  # pixels of white, so that no label touches the edge where a program is dark


def png(chart: Svg) -> bytes:
    """The picture on white, as wide as a mail shows it at one and a half times."""
    import resvg_py

    wide, high = chart.width + 2 * PADDING, chart.height + 2 * PADDING
    framed = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high:g}">'
        f'<g transform="translate({PADDING} {PADDING})">{chart.text}</g></svg>'
    )
    made = resvg_py.svg_to_bytes(
        svg_string=framed,
        zoom=SHOWN * ZOOM / wide,
        background="#ffffff",
        font_family=FAMILY,
        font_files=[str(path) for path in sorted(FONTS.glob("*.otf"))],
        skip_system_fonts=True,
    )
    return bytes(made)

"""Charts as SVG, in a notation that follows IBCS: pure geometry, one module for each kind.

A chart takes plain rows of a View and the frame of its page, and gives an ``Svg``: picture,
message, title, the values as text and as table. Scenarios are told by fill (actual solid, plan
empty, forecast hatched, prior year light), good and bad by the KPI's direction. Axes begin at zero;
what does not fit is marked with an arrow. None means that there is nothing to draw.
"""

from kam_reports.charts.bullet import bullet, bullet_scale
from kam_reports.charts.canvas import SLIM, Look, Svg
from kam_reports.charts.columns import column_scale, quarter_columns
from kam_reports.charts.contribution import bar_scale, contribution
from kam_reports.charts.frame import Frame
from kam_reports.charts.funnel import funnel
from kam_reports.charts.gantt import gantt
from kam_reports.charts.measure import FAMILY, FONTS, has_letter
from kam_reports.charts.pins import goal_pins
from kam_reports.charts.portfolio import portfolio
from kam_reports.charts.sparkline import sparkline
from kam_reports.charts.statuses import status_bar
from kam_reports.charts.waterfall import bridge_scale, waterfall

__all__ = [
    "FAMILY",
    "FONTS",
    "SLIM",
    "Frame",
    "Look",
    "Svg",
    "bar_scale",
    "bridge_scale",
    "bullet",
    "bullet_scale",
    "column_scale",
    "contribution",
    "funnel",
    "gantt",
    "goal_pins",
    "has_letter",
    "portfolio",
    "quarter_columns",
    "sparkline",
    "status_bar",
    "waterfall",
]

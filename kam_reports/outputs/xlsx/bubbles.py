"""A bubble chart, which XlsxWriter does not have: its scatter chart with a size for each point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.chart_scatter import ChartScatter


class BubbleChart(ChartScatter):  # type: ignore[misc]
    """A native bubble chart; a series has ``sizes`` beside ``categories`` (x) and ``values`` (y).

    The area of a bubble is as large as its size says, as ECMA-376, part 1, 21.2.2.20 has it.
    """

    scale = 45  # of the largest bubble, in percent of the usual size

    def add_series(self, options: Mapping[str, Any]) -> None:
        """Add a series; *sizes* is a range like the other two."""
        super().add_series({key: value for key, value in options.items() if key != "sizes"})
        series = self.series[-1]
        sizes = self._list_to_formula(options["sizes"])
        series["sizes"] = sizes
        series["size_id"] = self._get_data_id(sizes, options.get("sizes_data"))

    def _write_scatter_chart(self, args: Mapping[str, Any]) -> None:
        series = (
            self._get_primary_axes_series()
            if args["primary_axes"]
            else self._get_secondary_axes_series()
        )
        if not series:
            return
        self._xml_start_tag("c:bubbleChart")
        self._xml_empty_tag("c:varyColors", [("val", 0)])
        for one in series:
            self._write_ser(one)
        self._xml_empty_tag("c:bubbleScale", [("val", self.scale)])
        self._xml_empty_tag("c:showNegBubbles", [("val", 0)])
        self._xml_empty_tag("c:sizeRepresents", [("val", "area")])
        self._write_axis_ids(args)
        self._xml_end_tag("c:bubbleChart")

    def _write_ser(self, series: Mapping[str, Any]) -> None:
        index = self.series_index
        self.series_index += 1
        self._xml_start_tag("c:ser")
        self._write_idx(index)
        self._write_order(index)
        self._write_series_name(series)
        self._write_sp_pr(series)
        self._xml_empty_tag("c:invertIfNegative", [("val", 0)])
        self._write_d_lbls(series.get("labels"))
        self._write_error_bars(series.get("error_bars"))
        self._write_x_val(series)
        self._write_y_val(series)
        self._xml_start_tag("c:bubbleSize")
        self._write_num_ref(series["sizes"], self.formula_data[series["size_id"]], "num")
        self._xml_end_tag("c:bubbleSize")
        self._xml_empty_tag("c:bubble3D", [("val", 0)])
        self._xml_end_tag("c:ser")

    def _write_show_ser_name(self) -> None:
        """A label shows the name of its series; what is not said, Excel may take for yes."""
        for name in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize"):
            self._xml_empty_tag(f"c:show{name}", [("val", int(name == "SerName"))])

"""A panel as a Vega-Lite chart: theorem as a line, measurement as open markers with bars of one standard error."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from figures.explorer.exploration import Curve, Panel

#: Three to one at least on white and on the dark ground of charts, #333; dashes and shapes change along, so that no
#: curve is told apart by colour alone.
COLOURS = ("#3A87C8", "#D8691E", "#1F9E77", "#B57BB0", "#9A8412", "#808890", "#E05C5C")
DASHES = ((1, 0), (7, 3), (2, 2), (9, 3, 2, 3), (4, 2, 1, 2, 1, 2), (12, 4), (3, 5))
#: Outlines of the markers in pixels, as paths of SVG: circle, square, triangles, diamond, cross, plus.
PATHS = (
    "M-3.5,0a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0Z",
    "M-3,-3h6v6h-6Z",
    "M0,-4L4,3H-4Z",
    "M0,-4.5L4.5,0L0,4.5L-4.5,0Z",
    "M0,4L4,-3H-4Z",
    "M-3,-3L3,3M-3,3L3,-3",
    "M-4,0H4M0,-4V4",
)
HEIGHT = 300
#: Side of a square panel, which a phone has to show whole.
SIDE = 240

Spec = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite specification, which marimo's page draws without any network."""

    spec: Spec

    def _mime_(self) -> tuple[str, str]:
        return "application/vnd.vegalite.v6+json", json.dumps(self.spec)


def chart(panel: Panel) -> Chart:
    """The chart of one panel, as wide as its place, with a text alternative; its legend is `legend`."""
    return Chart(
        {
            "title": {"text": panel.title, "anchor": "start"},
            "description": f"{panel.title}. {panel.y} against {panel.x}: {', '.join(names(panel))}.",
            "width": SIDE if panel.square else "container",
            "height": SIDE if panel.square else HEIGHT,
            "autosize": {"type": "pad" if panel.square else "fit-x", "contains": "padding"},
            "encoding": {"x": _axis("x", panel.x, panel.log_x, panel), "y": _axis("y", panel.y, panel.log_y, panel)},
            "layer": [layer for curve in panel.curves for layer in _layers(curve, panel)],
        }
    )


def names(panel: Panel) -> list[str]:
    """The labels of the curves, each once."""
    return list(dict.fromkeys(curve.label for curve in panel.curves))


def legend(panel: Panel) -> str:
    """A list of line or marker samples with their labels."""
    kinds = {curve.label: curve for curve in panel.curves}
    items = [f"<li>{_sample(kinds[name], place)} {escape(name)}</li>" for place, name in enumerate(names(panel))]
    return f'<ul class="legend">{"".join(items)}</ul>'


def _sample(curve: Curve, place: int) -> str:
    look = place % len(COLOURS)
    if curve.measured:
        inside = f'<path transform="translate(16 7)" d="{PATHS[look]}" fill="none" stroke-width="1.6"/>'
    else:
        dash = " ".join(map(str, DASHES[look]))
        inside = f'<line x1="0" x2="32" y1="7" y2="7" stroke-width="2" stroke-dasharray="{dash}"/>'
    return f'<svg width="32" height="14" aria-hidden="true" stroke="{COLOURS[look]}">{inside}</svg>'


def _axis(field: str, title: str, log: bool, panel: Panel) -> Spec:
    axis: Spec = {"grid": True, "gridOpacity": 0.3, "tickCount": 6, "labelOverlap": True}
    if log:
        plain = "datum.value >= 1e-3 && datum.value < 1e4"
        axis |= {"labelExpr": f"{plain} ? format(datum.value, '~g') : format(datum.value, '~e')"}
        axis |= {"values": ticks([row[field] for curve in panel.curves for row in _rows(curve, panel)])}
    scale: Spec = {"type": "log" if log else "linear", "nice": False, "zero": False, "padding": 7}
    if panel.square:
        reach = max(
            (abs(row[name]) for curve in panel.curves for row in _rows(curve, panel) for name in "xy"), default=1
        )
        scale |= {"domain": [-reach, reach]}
    return {"field": field, "type": "quantitative", "title": title, "axis": axis, "scale": scale}


def ticks(values: Sequence[float]) -> list[float]:
    """Powers of ten within positive values, eight at most; where there are fewer than three, their 1, 2, 5 steps."""
    low, high = (np.log10(end) for end in (min(values, default=1.0), max(values, default=1.0)))
    powers = np.arange(np.ceil(low - 1e-9), np.floor(high + 1e-9) + 1)
    if len(powers) >= 3:
        return [float(f"1e{int(power)}") for power in powers[:: -(-len(powers) // 8)]]
    steps = (
        float(f"{digit}e{power}") for power in range(int(np.floor(low)), int(np.ceil(high)) + 1) for digit in (1, 2, 5)
    )
    return [step for step in steps if low - 1e-9 <= np.log10(step) <= high + 1e-9]


def _layers(curve: Curve, panel: Panel) -> list[Spec]:
    data, place = {"values": _rows(curve, panel)}, names(panel).index(curve.label) % len(COLOURS)
    tips = [{"field": "curve", "type": "nominal"}] + [
        {"field": field, "type": "quantitative", "title": title, "format": ".6g"}
        for field, title in (("x", panel.x), ("y", panel.y))
    ]
    if not curve.measured:
        mark: Spec = {"type": "line", "clip": True, "strokeWidth": 2, "strokeDash": list(DASHES[place])}
        mark["color"] = COLOURS[place]
        order = {"field": "order", "type": "quantitative"}
        return [{"data": data, "mark": mark, "encoding": {"order": order, "tooltip": tips}}]
    mark = {"type": "point", "clip": True, "filled": False, "size": 4, "strokeWidth": 1.6}
    mark |= {"shape": PATHS[place], "color": COLOURS[place]}
    points: Spec = {"data": data, "mark": mark, "encoding": {"tooltip": tips}}
    if curve.error is None:
        return [points]
    rule = {"type": "rule", "clip": True, "strokeWidth": 1.4, "color": COLOURS[place]}
    ends = {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
    return [{"data": data, "mark": rule, "encoding": ends}, points]


def _rows(curve: Curve, panel: Panel) -> list[Spec]:
    x, y = (np.asarray(values, dtype=np.float64) for values in (curve.x, curve.y))
    shown = np.isfinite(x) & np.isfinite(y) & ((x > 0) | (not panel.log_x)) & ((y > 0) | (not panel.log_y))
    fields = {"x": x, "y": y, "order": np.arange(len(x))}
    if curve.error is not None:
        error = np.asarray(curve.error, dtype=np.float64)
        # a bar that reaches 0 has no lower end on a logarithmic axis
        fields |= {"low": np.where((y > error) | (not panel.log_y), y - error, y), "high": y + error}
    columns = (values[shown].tolist() for values in fields.values())
    return [{"curve": curve.label} | dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=True)]

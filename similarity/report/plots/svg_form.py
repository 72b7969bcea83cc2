"""A plot as SVG: one drawing for the page and for the PDF.

Looks are attributes of the elements; the page's style sheet goes over them by the classes.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from similarity.report.plots.plot import Curve, Plot, Style, Tick

__all__ = ["plot_svg"]

WIDTH, LEFT, TOP, RIGHT, BOTTOM = 480.0, 70.0, 8.0, 14.0, 46.0
"""Room of the whole drawing and around the plot, in units of the drawing."""
INK, SOFT, EDGE, HAIR, GROUND, BAND, PATH = (
    "#15181e",
    "#5b6270",
    "#9aa1ad",
    "#e3e6eb",
    "#f5f6f8",
    "#e6e9ee",
    "#d62f2f",
)
LOOKS: dict[Style, str] = {
    "solid": f'stroke="{INK}" stroke-width="2"',
    "dashed": f'stroke="{INK}" stroke-width="2" stroke-dasharray="7 4"',
    "dotted": f'stroke="{SOFT}" stroke-width="2" stroke-dasharray="2 4"',
    "fitted": f'stroke="{PATH}" stroke-width="2"',
    "dots": "",
}
FACES = "Libertinus Serif, Noto Serif SC"


def plot_svg(plot: Plot, *, uri: str = "", labelled_by: str = "") -> Markup:
    """The drawing.

    Args:
        plot: what is drawn.
        uri: the picture beneath as a data URI; empty where there is none or it is not at hand.
        labelled_by: identifier of the element of the page that says what is drawn; empty for a file of its own.
    """
    width, height = WIDTH - LEFT - RIGHT, (WIDTH - LEFT - RIGHT) * plot.height_ratio
    if labelled_by:
        kind = Markup('role="img" aria-labelledby="{}"').format(labelled_by)
    else:
        kind = Markup('xmlns="http://www.w3.org/2000/svg"')
    head = Markup(
        '<svg {4} class="drawing" width="{0:.0f}" height="{1:.1f}" '
        'viewBox="0 0 {0:.0f} {1:.1f}" font-family="{2}" font-size="12.5" fill="{3}">'
    ).format(WIDTH, TOP + height + BOTTOM, FACES, SOFT, kind)
    box = f'x="{LEFT:.0f}" y="{TOP:.0f}" width="{width:.0f}" height="{height:.2f}"'
    seen = f"{LEFT:.0f} {TOP:.0f} {width:.0f} {height:.2f}"
    return Markup("").join(
        (
            head,
            Markup(f'<svg class="view" aria-hidden="true" {box} viewBox="{seen}">'),  # noqa: S704
            _ground(box, uri),
            *(() if plot.band is None else (_band(plot.band, width, height),)),
            *_grid(plot, width, height),
            *(_curve(one, width, height) for one in plot.curves),
            Markup(f'</svg><rect class="frame" {box} fill="none" stroke="{EDGE}"/>'),  # noqa: S704
            *_ticks(plot, width, height),
            *_names(plot, width, height),
            Markup("</svg>"),
        )
    )


def _ground(box: str, uri: str) -> Markup:
    if uri:
        return Markup(f'<image {box} preserveAspectRatio="none" href="{{}}"/>').format(uri)  # noqa: S704
    return Markup(f'<rect class="ground" {box} fill="{GROUND}"/>')  # noqa: S704


def _band(band: tuple[float, float], width: float, height: float) -> Markup:
    return Markup('<rect class="band" x="{:.2f}" y="{}" width="{:.2f}" height="{:.2f}" fill="{}"/>').format(
        LEFT + width * band[0], TOP, width * (band[1] - band[0]), height, BAND
    )


def _grid(plot: Plot, width: float, height: float) -> Iterator[Markup]:
    """Hair lines at the labels; none over a picture, and a stronger one at nothing."""
    if plot.picture:
        return
    lines = [(f"M{LEFT + width * one.at:.2f} {TOP}V{TOP + height:.2f}", one) for one in plot.ticks_across]
    lines += [(f"M{LEFT} {TOP + height * one.at:.2f}H{LEFT + width}", one) for one in plot.ticks_upright]
    for path, tick in lines:
        name, colour = ("zero", EDGE) if tick.label == "0" else ("grid", HAIR)
        yield Markup('<path class="{}" d="{}" stroke="{}" fill="none"/>').format(name, path, colour)


def _curve(curve: Curve, width: float, height: float) -> Markup:
    points = [(LEFT + width * x, TOP + height * y) for x, y in curve.points]
    if curve.style == "dots":
        dots = "".join(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2.6" fill="{PATH}"/>' for x, y in points)
        return Markup(f'<g class="path">{dots}</g>')  # noqa: S704 - figures and names of this module
    line = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    drawn = f'<polyline class="curve-{curve.style}" points="{line}" fill="none" {LOOKS[curve.style]}/>'
    if curve.style != "fitted":
        return Markup(drawn)  # noqa: S704 - figures and names of this module
    halo = f'<polyline class="path-halo" points="{line}" fill="none" stroke="#fff" stroke-width="4"/>'
    return Markup(f'<g class="path">{halo}{drawn}</g>')  # noqa: S704


def _ticks(plot: Plot, width: float, height: float) -> Iterator[Markup]:
    yield Markup('<g class="ticks">')
    for one in plot.ticks_across:
        yield _tick(one, LEFT + width * one.at, TOP + height, is_across=True)
    for one in plot.ticks_upright:
        yield _tick(one, LEFT, TOP + height * one.at, is_across=False)
    yield Markup("</g>")


def _tick(tick: Tick, x: float, y: float, *, is_across: bool) -> Markup:
    stroke, name, anchor = ("v5", "across", "middle") if is_across else ("h-5", "down", "end")
    words = (x, y + 19) if is_across else (x - 9, y + 4.5)
    return Markup(
        '<path class="axis" d="M{:.2f} {:.2f}{}" stroke="{}"/>'
        '<text class="{}" text-anchor="{}" x="{:.2f}" y="{:.2f}">{}</text>'
    ).format(x, y, stroke, EDGE, name, anchor, *words, tick.label)


def _names(plot: Plot, width: float, height: float) -> tuple[Markup, Markup]:
    name = Markup('<text class="axis-name" text-anchor="middle" {}>{}</text>')
    across = Markup('x="{:.1f}" y="{:.1f}"').format(LEFT + width / 2, TOP + height + 39)
    upright = Markup('transform="translate(14 {:.1f}) rotate(-90)"').format(TOP + height / 2)
    return name.format(across, plot.across), name.format(upright, plot.upright)

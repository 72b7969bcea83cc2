"""One plot value and one SVG writer."""

__all__ = ["axis_ticks", "curve_plot", "path_plot", "plot", "svg_form"]

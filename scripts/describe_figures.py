"""Let a kernel describe its figures in words, so that a test can compare them.

A stored figure is a picture, of which nbval compares the size only. Kernels of the
tests and of `make refresh` run this file first (PYTHONSTARTUP names it): the text
beside a picture then says what was drawn. What a program of a learner sees of it is
nothing.
"""


def describe_every_figure():
    """Give figures a text that says what is drawn in them."""
    import re
    from itertools import groupby

    from matplotlib.colors import to_hex
    from matplotlib.figure import Figure

    def legend_entry(handle, text):
        colours = [
            getattr(handle, f"get_{name}", lambda: None)()
            for name in ("color", "facecolor")
        ]
        colours = [c for c in colours if c is not None and len(c)]
        return f"{text.get_text()} ({to_hex(colours[0]) if colours else ''})"

    def entries(legend):
        pairs = zip(legend.legend_handles, legend.get_texts(), strict=True)
        return [legend_entry(*pair) for pair in pairs]

    def colour_of(line):
        return to_hex(line.get_color())

    def words(labels):
        """Keep the labels of an axis that are words."""
        return [t.get_text() for t in labels if re.search("[^\\W\\d]", t.get_text())]

    def facts(ax):
        yield "title", ax.get_title()
        yield "x", ax.get_xlabel()
        yield "y", ax.get_ylabel()
        yield "scales", {ax.get_xscale(), ax.get_yscale()} - {"linear"}
        yield "ticks", words(ax.get_xticklabels()) + words(ax.get_yticklabels())
        if ax.get_legend():
            yield "legend", entries(ax.get_legend())
        lines = ax.get_lines()
        yield "lines", grouped(f"{len(x.get_xdata())} {colour_of(x)}" for x in lines)
        yield "points", [len(p.get_offsets()) for p in ax.collections]
        yield "patches", len(ax.patches)
        yield "colour maps", grouped(x.get_cmap().name for x in ax.images)
        # Numbers written into a figure may be trained.
        texts = [re.sub(r"[-−]?\d[\d.,]*", "#", t.get_text()) for t in ax.texts]
        yield "texts", texts

    def grouped(things):
        """Say a thing that follows itself once, with a count."""
        groups = [(thing, len(list(group))) for thing, group in groupby(things)]
        return [f"{n} × {thing}" if n > 1 else thing for thing, n in groups]

    def describe(figure):
        found = [
            "; ".join(f"{k}: {v}" for k, v in facts(ax) if v) for ax in figure.axes
        ]
        legends = [f"legend: {entries(legend)}" for legend in figure.legends]
        return "\n".join([repr(figure), *grouped(found), *legends])

    def pretty(figure, printer, cycle):
        printer.text(describe(figure))

    Figure._repr_pretty_ = pretty


describe_every_figure()
del describe_every_figure

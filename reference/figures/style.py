"""One look for all figures: dark lines on a white card, the colours of Okabe and Ito, text to read at 760 pixels."""

import functools
import io
from collections.abc import Callable

import torch
from cycler import cycler
from matplotlib import pyplot as plt
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from PIL import Image

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PINK, GREY, PALE, INK = "#56B4E9", "#CC79A7", "#8a8a8a", "#dddddd", "#222222"
WIDTH = 8.0  # inches; 1,200 pixels, shown at 760

SETTINGS = {
    "figure.dpi": 150,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, RED, PINK, SKY, GREY]),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.titlesize": 11,
    "axes.labelsize": 10.5,
    "font.size": 10.5,
    "legend.fontsize": 9.5,
    "legend.frameon": False,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "text.color": INK,
}


def styled(draw: Callable[[], Figure | Image.Image]) -> Callable[[], Figure | Image.Image]:
    """A figure's function in this look; with one thread, for the models are small, and what pyplot keeps is let go."""

    @functools.wraps(draw)
    def drawn() -> Figure | Image.Image:
        torch.set_num_threads(1)
        with rc_context(SETTINGS):
            figure = draw()
        plt.close("all")
        return figure

    return drawn


def rows(*lines: list[Figure]) -> Image.Image:
    """Figures that are drawn one by one, put beside and below each other on one card."""
    pictures = [[_picture(figure) for figure in line] for line in lines]
    heights = [max(one.height for one in line) for line in pictures]
    card = Image.new("RGB", (round(WIDTH * SETTINGS["figure.dpi"]), sum(heights)), "white")
    top = 0
    for line, height in zip(pictures, heights, strict=True):
        left = (card.width - sum(one.width for one in line)) // 2
        for one in line:
            card.paste(one, (left, top + (height - one.height) // 2))
            left += one.width
        top += height
    return card


def sized(figure: Figure, width: float, height: float) -> Figure:
    """The figure, as wide and high as that in inches."""
    figure.set_size_inches(width, height)
    return figure


def box(axes: Axes, x: float, y: float, text: str, colour: str = BLUE, size: float = 10) -> FancyBboxPatch:
    """A rounded box with a text in it, for diagrams; what it returns says where an arrow begins or ends (`patchA`)."""
    frame = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": colour, "linewidth": 1.6}
    return axes.text(x, y, text, ha="center", va="center", fontsize=size, bbox=frame, zorder=3).get_bbox_patch()


def arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str = INK, **style: float | str
) -> None:
    """An arrow from one point of a diagram to another; `style` as matplotlib's arrowprops."""
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.6, **style})


def _picture(figure: Figure) -> Image.Image:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return Image.open(buffer).convert("RGB")

"""A page for a feature: where it is active, coloured over the text, how often, and what it does to the output.

Each page is one HTML file that needs nothing else. jinja2 comes with jupyter.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int64
from torch import Tensor

BEFORE, AFTER = 40, 12  # tokens shown around an example
BINS = 30
TOKENS = 10  # of either sign


class FeatureView(NamedTuple):
    """What a page shows. `h` are the feature's activations on the rows of text that the page quotes from."""

    number: int
    description: str
    h: Float[Tensor, "row position"]
    examples: Sequence[tuple[int, int]]  # (row, position), strongest first
    logit_effect: Float[Tensor, "vocab"]
    neurons: Sequence[tuple[int, float]]  # nearest neurons and their cosines
    facts: Mapping[str, str] = {}  # more numbers for the head of the page: what it is → how much


class Token(NamedTuple):
    """A piece of quoted text: how strong the feature is on it, and in which shade from 0 to 1 to show that."""

    text: str
    activation: float
    shade: float
    peak: bool


def feature_page(
    view: FeatureView, tokens: Int64[Tensor, "row position"], strings: Sequence[str], home: bool = False
) -> str:
    """The page as HTML. `strings` says what each token of the vocabulary stands for; `home` links to index.html."""
    from jinja2 import Environment, FileSystemLoader

    active = view.h[view.h > 0]
    top = active.max().item() if len(active) else 0.0
    counts = torch.histc(active.float(), BINS, 0, top).long().tolist() if len(active) else [0] * BINS
    highest = math.log1p(max(counts)) or 1.0
    order = view.logit_effect.argsort(descending=True).tolist()
    effects = [(visible(strings[i]), view.logit_effect[i].item()) for i in order]
    quotes: dict[str, Any] = {"tokens": tokens, "strings": strings, "h": view.h, "top": top}
    strongest = [_passage(place, **quotes) for place in view.examples]
    weaker = [
        (title, about, [_passage(place, **quotes) for place in places]) for title, about, places in _weaker(view.h, top)
    ]
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    return environment.get_template("feature_page.html").render(
        view=view,
        home=home,
        density=(view.h > 0).float().mean().item(),
        top=top,
        counts=counts,
        bars=[100 * math.log1p(count) / highest for count in counts],
        up=effects[:TOKENS],
        down=effects[::-1][:TOKENS],
        groups=[("Strongest examples", "one in each row of text", strongest), *weaker],
    )


def write_pages(
    views: Sequence[FeatureView], tokens: Int64[Tensor, "row position"], strings: Sequence[str], folder: str | Path
) -> Path:
    """A page for each feature, and index.html with links to them; returns where that is."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for view in views:
        name = f"feature{view.number}.html"
        (folder / name).write_text(feature_page(view, tokens, strings, home=True), encoding="utf-8")
        lines.append(f'<li><a href="{name}">feature {view.number}</a>: {html.escape(view.description)}</li>')
    index = folder / "index.html"
    index.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Features</title>'
        '<body style="font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem">'
        f"<h1>Features</h1><ul>{''.join(lines)}</ul></body></html>",
        encoding="utf-8",
    )
    return index


def visible(token: str) -> str:
    """A token with its line breaks and tabs to be seen; a space shows by its width."""
    return token.replace("\n", "⏎").replace("\t", "⇥")


def _weaker(h: Tensor, top: float) -> list[tuple[str, str, list[tuple[int, int]]]]:
    """Where it is active less: the top examples alone make every feature look cleaner than it is."""
    groups = []
    generator = torch.Generator().manual_seed(0)
    for low, high in ((0.5, 0.8), (0.2, 0.5), (0.0, 0.2)):
        places = ((h > low * top) & (h <= high * top)).nonzero()
        if len(places):
            drawn = places[torch.randperm(len(places), generator=generator)[:4]]
            about = f"{100 * low:.0f} to {100 * high:.0f} % of the largest: {len(places):,} tokens, some at random"
            groups.append(("Weaker examples", about, [(int(row), int(position)) for row, position in drawn]))
    return groups


def _passage(place: tuple[int, int], tokens: Tensor, strings: Sequence[str], h: Tensor, top: float) -> list[Token]:
    row, position = place
    first, last = max(1, position - BEFORE), min(tokens.shape[1], position + AFTER + 1)
    return [
        Token(strings[int(tokens[row, i])], h[row, i].item(), h[row, i].item() / top if top else 0.0, i == position)
        for i in range(first, last)
    ]

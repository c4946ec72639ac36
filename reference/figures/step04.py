"""The figures of step 04: measured on the small model of the course; the paper's circuit from what it reports."""

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from PIL import Image
from torch import Tensor

from exercises.kit.language_model import load_language_model
from exercises.kit.step04 import circuit_plots, patching_plots, plots
from exercises.kit.step04.gpt2 import CIRCUIT
from exercises.kit.step04.sentences import repeated_names, standard_sentences
from exercises.kit.step04.words import NAMES
from reference.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    PINK,
    RED,
    SKY,
    WIDTH,
    arrow,
    box,
    rows,
    sized,
    styled,
)
from reference.ioi_sentences import PairedSentences, paired_sentences
from reference.step04_ioi.ablation import completeness as judge_completeness
from reference.step04_ioi.ablation import knock_out, minimality, template_means
from reference.step04_ioi.attribution import head_attribution, layer_attribution, logit_lens
from reference.step04_ioi.bonus import greedy_circuit
from reference.step04_ioi.heads import attention_to_names, copying_score, duplicate_previous_induction_scores
from reference.step04_ioi.patching import patch_attention_out, patch_head_inputs, patch_heads, patch_residual_stream
from reference.step04_ioi.paths import attribution_patching, path_patch
from reference.step04_ioi.prompts import Prompts, corrupt_prompts, make_prompts
from reference.step04_ioi.signals import compare_corruptions, position_and_token_signal
from reference.step04_ioi.warmup import initial_symbolic_weights, symbolic_circuit, train_symbolic_ioi

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge

DATA = ["exercises/kit/models/step04"]
COLOURS = {
    "previous token": GREY, "duplicate token": ORANGE, "induction": PINK, "S-inhibition": GREEN,
    "name mover": BLUE, "backup name mover": SKY, "negative name mover": RED,
}  # fmt: skip


@styled
def warmup() -> Image.Image:
    """Training with and without waiting, and what the two heads have learned."""
    start = initial_symbolic_weights(names=8, seed=6)
    waiting, at_once = train_symbolic_ioi(start), train_symbolic_ioi(start, look_after=0)
    curves = plots.training_runs({"attention waits for 100 steps": waiting.accuracy, "all at once": at_once.accuracy})
    curves.axes[0].set_ylabel("share right")
    heads = plots.symbolic_heads(*symbolic_circuit(waiting.weights))
    return rows([sized(curves, WIDTH, 2.5)], [sized(heads, WIDTH, 2.2)])


@styled
def attribution() -> Image.Image:
    """The logit lens, what each part adds, and what each head adds."""
    model, ioi = _model(), _prompts()
    lens = plots.logit_lens(*(f(model, ioi.tokens, ioi.answers) for f in (logit_lens, layer_attribution)))
    heads = plots.head_grid(head_attribution(model, ioi.tokens, ioi.answers), "logit difference by head")
    return rows([sized(lens, WIDTH, 3.0)], [sized(heads, 5.0, 2.6)])


@styled
def names() -> Image.Image:
    """Attention against what is written, for the three strongest heads, and scores of every head."""
    model, ioi = _model(), _prompts()
    seen = attention_to_names(model, *ioi)
    strongest = plots.strongest(head_attribution(model, ioi.tokens, ioi.answers))
    scatter = plots.name_attention(seen.attention, seen.logits, strongest)
    known = torch.tensor([model.to_single_token(f" {name}") for name in NAMES])
    early = duplicate_previous_induction_scores(model, repeated_names(model))._asdict()
    scores = {
        "copies names": copying_score(model, known),
        "suppresses names": copying_score(model, known, negative=True),
    }
    scores |= {name.replace("_", " "): values for name, values in early.items()}
    half = len(scores) // 2 + len(scores) % 2
    grids = [plots.score_grids(dict(part)) for part in (list(scores.items())[:half], list(scores.items())[half:])]
    return rows([sized(scatter, WIDTH, 2.8)], *([sized(grid, WIDTH * len(grid.axes) / half, 2.4)] for grid in grids))


@styled
def circuit() -> Figure:
    """GPT-2 small's circuit as the paper draws it, and the small model's with what each arrow carries."""
    figure = Figure(figsize=(WIDTH, 5.8), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
    _papers_circuit(left)
    _own_circuit(right)
    for axes in (left, right):
        axes.set(xlim=(0, 1), ylim=(0.0, 5.5))
        axes.axis("off")
    return figure


@styled
def patching() -> Figure:
    """What activation patching does, as a picture of two runs."""
    figure = Figure(figsize=(WIDTH, 3.1), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(0, 10), ylim=(-0.25, 4.2))
    axes.axis("off")
    for left, name, answer, said, colour in (
        (0.2, "clean run", "… John gave a drink to", "Mary", BLUE),
        (5.6, "corrupted run", "… Mary gave a drink to", "John → Mary?", RED),
    ):
        axes.text(left, 4.05, name, va="center", fontsize=11, color=colour, fontweight="bold")
        axes.text(left + 2, -0.1, answer, ha="center", va="center")
        for layer in range(3):
            for position in range(5):
                from_clean = colour == RED and (layer, position) == (1, 1)
                later = colour == RED and layer > 1 and position >= 1
                look = {"facecolor": BLUE if from_clean or colour == BLUE else SKY if later else RED}
                look |= {"alpha": 1.0 if from_clean or (colour == BLUE and (layer, position) == (1, 1)) else 0.35}
                axes.add_artist(_cell(left + 0.5 + 0.75 * position, 0.45 + layer, **look))
        box(axes, left + 3.5, 3.55, said, colour)
    arrow(axes, (1.75, 1.6), (6.65, 1.6), INK, linewidth=2.2, connectionstyle="arc3,rad=-0.25")
    box(axes, 4.7, 2.55, "one activation", INK)
    return figure


@styled
def rest_of_a_run() -> Figure:
    """What of a patched run must be computed anew, layer by layer and position by position."""
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    axes = figure.subplots()
    words = ["BOS", "When", "Mary", "and", "John", "went", "…", "Mary", "gave", "a", "drink", "to"]
    patched, layers = 7, 4
    for layer in range(layers):
        for position in range(len(words)):
            anew = position >= patched and layer >= 1 and (layer < layers - 1 or position == len(words) - 1)
            here = (layer, position) == (1, patched)
            colour = BLUE if here else SKY if anew else PALE
            axes.add_artist(_cell(position, layer, facecolor=colour, width=0.86, height=0.8))
    axes.text(patched, 1, "patch", ha="center", va="center", color="white", fontsize=9.5)
    axes.set(xlim=(-0.6, len(words) - 0.4), ylim=(-0.6, layers - 0.4), yticks=range(layers), ylabel="layer")
    axes.set_xticks(range(len(words)), words)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for colour, name in ((BLUE, "put in"), (SKY, "computed anew"), (PALE, "known, or not needed")):
        axes.plot([], [], "s", color=colour, markersize=10, label=name)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


@styled
def where() -> Figure:
    """Recovery by layer and position, for the stream and for the attention layers."""
    model, first = _model(), standard_sentences()
    one = first._replace(frames=first.frames[:1] * len(first.frames), orders=("ABBA",) * len(first.orders))
    prompts = make_prompts(model, *one)
    runs = prompts.tokens, corrupt_prompts(*prompts, "swap_s2"), prompts.answers
    grids = {
        "residual stream": patch_residual_stream(model, *runs),
        "attention layers": patch_attention_out(model, *runs),
    }
    return sized(patching_plots.position_grids(grids, model.to_str_tokens(prompts.tokens[0])), WIDTH, 4.3)


@styled
def heads() -> Image.Image:
    """Recovery by head, at all positions, at S2 and at END; and by what goes into a head."""
    model, runs, positions = _model(), _runs(), _prompts().positions
    by_place = {
        "all positions": patch_heads(model, *runs),
        "S2": patch_heads(model, *runs, positions["S2"]),
        "END": patch_heads(model, *runs, positions["END"]),
    }
    inputs = {f"its {name}": patch_head_inputs(model, *runs, which)
              for name, which in (("queries", "q"), ("keys", "k"), ("values", "v"))}  # fmt: skip
    return rows(*([sized(patching_plots.head_grids(grids), WIDTH, 2.5)] for grids in (by_place, inputs)))


@styled
def paths() -> Figure:
    """Path patching from every head to the end of the stream, to the name movers' queries, to 2.2's values."""
    to_end, movers, to_queries, inhibition, to_values = _links()
    grids = {
        "to the end,\nscale frozen": to_end,
        f"to queries of\n{_listed(movers)}": to_queries,
        f"to values of\n{_listed(inhibition)}": to_values,
    }
    return sized(patching_plots.head_grids(grids, "relative change"), WIDTH, 2.7)


@styled
def gradient() -> Image.Image:
    """Attribution patching against patching."""
    model, runs = _model(), _runs()
    figure = patching_plots.guess_against_truth(attribution_patching(model, *runs), patch_heads(model, *runs))
    _move(figure, {"3.1": (6, -8)})
    return rows([sized(figure, 5.2, 4.0)])


@styled
def knocked_out() -> Figure:
    """The logit difference with and without the strongest head, and who gains."""
    model, data = _model(), _pairs()
    direct = head_attribution(model, data.tokens, data.answers)
    found = knock_out(model, data.tokens, data.answers, direct == direct.max())
    return sized(circuit_plots.backups(found.before, found.after, direct.max().item(), found.change), WIDTH, 3.1)


@styled
def judged() -> Image.Image:
    """Completeness and minimality of the circuit that `greedy_circuit` finds."""
    model, data = _model(), _pairs()
    means = template_means(model, data.abc, data.frames)
    given = model, data.tokens, data.answers, data.frames, means
    found = greedy_circuit(*given, tolerance=0.2)
    members = found.nonzero().tolist()
    last = [place for place in members if place[0] == model.cfg.n_layers - 1]
    sets = torch.stack([_chosen(found, chosen) for chosen in ([], *([place] for place in members), last)])
    titles = ["nothing", *(f"{i}.{j}" for i, j in members), " and ".join(f"{i}.{j}" for i, j in last)]
    complete = judge_completeness(*given, found, sets)
    scatter = circuit_plots.completeness_scatter(complete.circuit, complete.model, titles)
    scatter.axes[0].set_title("Completeness, K taken from both")
    scatter.axes[0].margins(x=0.18)
    _move(scatter, {"2.2": (8, -6), "3.3": (-22, -8), "0.3": (8, 4)})
    bars = circuit_plots.minimality_bars(minimality(*given, found, sets), complete.model[0].item())
    bars.axes[0].set_title("Minimality")
    return rows([sized(scatter, 4.4, 3.6), sized(bars, 3.6, 3.6)])


@styled
def signals() -> Image.Image:
    """Recovery at END under both corruptions, and the answer when the S-inhibition head is told otherwise."""
    model, data = _model(), _pairs()
    sweeps = compare_corruptions(model, data.tokens, data.answers, data.positions)
    grids = circuit_plots.head_grids({"names swapped": sweeps.swap_names, "S2 swapped": sweeps.swap_s2}, limit=1.0)
    grids.axes[0].set_ylabel("layer")
    *_, inhibition, _ = _links()
    clues = position_and_token_signal(model, data.tokens, data.answers, data.positions, inhibition)
    bars = circuit_plots.signal_bars(clues._asdict())
    bars.axes[0].set_xlabel(f"what is flipped in what {_listed(inhibition)} says")
    return rows([sized(grids, WIDTH, 2.9)], [sized(bars, 6.0, 3.0)])


def _papers_circuit(axes: Axes) -> None:
    """The 26 heads of Wang et al. 2022, figure 2: roles from the bottom up, and who reads what from whom."""
    places = {
        "previous token": (0.2, 0.65), "duplicate token": (0.78, 1.6), "induction": (0.3, 1.75),
        "S-inhibition": (0.5, 2.75), "negative name mover": (0.14, 4.0), "name mover": (0.5, 4.0),
        "backup name mover": (0.86, 4.0),
    }  # fmt: skip
    links = [
        ("previous token", "induction", "K"),
        ("duplicate token", "S-inhibition", "V"),
        ("induction", "S-inhibition", "V"),
        ("S-inhibition", "negative name mover", "Q"), ("S-inhibition", "name mover", "Q"),
        ("S-inhibition", "backup name mover", "Q"),
    ]  # fmt: skip
    drawn = {}
    for role, (x, y) in places.items():
        name = role.replace(" name", "\nname")
        drawn[role] = box(axes, x, y, f"{name}\n{_wrapped(CIRCUIT[role].heads)}", COLOURS[role], 9)
    links += [(role, "logits", "") for role in places if role.endswith("mover")]
    places["logits"], drawn["logits"] = (0.5, 5.2), box(axes, 0.5, 5.2, "logits", INK)
    for start, end, what in links:
        (x0, y0), (x1, y1) = places[start], places[end]
        arrow(axes, (x0, y0), (x1, y1), COLOURS[start], linewidth=2, patchA=drawn[start], patchB=drawn[end], shrinkB=3)
        axes.text((x0 + x1) / 2 + 0.045, (y0 + y1) / 2 - 0.08, what, ha="center", va="center")
    for x, y, position in ((0.2, 0.25, "at S1+1"), (0.78, 1.2, "at S2"), (0.08, 1.75, "at S2"), (0.74, 2.75, "at END")):
        axes.text(x, y, position, ha="center", va="center", fontsize=9.5, color=INK)
    axes.set_title("GPT-2 small: 26 of 144 heads\n(Wang et al. 2022)")


def _own_circuit(axes: Axes) -> None:
    """The small model's roles by what the heads do, and what each link carries."""
    to_end, movers, to_queries, inhibition, to_values = _links()
    duplicates = to_values < -0.05
    ranks = [
        ("duplicate token", duplicates, 1.6, -to_values[duplicates], "V"),
        ("S-inhibition", inhibition, 2.75, -to_queries[inhibition], "Q"),
        ("name mover", movers, 4.0, -to_end[movers], "direct"),
    ]
    above, higher = box(axes, 0.5, 5.2, "logits", INK), 5.2
    for role, found, y, carried, what in reversed(ranks):
        here = box(axes, 0.5, y, f"{role}\n{_listed(found)}", COLOURS[role], 9)
        width = 2 + 3 * min(1.0, float(carried.sum()))
        arrow(axes, (0.5, y), (0.5, higher), COLOURS[role], linewidth=width, patchA=here, patchB=above, shrinkB=3)
        each = ", ".join(f"{effect:.0%}" for effect in carried.tolist())
        axes.text(0.56, (y + higher) / 2, f"{what}: {each}", ha="left", va="center")
        above, higher = here, y
    for y, position in ((1.2, "at S2"), (2.75, "at END"), (4.0, "at END")):
        axes.text(0.5 if y < 2 else 0.12, y, position, ha="center", va="center", fontsize=9.5)
    axes.set_title(
        f"Ours: {int((duplicates | inhibition | movers).sum())} of 16 heads,\nlinks measured by path patching"
    )


@functools.cache
def _links() -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Paths to the end on the clean scale; heads with one that look at IO; paths to their queries; the strongest there;
    paths to its values."""
    model, ioi = _model(), _prompts()
    control = make_prompts(model, *standard_sentences(control=True)).tokens
    to_end = path_patch(model, ioi.tokens, control, ioi.answers, frozen=("scale",))
    looks_at_io = attention_to_names(model, *ioi).attention[..., 0].mean(dim=-1) > 0.5
    movers = looks_at_io & (to_end < -0.05)
    to_queries = path_patch(model, ioi.tokens, control, ioi.answers, movers, "q")
    inhibition = to_queries == to_queries.min()
    to_values = path_patch(model, ioi.tokens, control, ioi.answers, inhibition, "v")
    return to_end, movers, to_queries, inhibition, to_values


def _listed(heads: Tensor) -> str:
    return ", ".join(f"{layer}.{head}" for layer, head in heads.nonzero().tolist())


def _wrapped(heads: Iterable[tuple[int, int]]) -> str:
    names = [f"{layer}.{head}" for layer, head in heads]
    size = 3 if len(names) > 4 else len(names) if len(names) < 4 else 2
    return "\n".join(" ".join(names[i : i + size]) for i in range(0, len(names), size))


def _move(figure: Figure, offsets: dict[str, tuple[int, int]]) -> None:
    """Names of points that would lie on each other, moved: points to the right and up."""
    for text in figure.axes[0].texts:
        if text.get_text() in offsets:
            text.set_position(offsets[text.get_text()])


def _cell(x: float, y: float, width: float = 0.6, height: float = 0.7, **look: object) -> FancyBboxPatch:
    corner = (x - width / 2, y - height / 2)
    return FancyBboxPatch(corner, width, height, boxstyle="round,pad=0,rounding_size=0.08", linewidth=0, **look)


def _chosen(like: Tensor, places: Iterable[Iterable[int]]) -> Tensor:
    chosen = torch.zeros_like(like)
    for layer, head in places:
        chosen[layer, head] = True
    return chosen


@functools.cache
def _model() -> "TransformerBridge":
    return load_language_model()


@functools.cache
def _prompts() -> Prompts:
    return make_prompts(_model(), *standard_sentences())


@functools.cache
def _runs() -> tuple[Tensor, Tensor, Tensor]:
    """Clean, corrupted (S2 swapped), answers."""
    prompts = _prompts()
    return prompts.tokens, corrupt_prompts(*prompts, "swap_s2"), prompts.answers


@functools.cache
def _pairs() -> PairedSentences:
    return paired_sentences(_model())

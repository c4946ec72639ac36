"""Pictures for the reports of step 04, drawn from what the learner's functions return."""

import functools

import torch
from matplotlib.figure import Figure

from exercises.kit.language_model import load_language_model
from exercises.kit.step04 import circuit_plots
from exercises.kit.step04 import patching_plots as plots
from exercises.kit.step04.sentences import standard_sentences
from reference.ioi_sentences import paired_sentences

COUNT = 12  # sentences: each frame in both orders


def head_attribution(learner, reference) -> Figure:
    """What each head of the small model adds to the logit difference: the learner's grid beside the course's."""
    model, theirs = (side.kit.language_model.load_language_model() for side in (reference, learner))
    prompts = reference.prompts.make_prompts(model, *standard_sentences(COUNT))
    grids = {
        "yours": learner.attribution.head_attribution(theirs, prompts.tokens, prompts.answers),
        "the course's": reference.attribution.head_attribution(model, prompts.tokens, prompts.answers),
    }
    largest = max(float(grid.abs().max()) for grid in grids.values())
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    for axes, (name, grid) in zip(figure.subplots(1, 2), grids.items(), strict=True):
        image = axes.imshow(grid, cmap="RdBu", vmin=-largest, vmax=largest)
        axes.set(title=name, xlabel="head", ylabel="layer", xticks=range(grid.shape[1]), yticks=range(grid.shape[0]))
    figure.colorbar(image, ax=figure.axes, label="logit(IO) − logit(S)")
    return figure


def where_the_answer_lives(learner, reference) -> Figure:
    """Recovery by the residual stream, on the small model; S2 becomes IO."""
    model, runs, _ = _runs(reference, same_frame=True)
    theirs = learner.kit.language_model.load_language_model()
    grids = {
        "yours": learner.patching.patch_residual_stream(theirs, *runs),
        "the course's": reference.patching.patch_residual_stream(model, *runs),
    }
    words = model.to_str_tokens(runs[0][0])
    return plots.position_grids(grids, words, "The residual stream, patched at one layer and position")


def which_heads_carry_it(learner, reference) -> Figure:
    """Recovery by heads, everywhere and at END, on the small model; S2 becomes IO."""
    model, runs, prompts = _runs(reference)
    grids = {}
    for name, side, which in _both(learner, reference, model):
        grids[f"{name}, all positions"] = side.patching.patch_heads(which, *runs)
        grids[f"{name}, END"] = side.patching.patch_heads(which, *runs, prompts.positions["END"])
    return plots.head_grids(grids, title="Heads, patched one at a time", columns=2)


def who_talks_to_whom(learner, reference) -> Figure:
    """Paths to the end of the stream, on the clean scale, and to the queries of the heads that look at IO."""
    model, (clean, _, answers), prompts = _runs(reference)
    control = reference.prompts.make_prompts(model, *standard_sentences(COUNT, control=True)).tokens
    seen = reference.heads.attention_to_names(model, clean, answers, prompts.positions)
    receivers = seen.attention[..., 0].mean(dim=-1) > 0.5
    grids = {}
    for name, side, which in _both(learner, reference, model):
        grids[f"{name}, to the end"] = side.paths.path_patch(which, clean, control, answers, frozen=["scale"])
        grids[f"{name}, to name movers' queries"] = side.paths.path_patch(which, clean, control, answers, receivers)
    return plots.head_grids(grids, "relative change", "Paths from every head", columns=2)


def backups(learner, reference) -> Figure:
    """Change of every head's direct attribution when the strongest name mover is silenced."""
    sides = {}
    for name, side in (("yours", learner), ("the course's", reference)):
        model, (data, _, strongest, _) = side.kit.language_model.load_language_model(), _shipped()
        sides[name] = side.ablation.knock_out(model, data.tokens, data.answers, strongest)
    titles = {f"{name}: {found.before:.2f} → {found.after:.2f}": found.change for name, found in sides.items()}
    return circuit_plots.head_grids(titles, "Change of direct attribution without the strongest head")


def judged(learner, reference) -> Figure:
    """Minimality of the heads of the circuit that `greedy_circuit` finds."""
    grids = {}
    for name, side in (("yours", learner), ("the course's", reference)):
        model, (data, means, _, circuit) = side.kit.language_model.load_language_model(), _shipped()
        sets = torch.stack([torch.zeros_like(circuit), circuit])
        grids[name] = side.ablation.minimality(model, data.tokens, data.answers, data.frames, means, circuit, sets)
    return circuit_plots.head_grids(grids, "Minimality, over the empty set and all others")


def corruptions(learner, reference) -> Figure:
    """Every head patched at END, under both corruptions."""
    grids = {}
    for name, side in (("yours", learner), ("the course's", reference)):
        model, (data, *_) = side.kit.language_model.load_language_model(), _shipped()
        found = side.signals.compare_corruptions(model, data.tokens, data.answers, data.positions)
        grids |= {f"names swapped, {name}": found.swap_names, f"S2 swapped, {name}": found.swap_s2}
    return circuit_plots.head_grids(grids, "Recovery at END", limit=1.0)


def _runs(reference, same_frame=False):
    """The small model, (clean, corrupted, answers), and the prompts."""
    model = reference.kit.language_model.load_language_model()
    given = standard_sentences(COUNT)
    if same_frame:
        given = given._replace(frames=(given.frames[0],) * len(given.frames), orders=("ABBA",) * len(given.orders))
    prompts = reference.prompts.make_prompts(model, *given)
    corrupted = reference.prompts.corrupt_prompts(prompts.tokens, prompts.answers, prompts.positions, "swap_s2")
    return model, (prompts.tokens, corrupted, prompts.answers), prompts


def _both(learner, reference, model):
    theirs = learner.kit.language_model.load_language_model()
    return ("yours", learner, theirs), ("the course's", reference, model)


@functools.cache
def _shipped():
    """Sentences, the means of their controls, the head of the largest attribution, and a circuit."""
    from reference.step04_ioi import ablation, attribution, bonus

    model = load_language_model()
    data = paired_sentences(model, per_frame=2)
    direct = attribution.head_attribution(model, data.tokens, data.answers)
    means = ablation.template_means(model, data.abc, data.frames)
    circuit = bonus.greedy_circuit(model, data.tokens, data.answers, data.frames, means)
    return data, means, direct == direct.max(), circuit

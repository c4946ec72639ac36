"""Pictures for the reports of step 03, drawn from what the learner's functions return."""

from matplotlib.figure import Figure

from exercises.kit.step03.model import load_runs


def patterns(learner, reference) -> Figure:
    """The stripe of the shipped induction head, and which of its entries the learner's score counts."""
    runs = load_runs()
    half = runs.half
    pattern = (
        reference.transformer.attention_only_forward(runs.two_layers.weights, runs.test[:8]).patterns[1, :, 3].mean(0)
    )
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    all_axes = figure.subplots(1, 2)
    for axes, side, name in zip(all_axes, (learner, reference), ("yours", "the course's"), strict=True):
        score = float(side.scores.prefix_matching_score(pattern, half))
        axes.imshow(pattern, cmap="Blues", vmin=0, vmax=1)
        queries = [half + 0.5, 2 * half + 0.5]
        for shift in (-0.8, 0.8):
            axes.plot([q - half + 1 + shift for q in queries], queries, color="tab:red", linewidth=1)
        axes.set(title=f"head 1.3, {name}: score {score:.3f}", xlabel="key", ylabel="query")
    return figure

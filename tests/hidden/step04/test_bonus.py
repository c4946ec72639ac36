"""A guess for all heads, and a circuit found by a program."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake
from reference.step04_ioi import ablation, bonus


def along_the_way(model, clean, corrupted, answers, places, moving="z"):
    """Guesses [layer, head], and both metrics: the mean slope at `places` of the way of each layer's z, or of the
    embeddings."""

    def difference(logits):
        return (logits[:, -1].gather(1, answers) * torch.tensor([1.0, -1.0])).sum(1).mean()

    with torch.no_grad():
        logits, cache = model.run_with_cache(clean)
        bad_logits, other = model.run_with_cache(corrupted)
    good, bad = difference(logits), difference(bad_logits)
    rows = []
    for layer in range(model.cfg.n_layers):
        name, slope = f"blocks.{layer}.attn.hook_z", 0
        moved = name if moving == "z" else "hook_embed"
        for share in places:
            found = []

            def put(value, hook, share=share, moved=moved):
                return other[moved] + share * (cache[moved] - other[moved])

            def leaf(z, hook, found=found):
                found.append(z.detach().clone().requires_grad_())
                return found[0]

            with torch.enable_grad():
                run = model.run_with_hooks(corrupted, fwd_hooks=[(moved, put), (name, leaf)])
                slope = slope + torch.autograd.grad(difference(run), found)[0] / len(places)
        rows.append((slope * (cache[name] - other[name])).sum((0, 1, 3)))
    return torch.stack(rows) / (good - bad), good, bad


@exercise("04.integrated_gradients")
@pytest.mark.parametrize("steps", [1, 4])
@pytest.mark.parametrize("sizes", [{"layers": 2, "heads": 2, "width": 16}, {"layers": 1, "heads": 3, "width": 12}])
def test_slopes_along_the_way(learner, draw, random_models, two_runs, sizes, steps):
    theirs, ours = random_models(draw.seed(), **sizes)
    runs = two_runs(ours)
    middles = [(k + 0.5) / steps for k in range(steps)]
    right, good, bad = along_the_way(ours, *runs, middles)
    expect(learner.bonus.integrated_gradients(theirs, *runs, steps), "guesses [layer, head]").to_match(
        right,
        atol=2e-3,
        rtol=2e-3,
        watch_for=[
            mistake("This is one gradient, where the way begins.", lambda: along_the_way(ours, *runs, [0.0])[0]),
            mistake("The slopes were taken where each part of the way begins: take its middle.",
                    lambda: along_the_way(ours, *runs, [k / steps for k in range(steps)])[0]),
            mistake("The slopes were taken where each part of the way ends: take its middle.",
                    lambda: along_the_way(ours, *runs, [(k + 1) / steps for k in range(steps)])[0]),
            mistake("The embeddings were moved: move each layer's z.",
                    lambda: along_the_way(ours, *runs, middles, "embeddings")[0]),
            mistake("The slopes were taken from one end of the way to the other, both included: take middles.",
                    lambda: along_the_way(ours, *runs, [k / (steps - 1) for k in range(steps)])[0]),
            mistake("Gradients were added up: take their mean.", right * steps),
            mistake("Not in units of recovery: divide by clean − corrupted.", right * (good - bad)),
            mistake("The sign is wrong: gradient · (clean z − corrupted z).", -right),
        ],
    )  # fmt: skip


@exercise("04.integrated_gradients")
def test_no_step_is_no_way(learner, draw, random_models, two_runs):
    theirs, ours = random_models(draw.seed(), layers=1, heads=1, width=8)
    for steps in (0, -3):
        with expect_error(ValueError):
            learner.bonus.integrated_gradients(theirs, *two_runs(ours), steps)


@exercise("04.integrated_gradients")
def test_saturated_heads_of_the_shipped_model(learner, small_models, small_runs, checkpoints):
    guess = learner.bonus.integrated_gradients(small_models[0], *small_runs("swap_s2")[:3])
    expect(guess.flatten().tolist(), "guesses for the shipped model").to_equal_checkpoint(
        checkpoints["integrated_gradients_guess"]
    )


@exercise("04.greedy_circuit")
@pytest.mark.parametrize("tolerance", [0.1, 0.4])
def test_circuits_of_random_models(learner, clear_case, tolerance):
    model, own, data = clear_case()
    means = ablation.template_means(own, data.abc, data.frames)
    given = data.tokens, data.answers, data.frames, means, tolerance
    zero = bonus.greedy_circuit(own, *given[:3], torch.zeros_like(means), tolerance)
    right = bonus.greedy_circuit(own, *given)
    expect(learner.bonus.greedy_circuit(model, *given), "circuit").to_equal(
        right,
        watch_for=[
            mistake("Heads were zeroed: they should write their means.", zero),
            mistake("This is what was taken away: return what is left.", ~right),
        ],
    )


@exercise("04.greedy_circuit")
def test_the_shipped_model(learner, shipped, checkpoints):
    model, data = shipped
    means = learner.ablation.template_means(model, data.abc, data.frames)
    found = learner.bonus.greedy_circuit(model, data.tokens, data.answers, data.frames, means)
    expect(found.long(), "circuit").to_equal_checkpoint(checkpoints["greedy_circuit"])

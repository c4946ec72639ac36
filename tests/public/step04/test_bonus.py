"""A guess for all heads, and a circuit found by a program: what must hold of any model."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


def difference(logits, answers):
    return (logits[:, -1].gather(1, answers) * torch.tensor([1.0, -1.0])).sum(1).mean()


def layer_moved(model, clean, corrupted, answers, layer):
    """`moved(share)`: the metric when the z of all heads of a layer has gone so far of its way, and that of one head a
    little farther if it is asked; and both metrics."""
    (good_logits, good), (bad_logits, bad) = (model.run_with_cache(tokens) for tokens in (clean, corrupted))
    name = f"blocks.{layer}.attn.hook_z"

    def moved(share, head=0, farther=0.0):
        way = good[name] - bad[name]
        put = bad[name] + share * way
        put[:, :, head] += farther * way[:, :, head]
        return difference(model.run_with_hooks(corrupted, fwd_hooks=[(name, lambda z, hook: put)]), answers)

    return moved, difference(good_logits, answers), difference(bad_logits, answers)


@exercise("04.integrated_gradients")
@pytest.mark.parametrize("layer", [0, 1])
def test_a_layers_heads_add_up_to_the_whole_layer_patched(learner, random_models, ioi_runs, layer):
    theirs, ours = random_models(12, layers=2, heads=3, width=24)
    runs = ioi_runs(ours)
    moved, good, bad = layer_moved(ours, *runs, layer)
    whole = ((moved(1.0) - bad) / (good - bad)).item()
    got = learner.bonus.integrated_gradients(theirs, *runs, steps=12)
    expect(got, "guesses [layer, head]").to_have_shape(2, 3)
    right = torch.tensor(
        [[-1.797197, 1.357303, 1.578789], [-0.6675984, 0.09539253, 0.6094744]]
    )  # by the course's solution
    expect(got, "guesses of 12 steps [layer, head]").to_equal(
        right,
        rtol=1e-3,
        parts=("head 0 of both layers", "head 1", "head 2"),
        watch_for=[
            mistake(
                "This is one gradient, where the way begins.",
                torch.tensor([[-1.508131, 1.562573, 1.625488], [-0.64767, 0.07111645, 0.5294494]]),
            ),
            mistake(
                "The slopes were taken where each part of the way begins: take its middle.",
                torch.tensor([[-1.772421, 1.365114, 1.595042], [-0.6659498, 0.09342082, 0.6030534]]),
            ),
            mistake(
                "The slopes were taken where each part of the way ends: take its middle.",
                torch.tensor([[-1.822029, 1.352782, 1.55952], [-0.6692436, 0.09734982, 0.6158252]]),
            ),
            mistake(
                "The slopes were taken from one end of the way to the other, both included: take middles.",
                torch.tensor([[-1.797941, 1.369942, 1.563362], [-0.6675829, 0.09532651, 0.6091552]]),
            ),
            mistake(
                "z was moved in the clean run, not in the corrupted one.",
                torch.tensor([[-1.795624, 1.221463, 1.585648], [-0.6272765, 0.1084027, 0.5810038]]),
            ),
            mistake(
                "Only the last position was counted.",
                torch.tensor([[-0.0746753, 0.08197072, -0.06663743], [-0.6675985, 0.09539253, 0.6094744]]),
            ),
            mistake("Gradients were added up: take their mean.", 12 * right),
            mistake("Not in units of recovery: divide by clean − corrupted.", 0.0950364 * right),
            mistake("The sign is wrong: gradient · (clean z − corrupted z).", -right),
        ],
    )
    expect(got[layer].sum().item(), f"sum over the heads of layer {layer}").to_equal(whole, atol=0.005, rtol=0.01)


@exercise("04.integrated_gradients")
def test_one_step_is_in_the_middle_of_the_way(learner, random_models, ioi_runs):
    theirs, ours = random_models(13, layers=1, heads=2, width=16)
    runs = ioi_runs(ours)
    moved, good, bad = layer_moved(ours, *runs, 0)

    def slope(at, step=0.02):
        slopes = [(moved(at, head, step) - moved(at, head, -step)) / (2 * step) for head in (0, 1)]
        return torch.stack(slopes) / (good - bad)

    got = learner.bonus.integrated_gradients(theirs, *runs, steps=1)
    expect(got[0], "guess of one step").to_equal(
        slope(0.5),
        atol=0.005,
        rtol=0.005,
        watch_for=[
            mistake("The slope was taken where the way begins: one step is in its middle.", slope(0.0)),
            mistake("The slope was taken where the way ends: one step is in its middle.", slope(1.0)),
        ],
    )
    half = (slope(0.25) + slope(0.75)) / 2
    got = learner.bonus.integrated_gradients(theirs, *runs, steps=2)
    expect(got[0], "guess of two steps").to_equal(
        half,
        atol=0.005,
        rtol=0.005,
        watch_for=[
            mistake("Gradients were added up: take their mean.", 2 * half),
            mistake("The steps are at 0 and ½: they are in the middle of each half.", (slope(0.0) + slope(0.5)) / 2),
            mistake("The steps are at ½ and 1: they are in the middle of each half.", (slope(0.5) + slope(1.0)) / 2),
        ],
    )


@exercise("04.integrated_gradients")
def test_prompts_that_come_twice_count_no_more_here_either(learner, random_models, ioi_runs):
    theirs, ours = random_models(14, layers=2, heads=2, width=16)
    runs = ioi_runs(ours)
    once, twice = (
        learner.bonus.integrated_gradients(theirs, *[torch.cat([part] * times) for part in runs], steps=2)
        for times in (1, 2)
    )
    expect(twice, "guesses when every prompt comes twice").to_equal(once, atol=1e-4)


@exercise("04.integrated_gradients")
def test_no_step_is_refused(learner, random_models, ioi_runs):
    theirs, ours = random_models(12, layers=1, heads=1, width=8)
    with expect_error(ValueError):
        learner.bonus.integrated_gradients(theirs, *ioi_runs(ours), steps=0)


@exercise("04.greedy_circuit")
def test_nothing_is_needed_when_everything_is_tolerated(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    found = learner.bonus.greedy_circuit(model, data.tokens, data.answers, data.frames, means, 1e9)
    expect(found, "circuit").to_equal(torch.zeros(3, 2, dtype=torch.bool))


@exercise("04.greedy_circuit")
def test_everything_is_needed_when_nothing_is_tolerated(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    found = learner.bonus.greedy_circuit(model, data.tokens, data.answers, data.frames, means, 0.0)
    expect(found, "circuit").to_equal(torch.ones(3, 2, dtype=torch.bool))


@exercise("04.greedy_circuit")
def test_what_is_found_is_faithful_and_nothing_can_go(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    given = data.tokens, data.answers, data.frames, means

    def off(keep):
        found = learner.ablation.faithfulness(model, *given, keep)
        return abs(found.circuit - found.model) / abs(found.model)

    circuit = learner.bonus.greedy_circuit(model, *given, 0.3)
    expect(off(circuit), "|F(M) − F(C)| / |F(M)|").to_be_at_most(0.3001)
    for place in circuit.nonzero():
        one = torch.zeros_like(circuit)
        one[tuple(place)] = True
        expect(off(circuit & ~one), "the same without one more head").to_be_at_least(0.2999)

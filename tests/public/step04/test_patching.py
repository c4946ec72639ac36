"""Patching: what must hold of any model, even of one that has learned nothing."""

import torch

from autograder import exercise, expect, expect_error, mistake

S2, END = 10, 14


@exercise("04.recovery_metric")
def test_0_is_corrupted_and_1_is_clean(learner):
    patched = torch.tensor([-2.0, 0.0, 3.0, 4.0])
    expect(learner.patching.recovery_metric(patched, 3.0, -2.0), "recovery").to_equal(
        torch.tensor([0.0, 0.4, 1.0, 1.2]),
        parts=("the corrupted run", "a patch in between", "the clean run", "a patch beyond the clean run"),
        watch_for=[
            mistake("The wrong way round: 0 must be the corrupted run, 1 the clean one.",
                    torch.tensor([1.0, 0.6, 0.0, -0.2])),
            mistake("It was cut off at 0 and 1: patches may overshoot.", torch.tensor([0.0, 0.4, 1.0, 1.0])),
        ],
    )  # fmt: skip


@exercise("04.recovery_metric")
def test_nothing_to_recover_is_refused(learner):
    with expect_error(ValueError):
        learner.patching.recovery_metric(torch.ones(3), torch.tensor(2.0), torch.tensor(2.0))


@exercise("04.run_from")
def test_the_rest_of_a_run_ends_where_the_run_ends(learner, random_models, ioi_runs):
    theirs, ours = random_models(1, layers=2, heads=2, width=16)
    tokens, _, answers = ioi_runs(ours)
    logits, cache = ours.run_with_cache(tokens)
    whole = logits[:, -1].gather(1, answers)
    names = ["blocks.0.hook_resid_pre", "blocks.1.hook_resid_pre", "blocks.1.hook_resid_post"]
    for layer, name in enumerate(names):
        got = learner.patching.run_from(theirs, cache[name], layer, answers)
        expect(got, f"logit differences from layer {layer}").to_equal(whole[:, 0] - whole[:, 1], atol=1e-3)


@exercise("04.run_from")
def test_rows_are_apart(learner, random_models, ioi_runs):
    theirs, ours = random_models(1, layers=2, heads=2, width=16)
    clean, corrupted, answers = ioi_runs(ours)
    tokens, answers = torch.cat([clean, corrupted]), torch.cat([answers, answers])
    logits, cache = ours.run_with_cache(tokens)
    stream = cache["blocks.1.hook_resid_pre"]
    rows = list(range(6))
    all_rows, one = (learner.patching.run_from(theirs, stream[r], 1, answers[r]) for r in (rows, rows[5:]))
    expect(all_rows, "differences of six rows").to_have_shape(6)

    def less(values):
        io, s = values.gather(1, answers).T
        return (io - s).detach()

    def from_elsewhere(layer):
        name = "blocks.1.hook_resid_post" if layer == 2 else f"blocks.{layer}.hook_resid_pre"
        return less(ours.run_with_hooks(tokens, fwd_hooks=[(name, lambda value, hook: stream)])[:, -1])

    right = less(logits[:, -1])
    end = cache["blocks.1.hook_resid_post"][:, -1]
    expect(all_rows, "differences of six rows").to_equal(
        right,
        atol=1e-3,
        watch_for=[
            mistake("The sign is wrong: logit(IO) − logit(S).", -right),
            mistake("The last LayerNorm is missing.", lambda: less(end @ ours.W_U + ours.b_U)),
            mistake("The last LayerNorm is missing, and the unembedding's bias b_U.", lambda: less(end @ ours.W_U)),
            mistake("The unembedding's bias b_U is missing: folding LayerNorm's bias has left its mark there.",
                    lambda: right - less(ours.b_U.expand(6, -1))),
            mistake("The layer that the stream enters was skipped: it is the first to run.", lambda: from_elsewhere(2)),
            mistake("All layers were run: begin with the one that the stream enters.", lambda: from_elsewhere(0)),
            mistake("These are differences of probabilities, not of logits.", lambda: less(logits[:, -1].softmax(-1))),
            mistake("Logits of the first position: the answer comes after the last.", lambda: less(logits[:, 0])),
            mistake("All positions were averaged: the answer comes after the last.", lambda: less(logits.mean(1))),
        ],
    )  # fmt: skip
    expect(one, "difference of the last row alone").to_equal(all_rows[5:], atol=1e-4)


@exercise("04.patch_residual_stream")
def test_before_the_first_layer_the_answer_is_at_s2(learner, random_models, ioi_runs):
    theirs, ours = random_models(2, layers=2, heads=2, width=16)
    recovery = learner.patching.patch_residual_stream(theirs, *ioi_runs(ours))
    expect(recovery, "recovery [layer, position]").to_have_shape(2, 15)
    only_s2 = torch.zeros(15)
    only_s2[S2] = 1
    expect(recovery[0], "recovery by the stream that enters layer 0").to_equal(
        only_s2,
        atol=1e-3,
        watch_for=[
            mistake("The wrong way round: 0 must be the corrupted run, 1 the clean one.", 1 - only_s2),
            mistake("Every run was patched at all positions.", torch.ones(15)),
        ],
    )


@exercise("04.patch_residual_stream")
def test_nothing_comes_back_where_the_runs_are_the_same(learner, random_models, ioi_runs):
    theirs, ours = random_models(3, layers=3, heads=2, width=16)
    nothing_before_s2(learner.patching.patch_residual_stream(theirs, *ioi_runs(ours)))


@exercise("04.patch_attention_out")
def test_no_attention_brings_back_what_is_the_same(learner, random_models, ioi_runs):
    theirs, ours = random_models(3, layers=3, heads=2, width=16)
    recovery = learner.patching.patch_attention_out(theirs, *ioi_runs(ours))
    nothing_before_s2(recovery)
    only_end_in_the_last_layer(recovery)


@exercise("04.patch_mlp_out")
def test_no_mlp_brings_back_what_is_the_same(learner, random_models, ioi_runs):
    theirs, ours = random_models(3, layers=3, heads=2, width=16)
    recovery = learner.patching.patch_mlp_out(theirs, *ioi_runs(ours))
    nothing_before_s2(recovery)
    only_end_in_the_last_layer(recovery)


def nothing_before_s2(recovery):
    """Attention is causal: before S2 the two runs do not differ."""
    expect(recovery, "recovery [layer, position]").to_have_shape(3, 15)
    expect(recovery[:, :S2], "recovery before S2").to_equal(torch.zeros(3, S2), atol=1e-4)
    expect(recovery[:, S2:].abs().sum(), "recovery at S2 and after, absolute values summed").to_be_at_least(0.1)


def only_end_in_the_last_layer(recovery):
    """After the last layer's attention, nothing crosses positions."""
    expect(recovery[-1, :END], "recovery in the last layer, before END").to_equal(torch.zeros(END), atol=1e-4)
    expect(recovery[-1, END].abs(), "recovery in the last layer at END, absolute value").to_be_at_least(1e-3)


@exercise("04.patch_mlp_out")
def test_without_attention_after_it_an_mlp_can_undo_nothing_at_s2(learner, random_models, ioi_runs):
    """One layer: what its MLP adds at S2 is read by nobody, at END by the logits."""
    theirs, ours = random_models(5, layers=1, heads=2, width=16)
    recovery = learner.patching.patch_mlp_out(theirs, *ioi_runs(ours))
    expect(recovery, "recovery [layer, position]").to_have_shape(1, 15)
    only_end_in_the_last_layer(recovery)


@exercise("04.patch_attention_out")
def test_one_layer_of_attention_brings_everything_to_end(learner, random_models, ioi_runs):
    """END's own token is the same in both runs, so all that differs there has come by attention."""
    theirs, ours = random_models(5, layers=1, heads=2, width=16)
    recovery = learner.patching.patch_attention_out(theirs, *ioi_runs(ours))
    everything = torch.zeros(1, 15)
    everything[0, END] = 1
    expect(recovery, "recovery [layer, position]").to_equal(everything, atol=1e-3)


@exercise("04.patch_heads", part="all_positions")
def test_a_single_head_brings_everything(learner, random_models, ioi_runs):
    theirs, ours = random_models(6, layers=1, heads=1, width=8)
    recovery = learner.patching.patch_heads(theirs, *ioi_runs(ours))
    expect(recovery, "recovery by the only head there is").to_equal(
        torch.ones(1, 1),
        atol=1e-3,
        watch_for=[
            mistake("The wrong way round, or patched into the clean run.", torch.zeros(1, 1)),
        ],
    )


@exercise("04.patch_heads", part="all_positions")
def test_two_heads_do_not_do_the_same(learner, random_models, ioi_runs):
    theirs, ours = random_models(7, layers=2, heads=2, width=16)
    recovery = learner.patching.patch_heads(theirs, *ioi_runs(ours))
    expect(recovery, "recovery [layer, head]").to_have_shape(2, 2)
    expect((recovery[:, 0] - recovery[:, 1]).abs(), "differences of the heads of each layer").to_be_at_least(1e-3)


@exercise("04.patch_heads", part="at")
def test_at_a_position_of_its_own_in_each_prompt(learner, random_models, ioi_runs):
    theirs, ours = random_models(8, layers=2, heads=2, width=16)
    runs = ioi_runs(ours)

    def at(*places):
        return learner.patching.patch_heads(theirs, *runs, torch.tensor(places))

    everywhere = learner.patching.patch_heads(theirs, *runs)
    expect(at(4, 9, 1), "recovery at positions before S2").to_equal(
        torch.zeros(2, 2),
        atol=1e-4,
        watch_for=[mistake("All positions were patched: `at` was ignored.", everywhere)],
    )
    expect(at(END, END, END)[1], "last layer's recovery at END").to_equal(everywhere[1], atol=1e-4)
    parts = at(END, 1, 1) + at(1, END, 1) + at(1, 1, END)
    expect(parts[1], "last layer's recovery, one prompt patched at END and the others early, summed").to_equal(
        everywhere[1], atol=1e-3
    )


@exercise("04.patch_head_inputs")
def test_z_is_the_head_itself(learner, random_models, ioi_runs):
    theirs, ours = random_models(6, layers=1, heads=1, width=8)
    got = learner.patching.patch_head_inputs(theirs, *ioi_runs(ours), "z")
    expect(got, "recovery by z of the only head there is").to_equal(torch.ones(1, 1), atol=1e-3)


@exercise("04.patch_head_inputs")
def test_in_the_first_layer_end_asks_the_same_in_both_runs(learner, random_models, ioi_runs):
    """END's token is the same, and so is its query. Queries at S2 differ, but END does not see what they find there."""
    theirs, ours = random_models(3, layers=1, heads=3, width=24)
    q, k, v, pattern = (
        learner.patching.patch_head_inputs(theirs, *ioi_runs(ours), which) for which in ("q", "k", "v", "pattern")
    )
    right = torch.tensor(
        [[-0.07781352, 1.705628], [0.4452699, 0.1048402], [0.08303554, -0.9303658]]
    )  # by the course's solution
    expect(torch.stack([k[0], v[0]], -1), "recovery by k and v of each head").to_equal(
        right,
        atol=5e-4,
        parts=("recovery by k", "recovery by v"),
        watch_for=[
            mistake("The wrong way round: 0 must be the corrupted run, 1 the clean one.", 1 - right),
            mistake(
                "This is the metric itself: turn it into recovery.",
                torch.tensor([[-2.074568, -1.907564], [-2.025585, -2.057464], [-2.059505, -2.154402]]),
            ),
            mistake(
                "The corrupted run's values were put into the clean run.",
                torch.tensor([[1.665506, -0.09670043], [0.6341642, 0.9369627], [0.5799605, 1.60909]]),
            ),
            mistake(
                "This is recovery by z, whatever was named.",
                torch.tensor([[1.029667, 1.029667], [0.5265512, 0.5265512], [-0.5332373, -0.5332373]]),
            ),
            mistake("k and v are in each other's place.", right.flip(1)),
        ],
    )
    expect(q, "recovery by q").to_equal(torch.zeros(1, 3), atol=1e-4)
    expect(pattern, "recovery by the pattern").to_equal(k, atol=1e-3)
    expect(v.abs(), "recovery by v, absolute values").to_be_at_least(1e-4)


@exercise("04.patch_head_inputs")
def test_other_inputs_are_refused(learner, random_models, ioi_runs):
    theirs, ours = random_models(9, layers=1, heads=2, width=16)
    with expect_error(ValueError):
        learner.patching.patch_head_inputs(theirs, *ioi_runs(ours), "result")

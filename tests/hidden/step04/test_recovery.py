"""The metric of patching, and the rest of a run."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake

SHAPES = [{"layers": 3, "heads": 2, "width": 16}, {"layers": 1, "heads": 3, "width": 12}]


@exercise("04.recovery_metric")
def test_any_metrics(learner, draw):
    patched, clean, corrupted = draw.normal(3, 4), draw.uniform(1, low=1.0, high=2.0)[0], -draw.uniform(1)[0]
    gained = patched - corrupted
    expect(learner.patching.recovery_metric(patched, clean, corrupted), "recovery").to_match(
        gained / (clean - corrupted),
        watch_for=[
            mistake("The wrong way round: 0 must be the corrupted run, 1 the clean one.",
                    (clean - patched) / (clean - corrupted)),
            mistake("Divide by what there was to gain: clean − corrupted, not clean.", gained / clean),
            mistake("Divide by what there was to gain.", gained),
            mistake("The sign is wrong.", -gained / (clean - corrupted)),
            mistake("It was cut off at 0 and 1: patches may overshoot.", (gained / (clean - corrupted)).clamp(0, 1)),
        ],
    )  # fmt: skip


@exercise("04.recovery_metric")
def test_one_number_and_a_clean_run_that_is_lower(learner, draw):
    patched = draw.normal(1)[0]
    expect(learner.patching.recovery_metric(patched, -3.0, 1.5), "recovery").to_match((1.5 - patched) / 4.5, atol=1e-5)


@exercise("04.recovery_metric")
def test_nothing_to_recover(learner, draw):
    for value in (draw.normal(1)[0], 0.0, -2.5):
        with expect_error(ValueError):
            learner.patching.recovery_metric(draw.normal(2), value, value)


@exercise("04.run_from")
@pytest.mark.parametrize("sizes", SHAPES)
def test_from_every_layer(learner, draw, random_models, two_runs, sizes):
    theirs, ours = random_models(draw.seed(), **sizes)
    tokens, _, answers = two_runs(ours)
    with torch.no_grad():
        logits, cache = ours.run_with_cache(tokens)
    both = logits[:, -1].gather(1, answers)
    right = both[:, 0] - both[:, 1]
    layers = sizes["layers"]
    streams = [cache[f"blocks.{layer}.hook_resid_pre"] for layer in range(layers)]
    streams.append(cache[f"blocks.{layers - 1}.hook_resid_post"])
    end = streams[-1][:, -1]
    directions = (ours.W_U[:, answers[:, 0]] - ours.W_U[:, answers[:, 1]]).T
    for layer, stream in enumerate(streams):
        expect(learner.patching.run_from(theirs, stream, layer, answers), f"differences from layer {layer}").to_match(
            right,
            atol=1e-3,
            watch_for=[
                mistake("The sign is wrong: logit(IO) − logit(S).", -right),
                mistake("This is the mean: one number for each row was asked for.", right.mean()),
                mistake("The last LayerNorm is missing, and the unembedding's bias b_U.", (end * directions).sum(1)),
                mistake("The last LayerNorm is missing.",
                        (end * directions).sum(1) + ours.b_U[answers[:, 0]] - ours.b_U[answers[:, 1]]),
                mistake("The unembedding's bias b_U is missing: folding LayerNorm's bias has left its mark there.",
                        right - (ours.b_U[answers[:, 0]] - ours.b_U[answers[:, 1]])),
            ],
        )  # fmt: skip


@exercise("04.run_from")
def test_a_stream_of_another_run(learner, draw, random_models, two_runs):
    theirs, ours = random_models(draw.seed(), layers=3, heads=2, width=16)
    tokens, corrupted, answers = two_runs(ours)
    stream = ours.run_with_cache(corrupted)[1]["blocks.1.hook_resid_pre"] + 0.3 * draw.normal(3, 8, 16)
    logits = ours.run_with_hooks(tokens, fwd_hooks=[("blocks.1.hook_resid_pre", lambda value, hook: stream)])
    both = logits[:, -1].gather(1, answers)
    got = learner.patching.run_from(theirs, stream, 1, answers)
    expect(got, "logit differences").to_match(both[:, 0] - both[:, 1], atol=1e-3)

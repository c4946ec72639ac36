"""Attribution on models of other sizes, on other sentences, and on the model that the course ships."""

import pytest
import torch

from autograder import exercise, expect, mistake
from exercises.kit.step04.sentences import standard_sentences

SIZES = [{"layers": 1, "heads": 3, "width": 12}, {"layers": 3, "heads": 2, "width": 24}]


@pytest.fixture
def case(solution, random_models, sentences, draw):
    """`case(sizes)`: the learner's model, ours, and prompts on which the answers are not close."""

    def make(sizes):
        theirs, ours = random_models(draw.seed(), **sizes)
        return theirs, ours, solution.prompts.make_prompts(ours, *sentences(9))

    return make


def unscaled(solution, model, prompts, streams):
    """Means of projections for which LayerNorm's scale was forgotten."""
    directions = solution.attribution.logit_difference_directions(model, prompts.answers)
    return (streams * directions.vectors).sum(-1).mean(-1)


@exercise("04.logit_difference")
def test_any_logits(learner, solution, draw):
    logits, answers = draw.normal(7, 5, 23), draw.integers(0, 23, 7, 2)
    for per_prompt in (False, True):
        right = solution.attribution.logit_difference(logits, answers, per_prompt)
        expect(learner.attribution.logit_difference(logits, answers, per_prompt), "logit difference").to_match(
            right,
            watch_for=[
                mistake("This is S minus IO.", -right),
                mistake("Logits of the first position: the answer comes after the last.",
                        solution.attribution.logit_difference(logits[:, :1], answers, per_prompt)),
                mistake("These are differences of probabilities, not of logits.",
                        solution.attribution.logit_difference(logits.softmax(-1), answers, per_prompt)),
                mistake("A difference of log-probabilities of other positions: only the last counts.",
                        lambda flag=per_prompt: _all_positions(logits, answers, flag)),
            ],
        )  # fmt: skip


def _all_positions(logits, answers, per_prompt):
    both = logits.mean(1).gather(1, answers)
    wrong = both[:, 0] - both[:, 1]
    return wrong if per_prompt else wrong.mean()


@exercise("04.logit_difference_directions")
@pytest.mark.parametrize("sizes", SIZES, ids=["one layer", "three layers"])
def test_any_directions(learner, solution, case, sizes):
    theirs, ours, prompts = case(sizes)
    right = solution.attribution.logit_difference_directions(ours, prompts.answers)
    found = learner.attribution.logit_difference_directions(theirs, prompts.answers)
    expect(found.vectors, "vectors").to_match(
        right.vectors,
        watch_for=[
            mistake("S minus IO.", -right.vectors),
            mistake("Embeddings were taken for unembeddings: W_E and W_U are two matrices once LayerNorm is folded.",
                    ours.W_E[prompts.answers[:, 0]] - ours.W_E[prompts.answers[:, 1]]),
        ],
    )  # fmt: skip
    expect(found.offsets, "offsets").to_match(
        right.offsets, watch_for=[mistake("b_U was left out.", torch.zeros_like(right.offsets))]
    )


@exercise("04.project")
@pytest.mark.parametrize("rest", [(), (4,), (2, 3)], ids=str)
def test_any_stack(learner, solution, case, draw, rest):
    theirs, ours, prompts = case(SIZES[0])
    stack, scale = draw.normal(*rest, 9, 12), draw.uniform(9, 1, low=0.5, high=4)
    directions = solution.attribution.logit_difference_directions(ours, prompts.answers)
    right = solution.attribution.project(stack, scale, directions)
    theirs_directions = learner.attribution.logit_difference_directions(theirs, prompts.answers)
    expect(learner.attribution.project(stack, scale, theirs_directions), "projections").to_match(
        right,
        atol=1e-4,
        watch_for=[
            mistake("LayerNorm's scale was forgotten.", right * scale[:, 0]),
            mistake("Multiplied by the scale: LayerNorm divides.", right * scale[:, 0] ** 2),
            mistake("The offsets were added: no part of the stream wrote them.", right + directions.offsets),
        ],
    )


@exercise("04.logit_lens")
@pytest.mark.parametrize("sizes", SIZES, ids=["one layer", "three layers"])
def test_any_lens(learner, solution, case, sizes):
    theirs, ours, prompts = case(sizes)
    right = solution.attribution.logit_lens(ours, prompts.tokens, prompts.answers)
    offset = solution.attribution.logit_difference_directions(ours, prompts.answers).offsets.mean()
    _, cache = ours.run_with_cache(prompts.tokens)
    streams = [cache["blocks.0.hook_resid_pre"][:, -1]]
    for layer in range(sizes["layers"]):
        streams += [cache[f"blocks.{layer}.hook_resid_{point}"][:, -1] for point in ("mid", "post")]
    streams = torch.stack(streams)
    own = streams / (streams.var(-1, unbiased=False, keepdim=True) + ours.cfg.eps).sqrt()
    expect(learner.attribution.logit_lens(theirs, prompts.tokens, prompts.answers), "points").to_match(
        right,
        atol=2e-4,
        rtol=1e-4,
        watch_for=[
            mistake("LayerNorm's scale was forgotten.",
                    lambda: unscaled(solution, ours, prompts, streams) + offset),
            mistake("Each point was divided by its own scale: take that of the run's end.",
                    lambda: unscaled(solution, ours, prompts, own) + offset),
            mistake("The offsets are missing.", right - offset),
            mistake("Each point is what was added since the one before: all that was written so far is asked.",
                    torch.cat([right[:1], right.diff()])),
            mistake("The sum over prompts.", 9 * right),
        ],
    )  # fmt: skip


@exercise("04.layer_attribution")
@pytest.mark.parametrize("sizes", SIZES, ids=["one layer", "three layers"])
def test_any_layers(learner, solution, case, sizes):
    theirs, ours, prompts = case(sizes)
    right = solution.attribution.layer_attribution(ours, prompts.tokens, prompts.answers)
    points = solution.attribution.logit_lens(ours, prompts.tokens, prompts.answers)
    offset = solution.attribution.logit_difference_directions(ours, prompts.answers).offsets.mean()
    order = [0, *range(1, len(right), 2), *range(2, len(right), 2)]
    watch = [
        mistake("This accumulates: one part alone is asked for.", points - offset),
        mistake("The offsets belong to no part.", torch.cat([right[:1] + offset, right[1:]])),
    ]
    if sizes["layers"] > 1:
        watch.append(mistake("Attention and MLP take turns: attention 0, MLP 0, attention 1, …", right[order]))
    expect(learner.attribution.layer_attribution(theirs, prompts.tokens, prompts.answers), "parts").to_match(
        right, atol=2e-4, rtol=1e-4, watch_for=watch
    )


@exercise("04.head_attribution")
@pytest.mark.parametrize("sizes", [*SIZES, {"layers": 2, "heads": 4, "width": 16}], ids=["1×3", "3×2", "2×4"])
def test_any_heads(learner, solution, case, sizes):
    theirs, ours, prompts = case(sizes)
    right = solution.attribution.head_attribution(ours, prompts.tokens, prompts.answers)
    _, cache = ours.run_with_cache(prompts.tokens)
    layers = range(sizes["layers"])
    z = torch.stack([cache[f"blocks.{i}.attn.hook_z"] for i in layers])
    outputs = torch.einsum("lpthe,lhed->lhptd", z, ours.W_O)
    scale = cache["ln_final.hook_scale"]
    expect(learner.attribution.head_attribution(theirs, prompts.tokens, prompts.answers), "heads").to_match(
        right,
        atol=2e-4,
        rtol=1e-4,
        watch_for=[
            mistake("LayerNorm's scale was forgotten.",
                    lambda: unscaled(solution, ours, prompts, outputs[:, :, :, -1])),
            mistake("All positions were averaged: only what is written at END reaches the answer.",
                    lambda: unscaled(solution, ours, prompts, (outputs / scale).mean(-2))),
            mistake("b_O was shared out among the heads: it belongs to none.",
                    lambda: _with_bias(solution, ours, prompts, outputs[:, :, :, -1], scale[:, -1])),
            mistake("LayerNorm's scale is that of the first position: take END's.",
                    lambda: unscaled(solution, ours, prompts, outputs[:, :, :, -1] / scale[:, 0])),
            mistake("S minus IO.", -right),
            mistake("The sum over prompts.", 9 * right),
        ],
    )  # fmt: skip


def _with_bias(solution, model, prompts, outputs, scale):
    bias = model.b_O[:, None, None] / outputs.shape[1]
    return unscaled(solution, model, prompts, (outputs + bias) / scale)


@exercise("04.head_attribution")
def test_heads_of_the_small_model(learner, solution, small_models, checkpoints):
    theirs, ours = small_models
    prompts = solution.prompts.make_prompts(ours, *standard_sentences())
    found = learner.attribution.head_attribution(theirs, prompts.tokens, prompts.answers)
    expect(found.flatten().tolist(), "attribution of every head").to_equal_checkpoint(
        checkpoints["small_model_head_attribution"]
    )


@exercise("04.logit_lens")
def test_the_lens_of_the_small_model(learner, solution, small_models, checkpoints):
    theirs, ours = small_models
    prompts = solution.prompts.make_prompts(ours, *standard_sentences())
    found = learner.attribution.logit_lens(theirs, prompts.tokens, prompts.answers)
    expect(found.tolist(), "points").to_equal_checkpoint(checkpoints["small_model_logit_lens"])


@exercise("04.logit_difference")
def test_the_logit_difference_of_the_small_model(learner, solution, small_models, checkpoints):
    theirs, ours = small_models
    prompts = solution.prompts.make_prompts(ours, *standard_sentences())
    found = learner.attribution.logit_difference(theirs(prompts.tokens), prompts.answers)
    expect(found, "mean logit difference").to_equal_checkpoint(checkpoints["small_model_logit_difference"])

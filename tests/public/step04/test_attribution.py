"""Attribution: every part of the logit difference, and that they sum to it."""

import torch

from autograder import exercise, expect, mistake


def real_difference(model, tokens, answers):
    logits = model(tokens)[:, -1].gather(1, answers)
    return (logits[:, 0] - logits[:, 1]).detach()


@exercise("04.logit_difference")
def test_two_prompts_by_hand(learner):
    logits = torch.zeros(2, 3, 5)
    logits[0, -1] = torch.tensor([0.0, 4, 1, 0, 0])
    logits[1, -1] = torch.tensor([0.0, 0, 2, 0, 7])
    logits[:, 0] = torch.tensor([9.0, 1, 0, 5, 3])
    answers = torch.tensor([[1, 2], [2, 4]])
    each = learner.attribution.logit_difference(logits, answers, per_prompt=True)
    first = torch.tensor([1.0, -3.0])
    expect(each, "logit difference of each prompt").to_equal(
        torch.tensor([3.0, -5.0]),
        watch_for=[
            mistake("This is S minus IO.", torch.tensor([-3.0, 5.0])),
            mistake("Logits of the first position: the answer comes after the last.", first),
        ],
    )
    expect(learner.attribution.logit_difference(logits, answers), "mean logit difference").to_equal(
        torch.tensor(-1.0), watch_for=[mistake("The sum over prompts.", torch.tensor(-2.0))]
    )


@exercise("04.logit_difference_directions")
def test_directions_are_differences_of_columns(learner, random_models):
    theirs, ours = random_models(0)
    answers = torch.tensor([[4, 5], [7, 6], [5, 4]])
    directions = learner.attribution.logit_difference_directions(theirs, answers)
    right = torch.stack([ours.W_U[:, io] - ours.W_U[:, s] for io, s in answers.tolist()])
    added = torch.stack([ours.W_U[:, io] + ours.W_U[:, s] for io, s in answers.tolist()])
    expect(directions.vectors, "vectors").to_equal(
        right, watch_for=[mistake("S minus IO.", -right), mistake("IO plus S: the difference is asked.", added)]
    )
    offsets = torch.stack([ours.b_U[io] - ours.b_U[s] for io, s in answers.tolist()])
    added = torch.stack([ours.b_U[io] + ours.b_U[s] for io, s in answers.tolist()])
    expect(directions.offsets, "offsets").to_equal(
        offsets, watch_for=[mistake("S minus IO.", -offsets), mistake("IO plus S: the difference is asked.", added)]
    )


@exercise("04.project")
def test_two_vectors_by_hand(learner, random_models):
    theirs, ours = random_models(0, width=16)
    answers = torch.tensor([[4, 5], [7, 6]])
    directions = learner.attribution.logit_difference_directions(theirs, answers)
    stack = torch.eye(16)[:3, None].expand(3, 2, 16)  # [3, prompt, d_model]
    scale = torch.tensor([[2.0], [4.0]])
    found = learner.attribution.project(stack, scale, directions)
    vectors = (ours.W_U[:, answers[:, 0]] - ours.W_U[:, answers[:, 1]]).T
    right = torch.stack([vectors[:, i] / scale[:, 0] for i in range(3)])
    expect(found, "projections").to_equal(
        right,
        watch_for=[
            mistake("LayerNorm's scale was forgotten.", right * scale[:, 0]),
            mistake("Multiplied by the scale: LayerNorm divides.", right * scale[:, 0] ** 2),
        ],
    )


@exercise("04.project")
def test_the_final_stream_gives_the_logit_difference(learner, random_models, ioi):
    theirs, ours = random_models(1)
    tokens, answers, _ = ioi(ours)
    _, cache = ours.run_with_cache(tokens)
    scale = cache["ln_final.hook_scale"][:, -1]
    directions = learner.attribution.logit_difference_directions(theirs, answers)
    found = learner.attribution.project(cache["blocks.1.hook_resid_post"][:, -1], scale, directions)
    expect(found + directions.offsets, "projection plus offsets").to_equal(
        real_difference(ours, tokens, answers), atol=1e-4, rtol=1e-4
    )


@exercise("04.logit_lens")
def test_the_last_point_is_the_model(learner, random_models, ioi):
    theirs, ours = random_models(2, layers=3)
    tokens, answers, _ = ioi(ours)
    points = learner.attribution.logit_lens(theirs, tokens, answers)
    expect(points, "points").to_have_shape(7)
    right = real_difference(ours, tokens, answers).mean()
    expect(points[-1:], "the last point").to_equal(
        right[None],
        atol=1e-4,
        watch_for=[mistake("The offsets are missing.", lambda: right[None] - offset(ours, answers))],
    )


@exercise("04.logit_lens")
def test_the_first_point_is_the_embedding(learner, random_models, ioi):
    theirs, ours = random_models(2, layers=3)
    tokens, answers, _ = ioi(ours)
    _, cache = ours.run_with_cache(tokens)
    stream = ours.W_E[tokens[:, -1]] + ours.W_pos[tokens.shape[1] - 1]
    vectors = (ours.W_U[:, answers[:, 0]] - ours.W_U[:, answers[:, 1]]).T
    right = (stream / cache["ln_final.hook_scale"][:, -1] * vectors).sum(-1).mean() + offset(ours, answers)
    unscaled = (stream * vectors).sum(-1).mean() + offset(ours, answers)
    own = (stream / (stream.var(-1, unbiased=False, keepdim=True) + ours.cfg.eps).sqrt() * vectors).sum(-1).mean()
    expect(learner.attribution.logit_lens(theirs, tokens, answers)[0], "the first point").to_equal(
        right,
        atol=1e-4,
        watch_for=[
            mistake("LayerNorm's scale was forgotten.", unscaled),
            mistake("Divided by the scale of this point: take that of the run's end.", own + offset(ours, answers)),
        ],
    )


def offset(model, answers):
    return (model.b_U[answers[:, 0]] - model.b_U[answers[:, 1]]).mean()


@exercise("04.layer_attribution")
def test_the_parts_sum_to_the_logit_difference(learner, random_models, ioi):
    theirs, ours = random_models(3, layers=3)
    tokens, answers, _ = ioi(ours)
    parts = learner.attribution.layer_attribution(theirs, tokens, answers)
    expect(parts, "parts").to_have_shape(7)
    right = real_difference(ours, tokens, answers).mean() - offset(ours, answers)
    expect(parts.sum(), "sum of all parts").to_equal(right, atol=1e-4)


@exercise("04.layer_attribution")
def test_each_part_by_itself(learner, random_models, ioi):
    theirs, ours = random_models(4)
    tokens, answers, _ = ioi(ours)
    _, cache = ours.run_with_cache(tokens)
    names = ["hook_resid_pre", "hook_attn_out", "hook_mlp_out"]
    parts = [cache[f"blocks.0.{name}"] for name in names] + [cache[f"blocks.1.{name}"] for name in names[1:]]
    vectors = (ours.W_U[:, answers[:, 0]] - ours.W_U[:, answers[:, 1]]).T
    right = (torch.stack(parts)[:, :, -1] * vectors / cache["ln_final.hook_scale"][:, -1]).sum(-1).mean(-1)
    found = learner.attribution.layer_attribution(theirs, tokens, answers)
    expect(found, "parts").to_equal(
        right,
        atol=1e-4,
        watch_for=[
            mistake(
                "The offsets belong to no part.", lambda: torch.cat([right[:1] + offset(ours, answers), right[1:]])
            ),
            mistake("This accumulates: one part alone is asked for.", right.cumsum(0)),
        ],
    )


@exercise("04.head_attribution")
def test_heads_and_bias_make_the_layer(learner, random_models, ioi):
    theirs, ours = random_models(5, layers=3, heads=4)
    tokens, answers, _ = ioi(ours)
    heads = learner.attribution.head_attribution(theirs, tokens, answers)
    expect(heads, "heads").to_have_shape(3, 4)
    _, cache = ours.run_with_cache(tokens)
    vectors = (ours.W_U[:, answers[:, 0]] - ours.W_U[:, answers[:, 1]]).T
    outputs = torch.stack([cache[f"blocks.{i}.hook_attn_out"][:, -1] - ours.b_O[i] for i in range(3)])
    right = (outputs * vectors / cache["ln_final.hook_scale"][:, -1]).sum(-1).mean(-1)
    expect(heads.sum(1), "sum over the heads of each layer").to_equal(
        right,
        atol=1e-4,
        watch_for=[mistake("LayerNorm's scale was forgotten.", (outputs * vectors).sum(-1).mean(-1))],
    )


@exercise("04.head_attribution")
def test_one_head_by_hand(learner, random_models, ioi):
    theirs, ours = random_models(6, layers=1, heads=2, width=16)
    tokens, answers, _ = ioi(ours)
    _, cache = ours.run_with_cache(tokens)
    written = cache["blocks.0.attn.hook_z"][:, -1, 1] @ ours.W_O[0, 1]
    vectors = (ours.W_U[:, answers[:, 0]] - ours.W_U[:, answers[:, 1]]).T
    right = (written * vectors / cache["ln_final.hook_scale"][:, -1]).sum(-1).mean()
    found = learner.attribution.head_attribution(theirs, tokens, answers)
    expect(found[0, 1], "attribution of head 0.1").to_equal(right, atol=1e-4)

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


@exercise("04.logit_difference")
def test_six_prompts_drawn_at_random(learner):
    logits = torch.randn(6, 4, 11, generator=torch.Generator().manual_seed(0))
    answers = torch.tensor([[3, 7], [0, 5], [10, 2], [6, 1], [4, 8], [9, 3]])
    right = torch.tensor(
        [0.5420055, 1.953255, 0.9681551, -0.4006512, -0.2967416, 0.0157302]
    )  # by the course's solution
    found = learner.attribution.logit_difference(logits, answers, per_prompt=True)
    expect(found, "logit difference of each of six prompts").to_equal(
        right,
        watch_for=[
            mistake("This is S minus IO.", -right),
            mistake(
                "Logits of the first position: the answer comes after the last.",
                torch.tensor([1.681341, -0.3499708, 2.226255, -1.060874, 2.15973, 0.752044]),
            ),
            mistake(
                "Logits of the last position but one: the answer comes after the last.",
                torch.tensor([-2.171832, 0.7752653, -0.4038648, 0.8364682, -0.2154133, 1.472118]),
            ),
            mistake(
                "All positions were averaged: the answer comes after the last.",
                torch.tensor([0.1504102, 0.8786441, 0.9054121, 0.005295515, 0.01425993, 0.3213822]),
            ),
            mistake(
                "These are differences of probabilities, not of logits.",
                torch.tensor([0.0465156, 0.1475331, 0.04903377, -0.05829752, -0.05043107, 0.001381338]),
            ),
            mistake(
                "All prompts were given the answers of the first.",
                torch.tensor([0.5420055, -0.9352423, 1.007278, 0.6280836, -2.208877, 1.087622]),
            ),
        ],
    )
    means = [learner.attribution.logit_difference(logits[i:], answers[i:]) for i in range(5)]
    right = torch.tensor([0.4636255, 0.4479495, 0.07162313, -0.2272209, -0.1405057])
    expect(means, "mean logit difference of the last 6, 5, 4, 3 and 2 prompts").to_equal(
        right.tolist(),
        watch_for=[
            mistake("This is S minus IO.", -right),
            mistake("The sum over prompts.", torch.tensor([2.781753, 2.239748, 0.2864925, -0.6816626, -0.2810114])),
            mistake(
                "Logits of the first position: the answer comes after the last.",
                torch.tensor([0.9014208, 0.7454368, 1.019289, 0.6169667, 1.455887]),
            ),
            mistake(
                "This is the first prompt's difference alone.",
                torch.tensor([0.5420055, 1.953255, 0.9681551, -0.4006512, -0.2967416]),
            ),
        ],
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
    right = torch.tensor(
        [-0.1115241, -0.1453932, -0.743088, -0.548941, -0.3828076, -0.4387691, -0.8179218]
    )  # by the course's solution
    expect(points, "points").to_equal(
        right,
        atol=2e-5,
        parts=("the embedding", *(f"after {kind} {layer}" for layer in range(3) for kind in ("attention", "MLP"))),
        watch_for=[
            mistake("The offsets are missing.", lambda: right - offset(ours, answers)),
            mistake(
                "LayerNorm's scale was forgotten.",
                torch.tensor([-0.1888497, -0.4139589, -3.188599, -2.465954, -1.780845, -2.016516, -3.725859]),
            ),
            mistake(
                "Each point was divided by its own scale: take that of the run's end.",
                torch.tensor([-0.3780172, -0.2847418, -1.102315, -0.7463351, -0.4256483, -0.494976, -0.8179218]),
            ),
            mistake(
                "All points were divided by the scale at the first position: take END's.",
                torch.tensor([-0.1050661, -0.1533203, -0.74809, -0.5931844, -0.446325, -0.4968431, -0.8632568]),
            ),
            mistake(
                "All positions were averaged: only END's stream becomes the answer.",
                torch.tensor([-0.1005208, -0.1960961, -0.5588824, -0.3939935, -0.1431885, -0.1862565, -0.3947941]),
            ),
            mistake(
                "Each point is what was added since the one before: all that was written so far is asked.",
                torch.tensor([-0.1115241, -0.03386908, -0.5976948, 0.1941471, 0.1661333, -0.05596149, -0.3791527]),
            ),
            mistake("This is S minus IO.", -right),
            mistake("The sum over prompts.", 6 * right),
        ],
    )
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
        parts=("the embedding", "attention 0", "MLP 0", "attention 1", "MLP 1"),
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
    right = torch.tensor(
        [
            [-0.07235029, 0.02934659, 0.008824646, 0.05825333],
            [-0.04499678, 0.03393719, 0.1328431, -0.079607],
            [-0.08475852, -0.03182628, 0.04777333, -0.1357059],
        ]
    )  # by the course's solution
    expect(heads, "heads [layer, head]").to_equal(
        right,
        atol=1e-5,
        parts=("head 0 of every layer", "head 1", "head 2", "head 3"),
        watch_for=[
            mistake(
                "LayerNorm's scale was forgotten.",
                torch.tensor(
                    [
                        [-0.3198523, 0.08963177, 0.01753869, 0.2379918],
                        [-0.2241127, 0.1360979, 0.5254267, -0.3412932],
                        [-0.312756, -0.1451565, 0.1521475, -0.5795062],
                    ]
                ),
            ),
            mistake(
                "All positions were averaged: only what is written at END reaches the answer.",
                torch.tensor(
                    [
                        [-0.04651284, 0.05196033, 0.0354107, 0.02576815],
                        [-0.07518132, 0.04026762, 0.1274823, -0.05519168],
                        [-0.03254497, -0.02568363, 0.05622399, -0.1155655],
                    ]
                ),
            ),
            mistake(
                "b_O was shared out among the heads: it belongs to none.",
                torch.tensor(
                    [
                        [-0.09848008, 0.003216792, -0.01730515, 0.03212354],
                        [-0.04986831, 0.02906568, 0.1279716, -0.08447853],
                        [-0.03307364, 0.01985862, 0.09945822, -0.084021],
                    ]
                ),
            ),
            mistake(
                "Each head's output was divided by a scale of its own: take the stream's.",
                torch.tensor(
                    [
                        [-0.7444742, 0.2357945, 0.05953486, 1.00053],
                        [-0.2353525, 0.1335931, 0.7549863, -0.6921816],
                        [-0.479982, -0.2029126, 0.1073367, -0.7311905],
                    ]
                ),
            ),
            mistake(
                "LayerNorm's scale is that of the first position: take END's.",
                torch.tensor(
                    [
                        [-0.06836534, 0.01915794, 0.003748722, 0.05086844],
                        [-0.04790191, 0.02908961, 0.1123049, -0.07294813],
                        [-0.06684855, -0.0310258, 0.03252007, -0.1238638],
                    ]
                ),
            ),
            mistake("S minus IO.", -right),
            mistake("The sum over prompts.", 6 * right),
        ],
    )
    _, cache = ours.run_with_cache(tokens)
    vectors = (ours.W_U[:, answers[:, 0]] - ours.W_U[:, answers[:, 1]]).T
    outputs = torch.stack([cache[f"blocks.{i}.hook_attn_out"][:, -1] - ours.b_O[i] for i in range(3)])
    right = (outputs * vectors / cache["ln_final.hook_scale"][:, -1]).sum(-1).mean(-1)
    expect(heads.sum(1), "sum over the heads of each layer").to_equal(
        right,
        atol=1e-4,
        parts=("layer 0", "layer 1", "layer 2"),
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

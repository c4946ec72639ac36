"""The warm-up: five symbols, one layer, two heads."""

import torch

from autograder import exercise, expect, expect_error, mistake

PLACES = ("to BOS", "to A", "to B", "to S", "to END")


def weights_by_hand():
    """Three names. Head 0 looks at A and B and copies; head 1 looks at S and does the opposite."""
    names, far = 3, 30.0
    weights = {"W_E": torch.eye(5, 10), "W_U": torch.eye(10, 5), "W_pos": torch.eye(10)[5:]}
    weights |= {key: torch.zeros(2, 10, 5) for key in ("W_Q", "W_K", "W_V")} | {"W_O": torch.zeros(2, 5, 10)}
    weights["W_Q"][:, 9, 0] = far  # END's position asks
    weights["W_K"][0, 6, 0] = weights["W_K"][0, 7, 0] = weights["W_K"][1, 8, 0] = 1.0
    weights["W_V"][:, :names, :names] = torch.eye(names)
    weights["W_O"][0, :names, :names], weights["W_O"][1, :names, :names] = 8 * torch.eye(names), -8 * torch.eye(names)
    return weights


@exercise("04.symbolic_ioi_data")
def test_two_names(learner):
    tokens, answers = learner.warmup.symbolic_ioi_data(2)
    rows = sorted(zip(tokens.tolist(), answers.tolist(), strict=True))
    expect(rows, "prompts with their answers").to_equal(
        [([2, 0, 1, 0, 3], 1), ([2, 0, 1, 1, 3], 0), ([2, 1, 0, 0, 3], 1), ([2, 1, 0, 1, 3], 0)],
        watch_for=[
            mistake(
                "The answer is the name that is not repeated.",
                [([2, 0, 1, 0, 3], 0), ([2, 0, 1, 1, 3], 1), ([2, 1, 0, 0, 3], 0), ([2, 1, 0, 1, 3], 1)],
            )
        ],
    )


@exercise("04.symbolic_ioi_data")
def test_how_many_there_are(learner):
    tokens, answers = learner.warmup.symbolic_ioi_data(7)
    expect(tokens, "tokens").to_have_shape(84, 5)
    expect(len({tuple(row) for row in tokens.tolist()}), "different prompts").to_equal(84)
    expect(answers, "answers").to_have_shape(84)
    for name, found in (("tokens", tokens), ("answers", answers)):
        expect(found.dtype, f"the dtype of {name}").to_equal(torch.int64)


@exercise("04.symbolic_ioi_data")
def test_one_name_is_too_few(learner):
    with expect_error(ValueError):
        learner.warmup.symbolic_ioi_data(1)


@exercise("04.symbolic_forward")
def test_a_circuit_made_by_hand(learner):
    tokens = torch.tensor([[3, 0, 1, 0, 4], [3, 2, 1, 1, 4]])
    run = learner.warmup.symbolic_forward(weights_by_hand(), tokens)
    attention = torch.tensor([[0, 0.5, 0.5, 0, 0], [0, 0, 0, 1.0, 0]]).expand(2, 2, 5)
    expect(run.attention, "attention").to_equal(attention, atol=1e-4, parts=PLACES)
    logits = torch.tensor([[-4.0, 4, 0], [0, -4, 4]])
    expect(run.logits[:, :3], "logits of the names").to_equal(
        logits, atol=1e-3, watch_for=[mistake("One head only.", logits.clamp_min(0))]
    )
    expect(run.logits[:, 4], "logit of END, from its own embedding").to_equal(
        torch.ones(2), watch_for=[mistake("The embedding of END was left out.", torch.zeros(2))]
    )


@exercise("04.symbolic_forward")
def test_without_queries_attention_is_even(learner):
    weights = learner.warmup.initial_symbolic_weights(4, 0, heads=3)
    weights["W_Q"] = torch.zeros_like(weights["W_Q"])
    run = learner.warmup.symbolic_forward(weights, torch.tensor([[4, 0, 1, 0, 5]]))
    expect(run.attention, "attention").to_equal(torch.full((1, 3, 5), 0.2), parts=PLACES)


@exercise("04.symbolic_forward")
def test_positions_steer_and_are_not_moved(learner):
    """With even attention, changing positions changes nothing."""
    weights = learner.warmup.initial_symbolic_weights(4, 1)
    weights["W_Q"] = torch.zeros_like(weights["W_Q"])
    tokens = torch.tensor([[4, 0, 1, 0, 5]])
    before = learner.warmup.symbolic_forward(weights, tokens).logits
    after = learner.warmup.symbolic_forward(weights | {"W_pos": 3 * weights["W_pos"]}, tokens).logits
    expect(after, "logits with other positions").to_equal(before, atol=1e-5)


@exercise("04.train_symbolic_ioi")
def test_every_prompt_is_learned(learner):
    start = learner.warmup.initial_symbolic_weights(8, 1)
    run = learner.warmup.train_symbolic_ioi(start)
    expect(run.accuracy, "accuracy").to_have_shape(301)
    expect(run.losses[0].item(), "loss before training").to_be_within(1.5, 5.0)
    expect(run.accuracy[-1].item(), "accuracy after 300 steps").to_equal(1.0)
    expect(run.losses[-1].item(), "loss after 300 steps").to_be_at_most(0.05)


@exercise("04.train_symbolic_ioi")
def test_the_losses_of_eight_large_steps(learner):
    start = learner.warmup.initial_symbolic_weights(4, 0)
    run = learner.warmup.train_symbolic_ioi(start, 8, look_after=3, learning_rate=5e-2, weight_decay=1.0)
    # by the course's solution, and by the mistakes that are named
    losses = [1.7306, 1.4488, 1.4704, 1.7988, 1.3009, 1.3093, 1.3311, 1.3294, 1.3229]
    sentences = {
        "Gradients of earlier steps are added up: clear them before each backward.":
            [1.7306, 1.4488, 1.3651, 1.4793, 1.2446, 1.8757, 1.5586, 1.4285, 3.6806],
        "This is Adam, whose weight decay goes through its averages: AdamW is asked.":
            [1.7306, 1.7319, 1.7469, 1.7632, 1.7747, 1.7808, 1.7839, 1.7850, 1.7844],
        "Attention is trained from the first step on: it should wait.":
            [1.7306, 1.4111, 1.6702, 1.5920, 1.4111, 1.3862, 1.4115, 1.3573, 1.3335],
        "Attention is never trained.": [1.7306, 1.4488, 1.4704, 1.7988, 1.3949, 1.3960, 1.4342, 1.4361, 1.4255],
        "Attention waits for one step more than `look_after`.":
            [1.7306, 1.4488, 1.4704, 1.7988, 1.3949, 1.3204, 1.3390, 1.3328, 1.3305],
        "The weights that wait decay already: give them no gradient at all.":
            [1.7306, 1.4524, 1.4718, 1.7675, 1.2886, 1.2406, 1.2128, 1.1286, 1.0405],
        "There was no weight decay.": [1.7306, 1.4358, 1.6059, 1.8177, 1.3552, 1.3117, 1.3274, 1.3466, 1.3141],
    }  # fmt: skip
    expect(list(run.losses), "losses").to_equal(
        losses, atol=1e-3, rtol=0, watch_for=[mistake(sentence, wrong) for sentence, wrong in sentences.items()]
    )


@exercise("04.train_symbolic_ioi")
def test_attention_waits(learner):
    start = learner.warmup.initial_symbolic_weights(4, 0)
    run = learner.warmup.train_symbolic_ioi(start, 5, look_after=5)
    for name in ("W_pos", "W_Q", "W_K"):
        expect(run.weights[name], f"{name} before it may change").to_equal(
            start[name],
            watch_for=[mistake("Weight decay acts on it already: give it no gradient at all.",
                               lambda name=name: start[name] * (1 - 1e-3) ** 5)],
        )  # fmt: skip
    moved = learner.warmup.train_symbolic_ioi(start, 6, look_after=5).weights
    for name in start:
        changed = bool((moved[name] != start[name]).any())
        expect(changed, f"whether {name} was trained").to_be_true(f"{name} comes back as it was given.")


@exercise("04.symbolic_circuit")
def test_what_the_circuit_made_by_hand_does(learner):
    circuit = learner.warmup.symbolic_circuit(weights_by_hand())
    attention = torch.tensor([[0, 0.5, 0.5, 0, 0], [0, 0, 0, 1.0, 0]])
    expect(circuit.attention, "mean attention").to_equal(attention, atol=1e-4, parts=PLACES)
    expect(circuit.copying, "copying").to_equal(
        torch.tensor([8.0, -8.0]),
        parts=("head 0", "head 1"),
        watch_for=[mistake("BOS and END were counted as names.", torch.tensor([4.8, -4.8]))],
    )


@exercise("04.symbolic_circuit")
def test_what_is_the_same_for_all_names_does_not_count(learner):
    """Every name raises every logit by the same: nothing is copied."""
    weights = weights_by_hand()
    weights["W_V"][0] = 0
    weights["W_V"][0, :3, 0] = 1
    weights["W_O"][0] = 0
    weights["W_O"][0, 0, :3] = 5
    circuit = learner.warmup.symbolic_circuit(weights)
    expect(circuit.copying[0].item(), "copying of a head that tells no names apart").to_equal(
        0.0, atol=1e-5, watch_for=[mistake("What it raises elsewhere is to be subtracted.", 5.0)]
    )

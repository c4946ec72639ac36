"""Training, on a model small enough for a second."""

import torch

from autograder import exercise, expect, mistake

VOCAB = 12


def start(learner, seed=0, **sizes):
    return learner.transformer.initial_weights(VOCAB, 17, seed, d_model=32, heads=1, d_head=16, **sizes)


def repeated(batch, half, generator, length=None):
    """BOS and `half` different tokens, over and over."""
    once = torch.rand(batch, VOCAB - 1, generator=generator).argsort(1)[:, :half]
    many = once.repeat(1, 20)[:, : (length or 2 * half + 1) - 1]
    return torch.cat([torch.full((batch, 1), VOCAB - 1), many], 1)


def batches(steps):
    generator = torch.Generator().manual_seed(0)
    return [repeated(16, 3 + i * 7 % 6, generator, 17) for i in range(steps)]


TEST = repeated(32, 6, torch.Generator().manual_seed(1))


@exercise("03.train_induction_model")
def test_the_loss_on_the_second_half_drops(learner):
    run = learner.training.train_induction_model(start(learner), batches(240), TEST, record_every=80)
    expect(run.second_half[0].item(), "second half before training").to_be_within(2.0, 3.0)
    expect(run.second_half[-1].item(), "second half after 240 steps").to_be_at_most(
        0.5, idle=("the model as it was given", run.second_half[0].item())
    )
    expect(run.first_half[-1].item(), "first half after 240 steps").to_be_at_least(1.8)


@exercise("03.train_induction_model")
def test_the_losses_of_five_large_steps(learner):
    run = learner.training.train_induction_model(
        start(learner), batches(5), TEST, learning_rate=3e-2, weight_decay=1.0, record_every=1
    )
    # by the course's solution, and by the mistakes that are named
    first, second = [2.4772, 2.4708, 2.4754, 2.4848, 2.4850, 2.4595], [2.4765, 2.4453, 2.4307, 2.4282, 2.4193, 2.4076]
    sentences = {
        "Gradients of earlier steps are added up: clear them before each backward.":
            [2.4772, 2.4708, 2.4763, 2.4869, 2.5330, 2.5581, 2.4765, 2.4453, 2.4312, 2.4275, 2.4445, 2.4707],
        "The two curves have changed places.": [*second, *first],
        "The test tokens were trained on.":
            [2.4772, 2.3748, 2.2915, 2.2235, 2.1689, 2.1258, 2.4765, 2.3775, 2.2907, 2.2139, 2.1545, 2.1022],
        "Only the last positions were trained on: all of a row are asked.":
            [2.4772, 2.4832, 2.4898, 2.5011, 2.5269, 2.5152, 2.4765, 2.4484, 2.4327, 2.4190, 2.4096, 2.3931],
        "This is Adam, whose weight decay goes through its averages: AdamW is asked.":
            [2.4772, 2.4794, 2.4808, 2.4819, 2.4829, 2.4840, 2.4765, 2.4752, 2.4768, 2.4788, 2.4806, 2.4824],
        "There was no weight decay.":
            [2.4772, 2.4721, 2.4863, 2.5088, 2.4991, 2.4788, 2.4765, 2.4435, 2.4271, 2.4267, 2.4101, 2.3990],
    }  # fmt: skip
    found = [*run.first_half, *run.second_half]
    expect(found, "losses of the first half, then of the second").to_equal(
        [*first, *second],
        atol=1e-3,
        rtol=0,
        watch_for=[mistake(sentence, losses) for sentence, losses in sentences.items()],
    )


@exercise("03.train_induction_model")
def test_entry_0_is_the_model_as_given(learner):
    weights = start(learner)
    run = learner.training.train_induction_model(weights, batches(5), TEST, record_every=2)
    expect(run.steps, "recorded steps").to_equal(
        torch.tensor([0, 2, 4]),
        watch_for=[
            mistake("The model as given was not recorded.", torch.tensor([2, 4])),
            mistake("The model as given was not recorded.", torch.tensor([1, 3, 5])),
        ],
    )
    loss = learner.losses.per_position_loss(learner.transformer.attention_only_forward(weights, TEST).logits, TEST)
    expect(run.second_half[0].item(), "second half at step 0").to_equal(learner.losses.half_losses(loss, 6).second)


@exercise("03.train_induction_model")
def test_the_given_weights_stay_and_trained_ones_come_back(learner):
    weights = start(learner)
    run = learner.training.train_induction_model(weights, batches(3), TEST, record_every=1)
    expect(sorted(run.weights), "names of the returned weights").to_equal(sorted(weights))
    for name in weights:
        moved = bool((run.weights[name] != weights[name]).any())
        expect(moved, f"whether {name} was trained").to_be_true(
            f"{name} comes back as it was given: train all weights."
        )


@exercise("03.train_induction_model")
def test_without_gradient_weight_decay_shrinks_a_weight(learner):
    """Rows of W_pos that no position uses get no gradient."""
    weights = learner.transformer.initial_weights(VOCAB, 20, 0, d_model=8, heads=1, d_head=4)
    run = learner.training.train_induction_model(
        weights, batches(4), TEST, learning_rate=1e-2, weight_decay=0.5, record_every=4
    )
    expect(run.weights["W_pos"][18], "a row of W_pos that is never used, after 4 steps").to_equal(
        weights["W_pos"][18] * (1 - 1e-2 * 0.5) ** 4,
        watch_for=[
            mistake("This row is as it was given: nothing decayed, or it is not the trained one.", weights["W_pos"][18])
        ],
    )

"""Training: step by step against AdamW written out, and the drop with another seed than the public one."""

import torch

from autograder import exercise, expect, mistake, with_arguments
from reference.step03_induction_heads.losses import half_losses, per_position_loss
from reference.step03_induction_heads.transformer import attention_only_forward


def setting(reference, draw, steps, layers=2):
    weights = reference.transformer.initial_weights(12, 17, draw.seed(), layers=layers, d_model=32, heads=1, d_head=16)
    batches = reference.data.training_batches(steps, 16, 17, (3, 8), 12, draw.seed())
    return weights, batches, reference.data.repeated_tokens(32, 6, 12, draw.seed())


def by_hand(given, batches, test, learning_rate, weight_decay):
    """Losses on the halves of `test` after each step, and the final weights."""
    weights = {name: weight.clone().requires_grad_() for name, weight in given.items()}
    moments = {name: [torch.zeros_like(w), torch.zeros_like(w)] for name, w in weights.items()}
    records = [halves(weights, test)]
    for step, tokens in enumerate(batches, start=1):
        value = per_position_loss(attention_only_forward(weights, tokens).logits, tokens).mean()
        gradients = torch.autograd.grad(value, list(weights.values()))
        with torch.no_grad():
            for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
                first, second = moments[name]
                first.mul_(0.9).add_(0.1 * gradient)
                second.mul_(0.99).add_(0.01 * gradient**2)
                weight *= 1 - learning_rate * weight_decay
                weight -= learning_rate * (first / (1 - 0.9**step)) / ((second / (1 - 0.99**step)).sqrt() + 1e-8)
        records.append(halves(weights, test))
    first, second = torch.tensor(records, dtype=torch.float64).T
    return first, second, {name: weight.detach() for name, weight in weights.items()}


def halves(weights, tokens):
    loss = per_position_loss(attention_only_forward(weights, tokens).logits, tokens)
    return half_losses(loss, tokens.shape[1] // 2)


@exercise("03.train_induction_model")
def test_the_given_weights_stay_as_they_are(learner, reference, draw):
    weights, *rest = setting(reference, draw, 3)
    _, after, *_ = with_arguments(
        learner.training.train_induction_model, weights, *rest, learning_rate=1e-2, record_every=3
    )
    same = all(torch.equal(after[name], weights[name]) for name in weights)
    expect(same, "whether the given weights stay").to_be_true("The weights that were given were trained: train copies.")


@exercise("03.train_induction_model")
def test_forty_steps_are_the_steps_of_adamw(learner, reference, draw):
    weights, batches, test = setting(reference, draw, 40)
    run = learner.training.train_induction_model(
        weights, batches, test, learning_rate=5e-3, weight_decay=2.0, record_every=10
    )
    first, second, final = by_hand(weights, batches, test, 5e-3, 2.0)
    expect(run.steps, "recorded steps").to_equal(torch.arange(0, 41, 10))
    expect(run.second_half, "loss of the second half").to_match(
        second[::10], rtol=3e-3, watch_for=[mistake("Losses of the first half.", first[::10])]
    )
    expect(run.first_half, "loss of the first half").to_match(first[::10], rtol=3e-3)
    apart = sum((run.weights[name] - weight).double().square().sum() for name, weight in final.items()).sqrt()
    norm = sum(weight.double().square().sum() for weight in final.values()).sqrt()
    expect(
        (apart / norm).item(), "distance of the trained weights from AdamW's, as a share of their norm"
    ).to_be_at_most(4e-4)


@exercise("03.train_induction_model")
def test_the_result_is_what_the_last_record_says(learner, reference, draw):
    weights, batches, test = setting(reference, draw, 6, layers=1)
    run = learner.training.train_induction_model(weights, batches, test, record_every=3)
    expect(run.second_half, "losses of the second half").to_be_finite()
    logits = reference.transformer.attention_only_forward(run.weights, test).logits
    first, second = reference.losses.half_losses(reference.losses.per_position_loss(logits, test), 6)
    expect(run.first_half[-1].item(), "last loss of the first half").to_match(first, rtol=1e-4)
    expect(run.second_half[-1].item(), "last loss of the second half").to_match(second, rtol=1e-4)
    kinds = [str(curve.dtype) for curve in run[1:]]
    expect(kinds, "dtypes of the curves").to_equal(["torch.int64", "torch.float64", "torch.float64"])
    expect(run.weights["W_E"].dtype, "dtype of the weights").to_equal(torch.float32)


@exercise("03.train_induction_model")
def test_heads_that_do_induction_form(learner, reference):
    """After a few hundred steps a repetition is foreseen.

    With these seeds the loss is near 0 after 220 steps.
    """
    weights = reference.transformer.initial_weights(12, 17, 7, d_model=32, heads=1, d_head=16)
    batches = reference.data.training_batches(220, 16, 17, (3, 8), 12, 7)
    test = reference.data.repeated_tokens(32, 6, 12, 8)
    run = learner.training.train_induction_model(weights, batches, test, record_every=20)
    expect(run.second_half[-2:].min().item(), "loss of the second half at the end").to_be_at_most(0.5)
    expect(run.first_half[-2:].min().item(), "loss of the first half at the end").to_be_at_least(1.8)
    patterns = reference.transformer.attention_only_forward(run.weights, test).patterns.mean(1)
    matching = reference.scores.prefix_matching_score(patterns, 6)[1, 0].item()
    expect(matching, "prefix matching of the second layer").to_be_at_least(0.5)

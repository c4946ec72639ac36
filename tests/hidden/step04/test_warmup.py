"""The warm-up with other numbers of names, other weights, and other seeds."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("04.symbolic_ioi_data")
@pytest.mark.parametrize("names", [2, 5, 11])
def test_any_number_of_names(learner, reference, names):
    tokens, answers = learner.warmup.symbolic_ioi_data(names)
    right, others = reference.warmup.symbolic_ioi_data(names)
    found = sorted([*row, answer] for row, answer in zip(tokens.tolist(), answers.tolist(), strict=True))
    expected = sorted([*row, answer] for row, answer in zip(right.tolist(), others.tolist(), strict=True))
    expect(found, "prompts and answers, sorted").to_match(expected)
    expect([str(tokens.dtype), str(answers.dtype)], "dtypes").to_equal(["torch.int64"] * 2)


@exercise("04.symbolic_ioi_data")
@pytest.mark.parametrize("names", [1, 0, -3])
def test_too_few_names(learner, names):
    with expect_error(ValueError):
        learner.warmup.symbolic_ioi_data(names)


def any_weights(draw, names, heads, d_model, d_head):
    shapes = {"W_E": (names + 2, d_model), "W_pos": (5, d_model), "W_U": (d_model, names + 2)}
    shapes |= dict.fromkeys(("W_Q", "W_K", "W_V"), (heads, d_model, d_head)) | {"W_O": (heads, d_head, d_model)}
    return {name: 0.5 * draw.normal(*shape) for name, shape in shapes.items()}


@exercise("04.symbolic_forward")
@pytest.mark.parametrize("heads", [1, 2, 3])
def test_any_weights(learner, reference, draw, heads):
    weights = any_weights(draw, 6, heads, 10, 4)
    tokens = reference.warmup.symbolic_ioi_data(6)[0][draw.permutation(60)[:13]]
    right = reference.warmup.symbolic_forward(weights, tokens)
    found = learner.warmup.symbolic_forward(weights, tokens)

    def changed(**changes):
        return reference.warmup.symbolic_forward(weights | changes, tokens)

    attention = [
        mistake("The scores were not divided by √d_head.", lambda: changed(W_Q=2 * weights["W_Q"]).attention),
        mistake("Positions are missing from queries and keys.",
                lambda: changed(W_pos=0 * weights["W_pos"]).attention),
        mistake("Queries and keys are exchanged.",
                lambda: changed(W_Q=weights["W_K"], W_K=weights["W_Q"]).attention),
    ]  # fmt: skip
    expect(found.attention, "attention").to_match(right.attention, atol=1e-5, watch_for=attention)
    moved = torch.einsum(
        "phk,kd,hde,hef,fv->pv", right.attention, *(weights[n] for n in ("W_pos", "W_V", "W_O", "W_U"))
    )
    end, place = (weights[name][-1] @ weights["W_U"] for name in ("W_E", "W_pos"))
    expect(found.logits, "logits").to_match(
        right.logits,
        atol=1e-4,
        rtol=1e-4,
        watch_for=[
            mistake("Values contain positions.", lambda: right.logits + moved),
            mistake("Positions were added to the stream.", lambda: right.logits + moved + place),
            mistake("The embedding of END was left out.", right.logits - end),
        ],
    )


def by_hand(reference, start, steps, look_after, learning_rate, weight_decay):
    """Losses and final weights, by AdamW written out; weights that wait have moments that wait too."""
    weights = {name: weight.clone().requires_grad_() for name, weight in start.items()}
    moments = {name: [0.0, 0.0, 0] for name in weights}
    tokens, answers = reference.warmup.symbolic_ioi_data(len(start["W_E"]) - 2)
    losses = []
    for step in range(steps + 1):
        # the decorated functions of the reference keep gradients: nothing here is detached
        logits = reference_forward(weights, tokens)
        loss = -logits.log_softmax(-1)[torch.arange(len(answers)), answers].mean()
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
        with torch.no_grad():
            for (name, weight), gradient in zip(weights.items(), gradients, strict=True):
                if step < look_after and name in ("W_pos", "W_Q", "W_K"):
                    continue
                first, second, count = moments[name]
                first, second, count = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2, count + 1
                moments[name] = [first, second, count]
                weight *= 1 - learning_rate * weight_decay
                weight -= learning_rate * (first / (1 - 0.9**count)) / ((second / (1 - 0.999**count)).sqrt() + 1e-8)
    return torch.tensor(losses)


def reference_forward(weights, tokens):
    from reference.step04_ioi.warmup import symbolic_forward

    return symbolic_forward(weights, tokens).logits


@exercise("04.train_symbolic_ioi")
@pytest.mark.parametrize("look_after", [0, 12, 25])
def test_steps_are_those_of_adamw(learner, reference, draw, look_after):
    start = reference.warmup.initial_symbolic_weights(5, draw.seed())
    settings = {"look_after": look_after, "learning_rate": 5e-3, "weight_decay": 2.0}
    run = learner.warmup.train_symbolic_ioi(start, 25, **settings)
    right = by_hand(reference, start, 25, **settings)

    def otherwise(**changes):
        return by_hand(reference, start, 25, **settings | changes)

    expect(run.losses, "losses").to_match(
        right,
        rtol=2e-3,
        watch_for=[
            mistake("The model as given was not recorded: entry 0 is after 0 steps.", lambda: right[1:]),
            mistake("The attention weights did not wait.", lambda: otherwise(look_after=0)),
            mistake("The attention weights never moved.", lambda: otherwise(look_after=26)),
            mistake("There was no weight decay.", lambda: otherwise(weight_decay=0.0)),
        ],
    )
    expect(run.accuracy, "accuracy").to_have_shape(26)


@exercise("04.train_symbolic_ioi")
def test_the_last_entry_belongs_to_the_returned_weights(learner, reference, draw):
    start = reference.warmup.initial_symbolic_weights(6, draw.seed())
    run = learner.warmup.train_symbolic_ioi(start, 40, look_after=20)
    tokens, answers = reference.warmup.symbolic_ioi_data(6)
    logits = reference.warmup.symbolic_forward(run.weights, tokens).logits
    loss = torch.nn.functional.cross_entropy(logits, answers)
    expect(run.losses[-1].item(), "last loss").to_match(loss.item(), rtol=1e-3)
    right = (logits.argmax(-1) == answers).float().mean().item()
    expect(run.accuracy[-1].item(), "last accuracy").to_match(right, atol=0.02)


@exercise("04.train_symbolic_ioi")
def test_one_copies_and_the_other_does_the_opposite(learner, reference):
    """From these weights every prompt is right long before 300 steps are over."""
    run = learner.warmup.train_symbolic_ioi(reference.warmup.initial_symbolic_weights(8, 6))
    expect(run.accuracy[-20:].min().item(), "accuracy over the last steps").to_equal(1.0)
    expect(run.losses[-1].item(), "last loss").to_be_at_most(0.05)
    circuit = reference.warmup.symbolic_circuit(run.weights)
    expect(circuit.copying.max().item(), "copying of one head").to_be_at_least(5)
    expect(circuit.copying.min().item(), "copying of the other head").to_be_at_most(-5)


@exercise("04.symbolic_circuit")
@pytest.mark.parametrize("heads", [1, 2, 4])
def test_the_circuit_of_any_weights(learner, reference, draw, heads):
    weights = any_weights(draw, 7, heads, 9, 4)
    right = reference.warmup.symbolic_circuit(weights)
    found = learner.warmup.symbolic_circuit(weights)
    expect(found.attention, "mean attention").to_match(right.attention, atol=1e-5)
    full = torch.einsum("nd,hde,hef,fm->hnm", *(weights[name] for name in ("W_E", "W_V", "W_O", "W_U")))
    names = full[:, :7, :7]
    diagonal = names.diagonal(dim1=1, dim2=2).mean(1)
    everything = full.diagonal(dim1=1, dim2=2).mean(1)
    rest = (full.sum((1, 2)) - 9 * everything) / 72
    expect(found.copying, "copying").to_match(
        right.copying,
        atol=1e-4,
        watch_for=[
            mistake("BOS and END were counted as names.", everything - rest),
            mistake("What is raised elsewhere was not subtracted.", diagonal),
            mistake("The mean of everything was subtracted, the diagonal with it.", diagonal - names.mean((1, 2))),
        ],
    )

"""Acting on random models, and on the shipped one, against the reference and against the variants that are wrong."""

import math

import pytest
import torch
from torch.nn import functional as F

from autograder import exercise, expect, mistake
from exercises.kit.step05.model import next_token_loss, run_code_model

SIZES = [(3, 7), (1, 9), (5, 2)]  # rows, and tokens in each


def losses(weights, tokens, used=None):
    """Every token's loss with `used` in place of the neurons."""
    return next_token_loss(run_code_model(weights, tokens, None if used is None else lambda _: used).logits, tokens)


def same_token_losses(weights, tokens, used=None):
    logits = run_code_model(weights, tokens, None if used is None else lambda _: used).logits
    return F.cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="none").view(tokens.shape)


def share(zero, sae, clean):
    return ((zero - sae) / (zero - clean)).item()


def imperfect(draw, weights, tokens, target=0.35):
    """A reconstruction that recovers about `target` of the loss: too small, and a little off.

    Measured over 150 draws of each of SIZES: 0.32 to 0.38 for 0.35, and L_zero − L_clean is at least 0.29.
    """
    neurons = run_code_model(weights, tokens).neurons
    noise = 0.1 * draw.normal(*neurons.shape)
    zero, clean = (losses(weights, tokens, used).mean() for used in (torch.zeros_like(neurons), neurons))
    candidates = [size * neurons + noise for size in torch.linspace(0.02, 1, 50)]
    return min(candidates, key=lambda used: abs(share(zero, losses(weights, tokens, used).mean(), clean) - target))


def wrong_shares(weights, tokens, used):
    """What typical mistakes would give, as thunks."""
    neurons = run_code_model(weights, tokens).neurons
    zeros, average = torch.zeros_like(neurons), neurons.mean((0, 1)).expand_as(neurons)
    of = {
        "zero": zeros,
        "sae": used,
        "clean": neurons,
        "mean": average,
        "added": neurons + used,
        "less": neurons - used,
        "relu": used.relu(),
    }
    loss = {name: losses(weights, tokens, instead) for name, instead in of.items()}
    same = {name: same_token_losses(weights, tokens, of[name]).mean() for name in ("zero", "sae", "clean")}
    mean = {name: value.mean() for name, value in loss.items()}
    zero, sae, clean = mean["zero"], mean["sae"], mean["clean"]
    no_mlp = losses(weights | {"b_out": torch.zeros_like(weights["b_out"])}, tokens, zeros).mean()
    ratios = (loss["zero"].mean(1) - loss["sae"].mean(1)) / (loss["zero"].mean(1) - loss["clean"].mean(1))
    variance = (neurons - neurons.mean((0, 1))).square().sum()
    last = (loss[name][:, -1].mean() for name in ("zero", "sae", "clean"))
    uniform = math.log(weights["W_U"].shape[1])
    return {
        "The ratio is upside down.": 1 / share(zero, sae, clean),
        "This is the share that is lost: 1 minus it is asked.": 1 - share(zero, sae, clean),
        "The sign is wrong.": -share(zero, sae, clean),
        "It is compared with mean ablation: zeros are asked.": share(mean["mean"], sae, clean),
        "Perplexities were compared: take the losses themselves.": share(zero.exp(), sae.exp(), clean.exp()),
        "Each token is compared with its own position's logits, not those before it.": share(*same.values()),
        "The reconstruction was added to the activations: put it in their place.": share(zero, mean["added"], clean),
        "It was taken from the activations: put it in their place.": share(zero, mean["less"], clean),
        "What is won was divided by L_zero: divide by L_zero − L_clean.": ((zero - sae) / zero).item(),
        "This is L_clean / L_sae: count from L_zero.": (clean / sae).item(),
        "This is L_sae / L_clean: count from L_zero.": (sae / clean).item(),
        "The MLP's bias b_out was taken away too: only its activations become 0.": share(no_mlp, sae, clean),
        "Every row's ratio was averaged: average the losses, then divide.": ratios.mean().item(),
        "Only the first row was taken: average over all of them.": ratios[0].item(),
        "The reconstruction was not put in; at the last position alone, no loss sees it.": 1.0,
        "The reconstruction went through a ReLU: put it in as it is.": share(zero, mean["relu"], clean),
        "L_zero is not the loss of all logits 0: only the activations become 0.": share(uniform, sae, clean),
        "Only the last token's loss was taken: average over all of them.": share(*last),
        "This is the share of the activations' variance, not of the loss.": (
            1 - (used - neurons).square().sum() / variance
        ).item(),
    }


@exercise("05.loss_recovered")
@pytest.mark.parametrize("size", SIZES)
def test_any_reconstruction_of_any_model(learner, reference, draw, model, text, size):
    weights = model()
    tokens = text(weights, *size)
    reconstruction = imperfect(draw, weights, tokens)
    expect(learner.effects.loss_recovered(weights, tokens, reconstruction), "loss recovered").to_match(
        reference.effects.loss_recovered(weights, tokens, reconstruction),
        atol=1e-4,
        watch_for=[mistake(said, value) for said, value in wrong_shares(weights, tokens, reconstruction).items()],
    )


@exercise("05.loss_recovered")
def test_it_is_not_confined_to_0_and_1(learner, reference, model, text):
    """Upside down the activations do harm; a half more of them makes this text, which they foresee, likelier.

    Measured over 150 draws: at most −1.2, and at least 1.016.
    """
    weights = model()
    tokens = text(weights)
    said = "It was confined to 0 … 1, or it is not the reconstruction alone that stands in the neurons' place."
    for factor, confined in ((-1.0, 0.0), (1.5, 1.0)):
        reconstruction = factor * run_code_model(weights, tokens).neurons
        expect(learner.effects.loss_recovered(weights, tokens, reconstruction), "loss recovered").to_match(
            reference.effects.loss_recovered(weights, tokens, reconstruction),
            atol=1e-4,
            watch_for=[mistake(said, confined)],
        )


@exercise("05.loss_recovered")
def test_rows_of_different_worth(learner, reference, model, text):
    """The more the MLP is worth on a row, the better is the row's reconstruction: more than the rows' average.

    Measured over 200 draws: the average is off by at least 0.0025.
    """
    weights = model()
    tokens = text(weights, 6, 5)
    neurons = run_code_model(weights, tokens).neurons
    worth = losses(weights, tokens, torch.zeros_like(neurons)).mean(1) - losses(weights, tokens).mean(1)
    quality = torch.linspace(0.1, 0.9, 6)[worth.argsort().argsort()]
    used = quality[:, None, None] * neurons
    won = losses(weights, tokens, torch.zeros_like(neurons)).mean(1) - losses(weights, tokens, used).mean(1)
    expect(learner.effects.loss_recovered(weights, tokens, used), "loss recovered").to_match(
        reference.effects.loss_recovered(weights, tokens, used),
        atol=1e-4,
        watch_for=[
            mistake("Every row's ratio was averaged: average the losses, then divide.", (won / worth).mean().item()),
            mistake("Only the first row was taken.", (won / worth)[0].item()),
        ],
    )


@exercise("05.loss_recovered")
def test_the_shipped_model_with_half_its_neurons_missing(learner, reference, draw, code_model, held_out):
    """Which half is drawn. Compared with the reference on the same rows, so that any Python's library will do."""
    neurons = run_code_model(code_model, held_out).neurons
    kept = neurons * (draw.permutation(neurons.shape[-1]) % 2)
    expect(learner.effects.loss_recovered(code_model, held_out, kept), "loss recovered, shipped model").to_match(
        reference.effects.loss_recovered(code_model, held_out, kept), atol=1e-3
    )


def feature(draw, tokens, neurons):
    """How much of it there is, at some places nothing; and a direction that is not of unit length."""
    present = draw.uniform(*tokens.shape) < 0.7
    present[:, :2] = True
    return present * draw.uniform(*tokens.shape, low=0.5, high=1.5), draw.normal(neurons)


@exercise("05.ablate_feature")
@pytest.mark.parametrize("size", SIZES)
def test_any_feature_of_any_model(learner, reference, draw, model, size):
    """On random text, where some of what the MLP does is harm."""
    weights, tokens = model(), draw.integers(0, 13, *size)
    activation, direction = feature(draw, tokens, 17)
    part = activation[..., None] * direction
    neurons = run_code_model(weights, tokens).neurons
    unit = F.normalize(direction, dim=0)
    last = torch.zeros_like(part)
    last[:, -1] = part[:, -1]
    first = torch.zeros_like(part)
    first[:, 0] = part[:, 0]
    strongest = part * F.one_hot(activation.argmax(1), tokens.shape[1])[..., None]

    clean, ablated = losses(weights, tokens), losses(weights, tokens, neurons - part)

    def rise(used):
        return losses(weights, tokens, used) - clean

    right = reference.effects.ablate_feature(weights, tokens, activation, direction)
    same = same_token_losses(weights, tokens, neurons - part) - same_token_losses(weights, tokens)
    expect(learner.effects.ablate_feature(weights, tokens, activation, direction), "rise of the loss").to_match(
        right,
        atol=1e-4,
        watch_for=[
            mistake("Clean minus ablated: the sign is wrong.", -right),
            mistake("The size of the change: it has a sign.", right.abs()),
            mistake("The feature was added: take it away.", rise(neurons + part)),
            mistake("The feature's part, negative, stands in place of the neurons: take it from them.", rise(-part)),
            mistake("The feature's part stands in place of the neurons: take it from them.", rise(part)),
            mistake(
                "All that lies along the direction was taken: take `activation` of it.",
                rise(neurons - (neurons @ unit)[..., None] * unit),
            ),
            mistake("The direction was taken whole, whatever the activation.", rise(neurons - direction)),
            mistake("The direction was taken whole, whatever the activation.", rise(neurons - direction * (part != 0))),
            mistake("The activation was averaged over the rows.", rise(neurons - part.mean(0))),
            mistake("The direction was normalised: use it as it is.", rise(neurons - activation[..., None] * unit)),
            mistake("What is left went through a ReLU: it may be negative.", rise((neurons - part).relu())),
            mistake("The feature was taken out at the last position only.", rise(neurons - last)),
            mistake("The feature was taken out at the first position only.", rise(neurons - first)),
            mistake("The feature was taken out where it is strongest in a row only.", rise(neurons - strongest)),
            mistake("The average over rows was given: give every token's.", right.mean(0)),
            mistake("The average over tokens was given: give every token's.", right.mean(1)),
            mistake("The average over all tokens was given: give every token's.", right.mean()),
            mistake("This is the ablated loss itself: take the clean one from it.", ablated),
            mistake("Perplexities were compared: take the losses.", ablated.exp() - clean.exp()),
            mistake("Each token is compared with its own position's logits, not those before it.", same),
            mistake("Each token is compared with its own position's logits, not those before it.", same[:, 1:]),
        ],
    )  # fmt: skip


@exercise("05.ablate_feature")
def test_a_feature_that_is_nowhere_changes_nothing(learner, draw, model):
    tokens = draw.integers(0, 13, 3, 7)
    got = learner.effects.ablate_feature(model(), tokens, torch.zeros(3, 7), draw.normal(17))
    expect(got, "rise of the loss").to_equal(torch.zeros(3, 6), atol=1e-5)


@exercise("05.ablate_feature")
def test_a_neuron_of_the_shipped_model(learner, reference, draw, code_model, held_out):
    """One of the eight that are active most on these rows."""
    neurons = run_code_model(code_model, held_out).neurons
    chosen = draw.choice(neurons.mean((0, 1)).topk(8).indices.tolist())
    direction = F.one_hot(torch.tensor(chosen), neurons.shape[-1]).float()
    activation = neurons[..., chosen]
    expect(learner.effects.ablate_feature(code_model, held_out, activation, direction), "rise of the loss").to_match(
        reference.effects.ablate_feature(code_model, held_out, activation, direction), atol=1e-4
    )


@exercise("05.steer")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("amount", [2.5, -1.5])
def test_any_direction_in_any_model(learner, reference, draw, model, size, amount):
    weights, tokens = model(), draw.integers(0, 13, *size)
    direction = draw.normal(17)
    neurons = run_code_model(weights, tokens).neurons
    right = reference.effects.steer(weights, tokens, direction, amount)
    added, unit = amount * direction, F.normalize(direction, dim=0)
    along = (neurons @ unit)[..., None] * unit
    pinned = neurons + added - along

    def logits(used):
        return run_code_model(weights, tokens, lambda _: used).logits

    clean = logits(neurons)
    last = torch.cat([clean[:, :-1], right[:, -1:]], dim=1)
    effect = right - clean
    centred = effect - effect.mean(-1, keepdim=True)
    expect(learner.effects.steer(weights, tokens, direction, amount), "logits").to_match(
        right,
        atol=1e-4,
        watch_for=[
            mistake("It stands in place of the activations: add it to them.", logits(added.expand_as(neurons))),
            mistake("The activations were multiplied: add to them.", logits(neurons * added)),
            mistake("The activations were multiplied: add to them.", logits(amount * neurons)),
            mistake("What is there of the feature was multiplied: add to it.", logits(neurons + (amount - 1) * along)),
            mistake("Only neurons that are on were steered: steer all.", logits(neurons + added * (neurons > 0))),
            mistake("The feature was pinned: add to what is there of it.", logits(pinned)),
            mistake("Only the last position was steered.", last),
            mistake("This is the change of the logits: the logits themselves are asked.", effect),
            mistake("The amount was left out.", logits(neurons + direction)),
            mistake("The direction was taken away: add it.", logits(neurons - added)),
            mistake("The direction was normalised: use it as it is.", logits(neurons + amount * unit)),
            mistake("What came out went through a ReLU: it may be negative.", logits((neurons + added).relu())),
            mistake("The effect on the logits was centred: it should not be here.", clean + centred),
            mistake("The logits were centred: they should not be here.", right - right.mean(-1, keepdim=True)),
            mistake("These are probabilities: logits are asked.", right.softmax(-1)),
            mistake("These are log-probabilities: logits are asked.", right.log_softmax(-1)),
            mistake("Only the last position's logits came back.", right[:, -1]),
        ],
    )  # fmt: skip

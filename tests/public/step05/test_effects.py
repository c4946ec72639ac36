"""Acting on a model that counts (see `counting` in conftest.py): all losses are logarithms of simple fractions."""

import math

import torch
from torch.nn import functional as F

from autograder import exercise, expect, mistake

log = math.log
TEXT = torch.tensor([[0, 1, 2, 0, 1]])


def neurons_of(tokens):
    """Neuron i is on at 1 where token i is."""
    return F.one_hot(tokens, 3).float()


@exercise("05.loss_recovered")
def test_half_of_every_activation_recovers_59_percent(learner, counting):
    """The next token's probability is 2/3 with the MLP, 1/3 without, and 2 / (2 + 1 + 1) = 1/2 with half of it."""
    clean, half, zero = log(3 / 2), log(2), log(3)
    # The mean of the activations is on at 0.4, 0.4, 0.2: the next token has probability 4^0.4 / total, or 4^0.2 / total
    mean = log(2 * 4**0.4 + 4**0.2) - log(4) * (0.4 + 0.4 + 0.2 + 0.4) / 4
    right = (zero - half) / (zero - clean)
    expect(learner.effects.loss_recovered(counting, TEXT, neurons_of(TEXT) / 2), "loss recovered").to_equal(
        right,
        watch_for=[
            mistake(
                "This is 1 minus what is asked: the share lost, or the loss on the token at hand, not on the next.",
                1 - right,
            ),
            mistake("The ratio is upside down.", 1 / right),
            mistake("Perplexities were compared: take the losses themselves.", (3 - 2) / (3 - 3 / 2)),
            mistake("It is compared with mean ablation: zeros are asked.", (mean - half) / (mean - clean)),
            mistake("What is won was divided by L_zero: divide by L_zero − L_clean.", (zero - half) / zero),
            mistake("This is L_clean / L_sae: count from L_zero.", clean / half),
            mistake(
                "The reconstruction was added to the activations: it should stand in their place.",
                (zero - log(10 / 8)) / (zero - clean),  # on at 1.5: 8 / (8 + 1 + 1)
            ),
            mistake("The reconstruction was not put in; at the last position alone, no loss sees it.", 1.0),
            mistake("This is the share of the activations' squares, not of the loss.", 1 - 0.25),
            mistake("This is the share of the activations' variance, not of the loss.", 1 - 1.25 / 3.2),
        ],
    )


B_OUT = torch.tensor([0, 0, 0, 0.5, -0.3, 0.2, 0, 0])  # adds 0.5, −0.3 and 0.2 to the logits of tokens 0, 1 and 2


def losses(tokens, used, bias=B_OUT[3:6]):
    """Every next token's loss, with `used` in place of the counting model's neurons."""
    logits = log(4) * used.roll(1, dims=-1) + bias
    return F.cross_entropy(logits[:, :-1].mT, tokens[:, 1:], reduction="none")


@exercise("05.loss_recovered")
def test_six_reconstructions(learner, counting):
    """Each too small by a factor and off by something, in a text of two rows with two wrong turns; b_out is not 0."""
    text = torch.tensor([[0, 1, 2, 0, 1, 2], [2, 0, 1, 1, 2, 1]])
    on, noise = neurons_of(text), torch.randn(6, 2, 6, 3, generator=torch.Generator().manual_seed(0))
    reconstructions = [
        size * on + 0.25 * more for size, more in zip((0.9, 0.6, 0.3, 0.75, 0.45, -0.2), noise, strict=True)
    ]
    weights = counting | {"b_out": B_OUT}
    found = [learner.effects.loss_recovered(weights, text, used) for used in reconstructions]
    clean, zero, mean = (losses(text, used) for used in (on, 0 * on, on.mean((0, 1)).expand(2, 6, 3)))
    sae = [losses(text, used) for used in reconstructions]
    added, relu = ([losses(text, change(used)) for used in reconstructions] for change in (on.add, F.relu))
    no_bias = losses(text, 0 * on, 0).mean()

    def own(used):
        """The losses on the tokens at hand, not on the next ones."""
        return losses(torch.cat([text[:, :1], text], 1), torch.cat([used, used[:, :1]], 1))

    def shares(zero, saes, clean, of=torch.mean):
        return [((of(zero) - of(sae)) / (of(zero) - of(clean))).item() for sae in saes]

    right = [0.9617734, 0.6707429, 0.1141763, 0.7546047, 0.5812021, -0.2311282]  # by the course's solution
    expect(found, "loss recovered by six reconstructions").to_equal(
        right,
        watch_for=[
            mistake("This is the share that is lost: 1 minus it is asked.", lambda: [1 - share for share in right]),
            mistake("The ratio is upside down.", lambda: [1 / share for share in right]),
            mistake("The sign is wrong.", lambda: [-share for share in right]),
            mistake("Perplexities were compared: take the losses themselves.",
                    shares(zero, sae, clean, lambda loss: loss.mean().exp())),
            mistake("It is compared with mean ablation: zeros are asked.", shares(mean, sae, clean)),
            mistake("What is won was divided by L_zero: divide by L_zero − L_clean.", shares(zero, sae, 0 * clean)),
            mistake("This is L_clean / L_sae: count from L_zero.", [(clean.mean() / one.mean()).item() for one in sae]),
            mistake("This is L_sae / L_clean: count from L_zero.", [(one.mean() / clean.mean()).item() for one in sae]),
            mistake("The reconstruction was added to the activations: it should stand in their place.",
                    shares(zero, added, clean)),
            mistake("The reconstruction went through a ReLU: put it in as it is.", shares(zero, relu, clean)),
            mistake("Every row's ratio was averaged: average the losses, then divide.",
                    [((zero - one).mean(1) / (zero - clean).mean(1)).mean().item() for one in sae]),
            mistake("Only the first row was taken: average over all of them.",
                    shares(zero, sae, clean, lambda loss: loss[0].mean())),
            mistake("Only the last token's loss was taken: average over all of them.",
                    shares(zero, sae, clean, lambda loss: loss[:, -1].mean())),
            mistake("The MLP's bias b_out was taken away too: only its activations become 0.",
                    shares(no_bias, sae, clean)),
            mistake("L_zero is not the loss of all logits 0: only the activations become 0.",
                    shares(torch.tensor(log(3)), sae, clean)),
            mistake("It was not allowed to fall below 0: let it.", lambda: [max(share, 0.0) for share in right]),
            mistake("The reconstruction was not put in; at the last position alone, no loss sees it.", [1.0] * 6),
            mistake("This is the share of the activations' squares, not of the loss.",
                    [(1 - (on - used).square().sum() / on.square().sum()).item() for used in reconstructions]),
            mistake("This is the share of the activations' variance, not of the loss.",
                    [(1 - (on - used).square().sum() / (on - on.mean((0, 1))).square().sum()).item()
                     for used in reconstructions]),
            mistake("Each token is compared with its own position's logits, not those before it.",
                    shares(own(0 * on), [own(used) for used in reconstructions], own(on))),
        ],
    )  # fmt: skip


@exercise("05.loss_recovered")
def test_the_activations_themselves_recover_everything(learner, counting):
    expect(learner.effects.loss_recovered(counting, TEXT, neurons_of(TEXT)), "loss recovered").to_equal(1.0)


@exercise("05.loss_recovered")
def test_zeros_recover_nothing(learner, counting):
    got = learner.effects.loss_recovered(counting, TEXT, torch.zeros(1, 5, 3))
    expect(got, "loss recovered").to_equal(0.0, atol=1e-5)


@exercise("05.loss_recovered")
def test_the_wrong_neuron_is_worse_than_none(learner, counting):
    """It makes another token likely: the right one's probability is 1/6, and log 3 − log 6 = −(log 3 − log 3/2)."""
    wrong = neurons_of(TEXT).roll(1, dims=-1)
    expect(learner.effects.loss_recovered(counting, TEXT, wrong), "loss recovered").to_equal(
        -1.0,
        watch_for=[
            mistake("It was not allowed to fall below 0: let it.", 0.0),
            mistake("The reconstruction was not put in; at the last position alone, no loss sees it.", 1.0),
        ],
    )


@exercise("05.loss_recovered")
def test_all_tokens_of_all_rows_count_alike(learner, counting):
    """The second row counts wrongly once: there the MLP does harm, and it is worth less on average."""
    text = torch.tensor([[0, 1, 2, 0, 1], [0, 1, 1, 2, 0]])  # the second 1 of row 1 has 1/6; with half of the MLP, 1/4
    clean, zero = (7 * log(3 / 2) + log(6)) / 8, log(3)
    half = (7 * log(2) + log(4)) / 8
    rows = [(zero - log(2)) / log(2), (4 * zero - 3 * log(2) - log(4)) / (4 * zero - 3 * log(3 / 2) - log(6))]
    expect(learner.effects.loss_recovered(counting, text, neurons_of(text) / 2), "loss recovered").to_equal(
        (zero - half) / (zero - clean),
        watch_for=[
            mistake("Every row's ratio was averaged: average the losses, then divide.", sum(rows) / 2),
            mistake("Some of the tokens were left out: average over all rows and tokens.", rows[0]),
            mistake("Some of the tokens were left out: average over all rows and tokens.", rows[1]),
        ],
    )


@exercise("05.ablate_feature")
def test_without_neuron_0_nobody_knows_what_follows_token_0(learner, counting):
    """A feature that is neuron 0: the tokens 1 that follow a 0 fall from probability 2/3 to 1/3."""
    follow_0 = torch.tensor([[1.0, 0, 0, 1]])
    rise = log(2) * follow_0
    activation, direction = (TEXT == 0).float(), torch.tensor([1.0, 0, 0])
    expect(learner.effects.ablate_feature(counting, TEXT, activation, direction), "rise of the loss").to_equal(
        rise,
        atol=1e-6,
        watch_for=[
            mistake("Clean minus ablated: the sign is wrong.", -rise),
            mistake("The feature was added: take it away.", log(3 / 4) * follow_0),  # on at 2: 9/8, not 3/2
            mistake("The feature's part stands in place of the neurons: take it from them.", log(2) * (1 - follow_0)),
            mistake(
                "The feature's part, negative, stands in place of the neurons: take it from them.",
                log(2) + log(3) * follow_0,  # on at −1: 1/9, not 2/3
            ),
            mistake("This is the ablated loss itself: take the clean one from it.", rise + log(3 / 2)),
            mistake("Perplexities were compared: take the losses.", 1.5 * follow_0),
            mistake("The feature was not taken out; at the last position alone, no loss sees it.", 0 * rise),
            mistake("The feature was taken out at one position only.", rise * torch.tensor([1, 0, 0, 0])),
            mistake("The feature was taken out at one position only.", rise * torch.tensor([0, 0, 0, 1])),
            mistake("This is the loss on the token at hand, not the next.", -log(2) * torch.tensor([[0.0, 0, 1, 0]])),
            mistake("The average over tokens is not asked: give every token's.", rise.mean()),
            mistake("The average over tokens is not asked: give every token's.", rise.mean(1)),
        ],
    )


@exercise("05.ablate_feature")
def test_only_as_much_is_taken_as_the_feature_explains(learner, counting):
    """Half of neuron 0: the probability falls to 1/2. The other half is not the feature's and stays."""
    activation, direction = (TEXT == 0) / 2, torch.tensor([1.0, 0, 0])
    follow_0 = torch.tensor([[1.0, 0, 0, 1]])
    expect(learner.effects.ablate_feature(counting, TEXT, activation, direction), "rise of the loss").to_equal(
        log(4 / 3) * follow_0,
        atol=1e-6,
        watch_for=[
            mistake("All that lies along the direction was taken: take `activation` of it.", log(2) * follow_0),
            mistake("The feature was taken out at one position only.", log(4 / 3) * torch.tensor([[1.0, 0, 0, 0]])),
            mistake("The feature was taken out at one position only.", log(4 / 3) * torch.tensor([[0.0, 0, 0, 1]])),
        ],
    )


@exercise("05.ablate_feature")
def test_the_direction_has_a_length(learner, counting):
    """A quarter of a direction of length 2 is as much as half of a unit vector."""
    activation, direction = (TEXT == 0) / 4, torch.tensor([2.0, 0, 0])
    follow_0 = torch.tensor([[1.0, 0, 0, 1]])
    three_quarters = log((4**0.75 + 2) / 4**0.75) - log(3 / 2)
    expect(learner.effects.ablate_feature(counting, TEXT, activation, direction), "rise of the loss").to_equal(
        log(4 / 3) * follow_0,
        atol=1e-6,
        watch_for=[
            mistake("The direction was normalised: use it as it is.", three_quarters * follow_0),
            mistake("All that lies along the direction was taken: take `activation` of it.", log(2) * follow_0),
        ],
    )


@exercise("05.ablate_feature")
def test_where_a_feature_did_harm_the_loss_falls(learner, counting):
    """Neuron 2 would make a 0 likely. One unit of it is taken where it is 0, down to −1: token 0 falls to 1/4 of 1."""
    activation, direction = torch.ones(1, 5), torch.tensor([0.0, 0, 1])
    harmed = log((4 + 1 + 1 / 4) / 4) - log(3 / 2)
    rise = torch.tensor([[harmed, harmed, log(2), harmed]])
    expect(learner.effects.ablate_feature(counting, TEXT, activation, direction), "rise of the loss").to_equal(
        rise,
        atol=1e-6,
        watch_for=[
            mistake("The size of the change: it has a sign.", rise.abs()),
            mistake("What is left went through a ReLU: it may be negative.", torch.tensor([[0, 0, log(2), 0]])),
        ],
    )


# Logits of token 0, 1, 2 after each of two texts of three tokens
TEXTS = torch.tensor([[0, 1, 2], [2, 2, 0]])
CLEAN = log(4) * torch.tensor([[[0.0, 1, 0], [0, 0, 1], [1, 0, 0]], [[1, 0, 0], [1, 0, 0], [0, 1, 0]]])


@exercise("05.steer")
def test_three_units_of_neuron_2_make_token_0_likely_everywhere(learner, counting):
    """1.5 of a direction of length 2."""
    towards_0 = log(4) * torch.tensor([1.0, 0, 0])
    towards = 3 * towards_0
    steered = CLEAN + towards
    last = CLEAN.clone()
    last[:, -1] += towards
    got = learner.effects.steer(counting, TEXTS, torch.tensor([0.0, 0, 2]), 1.5)
    expect(got, "logits").to_equal(
        steered,
        atol=1e-5,
        watch_for=[
            mistake(
                "What was there is lost: add to the activations, and give all of the logits.", towards.expand(2, 3, 3)
            ),
            mistake("The activations were multiplied: add to them.", CLEAN * torch.tensor([3.0, 0, 0])),
            mistake("The activations were multiplied: add to them.", CLEAN * torch.tensor([1.5, 1, 1])),
            mistake("The activations were multiplied: add to them.", CLEAN * 1.5),
            mistake("The feature was pinned: add to what is there of it.", CLEAN * torch.tensor([0.0, 1, 1]) + towards),
            mistake(
                "Only neurons that are on were steered: steer at every position.", CLEAN * torch.tensor([4.0, 1, 1])
            ),
            mistake("Only the last position's logits came back.", steered[:, -1]),
            mistake("Only the last position was steered.", last),
            mistake("The direction was normalised: use it as it is.", CLEAN + 1.5 * towards_0),
            mistake("The amount was left out.", CLEAN + 2 * towards_0),
            mistake("The direction was taken away: add it.", CLEAN - towards),
            mistake("These are probabilities: logits are asked.", steered.softmax(-1)),
            mistake("These are log-probabilities: logits are asked.", steered.log_softmax(-1)),
            mistake("The effect on the logits was centred: that is `logit_effect`.", steered - log(4)),
        ],
    )


@exercise("05.steer")
def test_a_negative_amount_turns_it_down(learner, counting):
    """Two units of neuron 0 less: it is on at −1 after a 0, and at −2 elsewhere."""
    steered = CLEAN - 2 * log(4) * torch.tensor([0.0, 1, 0])
    expect(learner.effects.steer(counting, TEXTS, torch.tensor([1.0, 0, 0]), -2.0), "logits").to_equal(
        steered,
        atol=1e-5,
        watch_for=[
            mistake("What came out went through a ReLU: it may be negative.", CLEAN * torch.tensor([1.0, 0, 1])),
            mistake("The activations were multiplied: add to them.", CLEAN * torch.tensor([0.0, -2, 0])),
        ],
    )


@exercise("05.steer")
def test_no_steering_leaves_the_logits_alone(learner, counting):
    expect(learner.effects.steer(counting, TEXTS, torch.tensor([1.0, -1, 2]), 0.0), "logits").to_equal(CLEAN, atol=1e-5)

"""The network with a hidden layer, on weights of the grader's choice."""

import torch

from autograder import exercise, expect, mistake
from exercises.kit.step00.data import load_digits


def network(draw, hidden=12):
    """Weights with about half of the hidden units on, and biases that matter."""
    return draw.normal(hidden, 784) / 14, draw.normal(hidden), draw.normal(10, hidden), draw.normal(10)


def forward(x, W1, b1, W2, b2):
    return (x @ W1.T + b1).relu() @ W2.T + b2


@exercise("00.mlp_logits")
def test_any_network(learner, reference, draw):
    for batch, hidden in ((1, 5), (10, 10), (6, 32)):
        x, (W1, b1, W2, b2) = draw.uniform(batch, 784), network(draw, hidden)
        expect(learner.mlp.mlp_logits(x, W1, b1, W2, b2), "logits").to_match(
            reference.mlp.mlp_logits(x, W1, b1, W2, b2),
            atol=1e-4,
            watch_for=[
                mistake("The hidden layer has no ReLU.", (x @ W1.T + b1) @ W2.T + b2),
                mistake("The hidden biases were left out.", (x @ W1.T).relu() @ W2.T + b2),
                mistake("The logits went through a ReLU too.", forward(x, W1, b1, W2, b2).relu()),
            ],
        )


@exercise("00.train_mlp")
def test_shapes_and_seeds(learner, draw):
    x, labels = draw.uniform(24, 784), draw.integers(0, 10, 24)
    how = {"hidden": 9, "epochs": 1, "batch_size": 7}
    first, again, other = (learner.mlp.train_mlp(x, labels, **how, seed=seed) for seed in (3, 3, 4))
    for weights, shape in zip(first, ((9, 784), (9,), (10, 9), (10,)), strict=True):
        expect(weights, "weights").to_have_shape(*shape)
        expect(weights, "weights").to_be_finite()
    expect(again[0], "W1 when trained again with the same seed").to_equal(first[0], atol=1e-5)
    expect(bool((first[0] - other[0]).abs().max() > 1e-3), "whether another seed gives other weights").to_be_true(
        "Two seeds gave the same weights: draw the first weights from `seed`."
    )


@exercise("00.train_mlp")
def test_digits_are_learned_with_many_different_units(learner, draw):
    """The loss falls, nearly all training digits are told apart, and most others, by units that differ.

    Measured, 25 seeds × 5 initialisations: accuracy 0.962–0.994 on the training digits, 0.840–0.897 on the others; loss
    on the training digits 0.07–0.18. Networks trained without their ReLU: loss 0.25–0.76.
    """
    images, labels = load_digits()
    x = images.flatten(1).float() / 255
    weights = learner.mlp.train_mlp(
        x[:500], labels[:500], hidden=32, epochs=10, batch_size=50, learning_rate=5e-3, seed=draw.seed()
    )
    logits = forward(x, *weights)
    right = (logits.argmax(1) == labels).float()
    loss = torch.nn.functional.cross_entropy(logits[:500], labels[:500])
    expect(right[:500].mean().item(), "accuracy on the 500 training digits").to_be_at_least(0.93)
    expect(loss, "loss on the 500 training digits").to_be_at_most(0.23)
    expect(right[500:].mean().item(), "accuracy on digits it has not seen").to_be_at_least(0.80)
    expect(torch.linalg.matrix_rank(weights[0]).item(), "number of different hidden units").to_be_at_least(16)


@exercise("00.first_layer_filters")
def test_any_number_of_units(learner, reference, draw):
    for hidden in (1, 10, 32):
        W1 = draw.normal(hidden, 784) + draw.normal(784)
        expect(learner.mlp.first_layer_filters(W1), "filters").to_match(reference.mlp.first_layer_filters(W1))


@exercise("00.class_selectivity")
def test_any_activations(learner, reference, draw):
    labels = torch.cat([torch.arange(10), draw.integers(0, 10, 70), torch.full((20,), 6)])
    activations = 2 * draw.normal(10, 8)[labels] + draw.normal(100, 8) + draw.normal(8)
    means = torch.stack([activations[labels == c].mean(0) for c in range(10)])
    centred = means - means.mean(0)
    off_by_images = (means - activations.mean(0)) ** 2
    best = reference.mlp.class_selectivity(activations, labels)
    expect(learner.mlp.class_selectivity(activations, labels), "selectivities").to_match(
        best,
        atol=1e-4,
        watch_for=[
            mistake("The factor 0.9 is missing.", best * 0.9),
            mistake("The class means were not centred.", means.square().max(0).values / (0.9 * means.square().sum(0))),
            mistake("Centre with the mean of the ten class means, not with the mean over images.",
                    off_by_images.max(0).values / (0.9 * off_by_images.sum(0))),
            mistake("The factor 0.9 was multiplied by: divide by it.", best * 0.81),
            mistake("Sizes were taken in place of squares.", centred.abs().amax(0) / (0.9 * centred.abs().sum(0))),
            mistake("Only the highest class counts here: one far below the others is as telling.",
                    centred.amax(0).square() / (0.9 * centred.square().sum(0))),
        ],
    )  # fmt: skip


@exercise("00.class_selectivity")
def test_scale_sign_and_offset_do_not_matter(learner, reference, draw):
    labels = torch.arange(10).repeat(6)
    activations = draw.normal(10, 5)[labels] + 0.5 * draw.normal(60, 5)
    best = reference.mlp.class_selectivity(activations, labels)
    scaled = activations * torch.tensor([-1.0, 0.01, 30.0, -4.0, 1.0]) + torch.tensor([0.0, 0.02, -50.0, 4.0, 9.0])
    expect(
        learner.mlp.class_selectivity(scaled, labels), "selectivities of scaled, flipped and shifted units"
    ).to_match(best, atol=1e-3)


@exercise("00.class_selectivity")
def test_silent_units_among_others(learner, reference, draw):
    labels = torch.arange(10).repeat(3)
    activations = draw.normal(30, 4).relu()
    activations[:, draw.permutation(4)[:2]] = 0
    expect(learner.mlp.class_selectivity(activations, labels), "selectivities with silent units").to_match(
        reference.mlp.class_selectivity(activations, labels), atol=1e-4
    )


@exercise("00.effective_template", part="template")
def test_template_of_any_image(learner, reference, draw):
    for _ in range(3):
        x, weights = draw.uniform(784), network(draw)
        template, _ = reference.mlp.effective_template(x, *weights)
        W1, _, W2, _ = weights
        without_bias = (W2 * (W1 @ x > 0)) @ W1
        expect(learner.mlp.effective_template(x, *weights)[0], "effective template").to_match(
            template,
            atol=1e-4,
            watch_for=[
                mistake("All hidden units were counted, also those that are off.", W2 @ W1),
                mistake("b1 was left out when deciding which units are on.", without_bias),
            ],
        )


@exercise("00.effective_template", part="template")
def test_unit_at_exactly_zero_is_off(learner, reference, draw):
    x, (W1, b1, W2, b2) = draw.uniform(784), network(draw)
    W1[3], b1[3], x[100] = 0, -1, 0.5
    W1[3, 100] = 2
    template, _ = reference.mlp.effective_template(x, W1, b1, W2, b2)
    counted = template + W2[:, 3, None] * W1[3]
    expect(learner.mlp.effective_template(x, W1, b1, W2, b2)[0], "effective template").to_match(
        template,
        atol=1e-4,
        watch_for=[
            mistake("A unit whose pre-activation is exactly 0 was counted: only those above 0 are on.", counted)
        ],
    )


@exercise("00.effective_template", part="bias")
def test_bias_of_any_image(learner, reference, draw):
    for _ in range(3):
        x, weights = draw.uniform(784), network(draw)
        _, bias = reference.mlp.effective_template(x, *weights)
        _, b1, W2, b2 = weights
        expect(learner.mlp.effective_template(x, *weights)[1], "effective bias").to_match(
            bias,
            atol=1e-4,
            watch_for=[
                mistake("Only b2 was returned: the hidden biases go through W2 as well.", b2),
                mistake("The biases of units that are off were counted too.", W2 @ b1 + b2),
                mistake("b2 was left out.", bias - b2),
            ],
        )

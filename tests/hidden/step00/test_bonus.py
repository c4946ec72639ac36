"""The bonus exercises, on inputs of the grader's choice."""

import torch

from autograder import exercise, expect, mistake


@exercise("00.train_with_weight_decay")
def test_full_batch_training_with_decay(learner, reference, draw):
    x, labels = draw.uniform(12, 784), draw.integers(0, 10, 12)
    decay = draw.choice([0.05, 0.3])
    how = {"epochs": 5, "batch_size": 12, "learning_rate": 0.2, "seed": draw.seed()}
    W, bias = reference.bonus.train_with_weight_decay(x, labels, decay, **how)
    doubled, _ = reference.bonus.train_with_weight_decay(x, labels, 2 * decay, **how)
    without, _ = reference.bonus.train_with_weight_decay(x, labels, 0.0, **how)
    got_W, got_bias = learner.bonus.train_with_weight_decay(x, labels, decay, **how)
    expect(got_W, "W after five steps on all images").to_match(
        W,
        atol=1e-5,
        watch_for=[
            mistake("The decay is twice too strong: the gradient of ½‖W‖² is W.", doubled),
            mistake("The weights do not decay.", without),
        ],
    )
    expect(got_bias, "bias after five steps on all images").to_match(bias, atol=1e-5)


@exercise("00.train_with_weight_decay")
def test_every_batch_decays_once(learner, reference, draw):
    x, labels = draw.uniform(1, 784).expand(7, 784), draw.integers(0, 10, 1).expand(7)
    how = {"epochs": 2, "batch_size": 3, "learning_rate": 5e-4, "seed": draw.seed()}
    W, _ = reference.bonus.train_with_weight_decay(x, labels, 100.0, **how)
    expect(learner.bonus.train_with_weight_decay(x, labels, 100.0, **how)[0], "W").to_match(W, atol=1e-5)


@exercise("00.train_with_weight_decay")
def test_seeds(learner, draw):
    x, labels, seed = draw.uniform(20, 784), draw.integers(0, 10, 20), draw.seed()
    how = {"epochs": 1, "batch_size": 4}
    first, again, other = (
        learner.bonus.train_with_weight_decay(x, labels, 0.01, **how, seed=each)[0] for each in (seed, seed, seed + 1)
    )
    expect(again, "W when trained again with the same seed").to_equal(first, atol=1e-5)
    expect(bool((first - other).abs().max() > 1e-4), "whether another seed gives other weights").to_be_true(
        "Two seeds gave the same weights: draw the order of the images from `seed`."
    )


@exercise("00.roughness")
def test_any_pictures(learner, reference, draw):
    images = draw.normal(5, 28, 28) * torch.tensor([1, 0.01, 20, 0, 1])[:, None, None]  # faint, strong, and empty
    images[4] = images[4].cumsum(0)  # smooth downwards, rough sideways
    rough, size = reference.bonus.roughness(images), images.square().sum((1, 2)).clamp_min(1e-30)
    expect(learner.bonus.roughness(images), "roughness").to_match(
        rough,
        watch_for=[
            mistake("Only sideways neighbours were compared.", images.diff(dim=2).square().sum((1, 2)) / size),
            mistake("Only neighbours above each other were compared.", images.diff(dim=1).square().sum((1, 2)) / size),
            mistake("Pixels at one edge were compared with those at the other.",
                    sum((images - images.roll(1, axis)).square().sum((1, 2)) for axis in (1, 2)) / size),
            mistake("The differences were not squared.",
                    sum(images.diff(dim=axis).abs().sum((1, 2)) for axis in (1, 2)) / size),
            mistake("It was not divided by the sum of squared pixels.", rough * images.square().sum((1, 2))),
        ],
    )  # fmt: skip


@exercise("00.adversarial_nudge")
def test_the_target_ends_a_margin_above_the_old_prediction(learner, reference, draw):
    for _ in range(3):
        x, W, bias = draw.uniform(784), draw.normal(10, 784) / 14, draw.normal(10)
        z = reference.softmax_regression.logits(x[None], W, bias)[0]
        target, margin = int(z.argsort()[int(draw.integers(0, 9, 1))]), draw.choice([0.0, 0.5, 2.0])
        nudged = reference.bonus.adversarial_nudge(x, W, bias, target, margin)
        nudge, squared = nudged - x, (W[target] - W[z.argmax()]).square().sum()
        alone = margin / (z.amax() - z[target] + margin)
        expect(learner.bonus.adversarial_nudge(x, W, bias, target, margin), "nudged image").to_match(
            nudged,
            atol=1e-4,
            watch_for=[
                mistake("The image comes back as it was.", x),
                mistake("The nudge goes the wrong way.", x - nudge),
                mistake("The margin is left out.", x + (1 - alone) * nudge),
                mistake("The nudge makes up for the margin alone, and not for the gap between the logits.",
                        x + alone * nudge),
                mistake("The nudge is not divided by the squared length of its direction.", x + squared * nudge),
                mistake("The nudge is divided by the length of its direction where the square is needed.",
                        x + squared.sqrt() * nudge),
            ],
        )  # fmt: skip


@exercise("00.adversarial_nudge")
def test_an_image_that_is_already_there_stays(learner, reference, draw):
    x, W, bias = draw.uniform(784), draw.normal(10, 784) / 14, draw.normal(10)
    target = int(reference.softmax_regression.logits(x[None], W, bias)[0].argmax())
    expect(learner.bonus.adversarial_nudge(x, W, bias, target), "image already called the target").to_equal(x)

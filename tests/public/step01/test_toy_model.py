"""The toy model, its loss, and what training makes of it when features are dense and when they are sparse."""

import torch

from autograder import exercise, expect, mistake
from exercises.kit.step01.shapes import regular_polygon


@exercise("01.forward")
def test_two_features_in_one_dimension(learner):
    """W = [1, −1]: the hidden value is x0 − x1, and the ReLU keeps it for feature 0 or for feature 1."""
    model = learner.toy_model.ToyModel(torch.tensor([[[1.0, -1.0]]]), torch.zeros(1, 2))
    x = torch.tensor([[0.5, 0.0], [0.0, 0.75], [1.0, 0.25]])[:, None]
    before_relu = torch.tensor([[0.5, -0.5], [-0.75, 0.75], [0.75, -0.75]])[:, None]
    expect(model.forward(x), "x̂ of each feature alone, and of both").to_equal(
        before_relu.relu(),
        watch_for=[
            mistake("The ReLU is missing.", before_relu),
            mistake(
                "The hidden dimensions went through a ReLU too.",
                torch.tensor([[0.5, 0], [0, 0], [0.75, 0]])[:, None],
            ),
        ],
    )


@exercise("01.forward")
def test_each_instance_has_its_own_weights(learner):
    """Instance 0 keeps feature 0, instance 1 keeps feature 1 at twice its size squared."""
    W = torch.tensor([[[1.0, 0.0]], [[0.0, 2.0]]])
    model = learner.toy_model.ToyModel(W, torch.tensor([[0.0, 0.1], [0.2, -1.0]]))
    x = torch.tensor([[[0.3, 0.4], [0.3, 0.4]]])
    expect(model.forward(x), "x̂").to_equal(torch.tensor([[[0.3, 0.1], [0.2, 0.6]]]), atol=1e-6)


@exercise("01.forward")
def test_without_relu_the_model_is_linear(learner):
    model = learner.toy_model.ToyModel(torch.tensor([[[1.0, -1.0]]]), torch.tensor([[0.0, 0.1]]), relu=False)
    expect(model.forward(torch.tensor([[[0.5, 0.0]]])), "x̂").to_equal(torch.tensor([[[0.5, -0.4]]]))


@exercise("01.importance_weighted_loss")
def test_mean_over_batch_and_features_then_sum_over_instances(learner):
    """Errors of 1 and 2 in instance 0, of 3 in instance 1."""
    x = torch.zeros(2, 2, 2)
    x_hat = torch.zeros(2, 2, 2)
    x_hat[0, 0] = torch.tensor([1.0, -2.0])
    x_hat[1, 1, 0] = 3
    importance = torch.tensor([[1.0, 0.5], [2.0, 1.0]])
    total = 1 * 1 + 0.5 * 4 + 2 * 9.0
    expect(learner.toy_model.importance_weighted_loss(x, x_hat, importance), "loss").to_equal(
        torch.tensor(total / 4),
        watch_for=[
            mistake("Everything was averaged: instances should be added up.", torch.tensor(total / 8)),
            mistake("Everything was added up: average over the batch and the features.", torch.tensor(total)),
            mistake("Features were added up: average over them too.", torch.tensor(total / 2)),
            mistake("The importance was squared: it belongs outside of the square.", torch.tensor((1 + 1 + 36) / 4)),
            mistake("The importance was left out.", torch.tensor((1 + 4 + 9) / 4)),
        ],
    )


def errors_of_five_sizes():
    """(x, x̂, importance) with another batch, number of instances and number of features each time."""
    generator = torch.Generator().manual_seed(0)
    return [
        tuple(torch.rand(shape, generator=generator) for shape in ((b, i, f), (b, i, f), (i, f)))
        for b, i, f in ((2, 1, 3), (3, 2, 2), (4, 3, 5), (5, 2, 4), (3, 4, 6))
    ]


@exercise("01.importance_weighted_loss")
def test_the_losses_of_five_sizes(learner):
    errors = [(x, x_hat, importance + 0.3) for x, x_hat, importance in errors_of_five_sizes()]
    losses = [learner.toy_model.importance_weighted_loss(*case) for case in errors]
    losses = [loss.item() if isinstance(loss, torch.Tensor) and not loss.ndim else loss for loss in losses]
    right = [0.03355309, 0.4014615, 0.4076083, 0.2445045, 0.4798133]  # by the course's solution

    def times(size):
        return [loss * size(*x.shape) for loss, (x, _, _) in zip(right, errors, strict=True)]

    expect(losses, "losses of five models").to_equal(
        right,
        rtol=1e-5,
        watch_for=[
            mistake("Instances were averaged: add them up.", times(lambda batch, instances, features: 1 / instances)),
            mistake("Features were added up: average over them.", times(lambda batch, instances, features: features)),
            mistake("The batch was added up: average over it.", times(lambda batch, instances, features: batch)),
            mistake("Everything was added up: average over the batch and the features.",
                    times(lambda batch, instances, features: batch * features)),
            mistake("Features were added up, and instances averaged: it is the other way round.",
                    times(lambda batch, instances, features: features / instances)),
            mistake("The importance was squared.", [0.01609762, 0.3651269, 0.3711399, 0.2375413, 0.4005913]),
            mistake("The importance was left out.", [0.07621103, 0.4670347, 0.5102416, 0.273508, 0.6629683]),
            mistake("Absolute errors were taken, not squares.",
                    [0.09980731, 0.7350348, 0.8106143, 0.4998678, 1.013943]),
            mistake("The sum over features was divided by the sum of their importance: divide by their number.",
                    [0.07267433, 0.4583581, 0.530183, 0.3110069, 0.6124176]),
        ],
    )  # fmt: skip


@exercise("01.linear_solution")
def test_it_finds_the_directions_of_greatest_variance(learner):
    """Features 0 and 2 vary most; feature 1 has a mean that only b can give back."""
    x = torch.tensor([[3.0, 1.5, 0], [-3, 1.5, 0], [0, 0.5, 2], [0, 0.5, -2]])
    W, b = learner.linear_model.linear_solution(x, 2)
    expect(W, "W").to_have_shape(2, 3)
    least = torch.diag(torch.tensor([0.0, 1, 1]))
    expect(W.T @ W, "WᵀW").to_equal(
        torch.diag(torch.tensor([1.0, 0, 1])),
        atol=1e-5,
        watch_for=[mistake("The directions of least variance were kept; `eigh`, for one, sorts upwards.", least)],
    )
    expect(b, "b").to_equal(
        torch.tensor([0.0, 1, 0]),
        atol=1e-5,
        watch_for=[mistake("b is left out: the mean of what is projected away is lost.", torch.zeros(3))],
    )


@exercise("01.linear_solution")
def test_a_direction_need_not_be_a_feature(learner):
    """The samples spread along (2, 3, 6), and a little across it. With torch's `svd`, rows of Vh are the directions."""
    x = torch.tensor([[2.0, 3, 6], [0.6, 0.2, -0.3], [0.15, -0.3, 0.1]])
    W, _ = learner.linear_model.linear_solution(torch.cat([x, -x]), 1)
    direction = torch.tensor([2.0, 3, 6]) / 7
    expect(W, "W").to_have_shape(1, 3)
    expect(W.T @ W, "WᵀW").to_equal(direction[:, None] * direction, atol=1e-5)


@exercise("01.linear_solution")
def test_the_mean_is_no_variance(learner):
    """Feature 0 is always about 10 and hardly varies: a plain singular value decomposition would choose it."""
    x = torch.tensor([[10.0, 1], [10.1, -1], [9.9, 2], [10, -2]])
    W, b = learner.linear_model.linear_solution(x, 1)
    expect((W.T @ W)[1, 1].item(), "share of feature 1 in WᵀW").to_be_within(0.99, 1.01)
    expect((x @ W.T @ W + b - x).square().mean().item(), "mean squared error").to_be_at_most(0.01)


SETTINGS = {"steps": 300, "batch_size": 128, "learning_rate": 0.03}  # short, and long enough


def sweep(learner, **changes):
    """Ten dense models (all features always present) and ten sparse ones, five features in two dimensions."""
    probability = torch.tensor([1.0] * 10 + [0.03] * 10)[:, None].expand(20, 5)
    falling, equal = torch.tensor([1.0, 0.8, 0.2, 0.1, 0.05]), torch.ones(5)
    importance = torch.stack([falling] * 10 + [equal] * 10)
    return learner.toy_model.train_toy_models(probability, importance, 2, **SETTINGS | {"seed": 0} | changes)


@exercise("01.train_toy_models")
def test_one_set_of_weights_for_each_instance_and_the_seed_decides(learner):
    first, again, other = (sweep(learner, steps=5, seed=seed) for seed in (3, 3, 4))
    expect(first.W, "W").to_have_shape(20, 2, 5)
    expect(first.b, "b").to_have_shape(20, 5)
    expect(again.W, "W when trained again with the same seed").to_equal(first.W, atol=1e-5)
    expect(bool((first.W - other.W).abs().max() > 1e-3), "whether another seed gives other weights").to_be_true(
        "Two seeds gave the same weights: draw the start and the batches from `seed`."
    )


@exercise("01.train_toy_models")
def test_dense_keeps_the_two_most_important_and_sparse_keeps_all_five(learner):
    """Dense models keep the two most important features alone, sparse ones all five.

    Measured over 60 seeds: 98 % of dense models do and 93 % of sparse ones; two of three from a start that is wider
    than asked.
    """
    norms = sweep(learner).W.norm(dim=1)
    dense = int(((norms[:10, :2] > 0.8).all(1) & (norms[:10, 2:] < 0.4).all(1)).sum())
    expect(dense, "dense models, of ten, that keep the two most important features alone").to_be_at_least(4)
    sparse = int((norms[10:] > 0.5).all(1).sum())
    expect(sparse, "sparse models, of ten, that represent all five features").to_be_at_least(4)


@exercise("01.partners")
def test_features_that_come_together_are_not_put_opposite_each_other(learner):
    """Two pairs in two dimensions, of which both come or neither: hardly any model puts them opposite.

    Measured: at most 2 % are opposite; of independent ones 32 %.
    """
    model = learner.toy_model.train_toy_models(
        torch.full((16, 4), 0.05), torch.ones(16, 4), 2, data="correlated", seed=0, **SETTINGS
    )
    opposite = int((partner_cosines(model.W) < -0.8).all(1).sum())
    expect(opposite, "models, of sixteen, that put the partners of both pairs opposite each other").to_be_at_most(
        3, idle=("features that know nothing of each other", 5)
    )


@exercise("01.partners")
def test_features_that_never_meet_are_put_opposite_each_other(learner):
    """Two pairs, of which never both come: models put both pairs opposite.

    Measured: 83 to 100 % of models; of independent features 10 to 22 %.
    """
    model = learner.toy_model.train_toy_models(
        torch.full((16, 4), 0.5), torch.ones(16, 4), 2, data="anticorrelated", seed=0, **SETTINGS
    )
    opposite = int((partner_cosines(model.W) < -0.8).all(1).sum())
    expect(opposite, "models, of sixteen, that put the partners of both pairs opposite each other").to_be_at_least(
        8, idle=("features that know nothing of each other", 3)
    )


def partner_cosines(W):
    """Cosine between features 0 and 1, and between 2 and 3, of every instance."""
    return torch.cosine_similarity(W[:, :, ::2], W[:, :, 1::2], dim=1)


@exercise("01.forward")
def test_a_pentagon_recovers_one_feature_at_a_time(learner):
    """With b = −cos 72° the interference of a single feature stays below zero and vanishes in the ReLU."""
    cos72 = 0.309017
    model = learner.toy_model.ToyModel(regular_polygon(5)[None], torch.full((1, 5), -cos72))
    expect(model.forward(torch.eye(5)[:, None]), "x̂ of each feature alone").to_equal(
        torch.eye(5)[:, None] * (1 - cos72), atol=1e-5
    )


def collisions(learner, W, x, b=None, importance=None):
    """`collision_losses` of a model W [instance, hidden, feature] on examples x [batch, feature], for each instance."""
    W, x = torch.tensor(W), torch.tensor(x)
    model = learner.toy_model.ToyModel(W, torch.zeros(len(W), W.shape[2]) if b is None else torch.tensor(b))
    x = x[:, None].expand(-1, len(W), -1)
    importance = torch.ones(len(W), W.shape[2]) if importance is None else torch.tensor(importance)
    return learner.toy_model.collision_losses(model, x, importance)


@exercise("01.collision_losses")
def test_an_opposite_pair_loses_by_meeting_alone(learner):
    """Each alone is perfect. Of 0.6 and 0.4 the first comes out as 0.2, the second as 0: each is off by 0.4."""
    found = collisions(learner, [[[1.0, -1.0]]], [[0.6, 0.4], [0.5, 0.0]])
    expect(found.apart, "loss if they never met").to_equal(torch.zeros(1), atol=1e-6)
    expect(found.together, "loss as they come").to_equal(
        torch.tensor([0.08]),
        watch_for=[
            mistake("Errors are added up over features: take the mean.", torch.tensor([0.16])),
            mistake("Errors are added up over examples: take the mean.", torch.tensor([0.16])),
        ],
    )
    expect(found.to_blame, "whether meeting is to blame").to_equal(torch.tensor([True]))


@exercise("01.collision_losses")
def test_what_a_feature_does_to_the_others_is_its_own(learner):
    """The second output reads the first feature, too: 0.5 of it, alone or not."""
    found = collisions(learner, [[[1.0, 0.5]]], [[0.8, 0.0], [0.4, 0.0]])
    right = torch.tensor([(0.4**2 + 0.2**2) / 4])
    expect(found.apart, "loss if they never met").to_equal(
        right,
        rtol=1e-4,
        watch_for=[mistake("Only the output of the feature itself is looked at: its traces count.", torch.zeros(1))],
    )
    expect(found.together, "loss as they come").to_equal(right, rtol=1e-4)


@exercise("01.collision_losses")
def test_a_feature_that_is_left_out_loses_by_itself(learner):
    """Two features have a dimension each, the third comes out as a constant ½: what they do to the loss adds up."""
    W, x = [[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]], [[0.9, 0.3, 0.7], [0.2, 0.8, 0.1]]
    found = collisions(learner, W, x, b=[[0.0, 0.0, 0.5]])
    right = torch.tensor([(0.2**2 + 0.4**2) / 6])
    expect(found.together, "loss as they come").to_equal(right, rtol=1e-4)
    expect(found.apart, "loss if they never met").to_equal(
        right,
        rtol=1e-4,
        watch_for=[
            mistake(
                "What is lost when nothing is present is counted with every feature: once is enough.",
                right + 2 * 0.25 / 3,
            ),
            mistake("What is lost when nothing is present is left out.", right - 0.25 / 3),
        ],
    )
    expect(found.to_blame, "whether meeting is to blame").to_equal(torch.tensor([False]))


@exercise("01.collision_losses")
def test_each_instance_and_its_importance(learner):
    """A feature that comes out at half its size, and an opposite pair; importance 3 and 1, then 2 and 0.5."""
    W, x = [[[0.5**0.5, 0.0], [0.0, 1.0]], [[1.0, -1.0], [0.0, 0.0]]], [[0.8, 0.4]]
    found = collisions(learner, W, x, importance=[[3.0, 1.0], [2.0, 0.5]])
    expect(found.apart, "losses if they never met").to_equal(torch.tensor([0.24, 0.0]), atol=1e-6)
    expect(found.together, "losses as they come").to_equal(
        torch.tensor([0.24, 0.2]),
        rtol=1e-4,
        watch_for=[mistake("Importance is left out.", torch.tensor([0.08, 0.16]))],
    )
    expect(found.to_blame, "whether meeting is to blame").to_equal(
        torch.tensor([False, True]), parts=("a feature at half its size", "an opposite pair")
    )


@exercise("01.collision_losses")
def test_six_models_of_any_weights(learner):
    """From small weights to large ones: the larger, the more they lose by meeting."""
    generator = torch.Generator().manual_seed(381)
    size = torch.linspace(0.6, 1.5, 6)[:, None, None]
    W, b = size * (2 * torch.rand(6, 2, 4, generator=generator) - 1), 0.5 * torch.rand(6, 4, generator=generator) - 0.2
    x, importance = torch.rand(5, 6, 4, generator=generator), torch.rand(6, 4, generator=generator) + 0.4
    found = learner.toy_model.collision_losses(learner.toy_model.ToyModel(W, b), x, importance)
    # by the course's solution
    apart = torch.tensor([0.1728651, 0.1712899, 0.08737173, 2.017921, 1.188418, 5.053239])
    together = torch.tensor([0.09481336, 0.08703791, 0.05300462, 2.3877, 2.501049, 14.65202])
    nothing = torch.tensor([0.02197303, 0.02187479, 0.01552205, 0.04481367, 0.01263663, 0.03307764])
    all_features, all_examples = "Errors are added up over features.", "Errors are added up over examples."
    expect(found.together, "losses as they come").to_equal(
        together,
        rtol=1e-4,
        watch_for=[
            mistake(all_features, together * 4),
            mistake(all_examples, together * 5),
            mistake("Importance is left out.",
                    torch.tensor([0.1114285, 0.1123187, 0.0728209, 2.04313, 3.521537, 13.58931])),
            mistake("This is the loss if they never met.", apart),
        ],
    )  # fmt: skip
    expect(found.apart, "losses if they never met").to_equal(
        apart,
        rtol=1e-4,
        watch_for=[
            mistake("What is lost when nothing is present is counted with every feature: once is enough.",
                    apart + 3 * nothing),
            mistake("What is lost when nothing is present is left out.", apart - nothing),
            mistake("What a feature adds is its loss alone, less the loss when nothing is present: nothing was taken "
                    "away.", apart + 4 * nothing),
            mistake("The loss with each feature alone is averaged: what each adds should be added up.",
                    (apart + 3 * nothing) / 4),
            mistake("Importance is left out.",
                    torch.tensor([0.2111537, 0.2191528, 0.1242835, 1.704104, 1.59679, 4.692302])),
            mistake("Only the output of the feature itself is looked at: its traces count.",
                    torch.tensor([0.09795099, 0.09663294, 0.06773, 0.3965105, 0.3521391, 0.5486628])),
            mistake("One feature at a time was set to 0: all others should be.",
                    torch.tensor([0.01203, 0.00532395, -0.03269751, 2.644568, 3.761894, 24.2508])),
            mistake("The output for one feature alone was compared with all of x: the other features are 0 here.",
                    torch.tensor([-0.09137329, -0.1613475, -0.1692583, 0.3694291, -0.1531519, 1.661579])),
            mistake(all_features, apart * 4),
            mistake(all_examples, apart * 5),
        ],
    )  # fmt: skip
    expect(found.to_blame, "whether meeting is to blame").to_equal(
        torch.tensor([False, False, False, False, True, True]),
        parts=tuple(f"model {i}" for i in range(6)),
        watch_for=[mistake("To blame is what makes up more than half of the loss: more than `apart`, not more than 0.",
                           together > apart)],
    )  # fmt: skip


@exercise("01.collision_losses")
def test_more_than_half_is_asked(learner):
    """An opposite pair with three biases: the lower the bias, the more each feature loses by itself."""
    b = [[0.0, 0.0], [-0.125, -0.125], [-0.25, -0.25]]
    found = collisions(learner, [[[1.0, -1.0]]] * 3, [[0.5, 0.25], [0.5, 0.0], [0.0, 0.5]], b)
    expect(found.apart, "losses if they never met").to_equal(torch.tensor([0.0, 1 / 96, 1 / 24]), atol=1e-6)
    expect(found.together, "losses as they come").to_equal(torch.tensor([1 / 48, 5 / 128, 7 / 96]), atol=1e-6)
    expect(found.to_blame, "whether meeting is to blame").to_equal(
        torch.tensor([True, True, False]),
        watch_for=[
            mistake("To blame is what makes up more than half of the loss: more than `apart`, not more than 0.",
                    torch.tensor([True, True, True])),
        ],
        parts=("the pair without a bias", "the pair with a small bias", "the pair with a large bias"),
    )  # fmt: skip

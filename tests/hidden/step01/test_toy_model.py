"""Forward pass, loss, linear solution and training, on inputs of the grader's choice. Trained weights are judged by
their geometry, on the host: any rotation, seed, schedule or start that gets there passes."""

import torch

from autograder import exercise, expect, mistake


@exercise("01.forward")
def test_any_weights(learner, reference, draw):
    for batch, instances, hidden, features in ((5, 3, 2, 6), (1, 1, 3, 3)):
        W, b = draw.normal(instances, hidden, features), draw.normal(instances, features)
        x = draw.uniform(batch, instances, features)
        before = torch.einsum("bih,ihf->bif", torch.einsum("bif,ihf->bih", x, W), W)
        after_hidden_relu = torch.einsum("bih,ihf->bif", torch.einsum("bif,ihf->bih", x, W).relu(), W)
        expect(learner.toy_model.ToyModel(W, b).forward(x), "x̂").to_match(
            reference.toy_model.ToyModel(W, b).forward(x),
            atol=1e-5,
            watch_for=[
                mistake("b was left out.", before.relu()),
                mistake("b was added after the ReLU.", before.relu() + b),
                mistake("The hidden dimensions went through a ReLU too.", (after_hidden_relu + b).relu()),
            ],
        )


@exercise("01.forward")
def test_any_linear_model(learner, reference, draw):
    W, b, x = draw.normal(2, 3, 5), draw.normal(2, 5), draw.normal(4, 2, 5)
    expect(learner.toy_model.ToyModel(W, b, relu=False).forward(x), "x̂ without ReLU").to_match(
        reference.toy_model.ToyModel(W, b, relu=False).forward(x), atol=1e-5
    )


@exercise("01.importance_weighted_loss")
def test_any_errors(learner, reference, draw):
    batch, instances, features = 7, 3, 5
    x, x_hat = draw.uniform(batch, instances, features), draw.uniform(batch, instances, features)
    importance = draw.uniform(instances, features)
    loss = reference.toy_model.importance_weighted_loss(x, x_hat, importance)
    expect(learner.toy_model.importance_weighted_loss(x, x_hat, importance), "loss").to_match(
        loss,
        watch_for=[
            mistake("Instances were averaged: add them up.", loss / instances),
            mistake("Features were added up: average over them.", loss * features),
            mistake("The batch was added up: average over it.", loss * batch),
            mistake("Everything was added up: average over batch and features.", loss * batch * features),
            mistake("The importance was squared.", (importance * (x - x_hat)).square().mean((0, 2)).sum()),
            mistake("The importance was left out.", (x - x_hat).square().mean((0, 2)).sum()),
            mistake("Absolute errors were taken, not squares.", (importance * (x - x_hat).abs()).mean((0, 2)).sum()),
            mistake("Features were added up, and instances averaged: it is the other way round.",
                    loss * features / instances),
        ],
    )  # fmt: skip


@exercise("01.linear_solution")
def test_any_samples(learner, reference, draw):
    spread = torch.tensor([4.0, 2.5, 1.5, 0.9, 0.5, 0.3])  # far apart, so that the directions are well determined
    x = spread * draw.uniform(200, 6) @ torch.linalg.qr(draw.normal(6, 6))[0] + 2 * draw.normal(6)
    for hidden in (1, 3, 6):
        W, b = reference.linear_model.linear_solution(x, hidden)
        got_W, got_b = learner.linear_model.linear_solution(x, hidden)
        expect(got_W, "W").to_have_shape(hidden, 6)
        uncentred = torch.linalg.svd(x, full_matrices=False).Vh[:hidden]
        expect(got_W.T @ got_W, "WᵀW").to_match(
            W.T @ W,
            atol=1e-3,
            watch_for=[mistake("The samples were not centred first.", uncentred.T @ uncentred)],
        )
        expect(got_b, "b").to_match(
            b,
            atol=5e-3,
            watch_for=[
                mistake("b is the mean itself: take away the part that WᵀW lets through.", x.mean(0)),
                mistake("b is the mean's projection: it should be what the projection loses.", x.mean(0) - b),
            ],
        )


@exercise("01.linear_solution")
def test_sparse_features_of_different_frequency(learner, draw):
    """Independent features: the most variable ones get a dimension of their own, and nothing is superposed."""
    present = draw.uniform(4000, 5) < torch.tensor([0.02, 0.4, 0.05, 0.9, 0.1])
    x = present * draw.uniform(4000, 5)
    W, _ = learner.linear_model.linear_solution(x, 2)
    expect(W.norm(dim=0), "‖W_i‖").to_equal(torch.tensor([0.0, 1, 0, 1, 0]), atol=0.15, rtol=0)


def train(learner, draw, probability, importance, **changes):
    settings = {"steps": 300, "batch_size": 128, "learning_rate": 0.03, "seed": draw.seed()} | changes
    return learner.toy_model.train_toy_models(probability, importance, 2, **settings).W


@exercise("01.train_toy_models")
def test_sparse_features_make_pentagons(learner, reference, draw):
    """Five sparse features of equal importance, or of importance 0.9^i: pentagons form.

    Ten models of each. Measured over 60 seeds each: 93 and 92 % are pentagons; with other right choices 77 to 88 %
    (rate constant or falling, normal or small start), 67 % (start too wide).
    """
    importance = torch.stack([torch.ones(5)] * 10 + [0.9 ** torch.arange(5.0)] * 10)
    W = train(learner, draw, torch.full((20, 5), 0.03), importance)
    expect(W, "W").to_have_shape(20, 2, 5).to_be_finite()
    pentagons = sum(reference.geometry.pentagon_test(w).is_pentagon for w in W)
    expect(pentagons, "models, of twenty, that found the pentagon").to_be_at_least(7)


@exercise("01.train_toy_models")
def test_dense_features_keep_the_most_important(learner, draw):
    """Dense features: models keep the most important ones and no others.

    Measured over 60 seeds: 97 to 100 % of models do, whatever the schedule; 67 % from a start too wide.
    """
    order = torch.stack([draw.permutation(5) for _ in range(12)])
    importance = torch.tensor([1.0, 0.8, 0.2, 0.1, 0.05])[order]
    norms = train(learner, draw, torch.ones(12, 5), importance).norm(dim=1)
    top = order < 2
    as_they_should = (norms.masked_fill(~top, 1) - 1).abs().amax(1) < 0.2
    as_they_should &= norms.masked_fill(top, 0).amax(1) < 0.4
    expect(int(as_they_should.sum()), "models, of twelve, that keep the two most important alone").to_be_at_least(4)


@exercise("01.train_toy_models")
def test_without_relu_there_is_no_superposition(learner, draw):
    """Sparse, but linear: the two most important features alone are kept.

    Measured over 25 seeds: all models do so; with the ReLU none. (With features present three times in ten, the ReLU
    would keep these two alone in every third model.)
    """
    importance = torch.tensor([1.0, 0.8, 0.2, 0.1, 0.05]).expand(8, 5)
    norms = train(learner, draw, torch.full((8, 5), 0.1), importance, relu=False).norm(dim=1)
    alone = ((norms[:, :2] - 1).abs().amax(1) < 0.15) & (norms[:, 2:].amax(1) < 0.3)
    expect(int(alone.sum()), "linear models, of eight, that keep the two most important alone").to_be_at_least(4)


@exercise("01.train_toy_models")
def test_seeds(learner, draw):
    p, importance = draw.uniform(2, 4, low=0.1), torch.ones(2, 4)
    first, again, other = (train(learner, draw, p, importance, steps=4, seed=seed) for seed in (8, 8, 9))
    expect(again, "W when trained again with the same seed").to_equal(first, atol=1e-5)
    expect(bool((first - other).abs().max() > 1e-4), "whether another seed gives other weights").to_be_true(
        "Two seeds gave the same weights: draw the start and the batches from `seed`."
    )


@exercise("01.partners")
def test_partners_that_exclude_each_other_share_a_dimension(learner, draw):
    """Two pairs, of which never both come: models put them opposite each other.

    Measured over 60 seeds: 83 to 100 % of models put both pairs opposite; of independent features 10 to 22 %.
    """
    W = train(learner, draw, torch.full((16, 4), 0.5), torch.ones(16, 4), data="anticorrelated")
    cosines = torch.cosine_similarity(W[:, :, ::2], W[:, :, 1::2], dim=1)
    opposite = int((cosines < -0.8).all(1).sum())
    expect(opposite, "models, of sixteen, that put exclusive partners opposite each other").to_be_at_least(8)


@exercise("01.collision_losses")
def test_collisions_of_any_model(learner, reference, draw):
    """Weights from small to large: what features do to the loss adds up in some instances, and not in others."""
    for batch, instances, hidden, features in ((30, 4, 2, 5), (6, 1, 3, 4), (1, 3, 2, 3)):
        size = draw.uniform(instances, low=0.2, high=1.2)[:, None, None]
        W, b = size * draw.normal(instances, hidden, features), 0.3 * draw.normal(instances, features)
        x = draw.uniform(batch, instances, features) * (draw.uniform(batch, instances, features) < 0.6)
        importance = draw.uniform(instances, features, low=0.2, high=2.0)
        right = reference.toy_model.collision_losses(reference.toy_model.ToyModel(W, b), x, importance)
        model = learner.toy_model.ToyModel(W, b)
        nothing = (importance * (-b.relu()) ** 2).mean(1)
        plain = reference.toy_model.collision_losses(reference.toy_model.ToyModel(W, b), x, torch.ones_like(importance))
        found = learner.toy_model.collision_losses(model, x, importance)
        expect(found.together, "losses as they come").to_match(
            right.together,
            rtol=1e-4,
            atol=1e-6,
            watch_for=[
                mistake("Importance is left out.", plain.together),
                mistake("Errors are added up over features: take the mean.", right.together * features),
                mistake("Errors are added up over examples: take the mean.", right.together * batch),
            ],
        )
        expect(found.apart, "losses if they never met").to_match(
            right.apart,
            rtol=1e-4,
            atol=1e-6,
            watch_for=[
                mistake("What is lost when nothing is present is counted with every feature: once is enough.",
                        right.apart + (features - 1) * nothing),
                mistake("What is lost when nothing is present is left out.", right.apart - nothing),
                mistake("What a feature adds is its loss alone, less the loss when nothing is present: nothing was "
                        "taken away.", right.apart + features * nothing),
                mistake("The loss with each feature alone is averaged: what each adds should be added up.",
                        (right.apart + (features - 1) * nothing) / features),
                mistake("Importance is left out.", plain.apart),
            ],
        )  # fmt: skip
        if ((right.together - 2 * right.apart).abs() > 1e-4).all():
            expect(found.to_blame, "whether meeting is to blame").to_match(right.to_blame)


@exercise("01.collision_losses")
def test_a_linear_model_without_overlap_adds_up(learner, draw):
    """Features with a dimension each, at sizes of their own, the last one left out: nothing meets."""
    scale = draw.uniform(3, 4, low=0.3, high=1.2)
    scale[:, 3] = 0
    b = torch.zeros(3, 4)
    b[:, 3] = draw.uniform(3)
    model = learner.toy_model.ToyModel(torch.diag_embed(scale), b, relu=False)
    x = draw.uniform(9, 3, 4)
    found = learner.toy_model.collision_losses(model, x, torch.ones(3, 4))
    wanted = ((x - x * scale**2 - b) ** 2).mean((0, 2))
    expect(found.together, "losses as they come").to_match(wanted, rtol=1e-4)
    expect(found.apart, "losses if they never met").to_match(wanted, rtol=1e-4)
    expect(found.to_blame, "whether meeting is to blame").to_equal(torch.zeros(3, dtype=torch.bool))

"""Grokfast and subtraction on other inputs."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake, with_arguments


@exercise("02.grokfast_filter")
def test_a_few_gradients_in_a_row(learner, reference, draw):
    average = reference_average = None
    for _ in range(3):
        gradient = draw.normal(3, 4)
        filtered, average = learner.bonus.grokfast_filter(gradient, average, alpha=0.7, strength=1.5)
        old = reference_average
        expected, new = reference.bonus.grokfast_filter(gradient, old, 0.7, 1.5)
        reference_average = new
        started = [
            mistake("α weighs the new gradient; it should weigh the old average.",
                    lambda old=old, gradient=gradient: 0.3 * old + 0.7 * gradient),
            mistake("The new gradient was added whole: it has a weight, too.",
                    lambda old=old, gradient=gradient: 0.7 * old + gradient),
            mistake("This is the new gradient: the old average is gone.", gradient),
        ] if old is not None else [
            mistake("The average began at 0: the first gradient is its own average.", 0.3 * gradient),
        ]  # fmt: skip
        expect(average, "average").to_match(new, watch_for=started)
        expect(filtered, "filtered gradient").to_match(
            expected,
            watch_for=[
                mistake("The old average was added, not the new one.",
                        lambda old=old, gradient=gradient: gradient + 1.5 * old),
                mistake("The gradient itself was left out: this is the average alone, amplified.", 1.5 * new),
                mistake("The average was added as it is: `strength` amplifies it.", gradient + new),
                mistake("`strength` amplifies the gradient here: it should amplify the average.",
                        1.5 * gradient + new),
            ],
        )  # fmt: skip


@exercise("02.distance_irrelevance")
def test_any_logits(learner, reference, draw):
    """What depends on the distance, on a and on neither is drawn in parts of about one size."""
    for p in (7, 12):
        logits = 3 * draw.normal(p * p, p)
        a, b = torch.arange(p * p) // p, torch.arange(p * p) % p
        rows, label, d = torch.arange(p * p), (a + b) % p, (b - a) % p
        logits[rows, label] = 9 + draw.normal(p)[d] + draw.normal(p)[a] + 0.5 * draw.normal(p * p)
        right = logits[rows, label].double()
        by_distance = torch.stack([right[d == k] for k in range(p)])  # [distance, a]
        by_a, plain = right.view(p, p), right.std(correction=0)
        means, deviations = by_distance.mean(1), by_distance.std(1, correction=0)
        hand = learner.bonus.distance_irrelevance(logits)
        expect(hand.by_distance, "right logit by distance").to_match(
            means,
            rtol=1e-5,
            watch_for=[
                mistake("The distance is b − a, not a − b.", means[(-torch.arange(p)) % p]),
                mistake("This is the mean for each a.", by_a.mean(1)),
                mistake("This is the mean for each answer: the distance is meant.",
                        torch.stack([right[label == k] for k in range(p)]).mean(1)),
            ],
        )  # fmt: skip
        expect(hand.irrelevance, "irrelevance").to_match(
            (deviations.mean() / plain).item(),
            rtol=1e-5,
            watch_for=[
                mistake("Variances were averaged, and the root was taken of their mean.",
                        (deviations.square().mean().sqrt() / plain).item()),
                mistake("This is a share of the variance.", (deviations.square().mean() / plain**2).item()),
                mistake("This is what the distance explains: what is left is asked.",
                        (means.std(correction=0) / plain).item()),
                mistake("Divide by the number of values, not by one less.",
                        (by_distance.std(1).mean() / right.std()).item()),
                mistake("Deviations were taken over distances, for each a.",
                        (by_a.std(1, correction=0).mean() / plain).item()),
                mistake("All logits were taken: those of the right answers are meant.",
                        (logits.std(1, correction=0).mean() / logits.std(correction=0)).item()),
            ],
        )  # fmt: skip
        expect(hand.spread, "spread").to_match(
            (plain / right.mean()).item(),
            rtol=1e-5,
            watch_for=[
                mistake("This is the standard deviation: divide it by the mean.", plain.item()),
                mistake("Divide by the number of values, not by one less.", (right.std() / right.mean()).item()),
            ],
        )


@exercise("02.distance_irrelevance")
def test_the_hand_of_the_trained_model(learner, trained, checkpoints):
    hand = learner.bonus.distance_irrelevance(trained.logits)
    expect([hand.irrelevance, hand.spread], "irrelevance and spread of the trained model").to_equal_checkpoint(
        checkpoints["distance_irrelevance_and_spread"]
    )


@exercise("02.grokfast_filter")
def test_defaults(learner, reference, draw):
    gradient, average = draw.normal(5), draw.normal(5)
    filtered, new = learner.bonus.grokfast_filter(gradient, average)
    expected, expected_new = reference.bonus.grokfast_filter(gradient, average)
    expect(new, "average").to_match(expected_new)
    expect(filtered, "filtered gradient").to_match(
        expected, watch_for=[mistake("The old average was added, not the new one.", gradient + 2 * average)]
    )


@exercise("02.train_grokfast")
@pytest.mark.parametrize("record_every", [1, 2])
def test_thirty_steps(learner, reference, draw, adamw_by_hand, record_every):
    tokens, labels = reference.data.modular_addition_data(5)
    train, test = reference.data.split(25, 0.6, draw.seed())
    weights = reference.transformer.initial_weights(5, draw.seed(), d_model=12, heads=2, d_mlp=16)
    setting = (weights, tokens, labels, train, test)
    options = {"epochs": 30, "learning_rate": 1e-2, "record_every": record_every}
    grokfast = {"alpha": 0.8, "strength": 4.0}
    got = learner.bonus.train_grokfast(*setting, **options, **grokfast)
    train_loss, test_loss, _ = adamw_by_hand(*setting, **options, **grokfast)
    unfiltered = mistake("The gradients were not filtered.", lambda: adamw_by_hand(*setting, **options)[0])
    expect(got.epochs, "recorded epochs").to_equal(torch.arange(0, 31, record_every))
    expect(got.train_loss, "train loss").to_match(train_loss, rtol=3e-3, watch_for=[unfiltered])
    expect(got.test_loss, "test loss").to_match(test_loss, rtol=3e-3)


@exercise("02.train_grokfast")
def test_records_belong_to_the_weights(learner, reference, draw):
    """Accuracies and losses at the start are those of the given weights, at the end those of the returned ones."""
    setting = _small(reference, draw)
    given, tokens, labels, train, test = setting
    run, after, *_ = with_arguments(
        learner.bonus.train_grokfast, *setting, epochs=6, learning_rate=1e-2, record_every=6
    )
    same = all(torch.equal(after[name], given[name]) for name in given)
    expect(same, "whether the given weights stay").to_be_true("The weights that were given were trained: train copies.")
    for i, when, weights in ((0, "first", given), (-1, "last", run.weights)):
        for name, rows, losses, accuracies in (
            ("training", train, run.train_loss, run.train_accuracy),
            ("test", test, run.test_loss, run.test_accuracy),
        ):
            logits = reference.transformer.forward(weights, tokens[rows]).logits
            loss = reference.transformer.cross_entropy_high_precision(logits, labels[rows]).item()
            expect(losses[i].item(), f"{when} {name} loss").to_equal(loss, rtol=1e-4)
            share = (logits.argmax(1) == labels[rows]).double().mean().item()
            expect(accuracies[i].item(), f"{when} {name} accuracy").to_equal(share, atol=1e-6)


@exercise("02.train_grokfast")
def test_settings_that_do_not_fit(learner, reference, draw):
    with expect_error(ValueError):
        learner.bonus.train_grokfast(*_small(reference, draw), epochs=7, record_every=3)


def _small(reference, draw):
    """Weights, tokens, labels, training rows and test rows."""
    weights = reference.transformer.initial_weights(7, draw.seed(), d_model=12, heads=2, d_mlp=16)
    return weights, *reference.data.modular_addition_data(7), *reference.data.split(49, 0.6, draw.seed())


@exercise("02.modular_subtraction_data")
def test_any_p(learner, reference, draw):
    for p in (2, draw.choice([7, 11, 17])):
        tokens, labels = learner.bonus.modular_subtraction_data(p)
        expected_tokens, expected_labels = reference.bonus.modular_subtraction_data(p)
        expect(tokens, "tokens").to_match(expected_tokens)
        expect(labels, "labels").to_match(
            expected_labels, watch_for=[mistake("These are b − a.", (-expected_labels) % p)]
        )


@exercise("02.subtraction_clock")
def test_every_difference(learner, reference, draw):
    for p in (5, 13, 47):
        weights = learner.bonus.subtraction_clock(p, draw.permutation(p // 2)[:5] + 1)
        tokens, labels = reference.bonus.modular_subtraction_data(p)
        answers = reference.transformer.forward(weights, tokens).logits.argmax(1)
        a, b = tokens[:, 0], tokens[:, 1]
        expect(answers, "answers to all differences").to_equal(
            labels,
            watch_for=[
                mistake("These are the answers to a + b: b's hand did not turn back.", (a + b) % p),
                mistake("These are the answers to b − a: a's hand turned back, not b's.", (b - a) % p),
                mistake("These are the answers to −a − b: both hands turned back.", (-a - b) % p),
                mistake("These are a: b's hand has no effect.", a),
                mistake("These are −b: a's hand has no effect.", -b % p),
            ],
        )
        expect((answers == labels).double().mean().item(), "accuracy on all differences").to_equal(1.0)

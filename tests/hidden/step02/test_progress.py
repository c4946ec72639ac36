"""Restricted and excluded loss on random and trained logits; their variants are told apart."""

import pytest
import torch

from autograder import exercise, expect, mistake

P = 13
LABELS = (torch.arange(P)[:, None] + torch.arange(P)).flatten() % P


@pytest.fixture
def setting(reference, draw):
    """Logits with signal in every frequency, noise and a bias; three key frequencies; training rows."""
    signal = sum(6 * draw.uniform(1) * _clock(k) for k in range(1, 7))
    logits = signal + 0.7 * draw.normal(P * P, P) + 2 * draw.normal(P)
    return logits, draw.permutation(6)[:3] + 1, draw.permutation(P * P)[:60].sort().values


def _clock(k):
    return (2 * torch.pi * k / P * (LABELS[:, None] - torch.arange(P))).cos()


def _loss(logits, rows=slice(None)):
    return torch.nn.functional.cross_entropy(logits.double()[rows], LABELS[rows])


@exercise("02.restricted_loss")
def test_any_logits(learner, reference, setting):
    logits, frequencies, _ = setting
    kept = sum(reference.logits.project_onto_frequency(logits, int(k)) for k in frequencies)
    expect(learner.progress.restricted_loss(logits, frequencies), "restricted loss").to_match(
        reference.progress.restricted_loss(logits, frequencies),
        watch_for=[
            mistake("The bias was not corrected: give back the mean logits.", _loss(kept).item()),
            mistake("The bias was corrected within each row, not over pairs.",
                    _loss(kept + (logits - kept).mean(1, keepdim=True)).item()),
            mistake("This is the full loss.", _loss(logits).item()),
            mistake("The key frequencies were removed, not kept.", _loss(logits - kept).item()),
            mistake("Only the fit of cos w(a + b − c) was kept: keep whatever cos and sin w(a + b) do to each logit.",
                    lambda: _loss(_cosine_fit(reference, logits, frequencies)).item()),
        ],
    )  # fmt: skip


def _cosine_fit(reference, logits, frequencies):
    alpha, _ = reference.logits.logit_cosine_fit(logits, frequencies)
    kept = sum(a * _clock(int(k)) for a, k in zip(alpha, frequencies, strict=True))
    return kept + (logits - kept).mean(0)


@exercise("02.restricted_loss")
def test_one_key_frequency(learner, reference, setting):
    logits, frequencies, _ = setting
    expect(learner.progress.restricted_loss(logits, frequencies[:1]), "restricted loss of one frequency").to_match(
        reference.progress.restricted_loss(logits, frequencies[:1])
    )


@exercise("02.restricted_loss")
def test_the_trained_model_is_better_restricted(learner, trained, checkpoints):
    frequencies = torch.tensor(checkpoints["key_frequencies_of_the_neurons"].value)
    restricted = learner.progress.restricted_loss(trained.logits, frequencies)
    full = checkpoints["full_loss"].value
    expect(restricted, "restricted loss of the trained model").to_equal_checkpoint(
        checkpoints["restricted_loss_of_the_final_model"]
    )
    expect(full / restricted, "full loss over restricted loss").to_be_at_least(1.0)


@exercise("02.excluded_loss")
def test_any_logits_and_split(learner, reference, setting):
    logits, frequencies, train = setting
    parts = [reference.logits.project_onto_frequency(logits, int(k)) for k in frequencies]
    only_train = [_projected_on(train, logits, int(k), reference) for k in frequencies]
    expect(learner.progress.excluded_loss(logits, frequencies, train), "excluded losses").to_match(
        reference.progress.excluded_loss(logits, frequencies, train),
        rtol=1e-5,
        watch_for=[
            mistake("All pairs were counted; only training rows should be.",
                    torch.stack([_loss(logits - part) for part in parts])),
            mistake("All key frequencies were removed at once.", _loss(logits - sum(parts), train).expand(3)),
            mistake("Each frequency was removed on top of those before it.",
                    torch.stack([_loss(logits - sum(parts[: i + 1]), train) for i in range(3)])),
            mistake("The frequency was kept, not removed.", torch.stack([_loss(part, train) for part in parts])),
            mistake("The projection was taken over the training rows alone.",
                    torch.stack([_loss(logits - part, train) for part in only_train])),
            mistake("The mean over the training rows was given back; nothing is to be corrected.",
                    torch.stack([_loss(logits - part + part[train].mean(0), train) for part in parts])),
        ],
    )  # fmt: skip


def _projected_on(train, logits, k, reference):
    directions = reference.logits.trig_directions(P, k)[:, train]
    part = torch.zeros_like(logits)
    part[train] = directions.T @ (torch.linalg.pinv(directions.T) @ logits[train])
    return part


@exercise("02.excluded_loss")
def test_every_key_frequency_hurts_the_trained_model(learner, run, trained, checkpoints):
    frequencies = torch.tensor(checkpoints["key_frequencies_of_the_neurons"].value)
    excluded = learner.progress.excluded_loss(trained.logits, frequencies, run.train)
    expect(excluded, "excluded losses of the trained model").to_equal_checkpoint(
        checkpoints["excluded_losses_of_the_final_model"]
    )


@exercise("02.most_needed_frequency")
def test_the_choice_and_its_evidence(learner, reference, setting):
    logits, frequencies, _ = setting
    everything = torch.arange(P * P)
    without = reference.progress.excluded_loss(logits, frequencies, everything)
    most = int(without.argmax())
    if float(without.sort().values[-1] - without.sort().values[-2]) < 1e-4:
        return  # a tie that rounding would decide
    k, others = int(frequencies[most]), frequencies[torch.arange(3) != most]
    part = reference.logits.project_onto_frequency(logits, k)
    found = learner.progress.most_needed_frequency(logits, frequencies)
    expect(found.frequency, "the frequency").to_match(
        k,
        watch_for=[
            mistake("This is its place among the key frequencies.", most),
            mistake("This is the frequency that is missed least.", int(frequencies[without.argmin()])),
        ],
    )
    expect(found.without, "loss without it").to_match(
        without[most].item(),
        rtol=1e-5,
        watch_for=[
            mistake("Noise and bias are gone, too: take only this frequency away.",
                    lambda: reference.progress.restricted_loss(logits, others)),
        ],
    )  # fmt: skip
    expect(found.alone, "loss with it alone").to_match(
        reference.progress.restricted_loss(logits, frequencies[most : most + 1]),
        rtol=1e-5,
        watch_for=[mistake("The mean logits went, too: `restricted_loss` gives them back.", _loss(part).item())],
    )
    expect(found.enough, "whether it is enough").to_match(bool(found.alone < found.without))


@exercise("02.most_needed_frequency")
def test_one_strong_wave_is_enough(learner, draw):
    frequencies = draw.permutation(6)[:3] + 1
    strong, *weak = (int(k) for k in frequencies)
    logits = 40 * _clock(strong) + sum(0.1 * _clock(k) for k in weak)
    found = learner.progress.most_needed_frequency(logits, frequencies[draw.permutation(3)])
    expect(found.frequency, "the frequency").to_match(strong)
    expect(found.enough, "whether it is enough").to_match(True)


@exercise("02.most_needed_frequency")
def test_what_is_missed_most_is_not_what_is_best_alone(learner, reference, draw):
    """Beside a strong wave that is no key frequency; drawn until the two differ, and clearly (one draw in ten)."""
    for _ in range(200):
        keys, strong = (draw.permutation(6) + 1)[:4].split(3)
        logits = 6 * _clock(int(strong)) + sum(draw.uniform(1, low=2.0, high=4.0) * _clock(int(k)) for k in keys)
        without = reference.progress.excluded_loss(logits, keys, torch.arange(P * P))
        alone = torch.tensor([reference.progress.restricted_loss(logits, k[None]) for k in keys])
        most, best = int(without.argmax()), int(alone.argmin())
        clear = float(without.sort().values.diff()[-1]) > 1e-2 and float((without[most] - alone[most]).abs()) > 1e-2
        if most != best and clear:
            break
    found = learner.progress.most_needed_frequency(logits, keys)
    expect(found.frequency, "the frequency").to_match(
        int(keys[most]),
        watch_for=[
            mistake("This one is better alone, but it is missed less.", int(keys[best])),
            mistake("This is its place among the key frequencies.", most),
        ],
    )
    expect(found.without, "loss without it").to_match(float(without[most]), rtol=1e-4)
    expect(found.enough, "whether it is enough").to_match(bool(alone[most] < without[most]))


@exercise("02.most_needed_frequency")
def test_two_waves_that_do_equally_well(learner, draw):
    """Each so strong that the loss is exactly 0 without it and with it alone: 0 is not lower than 0."""
    keys = draw.permutation(6)[:2] + 1
    found = learner.progress.most_needed_frequency(1000 * sum(_clock(int(k)) for k in keys), keys)
    expect(found.frequency, "the frequency").to_match(
        int(keys[0]), watch_for=[mistake("Of equals, take the first.", int(keys[1]))]
    )
    expect([found.without, found.alone], "loss without it, and with it alone").to_equal([0.0, 0.0], atol=1e-9)
    expect(found.enough, "whether it is enough").to_match(False)


@exercise("02.most_needed_frequency")
def test_no_wave_of_the_trained_model_is_enough(learner, trained, checkpoints):
    frequencies = torch.tensor(checkpoints["key_frequencies_of_the_neurons"].value)
    found = learner.progress.most_needed_frequency(trained.logits, frequencies)
    expect(found.frequency, "the frequency that the trained model needs most").to_match(30)
    expect([found.without, found.alone], "loss without it, and with it alone").to_equal_checkpoint(
        checkpoints["losses_without_and_with_only_the_most_needed"]
    )
    expect(found.enough, "whether it is enough").to_match(False)


@exercise("02.weight_norm")
def test_any_weights(learner, reference, draw):
    weights = {"W_E": draw.normal(6, 4), "W_pos": draw.normal(3, 4), "W_in": 10 * draw.normal(4, 9, 2)}
    norm = reference.progress.weight_norm(weights)
    expect(learner.progress.weight_norm(weights), "sum of squares").to_match(
        norm,
        rtol=1e-5,
        watch_for=[
            mistake("The root was taken; the sum of squares is asked.", norm**0.5),
            mistake("Norms were added up, not squares.", sum(w.norm().item() for w in weights.values())),
            mistake("The mean square of each weight was taken, not the sum of its squares.",
                    sum(w.square().mean().item() for w in weights.values())),
            mistake("The mean over weights was taken, not the sum.", norm / len(weights)),
            mistake("Only the first weight was counted.", weights["W_E"].square().sum().item()),
            mistake("Only the last weight was counted.", weights["W_in"].square().sum().item()),
            mistake("The first weight was left out.", norm - weights["W_E"].square().sum().item()),
            mistake("The last weight was left out.", norm - weights["W_in"].square().sum().item()),
        ],
    )  # fmt: skip


@exercise("02.training_phases")
def test_any_curves(learner, reference, draw):
    rise, fall = torch.linspace(4.7, 25, 12), torch.logspace(1.3, -6, 28)
    test_loss = torch.cat([rise, 20 * torch.ones(8), fall]).double() * draw.uniform(48, low=0.9, high=1.1).double()
    excluded = torch.cat([torch.linspace(4.7, 0.1, 9), torch.linspace(0.1, 12, 39)]).double()
    excluded += 0.01 * draw.uniform(48).double()
    norm = torch.cat([torch.linspace(900, 3000, 10), torch.linspace(3000, 1000, 31), torch.full((7,), 990.0)]).double()
    epochs = 100 * torch.arange(48) + 7
    for records in (10, 22, 26, 41, 48):
        curves = [curve[:records] for curve in (epochs, test_loss, excluded, norm)]
        got = learner.progress.training_phases(*curves)
        expected = reference.progress.training_phases(*curves)
        for name in expected._fields:
            expect(getattr(got, name), name).to_match(getattr(expected, name))


def _still(records):
    """A weight norm that has stopped shrinking all along, so that the test loss decides."""
    return torch.full((records,), 7.0, dtype=torch.float64)


@exercise("02.training_phases")
def test_low_excluded_loss_late_in_training_is_not_memorisation(learner):
    epochs = torch.arange(0, 80, 10)
    test_loss = torch.tensor([4.0, 10, 11, 9, 1, 0.05, 0.04, 0.03], dtype=torch.float64)
    excluded = torch.tensor([4.0, 1, 2, 3, 4, 0.5, 0.4, 0.3], dtype=torch.float64)
    found = learner.progress.training_phases(epochs, test_loss, excluded, _still(8))
    expect(tuple(found), "ends of the phases").to_equal((10, 30, 50))


@exercise("02.training_phases")
def test_a_low_test_loss_before_it_rises_ends_nothing(learner):
    test_loss = torch.tensor([0.01, 4.0, 3.0, 1.0, 0.5, 0.04, 0.04], dtype=torch.float64)
    found = learner.progress.training_phases(torch.arange(7), test_loss, torch.arange(7.0).double(), _still(7))
    expect(tuple(found), "ends of the phases").to_equal((0, 2, 5))


@exercise("02.training_phases")
def test_a_falling_and_rising_test_loss(learner):
    """It ends where the loss is high for the last time, not where it first falls."""
    test_loss = torch.tensor([5.0, 8, 3, 9, 2, 0.05, 0.05], dtype=torch.float64)
    ones = torch.ones(7, dtype=torch.float64)
    found = learner.progress.training_phases(torch.arange(7), test_loss, ones, _still(7))
    expect(tuple(found), "ends of the phases").to_equal((0, 3, 5))


@exercise("02.training_phases")
def test_the_last_record_that_is_high_counts_for_memorisation(learner):
    test_loss = torch.tensor([3.0, 9, 10, 8, 1, 0.05, 0.05], dtype=torch.float64)
    for lowest, memorised in ((3, 3), (4, 0)):
        excluded = torch.tensor([1.0, 4, 5, 6, 7, 8, 8], dtype=torch.float64)
        excluded[lowest] = 0.5
        found = learner.progress.training_phases(torch.arange(7), test_loss, excluded, _still(7))
        expect(tuple(found), f"ends of the phases, excluded loss least at record {lowest}").to_equal((memorised, 3, 5))


@exercise("02.training_phases")
def test_records_right_at_the_limits(learner):
    """Exactly half of the maximum is still high; exactly 1 % of it is low, a little more is not; one record after the
    high ones is enough."""
    test_loss, rising = torch.tensor([100.0, 50, 40, 1.005, 1, 1], dtype=torch.float64), torch.arange(6.0).double()
    found = learner.progress.training_phases(torch.arange(6), test_loss, rising, _still(6))
    expect(tuple(found), "ends of the phases").to_equal((0, 1, 4))
    found = learner.progress.training_phases(torch.arange(3), test_loss[:3], rising[:3], _still(3))
    expect(tuple(found), "ends of the phases, one record after the high ones").to_equal((0, 1, None))


@exercise("02.training_phases")
def test_clean_up_ends_when_loss_and_norm_have_both_settled(learner):
    """First the loss is low and the weights shrink, then the other way round."""
    epochs, rising = torch.arange(0, 80, 10), torch.arange(8.0).double()
    for test_loss, norm, end in (
        ([4.0, 10, 2, 0.05, 0.04, 0.03, 0.03, 0.03], [9.0, 9, 8, 7, 6, 4.1, 4.1, 4], 50),
        ([4.0, 10, 2, 1.0, 0.5, 0.2, 0.05, 0.03], [9.0, 9, 4.1, 4.1, 4.1, 4.1, 4.1, 4], 60),
        ([4.0, 10, 2, 1.0, 0.5, 0.05, 0.05, 0.03], [3.0, 9, 8, 6, 5, 4.1, 4.1, 4], 50),
        ([4.0, 10, 2, 0.05, 0.04, 0.03, 0.03, 0.03], [9.0, 9, 8, 7, 6, 5, 4.5, 4], None),
    ):
        curves = torch.tensor([test_loss, rising.tolist(), norm], dtype=torch.float64)
        found = learner.progress.training_phases(epochs, *curves)
        if end is None:
            expect(found.cleanup_end is None, "whether the end of clean-up is None").to_be_true(
                "The weights shrank up to the last record, so clean-up has not ended."
            )
        else:
            expect(found.cleanup_end, "end of clean-up").to_equal(end)

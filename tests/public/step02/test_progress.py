"""Restricted and excluded loss, the norm, and the phases, on small clocks whose losses are known."""

import math

import pytest
import torch

from autograder import exercise, expect, mistake

P = 11
PAIR = torch.arange(P * P)
LABELS = (PAIR // P + PAIR % P) % P


def clock_logits(alphas):
    """Logits Σ α_k cos w_k(a + b − c)."""
    difference = LABELS[:, None] - torch.arange(P)
    return torch.stack([alpha * (2 * math.pi * k / P * difference).cos() for k, alpha in alphas.items()]).sum(0)


def loss(logits, rows=slice(None)):
    return torch.nn.functional.cross_entropy(logits.double()[rows], LABELS[rows])


def noise():
    """Logits of waves of a alone: no direction of w(a + b) has anything of them."""
    a, c = (PAIR // P)[:, None], torch.arange(P)
    return 2 * (2 * math.pi / P * 3 * a + c).cos()


@exercise("02.restricted_loss")
def test_noise_outside_the_key_frequencies_is_removed(learner):
    clean = clock_logits({2: 4.0, 3: 4.0})
    restricted = learner.progress.restricted_loss(clean + noise(), torch.tensor([2, 3]))
    expect(restricted, "restricted loss").to_equal(
        loss(clean).item(), rtol=1e-4, watch_for=[mistake("This is the full loss.", loss(clean + noise()).item())]
    )


@exercise("02.restricted_loss")
def test_the_mean_logits_are_given_back(learner):
    clean = clock_logits({2: 4.0, 3: 4.0})
    bias = 3 * torch.linspace(-1, 1, P)
    restricted = learner.progress.restricted_loss(clean + bias, torch.tensor([2, 3]))
    expect(restricted, "restricted loss of biased logits").to_equal(
        loss(clean + bias).item(),
        rtol=1e-4,
        watch_for=[mistake("The bias was not corrected: give back the mean logits.", loss(clean).item())],
    )


@exercise("02.restricted_loss")
def test_other_frequencies_are_left_out(learner):
    restricted = learner.progress.restricted_loss(clock_logits({2: 4.0, 3: 4.0, 5: 4.0}), torch.tensor([2, 3]))
    expect(restricted, "restricted loss").to_equal(loss(clock_logits({2: 4.0, 3: 4.0})).item(), rtol=1e-4)


def noisy_clock(alphas, seed):
    """A clock, noise, and logits that differ from answer to answer on the average of all pairs."""
    generator = torch.Generator().manual_seed(seed)
    rows, columns = (torch.rand(*shape, generator=generator) for shape in ((P * P, P), (P,)))
    return clock_logits(alphas) + 4 * rows + 3 * columns


@exercise("02.restricted_loss")
def test_five_noisy_clocks(learner):
    """Two or three key frequencies, in a clock that has one more or none."""
    cases = [
        ({1: 2.0, 3: 1.5, 4: 0.7}, [1, 3]),
        ({2: 2.5, 5: 1.2, 1: 0.5}, [5, 2]),
        ({4: 3.0, 3: 1.0, 2: 0.8}, [3, 4]),
        ({1: 0.8, 2: 1.6, 5: 2.2}, [2, 5, 1]),
        ({3: 2.7, 4: 1.1, 5: 0.4}, [4, 3]),
    ]
    logits = [noisy_clock(alphas, seed) for seed, (alphas, _) in enumerate(cases, 1)]
    found = [learner.progress.restricted_loss(z, torch.tensor(k)) for z, (_, k) in zip(logits, cases, strict=True)]
    right = [0.6756823, 0.6071765, 0.7773777, 0.2269696, 0.7549317]  # by the course's solution
    expect(found, "restricted losses of five noisy clocks").to_equal(
        right,
        rtol=1e-4,
        parts=tuple(f"key frequencies {frequencies}" for _, frequencies in cases),
        watch_for=[
            mistake("The bias was not corrected: give back the mean logits.",
                    [0.3916538, 0.410663, 0.5724839, 0.1346817, 0.4494904]),
            mistake("This is the full loss.", [loss(z).item() for z in logits]),
            mistake("The key frequencies were removed, not kept.",
                    [2.728016, 2.728462, 2.551333, 3.256061, 2.899993]),
            mistake("Only the first key frequency was kept.", [1.623665, 1.822019, 1.948281, 1.621635, 2.074444]),
            mistake("Only cos w(a + b) was kept: sin w(a + b) belongs to the frequency, too.",
                    [1.767964, 1.713935, 1.652954, 1.387403, 1.70604]),
            mistake("Only the fit of cos w(a + b − c) was kept: keep whatever cos and sin w(a + b) do to each logit.",
                    [0.686446, 0.6045616, 0.7791275, 0.218251, 0.7095314]),
            mistake("The mean logits were given back twice.", [1.477855, 1.155541, 1.329035, 0.601987, 1.657557]),
            mistake("The losses of the pairs were added up, not averaged.", [value * P * P for value in right]),
        ],
    )  # fmt: skip


@exercise("02.excluded_loss")
def test_one_frequency_is_taken_away_at_a_time(learner):
    logits, train = clock_logits({1: 5.0, 2: 3.0, 4: 2.0}), torch.arange(0, P * P, 3)
    without = torch.stack([
        loss(clock_logits({2: 3.0, 4: 2.0}), train),
        loss(clock_logits({1: 5.0, 4: 2.0}), train),
        loss(clock_logits({1: 5.0, 2: 3.0}), train),
    ])  # fmt: skip
    nothing_left = torch.full((3,), math.log(P), dtype=torch.float64)
    expect(learner.progress.excluded_loss(logits, torch.tensor([1, 2, 4]), train), "excluded losses").to_equal(
        without,
        rtol=1e-5,
        watch_for=[mistake("All key frequencies were taken away at once.", nothing_left)],
        parts=("without frequency 1", "without frequency 2", "without frequency 4"),
    )


@exercise("02.excluded_loss")
def test_five_frequencies_of_a_noisy_clock(learner):
    """Three pairs of ten are training rows; the logits are noisy, and differ from answer to answer on the average."""
    logits = noisy_clock({1: 2.4, 2: 1.2, 3: 1.9, 4: 0.6, 5: 3.1}, 7)
    frequencies, train = (4, 1, 5, 3, 2), PAIR[(7 * PAIR + 3) % 10 < 3]
    # by the course's solution
    right = torch.tensor([0.009292635, 0.1072907, 0.1163762, 0.03280411, 0.0163945], dtype=torch.float64)
    wrong = {
        "All pairs were counted; only training rows should be.":
            [0.0180143, 0.1130756, 0.1776497, 0.1584488, 0.04282275],
        "The other pairs were counted; the training rows should be.":
            [0.02170818, 0.1155258, 0.2036008, 0.211663, 0.05401588],
        "All key frequencies were taken away at once.": [2.729654] * 5,
        "Each frequency was taken away on top of those before it.":
            [0.009292635, 0.262526, 1.041288, 1.796693, 2.729654],
        "The frequency was kept, not taken away.": [1.883483, 1.089745, 0.9349292, 1.281681, 1.555409],
        "The mean over the training rows was given back; nothing is to be corrected.":
            [0.009483158, 0.09523747, 0.1691028, 0.04192477, 0.0185651],
        "The projection was taken over the training rows alone.":
            [0.1314516, 0.4438424, 0.697979, 0.3187962, 0.5495389],
        "Only cos w(a + b) was taken away: sin w(a + b) belongs to the frequency, too.":
            [0.007917002, 0.03986914, 0.02276387, 0.01288695, 0.005402306],
        "Only the fit of cos w(a + b − c) was taken away: cos and sin w(a + b) do more to the logits.":
            [0.009144159, 0.09571169, 0.1101878, 0.03617913, 0.01552541],
        "This is the full loss on the training rows: nothing was taken away.": [0.003140732] * 5,
    }  # fmt: skip
    found = learner.progress.excluded_loss(logits, torch.tensor(frequencies), train)
    expect(found, "excluded losses of a noisy clock").to_equal(
        right,
        rtol=1e-4,
        parts=tuple(f"without frequency {k}" for k in frequencies),
        watch_for=[
            *(mistake(said, torch.tensor(value)) for said, value in wrong.items()),
            mistake("The projection was taken over the training rows alone.",
                    torch.tensor([0.01080444, 0.01324479, 0.009501457, 0.00604818, 0.01040303])),
            mistake("The losses of the training rows were added up, not averaged.", right * len(train)),
        ],
    )  # fmt: skip


@exercise("02.excluded_loss")
def test_the_bias_is_not_corrected(learner):
    """Removing cos and sin w(a + b) leaves the mean of every column alone; there is nothing to give back."""
    bias = 3 * torch.linspace(-1, 1, P)
    train = torch.arange(40)
    excluded = learner.progress.excluded_loss(clock_logits({1: 4.0, 2: 4.0}) + bias, torch.tensor([1]), train)
    expect(excluded, "excluded loss of biased logits").to_equal(
        loss(clock_logits({2: 4.0}) + bias, train)[None],
        rtol=1e-5,
        watch_for=[mistake("All pairs were counted; only the training rows should be.",
                           loss(clock_logits({2: 4.0}) + bias)[None])],
    )  # fmt: skip


@exercise("02.excluded_loss")
def test_a_memorised_answer_does_not_miss_a_wave(learner):
    """Logits of 10 for the answer on the training rows alone: most of it is no wave of any one frequency."""
    train = torch.arange(0, P * P, 4)
    logits = torch.zeros(P * P, P)
    logits[train, LABELS[train]] = 10.0
    excluded = learner.progress.excluded_loss(logits, torch.tensor([1, 3]), train)
    expect(excluded, "excluded losses").to_have_shape(2)
    expect(excluded, "excluded losses of a model that memorised").to_be_within(1e-6, 0.05)


@exercise("02.most_needed_frequency")
def test_the_strongest_of_three_waves_is_needed_most(learner):
    """Taking it away leaves the other two; alone it is worse than they are."""
    logits = clock_logits({1: 3.0, 4: 2.0, 2: 2.5})
    found = learner.progress.most_needed_frequency(logits, torch.tensor([4, 1, 2]))
    expect(found.frequency, "the frequency").to_equal(1)
    without, alone = loss(clock_logits({4: 2.0, 2: 2.5})).item(), loss(clock_logits({1: 3.0})).item()
    expect(found.without, "loss without it").to_equal(without, rtol=1e-4)
    expect(found.alone, "loss with it alone").to_equal(alone, rtol=1e-4)
    expect(found.enough, "whether it is enough").to_equal(False)


@exercise("02.most_needed_frequency")
def test_one_wave_that_does_all_the_work(learner):
    """Two weak waves beside a strong one are decoration."""
    found = learner.progress.most_needed_frequency(clock_logits({3: 40.0, 5: 0.1, 1: 0.1}), torch.tensor([1, 3, 5]))
    expect(found.frequency, "the frequency").to_equal(3)
    expect(found.enough, "whether it is enough").to_equal(True)
    expect(found.alone, "loss with it alone").to_equal(loss(clock_logits({3: 40.0})).item(), rtol=1e-3, atol=1e-6)


@exercise("02.most_needed_frequency")
def test_only_key_frequencies_are_asked(learner):
    """The strongest wave of all is no key frequency here, and stays when one of them is taken away."""
    logits = clock_logits({2: 3.0, 3: 2.0, 5: 6.0})
    found = learner.progress.most_needed_frequency(logits, torch.tensor([3, 2]))
    expect(found.frequency, "the frequency").to_equal(2)
    expect(found.without, "loss without it").to_equal(loss(clock_logits({3: 2.0, 5: 6.0})).item(), rtol=1e-4)
    expect(found.alone, "loss with it alone").to_equal(loss(clock_logits({2: 3.0})).item(), rtol=1e-4)


@exercise("02.most_needed_frequency")
def test_the_one_that_is_missed_is_not_the_one_that_is_best_alone(learner):
    """Frequency 2 is stronger than 5. But 1, no key frequency, confuses neighbours, and 5 tells them apart."""
    logits = clock_logits({1: 6.0, 5: 3.0, 2: 3.5})
    found = learner.progress.most_needed_frequency(logits, torch.tensor([2, 5]))
    expect(found.frequency, "the frequency").to_equal(
        5, watch_for=[mistake("This one is better alone, but it is missed less.", 2)]
    )


@exercise("02.most_needed_frequency")
def test_the_mean_logits_stay_when_it_is_alone(learner):
    bias = 3 * torch.linspace(-1, 1, P)
    found = learner.progress.most_needed_frequency(clock_logits({1: 4.0, 2: 3.0}) + bias, torch.tensor([1, 2]))
    expect(found.alone, "loss with frequency 1 alone, of biased logits").to_equal(
        loss(clock_logits({1: 4.0}) + bias).item(),
        rtol=1e-4,
        watch_for=[
            mistake(
                "The mean logits went, too: `restricted_loss` gives them back.", loss(clock_logits({1: 4.0})).item()
            )
        ],
    )
    expect(found.without, "loss without it").to_equal(loss(clock_logits({2: 3.0}) + bias).item(), rtol=1e-4)


@exercise("02.most_needed_frequency")
def test_five_noisy_clocks_that_need_a_wave(learner):
    cases = [
        ({1: 3.0, 4: 2.0, 2: 2.5}, [4, 1, 2]),
        ({1: 6.0, 5: 3.0, 2: 3.5}, [2, 5]),
        ({3: 2.2, 2: 3.1, 5: 1.4}, [5, 3, 2]),
        ({5: 14.0, 3: 0.3, 4: 0.5}, [3, 5, 4]),
        ({4: 2.6, 1: 1.1, 3: 3.3}, [1, 3, 4]),
    ]
    found = [
        learner.progress.most_needed_frequency(noisy_clock(alphas, 10 + i), torch.tensor(frequencies))
        for i, (alphas, frequencies) in enumerate(cases)
    ]
    names = tuple(f"key frequencies {frequencies}" for _, frequencies in cases)
    expect([needed.frequency for needed in found], "the frequencies that five clocks need most").to_equal(
        [1, 5, 2, 5, 3],
        parts=names,
        watch_for=[
            mistake("These are places among the key frequencies.", [1, 1, 2, 1, 1]),
            mistake("These are the frequencies that are missed least.", [2, 2, 5, 4, 1]),
        ],
    )
    # by the course's solution
    without = [0.8245044, 0.4351585, 1.239568, 2.5041, 0.7767104]
    alone = [1.169491, 1.213636, 1.307122, 0.3235115, 1.197148]
    expect([needed.without for needed in found], "losses without it").to_equal(
        without,
        rtol=1e-4,
        parts=names,
        watch_for=[
            mistake("Noise is gone, too: take only this frequency away.",
                    [0.5045249, 1.242205, 0.8843473, 1.965958, 0.540147]),
            mistake("This is the loss with it alone.", alone),
            mistake("This is the loss without any key frequency.",
                    [3.221694, 1.302335, 3.382558, 3.292703, 3.043417]),
            mistake("This is the full loss: nothing was taken away.",
                    [0.05769706, 0.002849201, 0.1672833, 0.2405461, 0.1684569]),
            mistake("This is the mean loss over key frequencies, not the loss without the one that is missed most.",
                    [0.6308254, 0.3014409, 0.8116889, 1.083314, 0.6237897]),
        ],
    )  # fmt: skip
    expect([needed.alone for needed in found], "losses with it alone").to_equal(
        alone,
        rtol=1e-4,
        parts=names,
        watch_for=[
            mistake("The mean logits went, too: `restricted_loss` gives them back.",
                    [0.9791308, 0.9792518, 0.9568349, 0.198889, 0.9418356]),
            mistake("This is the loss without it.", without),
        ],
    )  # fmt: skip
    expect([needed.enough for needed in found], "whether it is enough").to_equal(
        [False, False, False, True, False],
        parts=names,
        watch_for=[mistake("It is the wrong way round: enough is when the loss is lower with it alone.",
                           [True, True, True, False, True])],
    )  # fmt: skip


@exercise("02.weight_norm")
def test_all_squares_are_added_up(learner):
    weights = {"W_E": torch.full((2, 3), 2.0), "W_U": torch.tensor([[3.0], [-4.0]])}
    expect(learner.progress.weight_norm(weights), "sum of squares").to_equal(
        49.0, watch_for=[mistake("The root was taken; the sum of squares is asked.", 7.0)]
    )


@exercise("02.weight_norm")
def test_the_norms_of_five_models(learner):
    """Two to four weights, with one, two or three axes."""
    generator = torch.Generator().manual_seed(8)
    shapes = [
        {"W_E": (3, 4), "W_U": (4, 2)},
        {"W_E": (2, 5), "W_U": (5, 3), "W_pos": (3,)},
        {"W_in": (4, 2), "W_Q": (2, 3, 2)},
        {"W_pos": (1, 6), "W_in": (6, 2), "W_out": (2, 2)},
        {"W_E": (5, 3), "W_in": (3, 4), "W_out": (4, 5), "W_pos": (5,)},
    ]
    models = [
        {name: 2 * torch.rand(shape, generator=generator) - 1 for name, shape in model.items()} for model in shapes
    ]
    right = [8.197565, 8.986898, 7.408848, 5.634816, 15.0718]  # by the course's solution
    expect([learner.progress.weight_norm(model) for model in models], "sums of squares of five models").to_equal(
        right,
        rtol=1e-5,
        parts=tuple(" + ".join(model) for model in shapes),
        watch_for=[
            mistake("The root was taken; the sum of squares is asked.", [value**0.5 for value in right]),
            mistake("Norms were added up, not squares.", [4.042377, 4.935555, 3.804503, 3.981148, 7.577306]),
            mistake("The mean square of each weight was taken, not the sum of its squares.",
                    [0.8342853, 0.9787662, 0.7253044, 0.7510759, 1.217817]),
            mistake("The mean square of all weights was taken, not the sum of squares.",
                    [0.4098782, 0.3209606, 0.3704424, 0.256128, 0.2898424]),
            mistake("The mean over weights was taken, not the sum.",
                    [value / len(model) for value, model in zip(right, models, strict=True)]),
            mistake("Only the first weight was counted.", [4.569848, 2.26632, 2.589611, 1.621985, 6.122119]),
            mistake("Only the last weight was counted.", [3.627717, 1.140359, 4.819237, 0.8780549, 1.76042]),
            mistake("The first weight was left out.", [3.627717, 6.720577, 4.819237, 4.012831, 8.949683]),
            mistake("The last weight was left out.", [4.569848, 7.846539, 2.589611, 4.756761, 13.31138]),
            mistake("Sizes were added up, not squares.", [11.3675, 13.31296, 10.11528, 9.744805, 22.91591]),
            mistake("Each weight was added up first, and squared then.",
                    [9.278601, 6.02597, 18.61559, 4.213797, 15.55668]),
        ],
    )  # fmt: skip


PHASES = ("memorisation", "circuit formation", "clean-up")
EPOCHS = torch.arange(0, 1200, 100)
TEST_LOSS = torch.tensor([4.7, 10, 20, 18, 16, 12, 3, 0.3, 0.1, 0.05, 0.04, 0.04], dtype=torch.float64)
EXCLUDED = torch.tensor([4.7, 0.5, 0.2, 0.6, 1, 2, 3, 4, 4, 4, 4, 4], dtype=torch.float64)
NORM = torch.tensor([8, 30, 28, 26, 24, 22, 19, 16, 13, 10.4, 10.1, 10], dtype=torch.float64)


@exercise("02.training_phases")
def test_the_three_phases_of_a_run_that_groks(learner):
    """At 800 the test loss is low, but the weights are still shrinking."""
    found = learner.progress.training_phases(EPOCHS, TEST_LOSS, EXCLUDED, NORM)
    expect(tuple(found), "ends of memorisation, circuit formation and clean-up").to_equal(
        (200, 500, 900),
        watch_for=[mistake("Clean-up ended while the weights still shrank.", (200, 500, 800))],
        parts=PHASES,
    )


@exercise("02.training_phases")
def test_two_runs_that_grok(learner):
    """In the second the test loss falls, rises once more, and falls; the weights shrink, grow, and shrink again."""
    epochs = 40 + 150 * torch.arange(14)
    curves = torch.tensor([
        [4.6, 9.3, 17.1, 24, 13, 8.1, 12.6, 7, 1.9, 0.21, 0.16, 0.12, 0.11, 0.1],
        [4.6, 2.1, 0.9, 0.5, 0.8, 1.6, 2.2, 3.1, 0.3, 4, 4.2, 4.4, 4.3, 4.5],
        [9.0, 31, 29, 27, 25, 23, 21, 19, 10.3, 11.8, 10.9, 10.4, 9, 10],
    ], dtype=torch.float64)  # fmt: skip
    first = learner.progress.training_phases(EPOCHS, TEST_LOSS, EXCLUDED, NORM)
    second = learner.progress.training_phases(epochs, *curves)
    wrong = {
        "These are the numbers of records, not their epochs.": [2, 5, 9, 3, 6, 11],
        "The end of memorisation is the number of a record, not its epoch.": [2, 500, 900, 3, 940, 1690],
        "Memorisation is looked for in the whole curve: only up to the end of circuit formation is meant.":
            [200, 500, 900, 1240, 940, 1690],
        "Circuit formation ends here where the test loss first falls: it may rise again.":
            [200, 500, 900, 490, 640, 1690],
        "Circuit formation ends here one record late: its end is the last record with a high test loss.":
            [200, 600, 900, 490, 1090, 1690],
        "Circuit formation ends here at the maximum of the test loss.": [200, 200, 900, 490, 490, 1690],
        "Clean-up ends here by the test loss alone: the weights have to stop shrinking, too.":
            [200, 500, 800, 490, 940, 1390],
        "Clean-up ends here by the weights alone: the test loss has to be low, too.":
            [200, 500, 900, 490, 940, 1240],
        "Clean-up has no end in the first run and a late one in the second: with what is the norm compared?":
            [200, 500, None, 490, 940, 1840],
    }  # fmt: skip
    names = tuple(f"{phase} of the {run} run" for run in ("first", "second") for phase in PHASES)
    expect([*first, *second], "ends of the phases of two runs").to_equal(
        [200, 500, 900, 490, 940, 1690],
        watch_for=[mistake(sentence, value) for sentence, value in wrong.items()],
        parts=names,
    )


@exercise("02.training_phases")
@pytest.mark.parametrize("records, expected", [(4, (200, None, None)), (7, (200, 500, None)), (10, (200, 500, None))])
def test_a_run_cut_short_has_not_ended_its_phases(learner, records, expected):
    curves = (curve[:records] for curve in (TEST_LOSS, EXCLUDED, NORM))
    found = learner.progress.training_phases(EPOCHS[:records], *curves)
    for end, (name, value) in enumerate(zip(found._fields, expected, strict=True)):
        if value is None:
            expect(found[end] is None, f"whether {name} is None").to_be_true(f"{name} must be None: it has not ended.")
        else:
            expect(found[end], name).to_equal(value)

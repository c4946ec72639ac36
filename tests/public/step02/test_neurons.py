"""One frequency a neuron, and ReLU as a multiplier."""

import math

import torch

from autograder import exercise, expect, mistake

P = 11


def wave(k, kind, of):
    """cos or sin of 2πk/P times a, b, a + b or a − b, over all pairs."""
    pair = torch.arange(P * P)
    x = {"a": pair // P, "b": pair % P, "a+b": pair // P + pair % P, "a-b": pair // P - pair % P}[of]
    return getattr(2 * math.pi * k / P * x, kind)()


@exercise("02.neuron_frequencies")
def test_waves_of_one_frequency_are_explained_whole(learner):
    neurons = torch.stack(
        [wave(2, "cos", "a"), wave(3, "sin", "b"), wave(5, "sin", "a+b"), wave(1, "cos", "a-b") + wave(1, "sin", "a")],
        dim=1,
    )
    found = learner.neurons.neuron_frequencies(neurons + 7.0)
    names = ("a wave of a", "a wave of b", "a wave of a + b", "a mixture of waves")
    expect(found.frequency, "best frequencies").to_equal(torch.tensor([2, 3, 5, 1]), parts=names)
    expect(found.fraction, "fractions explained").to_equal(torch.ones(4), atol=1e-4, parts=names)


@exercise("02.neuron_frequencies")
def test_two_frequencies_share_the_variance(learner):
    neurons = (3 * wave(2, "cos", "a") + wave(4, "sin", "a+b"))[:, None]
    found = learner.neurons.neuron_frequencies(neurons)
    expect(found.frequency, "best frequency").to_equal(torch.tensor([2]))
    expect(found.fraction, "fraction explained").to_equal(torch.tensor([0.9]), atol=1e-4)


@exercise("02.neuron_frequencies")
def test_a_product_of_different_frequencies_belongs_to_neither(learner):
    mixed = wave(2, "cos", "a") * wave(3, "cos", "b")
    found = learner.neurons.neuron_frequencies((mixed + 0.1 * wave(4, "cos", "a"))[:, None])
    expect(found.frequency, "best frequency").to_equal(torch.tensor([4]))
    expect(found.fraction, "fraction explained").to_equal(torch.tensor([0.005 / 0.255]), atol=1e-4)


@exercise("02.neuron_frequencies")
def test_six_neurons_in_noise(learner):
    """Two waves of one frequency each, of different strength, and noise that is never negative."""
    strong = [(3, "cos", "a"), (5, "sin", "b"), (2, "cos", "a+b"), (4, "sin", "a-b"), (1, "cos", "a"), (2, "sin", "a")]
    weak = [
        (3, "sin", "a+b"),
        (5, "cos", "a-b"),
        (2, "sin", "a"),
        (4, "cos", "b"),
        (1, "sin", "a+b"),
        (2, "cos", "a-b"),
    ]
    waves = [
        wave(*one) + (0.4 + 0.1 * i) * wave(*other) for i, (one, other) in enumerate(zip(strong, weak, strict=True))
    ]
    noise = 3 * torch.rand(P * P, 6, generator=torch.Generator().manual_seed(12))
    found = learner.neurons.neuron_frequencies(torch.stack(waves, 1) + noise)
    names = tuple(f"neuron {i} of frequency {k}" for i, (k, _, _) in enumerate(strong))
    frequency = torch.tensor([3, 5, 2, 4, 1, 2])
    # by the course's solution
    right = torch.tensor([0.4082645, 0.5185797, 0.5323308, 0.5037731, 0.5391556, 0.5987698])
    expect(found.frequency, "best frequencies").to_equal(
        frequency,
        watch_for=[
            mistake("The frequencies were counted from 0.", frequency - 1),
            mistake("These are numbers of rows in `fft2d`, not frequencies.", 2 * frequency - 1),
            mistake("These are numbers of rows in `fft2d`, not frequencies.", 2 * frequency),
        ],
        parts=names,
    )
    expect(found.fraction, "fractions explained").to_equal(
        right,
        rtol=1e-4,
        parts=names,
        watch_for=[
            mistake("The products of waves were left out: only waves of a and waves of b were counted.",
                    torch.tensor([0.3293446, 0.4235329, 0.1626095, 0.1497748, 0.3294634, 0.3185668])),
            mistake("Waves of a alone and of b alone were left out: only products were counted.",
                    torch.tensor([0.07891989, 0.09504672, 0.3697213, 0.3539983, 0.2096922, 0.280203])),
            mistake("Waves of a alone were left out.",
                    torch.tensor([0.07984388, 0.5169068, 0.3765423, 0.4654002, 0.210263, 0.2844584])),
            mistake("Waves of b alone were left out.",
                    torch.tensor([0.4073405, 0.09671962, 0.5255098, 0.3923711, 0.5385848, 0.5945144])),
            mistake("The constant was counted in the variance.",
                    torch.tensor([0.1316445, 0.2111625, 0.2033424, 0.1962592, 0.2262006, 0.248587])),
            mistake("The constant was counted as explained, and in the variance.",
                    torch.tensor([0.8091954, 0.8039687, 0.8213574, 0.8066806, 0.8066546, 0.8334242])),
            mistake("Products with waves of other frequencies were counted, too.",
                    torch.tensor([0.5570728, 0.6522244, 0.6814831, 0.6609264, 0.6831071, 0.7711251])),
            mistake("Coefficients were added up in size, not squared.",
                    torch.tensor([0.1600707, 0.1838543, 0.2061507, 0.2023175, 0.1962364, 0.2299645])),
            mistake("Only cosines were counted.",
                    torch.tensor([0.3160762, 0.0360195, 0.1635235, 0.1113027, 0.3263021, 0.1048094])),
            mistake("It is a fraction of what all single frequencies explain, not of the whole variance.",
                    torch.tensor([0.70038, 0.7610197, 0.8269283, 0.7748587, 0.8321306, 0.8661368])),
        ],
    )  # fmt: skip


@exercise("02.neuron_frequencies")
def test_a_neuron_that_never_changes_has_no_frequency(learner):
    neurons = torch.stack([torch.zeros(P * P), torch.full((P * P,), 2.5), wave(1, "cos", "b")], dim=1)
    found = learner.neurons.neuron_frequencies(neurons)
    names = ("a neuron that is always 0", "a neuron that is always 2.5", "a neuron with a wave")
    expect(found.frequency, "best frequencies").to_equal(torch.tensor([0, 0, 1]), parts=names)
    expect(found.fraction, "fractions explained").to_equal(torch.tensor([0.0, 0, 1]), atol=1e-4, parts=names)


@exercise("02.relu_quadratic_terms")
def test_products_explain_much_of_what_waves_alone_do_not(learner):
    with_products, without_products = learner.neurons.relu_quadratic_terms(113, 1)
    expect(with_products > without_products, "whether the first R² is the larger").to_be_true(
        "The first R², with products, should be larger than the second, without: more terms cannot fit worse."
    )
    expect(with_products, "R² with products, bias 0").to_be_within(0.955, 0.97)
    expect(without_products, "R² without products, bias 0").to_be_within(0.735, 0.755)


@exercise("02.relu_quadratic_terms")
def test_with_a_large_bias_relu_is_the_identity(learner):
    """ReLU never cuts, so there is nothing that a linear fit would miss."""
    for r_squared in learner.neurons.relu_quadratic_terms(31, 4, bias=2.5):
        expect(r_squared, "R² with bias 2.5").to_equal(1.0, atol=1e-4)


@exercise("02.relu_quadratic_terms")
def test_five_frequencies_and_biases(learner):
    cases = [(11, 2, -0.6), (13, 3, -0.25), (17, 5, 0.3), (19, 4, 0.7), (23, 9, 1.1)]
    names = tuple(f"a bias of {bias}" for _, _, bias in cases)
    found = [learner.neurons.relu_quadratic_terms(p, k, bias=bias) for p, k, bias in cases]
    # by the course's solution
    with_products = [0.8632525, 0.9323101, 0.9665696, 0.9713361, 0.9843417]
    without_products = [0.5686601, 0.6663124, 0.8362008, 0.9223608, 0.9721371]
    swapped = "The two results are swapped: the fit with products comes first."
    unused = "`bias` was left out."
    uncentred = "The deviations were taken from 0, not from the mean."
    expect([r_squared[0] for r_squared in found], "R² with products").to_equal(
        with_products,
        atol=1e-4,
        rtol=0,
        parts=names,
        watch_for=[
            mistake(swapped, without_products),
            mistake(unused, [0.9654224, 0.9644786, 0.9634785, 0.9631954, 0.9628329]),
            mistake("The bias was subtracted, not added.", [0.9699682, 0.9630234, 0.9298865, 0.8264114, 0.6564129]),
            mistake(uncentred, [0.8912239, 0.9502642, 0.980652, 0.9866545, 0.9942248]),
            mistake("The total is that of the function itself, not of its deviations from the mean.",
                    [0.6866758, 0.6850255, 0.5594044, 0.4522361, 0.3630497]),
            mistake("The waves of a and of b were left out: only products were fitted.",
                    [0.2945923, 0.2659977, 0.1303689, 0.0489753, 0.01220445]),
            mistake("The ReLU was left out: the waves alone explain everything.", [1.0] * 5),
            mistake("This is what is left, not what is explained.", [1 - value for value in with_products]),
        ],
    )  # fmt: skip
    expect([r_squared[1] for r_squared in found], "R² without products").to_equal(
        without_products,
        atol=1e-4,
        rtol=0,
        parts=names,
        watch_for=[
            mistake("The products are in this fit, too.", with_products),
            mistake(unused, [0.7496431, 0.7481982, 0.7467004, 0.7462823, 0.7457506]),
            mistake(uncentred, [0.6568899, 0.7548193, 0.9052007, 0.9638525, 0.9897235]),
            mistake("The total is that of the function itself, not of its deviations from the mean.",
                    [0.4523418, 0.4895807, 0.4839531, 0.4294341, 0.3585484]),
            mistake("Waves of one of the two numbers were left out.", [value / 2 for value in without_products]),
        ],
    )  # fmt: skip

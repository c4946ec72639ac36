"""The health panel: how sparse, how faithful, how many dead, how small, on numbers that can be done in the head."""

import torch

from autograder import exercise, expect, mistake

SUM_OVER_MEAN = "The numerator is a sum and the denominator a mean: take sums in both, or means in both."
MEAN_OVER_SUM = "The numerator is a mean and the denominator a sum: take sums in both, or means in both."


def sparse(batch, latents, *seldom):
    """Latents of as many instances as there are numbers: the larger its number, the more seldom they are active."""
    drawn = torch.randn(batch, len(seldom), latents, generator=torch.Generator().manual_seed(0))
    return (drawn - torch.tensor(seldom)[:, None]).relu()


@exercise("05.l0")
def test_active_latents_are_counted_and_averaged_over_the_batch(learner):
    """Two examples, two instances, three latents: 2 and 3 are active in instance 0, 0 and 1 in instance 1."""
    h = torch.tensor([[[0.5, 0, 4.0], [0, 0, 0]], [[1.0, 2.0, 3.0], [0, 0.25, 0]]])
    expect(learner.health.l0(h), "L0").to_equal(
        torch.tensor([2.5, 0.5]),
        watch_for=[
            mistake("The sizes were added up (that is L1): count the latents above 0.", torch.tensor([5.25, 0.125])),
            mistake("The counts were added up over the batch: average them.", torch.tensor([5.0, 1.0])),
            mistake("This is the share of latents: count them.", torch.tensor([2.5, 0.5]) / 3),
            mistake("Instances were averaged: there is one L0 for each.", torch.tensor(1.5)),
            mistake("One value for each example came out: it ran over instances.", torch.tensor([1.0, 2.0])),
        ],
    )


@exercise("05.l0")
def test_six_instances_from_busy_to_quiet(learner):
    """Thirteen examples, eleven latents; what the last latent has is below 0."""
    h = sparse(13, 11, -0.9, -0.4, 0.1, 0.5, 0.9, 1.4)
    h[:, :, -1] *= -1
    right = torch.tensor([8.384615, 6.461538, 4.769231, 2.692308, 1.538462, 1.230769])  # by the course's solution
    expect(learner.health.l0(h), "L0 of six instances").to_equal(
        right,
        watch_for=[
            mistake("The sizes were added up (that is L1): count the latents above 0.", h.sum((0, 2)) / 13),
            mistake("The sizes were added up (that is L1): count the latents above 0.", h.abs().sum((0, 2)) / 13),
            mistake("What is below 0 was counted too: active is what is above 0.", h.sign().abs().sum((0, 2)) / 13),
            mistake("The counts were added up over the batch: average them.", lambda: 13 * right),
            mistake("This is the share of latents: count them.", lambda: right / 11),
            mistake("It was averaged over latents and added up over the batch: the other way round.",
                    lambda: right * 13 / 11),
            mistake("One value for each example came out: it ran over instances.", h.relu().sign().sum(2).mean(1)),
            mistake("The latents that are not active were counted.", lambda: 11 - right),
            mistake("Examples in which no latent is active were left out: average over all.",
                    lambda: right * 13 / (h.amax(2) > 0).sum(0)),
        ],
    )  # fmt: skip


@exercise("05.l0")
def test_however_small_active_is_active(learner):
    """Not active is what is 0 or, as in a linear code it may be, below."""
    h = torch.tensor([1e-6, 1e-3, 0.0, 100.0, -2.0]).expand(3, 1, 5)
    expect(learner.health.l0(h), "L0").to_equal(
        torch.tensor([3.0]),
        watch_for=[
            mistake("What is below 0 was counted too: active is what is above 0.", torch.tensor([4.0])),
            *(mistake("Small activations were not counted.", torch.tensor([count])) for count in (1.0, 2.0)),
        ],
    )


@exercise("05.fraction_of_variance_unexplained")
def test_squared_errors_over_squared_distances_from_the_mean(learner):
    """The mean is (2, 0); the squared distances from it are 1, 1, 4, 4, the squared errors 1, 1, 0, 1."""
    x = torch.tensor([[3.0, 0], [1, 0], [2, 2], [2, -2]])[:, None]
    x_hat = torch.tensor([[3.0, 1], [1, -1], [2, 2], [2, -1]])[:, None]
    expect(learner.health.fraction_of_variance_unexplained(x, x_hat), "FVU").to_equal(
        torch.tensor([0.3]),
        watch_for=[
            mistake("The denominator is not centred: take the mean over the batch away.", torch.tensor([3 / 26])),
            mistake("The ratio was taken for each example first: sum first.", torch.tensor([(1 + 1 + 0 + 0.25) / 4])),
            mistake("This is the share that is explained.", torch.tensor([0.7])),
            mistake("One mean for all dimensions was taken away: each has its own.", torch.tensor([3 / 18])),
            mistake("The ratio was taken for each dimension first: sum first.", torch.tensor([3 / 16])),
            mistake("Norms were added up: squares of norms are meant.", torch.tensor([3 / 6])),
            mistake("Numerator and denominator are divided by other counts (n and n − 1).", torch.tensor([0.225])),
            mistake("The error was divided by the variance of x̂.", torch.tensor([3 / 8.75])),
            *(mistake(SUM_OVER_MEAN, torch.tensor([3 / (10 / count)])) for count in (4, 8)),
            *(mistake(MEAN_OVER_SUM, torch.tensor([3 / count / 10])) for count in (4, 8)),
        ],
    )


def five_reconstructions():
    """Seven examples, five instances, four dimensions, and x̂: too small, and off by more from instance to instance."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(7, 5, 4, generator=generator) * torch.tensor([1.0, 2, 0.5, 3]) + torch.tensor([3.0, -1, 2, 0.5])
    off = torch.randn(7, 5, 4, generator=generator) * torch.tensor([0.2, 0.35, 0.5, 0.75, 1])[:, None]
    return x, 0.9 * x + off


@exercise("05.fraction_of_variance_unexplained")
def test_five_instances_of_any_numbers(learner):
    x, x_hat = five_reconstructions()
    lost, spread = (x - x_hat).square(), (x - x.mean(0)).square()
    right = torch.tensor([0.03119761, 0.07129566, 0.2221788, 0.126514, 0.6662691])  # by the course's solution
    expect(learner.health.fraction_of_variance_unexplained(x, x_hat), "FVU of five instances").to_equal(
        right,
        watch_for=[
            mistake("The denominator is not centred: take the mean over the batch away.",
                    lost.sum((0, 2)) / x.square().sum((0, 2))),
            mistake("The ratio was taken for each example first: sum first.", (lost.sum(2) / spread.sum(2)).mean(0)),
            mistake("The ratio was taken for each dimension first: sum first.", (lost.sum(0) / spread.sum(0)).mean(1)),
            mistake("This is the share that is explained.", lambda: 1 - right),
            mistake("One mean for all dimensions was taken away: each has its own.",
                    lost.sum((0, 2)) / (x - x.mean((0, 2))[:, None]).square().sum((0, 2))),
            mistake("The mean was taken over instances too: each has its own.",
                    lost.sum((0, 2)) / (x - x.mean((0, 1))).square().sum((0, 2))),
            mistake("The mean of x̂ was taken away in the denominator: that of x is meant.",
                    lost.sum((0, 2)) / (x - x_hat.mean(0)).square().sum((0, 2))),
            mistake("The error was divided by the variance of x̂.",
                    lost.sum((0, 2)) / (x_hat - x_hat.mean(0)).square().sum((0, 2))),
            mistake("The error was centred too: only the denominator is.",
                    (x - x_hat - (x - x_hat).mean(0)).square().sum((0, 2)) / spread.sum((0, 2))),
            mistake("Norms were added up: squares of norms are meant.",
                    lost.sum(2).sqrt().sum(0) / spread.sum(2).sqrt().sum(0)),
            mistake("Numerator and denominator are divided by other counts (n and n − 1).", lambda: right * 6 / 7),
            *(mistake(SUM_OVER_MEAN, lambda count=count: right * count) for count in (4, 7, 28)),
            *(mistake(MEAN_OVER_SUM, lambda count=count: right / count) for count in (4, 7, 28)),
        ],
    )  # fmt: skip


@exercise("05.fraction_of_variance_unexplained")
def test_the_mean_itself_explains_nothing_and_x_itself_everything(learner):
    """Instance 0 answers with the mean of its instance, instance 1 with x."""
    x = torch.tensor([[[10.0, 1], [0, 5]], [[14.0, 3], [2, 5]], [[12.0, 5], [4, 8]]])
    x_hat = torch.stack([x[:, 0].mean(0).expand(3, 2), x[:, 1]], dim=1)
    about_all = (x - x.mean((0, 1))).square().sum((0, 2))
    expect(learner.health.fraction_of_variance_unexplained(x, x_hat), "FVU").to_equal(
        torch.tensor([1.0, 0.0]),
        atol=1e-6,
        watch_for=[
            mistake(
                "The mean was taken over instances too: each has its own.",
                torch.stack([(x - x_hat)[:, 0].square().sum() / about_all[0], torch.tensor(0.0)]),
            )
        ],
        parts=("the mean itself", "x itself"),
    )


@exercise("05.dead_fraction")
def test_a_latent_that_fires_once_is_alive(learner):
    """Of instance 0's four latents only the last never fires; of instance 1's the first three."""
    h = torch.zeros(3, 2, 4)
    h[0, 0, 0] = h[1, 0, 1] = h[2, 0, 2] = 0.1
    h[:, 1, 3] = torch.tensor([0.0, 2.0, 1.0])
    expect(learner.health.dead_fraction(h), "share of dead latents").to_equal(
        torch.tensor([0.25, 0.75]),
        watch_for=[
            mistake("These are the live ones.", torch.tensor([0.75, 0.25])),
            mistake("The dead were counted: divide by the number of latents.", torch.tensor([1.0, 3.0])),
            mistake("Every zero counts here: dead is what is zero for all examples.", torch.tensor([9 / 12, 10 / 12])),
            mistake("One example was enough: dead is what is zero for all of them.", torch.tensor([1.0, 1.0])),
            mistake("Instances were put together: each has its own latents.", torch.tensor([0.0, 0.0])),
            mistake("Instances were averaged: there is one share for each.", torch.tensor(0.5)),
        ],
        parts=("instance 0", "instance 1"),
    )


@exercise("05.dead_fraction")
def test_six_instances_with_more_and_more_dead(learner):
    """Six examples, 23 latents, of which three are dead in all instances."""
    h = sparse(6, 23, 0.2, 0.5, 0.8, 1.1, 1.4, 1.8)
    h[:, :, [4, 9, 17]] = 0
    right = torch.tensor([0.1739131, 0.2608696, 0.3478261, 0.3913044, 0.6956522, 0.7391304])  # by the course's solution
    expect(learner.health.dead_fraction(h), "share of dead latents in six instances").to_equal(
        right,
        watch_for=[
            mistake("These are the live ones.", lambda: 1 - right),
            mistake("The dead were counted: divide by the number of latents.", lambda: 23 * right),
            mistake("The dead were divided by the number of examples: divide by that of latents.",
                    lambda: 23 / 6 * right),
            mistake("Every zero counts here: dead is what is zero for all examples.", 1 - h.sign().mean((0, 2))),
            mistake("One example was enough: dead is what is zero for all of them.", 1 - h.sign().amin(0).mean(1)),
            mistake("Instances were put together: each has its own latents.", torch.full((6,), 3 / 23)),
            mistake("Examples in which no latent is active were counted: latents are asked that no example activates.",
                    1 - h.amax(2).sign().mean(0)),
            mistake("One example was looked at: dead is what is zero for all of them.", 1 - h[0].sign().mean(1)),
            mistake("One example was looked at: dead is what is zero for all of them.", 1 - h[-1].sign().mean(1)),
        ],
    )  # fmt: skip


@exercise("05.log_frequency_histogram")
def test_how_often_not_how_much(learner):
    """Of 100 examples the latents fire for 50, 20, 2, 0 and 100, whatever their size; log10: −0.3, −0.7, −1.7, 0."""
    fires = torch.arange(100)[:, None] < torch.tensor([50, 20, 2, 0, 100])
    h = fires * torch.tensor([0.001, 1.0, 30.0, 1.0, 5.0])
    counts, dead = learner.health.log_frequency_histogram(h, torch.tensor([-2.5, -1.5, -0.5, 0.5]))
    expect(counts, "the counts").to_equal(
        torch.tensor([1, 1, 2]),
        watch_for=[
            mistake("This looks like the natural logarithm: log10 is meant.", torch.tensor([1, 1, 1])),
            mistake("Activations were averaged: the share of examples with h > 0 is meant.", torch.tensor([0, 1, 1])),
            mistake("The number of examples was taken: the share of them is meant.", torch.tensor([0, 0, 1])),
            mistake("The share of latents was taken for each example: turn it round.", torch.tensor([0, 50, 50])),
        ],
    )
    expect(dead, "the number of dead latents").to_equal(1, watch_for=[mistake("These are the live ones.", 4)])


@exercise("05.log_frequency_histogram")
def test_five_bins_that_are_not_evenly_wide(learner):
    """Of 200 examples latents fire for 1 to 200: three too seldom for the bins, six too often, and eight never."""
    seldom, often = [1, 1, 1, 2, 2, 3, 4, 5, 7, 9, 11, 12, 15, 20, 26, 31], [150, 160, 170, 180, 190, 200]
    times = torch.tensor([0] * 8 + seldom + [40, 48, 57, 66, 73, 90, 110, 130] + often)
    sizes = 30 * torch.rand(200, len(times), generator=torch.Generator().manual_seed(0)) + 0.01
    h, edges = (torch.arange(200)[:, None] < times) * sizes, torch.tensor([-2.2, -1.9, -1.2, -0.75, -0.4, -0.15])
    counts, dead = learner.health.log_frequency_histogram(h, edges)
    expect(counts, "the counts").to_equal(
        torch.tensor([2, 7, 4, 5, 3]),
        watch_for=[
            mistake("This looks like the natural logarithm: log10 is meant.",
                    torch.tensor([1, 4, 3, 2, 3])),
            mistake("This looks like the logarithm to base 2: log10 is meant.",
                    torch.tensor([1, 3, 2, 2, 3])),
            mistake("Activations were averaged: the share of examples with h > 0 is meant.",
                    torch.tensor([0, 1, 4, 3, 3])),
            mistake("The share of latents was taken for each example: turn it round.",
                    torch.tensor([0, 20, 50, 104, 24])),
            mistake("The bins were made evenly wide: they lie between the edges that are given.",
                    torch.tensor([3, 3, 5, 4, 6])),
            mistake("What is outside was put into the first and last bins.", torch.tensor([5, 7, 4, 5, 9])),
            mistake("What is outside, and the dead, were put into the first and last bins.",
                    torch.tensor([13, 7, 4, 5, 9])),
            mistake("The dead were counted in the first bin: they have no logarithm.", torch.tensor([10, 7, 4, 5, 3])),
        ],
    )  # fmt: skip
    expect(dead, "the number of dead latents").to_equal(8, watch_for=[mistake("These are the live ones.", 30)])


@exercise("05.log_frequency_histogram")
def test_a_bin_has_its_lower_edge_and_the_last_one_both(learner):
    """A latent that always fires has log10 frequency 0: an inner edge in the first call, the last in the second."""
    always, half = torch.ones(4, 1), torch.tensor([[1.0], [0], [0], [1]])
    h = torch.cat([always, always, half], dim=1)
    inner = learner.health.log_frequency_histogram(h, torch.tensor([-4.0, 0.0, 2.0]))[0]
    expect(inner, "the counts where 0 is an inner edge").to_equal(
        torch.tensor([1, 2]),
        watch_for=[
            mistake("The upper edge was counted in, and not the lower.", torch.tensor([3, 0])),
            mistake("The bins were made evenly wide: they lie between the edges that are given.", torch.tensor([0, 3])),
        ],
        parts=("the bin below the edge", "the bin above it"),
    )
    last = learner.health.log_frequency_histogram(h, torch.tensor([-3.0, -1.0, 0.0]))[0]
    expect(last, "the counts where 0 is the last edge").to_equal(
        torch.tensor([0, 3]),
        watch_for=[mistake("The last bin lacks its upper edge: a latent that always fires.", torch.tensor([0, 1]))],
    )


@exercise("05.log_frequency_histogram")
def test_what_is_outside_of_the_edges_is_counted_nowhere(learner):
    """Frequencies 1, 1/2, 1/8 and never; the edges leave the first and the third out."""
    h = (torch.arange(8)[:, None] < torch.tensor([8, 4, 1, 0])).float()
    counts, dead = learner.health.log_frequency_histogram(h, torch.tensor([-0.8, -0.4, -0.2]))
    expect(counts, "the counts").to_equal(
        torch.tensor([0, 1]),
        watch_for=[
            mistake("What is outside was put into the first and last bins.", torch.tensor([1, 2])),
            mistake("What is outside, and the dead, were put into the first and last bins.", torch.tensor([2, 2])),
        ],
    )
    expect(dead, "the number of dead latents").to_equal(1)


@exercise("05.shrinkage")
def test_half_the_size_wants_a_factor_of_two(learner):
    """About b_dec = (1, 0): x is (2, 0) and (0, 4), x̂ half of each. In instance 1 b_dec is 0 and x̂ is twice x."""
    about, b_dec = torch.tensor([[2.0, 0], [0, 4]]), torch.tensor([[1.0, 0], [0, 0]])
    x = torch.stack([about + b_dec[0], about], dim=1)
    x_hat = torch.stack([about / 2 + b_dec[0], about * 2], dim=1)
    expect(learner.health.shrinkage(x, x_hat, b_dec), "γ").to_equal(
        torch.tensor([2.0, 0.5]),
        watch_for=[
            mistake("This is 1/γ: the factor goes on x̂.", torch.tensor([0.5, 2.0])),
            mistake("b_dec was not taken away.", torch.tensor([15 / 9, 0.5])),
            mistake("b_dec was taken away from x alone.", torch.tensor([12 / 9, 0.5])),
            mistake("b_dec was taken away from x̂ alone.", torch.tensor([11 / 5, 0.5])),
        ],
        parts=("x̂ too small, about a b_dec", "x̂ too large"),
    )


@exercise("05.shrinkage")
def test_five_instances_shrunk_by_more_and_more(learner):
    """Seven examples of four dimensions, about a b_dec of each instance."""
    generator = torch.Generator().manual_seed(2)
    b_dec, about = 1 + torch.rand(5, 4, generator=generator), 2 * torch.randn(7, 5, 4, generator=generator)
    smaller = torch.tensor([1.2, 0.9, 0.7, 0.5, 0.3])[:, None]
    x = b_dec + about
    x_hat = b_dec + smaller * about + 0.3 * torch.randn(7, 5, 4, generator=generator)
    right = torch.tensor([0.7931302, 1.090288, 1.348745, 1.94965, 2.795835])  # by the course's solution
    a, b = x - b_dec, x_hat - b_dec
    dots = (a * b).sum((0, 2))
    expect(learner.health.shrinkage(x, x_hat, b_dec), "γ of five instances").to_equal(
        right,
        watch_for=[
            mistake("This is 1/γ: the factor goes on x̂.", lambda: 1 / right),
            mistake("x̂ was fitted by x: γ goes on x̂.", dots / a.square().sum((0, 2))),
            mistake("b_dec was not taken away.", (x * x_hat).sum((0, 2)) / x_hat.square().sum((0, 2))),
            mistake("b_dec was taken away from x alone.", (a * x_hat).sum((0, 2)) / x_hat.square().sum((0, 2))),
            mistake("b_dec was taken away from x̂ alone.", (x * b).sum((0, 2)) / b.square().sum((0, 2))),
            mistake("The ratio was taken for each example first: sum first.",
                    ((a * b).sum(2) / b.square().sum(2)).mean(0)),
            mistake("The ratio was taken for each dimension first: sum first.",
                    ((a * b).sum(0) / b.square().sum(0)).mean(1)),
            mistake("Norms were divided: what counts is x̂'s part along x.",
                    a.norm(dim=2).sum(0) / b.norm(dim=2).sum(0)),
            mistake("Norms were divided: what counts is x̂'s part along x.",
                    (a.square().sum((0, 2)) / b.square().sum((0, 2))).sqrt()),
            mistake("The means were taken away in place of b_dec.",
                    ((x - x.mean(0)) * (x_hat - x_hat.mean(0))).sum((0, 2))
                    / (x_hat - x_hat.mean(0)).square().sum((0, 2))),
            mistake("This is a cosine: γ divides by ‖x̂ − b_dec‖² alone.",
                    dots / (a.square().sum((0, 2)) * b.square().sum((0, 2))).sqrt()),
            mistake("All instances were put together: each has its own γ.",
                    (dots.sum() / b.square().sum()).expand(5)),
        ],
    )  # fmt: skip


@exercise("05.shrinkage")
def test_an_error_to_the_side_is_no_shrinkage(learner):
    """x̂ is x and something at right angles to it: longer, not too long in x's direction. γ divides by ‖x̂‖² alone."""
    x, x_hat = torch.tensor([[[2.0, 0]]]), torch.tensor([[[2.0, 2.0]]])
    expect(learner.health.shrinkage(x, x_hat, torch.zeros(1, 2)), "γ").to_equal(
        torch.tensor([0.5]),
        watch_for=[
            mistake("x̂ was fitted by x: γ goes on x̂.", torch.tensor([1.0])),
            mistake("Norms were divided: what counts is x̂'s part along x.", torch.tensor([0.5**0.5])),
        ],
    )


@exercise("05.shrinkage")
def test_large_examples_count_for_more(learner):
    """Factors of 2 and 1, on examples of squared sizes 1 and 9: (2 · 1 + 1 · 9) / (1 + 9), not 3/2."""
    x, x_hat = torch.tensor([[[2.0, 0]], [[0, 3.0]]]), torch.tensor([[[1.0, 0]], [[0, 3.0]]])
    expect(learner.health.shrinkage(x, x_hat, torch.zeros(1, 2)), "γ").to_equal(
        torch.tensor([1.1]),
        watch_for=[mistake("The ratio was taken for each example first: sum first.", torch.tensor([1.5]))],
    )

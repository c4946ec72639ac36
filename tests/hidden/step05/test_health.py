"""The health panel on activations drawn anew, of odd sizes."""

import torch

from autograder import exercise, expect, mistake

SUM_OVER_MEAN = "The numerator is a sum and the denominator a mean: take sums in both, or means in both."
MEAN_OVER_SUM = "The numerator is a mean and the denominator a sum: take sums in both, or means in both."
SIZES = ((7, 3, 5, 4), (4, 1, 6, 3), (9, 2, 1, 2))  # batch, instance, latent, d


def sparse(draw, *shape):
    """Latents of which about half are active."""
    return draw.normal(*shape).relu() * draw.choice([0.1, 1.0, 20.0])


@exercise("05.l0")
def test_any_latents(learner, draw):
    for batch, instances, latents, _ in SIZES:
        h = sparse(draw, batch, instances, latents)
        h[0, :, 0], h[1:, :, 0] = 1e-6, 0.0  # however small, it is active
        h[:, :, 1:2] *= -1  # of a linear code, which may be below 0
        active = (h > 0).float()
        expect(learner.health.l0(h), "L0").to_match(
            active.sum(2).mean(0),
            watch_for=[
                mistake("The sizes were added up (that is L1): count the latents above 0.", h.sum(2).mean(0)),
                mistake(
                    "Small activations were not counted: active is what is above 0.", (h > 1e-5).float().sum(2).mean(0)
                ),
                mistake("What is below 0 was counted too: above 0 is asked.", (h != 0).float().sum(2).mean(0)),
                mistake("The counts were added up over the batch: average them.", active.sum((0, 2))),
                mistake("This is the share of latents: count them.", active.mean((0, 2))),
                mistake(
                    "It was averaged over latents and added up over the batch: the other way round.",
                    active.mean(2).sum(0),
                ),
                mistake("The latents that are not active were counted.", (1 - active).sum(2).mean(0)),
                mistake("Instances were averaged: there is one L0 for each.", active.sum(2).mean()),
                mistake("It ran over instances: average over the batch, the first axis.", active.sum(2).mean(1)),
            ],
        )


@exercise("05.fraction_of_variance_unexplained")
def test_any_reconstruction(learner, reference, draw):
    """The means are large, the errors of other sizes in every instance, and the batch so small that n − 1 shows."""
    for batch, instances, _, d in SIZES:
        spread = 1 + draw.permutation(d).float()
        x = 3 * draw.normal(instances, d) + 5 + spread * draw.normal(batch, instances, d)
        x_hat = x + (0.3 + draw.uniform(batch, 1, 1)) * (1 + torch.arange(instances))[:, None] * draw.normal(
            batch, instances, d
        )
        error = (x - x_hat).square()
        variance = (x - x.mean(0)).square()
        fvu = reference.health.fraction_of_variance_unexplained(x, x_hat)
        expect(learner.health.fraction_of_variance_unexplained(x, x_hat), "FVU").to_match(
            fvu,
            watch_for=[
                mistake("The denominator is not centred.", error.sum((0, 2)) / x.square().sum((0, 2))),
                mistake(
                    "The ratio was taken for each example first: sum first.", (error.sum(2) / variance.sum(2)).mean(0)
                ),
                mistake(
                    "The ratio was taken for each dimension first: sum first.", (error.sum(0) / variance.sum(0)).mean(1)
                ),
                mistake("This is the share that is explained.", 1 - fvu),
                mistake("Sum and mean are mixed: divide by n in both or in neither.", fvu * (batch - 1) / batch),
                *(mistake(SUM_OVER_MEAN, fvu * count) for count in (batch, d, batch * d)),
                *(mistake(MEAN_OVER_SUM, fvu / count) for count in (batch, d, batch * d)),
                mistake(
                    "One mean for all dimensions was taken away: each has its own.",
                    error.sum((0, 2)) / (x - x.mean((0, 2))[:, None]).square().sum((0, 2)),
                ),
                mistake(
                    "The mean was taken over instances too: each has its own.",
                    error.sum((0, 2)) / (x - x.mean((0, 1))).square().sum((0, 2)),
                ),
                mistake("All instances were put together.", (error.sum() / variance.sum()).expand(instances)),
                mistake(
                    "The error was divided by the variance of x̂.",
                    error.sum((0, 2)) / (x_hat - x_hat.mean(0)).square().sum((0, 2)),
                ),
                mistake(
                    "The mean of x̂ was taken away in the denominator: that of x is meant.",
                    error.sum((0, 2)) / (x - x_hat.mean(0)).square().sum((0, 2)),
                ),
                mistake(
                    "The error was centred too: only the denominator is.",
                    (x - x_hat - (x - x_hat).mean(0)).square().sum((0, 2)) / variance.sum((0, 2)),
                ),
                mistake("The square is missing.", error.sqrt().sum((0, 2)) / variance.sqrt().sum((0, 2))),
                mistake(
                    "Norms were added up: squares of norms are meant.",
                    error.sum(2).sqrt().sum(0) / variance.sum(2).sqrt().sum(0),
                ),
                mistake("Roots were taken: squares of norms are meant.", fvu.sqrt()),
            ],
        )


@exercise("05.dead_fraction")
def test_any_dead(learner, draw):
    """Latents that fire often, that fire once, and that never do; other ones in every instance."""
    for batch, instances, latents in ((6, 3, 8), (1, 1, 4), (5, 2, 3)):
        h = torch.zeros(batch, instances, latents)
        for instance in range(instances):
            alive = draw.permutation(latents)[: 1 + (instance + 1) * (latents - 2) // instances]
            h[draw.integers(0, batch, len(alive)), instance, alive] = draw.uniform(len(alive), low=1e-6, high=2.0)
        fires = h > 0
        dead = 1 - fires.any(0).float().mean(1)
        expect(learner.health.dead_fraction(h), "share of dead latents").to_match(
            dead,
            watch_for=[
                mistake("These are the live ones.", 1 - dead),
                mistake("The dead were counted: divide by the number of latents.", dead * latents),
                mistake(
                    "Every zero counts here: dead is what is zero for all examples.", 1 - fires.float().mean((0, 2))
                ),
                mistake("One example was enough: dead is zero for all of them.", 1 - fires.all(0).float().mean(1)),
                mistake(
                    "Instances were put together: each has its own latents.",
                    (1 - fires.any(1).any(0).float().mean()).expand(instances),
                ),
                mistake("Instances were averaged: there is one share for each.", dead.mean()),
                mistake(
                    "The dead were divided by the number of examples: divide by that of latents.",
                    dead * latents / batch,
                ),
                mistake(
                    "Examples in which no latent is active were counted: latents are asked that no example activates.",
                    1 - fires.any(2).float().mean(0),
                ),
            ],
        )


@exercise("05.log_frequency_histogram")
def test_any_frequencies(learner, draw):
    """The frequencies lie well between the edges, which are not evenly spaced; sizes of activations say nothing."""
    often = torch.tensor([200, 150, 120, 60, 40, 30, 13, 11, 5, 4, 1, 1, 1, 0, 0])
    often = often[draw.permutation(len(often))]
    fires = torch.stack([draw.permutation(200) < count for count in often.tolist()], dim=1)
    h = fires * draw.uniform(200, 15, low=1e-4, high=30.0)
    edges = torch.tensor([-20.0, -2.1, -1.45, -0.6, -0.18, 0.0])
    for chosen in (edges, edges[1:], edges[1:4], edges[3:], torch.cat([edges[2:], torch.tensor([0.5])])):
        expected = _counts(often, chosen)
        got = learner.health.log_frequency_histogram(h, chosen)
        with_dead = expected.clone()
        with_dead[0] += 2
        expect(got[0], "the counts").to_match(
            expected,
            watch_for=[
                mistake("The dead were counted in the first bin: they have no logarithm.", with_dead),
                mistake(
                    "A latent that always fires was left out: its log frequency is the last edge.",
                    _counts(often, chosen, 200),
                ),
                mistake("This looks like the natural logarithm.", _counts(often, chosen / 2.302585093)),
                mistake("These are shares: counts are asked.", expected / 15),
                mistake(
                    "The upper edge of a bin was counted in, and not the lower.", _counts(often, chosen, upper=True)
                ),
                mistake(
                    "What is outside of the edges was put into the first and last bins.",
                    lambda chosen=chosen: _counts(often, _wider(chosen)),
                ),
                mistake(
                    "Activations were averaged: the share of examples with h > 0 is meant.",
                    lambda chosen=chosen: torch.histogram(h.mean(0)[often > 0].log10(), chosen).hist,
                ),
                mistake(
                    "The number of examples was taken for the share.",
                    lambda chosen=chosen: torch.histogram(often[often > 0].float().log10(), chosen).hist,
                ),
                mistake(
                    "The share of latents was taken for each example: it is the share of examples for each latent.",
                    lambda chosen=chosen: torch.histogram((h > 0).float().mean(1).log10(), chosen).hist,
                ),
            ],
        )
        expect(got[1], "the number of dead latents").to_match(
            2, watch_for=[mistake("These are the live ones.", 13), mistake("This is a share.", 2 / 15)]
        )


def _counts(often, edges, leave_out=None, upper=False):
    """How many of the frequencies out of 200 lie between the edges."""
    logs = [torch.tensor(n / 200).log10().item() for n in often.tolist() if n and n != leave_out]
    *lower, last = edges.tolist()
    bins = zip(lower, [*lower[1:], last], strict=True)
    if upper:
        return torch.tensor([sum(low < log <= high for log in logs) for low, high in bins])
    return torch.tensor([sum(low <= log < high or log == high == last for log in logs) for low, high in bins])


def _wider(edges):
    """The same bins, but everything is in the first or the last that is outside of them."""
    return torch.cat([torch.tensor([-99.0]), edges[1:-1], torch.tensor([99.0])])


@exercise("05.log_frequency_histogram")
def test_none_dead_and_all_dead(learner):
    edges = torch.tensor([-3.0, -0.5, -0.1])
    counts, dead = learner.health.log_frequency_histogram(torch.tensor([[1.0, 1], [0, 0]]), edges)
    expect(counts, "the counts where none is dead").to_match(torch.tensor([0, 2]))
    expect(dead, "the number of dead where there are none").to_match(0)
    counts, dead = learner.health.log_frequency_histogram(torch.zeros(3, 4), edges)
    expect(counts, "the counts where all are dead").to_match(torch.tensor([0, 0]))
    expect(dead, "the number of dead where all are").to_match(4)


@exercise("05.shrinkage")
def test_any_shrinkage(learner, reference, draw):
    for batch, instances, _, d in SIZES:
        b_dec = 2 + draw.uniform(instances, d)
        about = (1 + 4 * torch.arange(batch)[:, None, None] / batch) * draw.normal(batch, instances, d)
        smaller = draw.uniform(batch, instances, 1, low=0.3, high=0.8)
        x, x_hat = b_dec + about, b_dec + smaller * about + 0.4 * draw.normal(batch, instances, d)
        a, b = x - b_dec, x_hat - b_dec
        gamma = reference.health.shrinkage(x, x_hat, b_dec)
        expect(learner.health.shrinkage(x, x_hat, b_dec), "γ").to_match(
            gamma,
            watch_for=[
                mistake("This is 1/γ: the factor goes on x̂.", 1 / gamma),
                mistake("x̂ was fitted by x: γ goes on x̂.", (a * b).sum((0, 2)) / a.square().sum((0, 2))),
                mistake("b_dec was not taken away.", (x * x_hat).sum((0, 2)) / x_hat.square().sum((0, 2))),
                mistake("b_dec was taken away from x alone.", (a * x_hat).sum((0, 2)) / x_hat.square().sum((0, 2))),
                mistake("b_dec was taken away from x̂ alone.", (x * b).sum((0, 2)) / b.square().sum((0, 2))),
                mistake(
                    "The ratio was taken for each example first: sum first.",
                    ((a * b).sum(2) / b.square().sum(2)).mean(0),
                ),
                mistake(
                    "Norms were divided: what counts is x̂'s part along x.", a.norm(dim=2).sum(0) / b.norm(dim=2).sum(0)
                ),
                mistake(
                    "The ratio was taken for each dimension first: sum first.",
                    ((a * b).sum(0) / b.square().sum(0)).mean(1),
                ),
                mistake(
                    "This is a cosine: γ divides by ‖x̂ − b_dec‖² alone.",
                    (a * b).sum((0, 2)) / (a.square().sum((0, 2)) * b.square().sum((0, 2))).sqrt(),
                ),
                mistake("Norms were divided.", (a.square().sum((0, 2)) / b.square().sum((0, 2))).sqrt()),
                mistake("All instances were put together.", ((a * b).sum() / b.square().sum()).expand(instances)),
                mistake("The means were taken away in place of b_dec.", _slope(x - x.mean(0), x_hat - x_hat.mean(0))),
            ],
        )


def _slope(x, x_hat):
    return (x * x_hat).sum((0, 2)) / x_hat.square().sum((0, 2))

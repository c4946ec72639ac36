"""Paths: what must hold of any model."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


def difference(logits, answers):
    return (logits[:, -1].gather(1, answers) * torch.tensor([1.0, -1.0])).sum(1).mean()


def only(layers, heads, *chosen):
    receivers = torch.zeros(layers, heads, dtype=torch.bool)
    for layer, head in chosen:
        receivers[layer, head] = True
    return receivers


@exercise("04.path_patch", part="end")
def test_a_single_head_is_the_only_path(learner, random_models, ioi_runs):
    """One layer of one head: with its z of the other prompts, END's stream is the other run's."""
    theirs, ours = random_models(6, layers=1, heads=1, width=8)
    clean, corrupted, answers = ioi_runs(ours)
    before, after = (difference(ours(tokens), answers) for tokens in (clean, corrupted))
    right = (after - before) / before
    expect(learner.paths.path_patch(theirs, clean, corrupted, answers), "relative change").to_equal(
        right.view(1, 1),
        atol=1e-3,
        watch_for=[
            mistake("The sign is wrong: it is (patched − clean) / clean.", -right.view(1, 1)),
            mistake("This is the share that is left: subtract 1.", right.view(1, 1) + 1),
            mistake("Divide by the clean difference.", (after - before).view(1, 1)),
        ],
    )


@exercise("04.path_patch", part="end")
def test_what_a_prompt_says_of_itself_changes_nothing(learner, random_models, ioi_runs):
    theirs, ours = random_models(7, layers=2, heads=2, width=16)
    clean, _, answers = ioi_runs(ours)
    expect(learner.paths.path_patch(theirs, clean, clean, answers), "relative change").to_equal(
        torch.zeros(2, 2), atol=1e-4
    )


@exercise("04.path_patch", part="end")
def test_in_the_last_layer_a_path_is_all_there_is(learner, random_models, ioi_runs):
    """No head comes after the last layer's: for these, path patching is plain patching at END."""
    theirs, ours = random_models(7, layers=2, heads=2, width=16)
    clean, corrupted, answers = ioi_runs(ours)
    _, cache = ours.run_with_cache(corrupted)

    def put(z, hook):
        z = z.clone()
        z[:, -1, 1] = cache[hook.name][:, -1, 1]
        return z

    before = difference(ours(clean), answers)
    after = difference(ours.run_with_hooks(clean, fwd_hooks=[("blocks.1.attn.hook_z", put)]), answers)
    got = learner.paths.path_patch(theirs, clean, corrupted, answers)
    expect(got[1, 1], "relative change by head 1.1").to_equal((after - before) / before, atol=1e-4, rtol=1e-3)


@exercise("04.path_patch", part="end")
def test_with_mlps_and_scale_frozen_a_head_is_missed_for_what_it_wrote(learner, random_models, ioi_runs):
    """Then nothing answers and nothing is divided anew: the change is what the head writes less, on the clean scale."""
    theirs, ours = random_models(7, layers=2, heads=2, width=16)
    clean, corrupted, answers = ioi_runs(ours)
    with torch.no_grad():
        logits, cache = ours.run_with_cache(clean)
        other = ours.run_with_cache(corrupted)[1]
        z = torch.stack([other[f"blocks.{i}.attn.hook_z"] - cache[f"blocks.{i}.attn.hook_z"] for i in range(2)])[
            :, :, -1
        ]
        written = torch.einsum("lbhe,lhed->lhbd", z, torch.stack([block.attn.W_O for block in ours.blocks]))
        scaled = (written - written.mean(-1, keepdim=True)) / cache["ln_final.hook_scale"][:, -1]
        direction = (ours.W_U[:, answers[:, 0]] - ours.W_U[:, answers[:, 1]]).T
        right = (scaled * direction).sum(-1).mean(-1) / difference(logits, answers)
    expect(
        learner.paths.path_patch(theirs, clean, corrupted, answers, frozen=("mlps", "scale")), "relative change"
    ).to_equal(
        right,
        atol=1e-4,
        rtol=1e-3,
        watch_for=[
            mistake(
                "Nothing but heads was frozen.", lambda: learner.paths.path_patch(theirs, clean, corrupted, answers)
            )
        ],
    )


@exercise("04.path_patch", part="end")
def test_nothing_else_can_be_frozen(learner, random_models, ioi_runs):
    theirs, ours = random_models(7, layers=2, heads=2, width=16)
    with expect_error(ValueError):
        learner.paths.path_patch(theirs, *ioi_runs(ours), frozen=("heads",))


@exercise("04.path_patch", part="end")
def test_six_heads_of_three_layers(learner, random_models, ioi_runs):
    theirs, ours = random_models(8, layers=3, heads=2, width=16)
    right = per_layer(-0.01236582, -0.1260955, -0.04230917, -0.09480822, -0.008835196, -0.00863415)  # by the solution
    clean, corrupted = -1.493665, -1.048737  # logit differences
    expect(learner.paths.path_patch(theirs, *ioi_runs(ours)), "relative change [layer, head]").to_equal(
        right,
        atol=5e-6,
        rtol=1e-3,
        watch_for=[
            mistake("The sign is wrong: it is (patched − clean) / clean.", -right),
            mistake("This is the share that is left: subtract 1.", right + 1),
            mistake("Divided by clean − corrupted, as a recovery is: the change relative to the clean run is asked.",
                    right * clean / (clean - corrupted)),
            mistake("The change was not divided by the clean difference.", right * clean),
            mistake("The other heads were not frozen: this is activation patching.",
                    per_layer(-0.05600048, -0.2174351, -0.03108525, -0.1424911, -0.008835279, -0.008634398)),
            mistake("The MLPs were frozen: they pass the change on.",
                    per_layer(0.005533063, 0.02660297, -0.06078804, -0.07796832, -0.004965854, -0.02030109)),
            mistake("The last scale was frozen, which nothing asks for here.",
                    per_layer(-0.016881, -0.1407393, -0.03848252, -0.09941996, -0.01611115, -0.01519198)),
            mistake("The runs are swapped: `clean` is run, and one head comes from `corrupted`.",
                    per_layer(0.01966207, 0.1923897, 0.04453292, 0.1466441, 0.01101081, 0.01881137)),
        ],
    )  # fmt: skip


def per_layer(*values):
    return torch.tensor(values).view(-1, 2)


HEARD = ("through queries", "through keys", "through values")


@exercise("04.path_patch", part="receivers")
def test_to_two_receivers_in_three_ways(learner, random_models, ioi_runs):
    """The prompts differ at S2, before END: the receivers hear of it at both."""
    theirs, ours = random_models(8, layers=3, heads=2, width=16)
    runs, receivers = ioi_runs(ours), only(3, 2, (1, 0), (2, 1))
    clean, corrupted = -1.493665, -1.048737  # logit differences
    right = [  # by the solution: by the heads of layers 0 and 1, of which the first receiver hears layer 0 only
        per_layer(-0.006291807, -0.0392288, 0.01634741, 0.0002706051),
        per_layer(-0.01121467, 0.002107859, 0.001096368, 0.001587033),
        per_layer(-0.02900875, 0.01849687, 0.0007269382, -0.00567168),
    ]
    got = [learner.paths.path_patch(theirs, *runs, receivers, through)[:2] for through in "qkv"]
    expect(got, "relative change by the heads of two layers").to_equal(
        right,
        atol=5e-6,
        rtol=1e-3,
        parts=HEARD,
        watch_for=[
            mistake("Only END was patched: a sender speaks, and a receiver listens, at every position.", [
                per_layer(-0.007253446, -0.04393242, 0.01634731, 0.0002704759),
                per_layer(-0.0001207524, -0.0002340825, 0.0001309681, -0.0009340955),
                per_layer(0.0003789376, 0.003860008, -0.0002163647, 0.0006241935),
            ]),
            mistake("The other heads were not frozen on the way to the receivers.", [
                per_layer(0.003058716, -0.03175382, 0.01634731, 0.0002704759),
                per_layer(-0.01118895, 0.00424932, 0.001096189, 0.001587021),
                per_layer(-0.02819142, 0.0149136, 0.0007269887, -0.005671693),
            ]),
            mistake("The MLPs were frozen: they pass the change on.", [
                per_layer(0.003592006, -0.004155304, -0.00193587, -0.001375205),
                per_layer(-0.0007859683, -0.00234314, -0.0001586622, -0.0002905082),
                per_layer(-0.02495816, 0.004185233, 0.0006882011, -0.003139643),
            ]),
            mistake("In the last run the other heads of the receivers' layers were held: only receivers are touched.", [
                per_layer(-0.005428991, -0.03252798, 0.01634731, 0.0002704759),
                per_layer(-0.01360664, 0.002796301, 0.001096189, 0.001587021),
                per_layer(-0.02953758, 0.01828007, 0.0007269887, -0.005671693),
            ]),
            mistake("Only the receivers of the last layer received.", [
                per_layer(-0.003561199, -0.02538347, 0.01634731, 0.0002704759),
                per_layer(-0.008584996, 0.01133365, 0.001096189, 0.001587021),
                per_layer(-0.007365101, 0.01090834, 0.0007269887, -0.005671693),
            ]),
            mistake("Divided by clean − corrupted, as a recovery is: the change relative to the clean run is asked.",
                    [one * clean / (clean - corrupted) for one in right]),
            mistake("The sign is wrong: it is (patched − clean) / clean.", [-one for one in right]),
        ],
    )  # fmt: skip


@exercise("04.path_patch", part="receivers")
@pytest.mark.parametrize("through", ["q", "k", "v"])
def test_nobody_hears_what_comes_later(learner, random_models, ioi_runs, through):
    theirs, ours = random_models(8, layers=3, heads=2, width=16)
    change = learner.paths.path_patch(theirs, *ioi_runs(ours), only(3, 2, (1, 0)), through)
    expect(change, "relative change [layer, head]").to_have_shape(3, 2)
    expect(change[1:], "relative change by heads of the receiver's layer and after").to_equal(torch.zeros(2, 2))
    expect(change[0].abs(), "relative change by earlier heads, absolute values").to_be_at_least(1e-6)


@exercise("04.path_patch", part="receivers")
def test_the_mean_over_prompts_is_what_changes(learner, random_models, ioi_runs):
    theirs, ours = random_models(9, layers=2, heads=1, width=8)
    clean, corrupted, answers = ioi_runs(ours)
    same = learner.paths.path_patch(theirs, clean, clean, answers, only(2, 1, (1, 0)), "v")
    expect(same, "relative change when the sender says what it always says").to_equal(torch.zeros(2, 1), atol=1e-4)
    change = learner.paths.path_patch(theirs, clean, corrupted, answers, only(2, 1, (1, 0)), "v")
    twice = [torch.cat([runs, runs]) for runs in (clean, corrupted, answers)]
    again = learner.paths.path_patch(theirs, *twice, only(2, 1, (1, 0)), "v")
    expect(again, "relative change when every prompt comes twice").to_equal(change, atol=1e-4)


@exercise("04.path_patch", part="receivers")
def test_no_receiver_and_other_ways_are_refused(learner, random_models, ioi_runs):
    theirs, ours = random_models(8, layers=2, heads=2, width=16)
    with expect_error(ValueError):
        learner.paths.path_patch(theirs, *ioi_runs(ours), only(2, 2))
    with expect_error(ValueError):
        learner.paths.path_patch(theirs, *ioi_runs(ours), only(2, 2, (1, 0)), "pattern")


@exercise("04.attribution_patching")
@pytest.mark.parametrize(("layer", "head"), [(0, 1), (1, 0)])
def test_it_is_the_slope_when_a_head_begins_to_move(learner, random_models, ioi_runs, layer, head):
    theirs, ours = random_models(10, layers=2, heads=2, width=16)
    clean, corrupted, answers = ioi_runs(ours)
    (good_logits, good), (bad_logits, bad) = (ours.run_with_cache(tokens) for tokens in (clean, corrupted))
    name, step = f"blocks.{layer}.attn.hook_z", 0.02

    def moved(share):
        def put(z, hook):
            z = z.clone()
            z[:, :, head] += share * (good[name] - bad[name])[:, :, head]
            return z

        return difference(ours.run_with_hooks(corrupted, fwd_hooks=[(name, put)]), answers)

    whole = difference(good_logits, answers) - difference(bad_logits, answers)
    slope = (moved(step) - moved(-step)) / (2 * step) / whole
    got = learner.paths.attribution_patching(theirs, clean, corrupted, answers)
    expect(got, "estimates [layer, head]").to_have_shape(2, 2)
    expect(got[layer, head:][:1], f"estimate for head {layer}.{head}").to_equal(slope[None], atol=0.01, rtol=0.01)


@exercise("04.attribution_patching")
def test_prompts_that_come_twice_count_no_more(learner, random_models, ioi_runs):
    theirs, ours = random_models(10, layers=2, heads=2, width=16)
    runs = ioi_runs(ours)
    once, twice = (
        learner.paths.attribution_patching(theirs, *[torch.cat([part] * times) for part in runs]) for times in (1, 2)
    )
    expect(twice, "estimates when every prompt comes twice").to_equal(once, atol=1e-4)

"""Signals and corruptions on random models and prompts."""

import pytest
import torch

from autograder import exercise, expect, mistake
from reference.step04_ioi import attribution, patching, prompts, signals


@pytest.fixture
def setting(draw, random_models, task):
    def make(**sizes):
        model, own = random_models(draw.seed(), **sizes)
        return model, own, task(own.cfg.d_vocab)

    return make


def first_two_swapped(data):
    tokens = data.tokens.clone()
    rows = torch.arange(len(tokens))
    tokens[rows, data.positions["IO"]] = data.answers[:, 1]
    tokens[rows, data.positions["S1"]] = data.answers[:, 0]
    return tokens


@exercise("04.position_and_token_signal")
@pytest.mark.parametrize("sizes", [{}, {"layers": 2, "heads": 4}])
def test_what_random_heads_say(learner, setting, draw, sizes):
    model, own, data = setting(**sizes)
    heads = draw.uniform(own.cfg.n_layers, own.cfg.n_heads) < 0.5
    heads[0, 0], heads[-1, 0] = True, False
    given = data.tokens, data.answers, data.positions, heads
    got = learner.signals.position_and_token_signal(model, *given)
    right = signals.position_and_token_signal(own, *given)
    swapped = prompts.corrupt_prompts(data.tokens, data.answers, data.positions, "swap_names")

    def whole_run(tokens):
        return attribution.logit_difference(own(tokens), data.answers).item()

    def reversed_run():
        return signals.position_and_token_signal(own, swapped, data.answers, data.positions, heads).neither

    expect(got.neither, "neither").to_match(right.neither, atol=2e-4)
    expect(got.token, "token").to_match(
        right.token,
        atol=2e-4,
        watch_for=[
            mistake("Token and position are swapped.", right.position),
            mistake("Swapping the names everywhere changes the token, not both.", right.both),
            mistake("This is the other run's own logit difference: only the heads should come from it.",
                    lambda: whole_run(swapped)),
            mistake("The run on the variant was patched: patch the run on the original.", reversed_run),
            mistake("This is IO − S of the variant: keep the answers.", -right.token),
        ],
    )  # fmt: skip
    expect(got.position, "position").to_match(
        right.position,
        atol=2e-4,
        watch_for=[
            mistake("Token and position are swapped.", right.token),
            mistake("S2 became IO as well: then the token changes too.", right.both),
            mistake("This is the other run's own logit difference: only the heads should come from it.",
                    lambda: whole_run(first_two_swapped(data))),
        ],
    )  # fmt: skip
    expect(got.both, "both").to_match(
        right.both,
        atol=2e-4,
        watch_for=[mistake("Names were swapped everywhere: that changes the token alone.", right.token)],
    )


@exercise("04.position_and_token_signal")
def test_the_shipped_model(learner, shipped, checkpoints):
    model, data = shipped
    heads = torch.tensor(checkpoints["s_inhibition_heads"].value).bool()
    found = learner.signals.position_and_token_signal(model, data.tokens, data.answers, data.positions, heads)
    expect(list(found), "neither, token, position, both").to_equal_checkpoint(checkpoints["signals"])


@exercise("04.compare_corruptions")
@pytest.mark.parametrize("sizes", [{}, {"layers": 2, "heads": 3, "width": 12}])
def test_two_sweeps(learner, setting, sizes):
    model, own, data = setting(**sizes)
    while True:  # where the two corruptions matter, so that recoveries are sound
        right = signals.compare_corruptions(own, data.tokens, data.answers, data.positions)
        if all(sweep.abs().max() < 5 for sweep in right):
            break
        model, own, data = setting(**sizes)
    got = learner.signals.compare_corruptions(model, data.tokens, data.answers, data.positions)

    def elsewhere(how, at=None, reverse=False):
        runs = [data.tokens, prompts.corrupt_prompts(data.tokens, data.answers, data.positions, how)]
        return patching.patch_heads(own, *(runs[::-1] if reverse else runs), data.answers, at)

    for name, other in (("swap_names", "swap_s2"), ("swap_s2", "swap_names")):
        expect(getattr(got, name), name).to_match(
            getattr(right, name),
            atol=2e-3,
            watch_for=[
                mistake("The two corruptions are swapped.", getattr(right, other)),
                mistake("Heads were patched at all positions, not at END.", lambda name=name: elsewhere(name)),
                mistake("Clean and corrupted are swapped.",
                        lambda name=name: elsewhere(name, data.positions["END"], True)),
                mistake("Heads were patched at S2, not at END.",
                        lambda name=name: elsewhere(name, data.positions["S2"])),
            ],
        )  # fmt: skip


@exercise("04.compare_corruptions")
def test_the_shipped_models_sweeps(learner, shipped, checkpoints):
    model, data = shipped
    found = learner.signals.compare_corruptions(model, data.tokens, data.answers, data.positions)
    for name in ("swap_names", "swap_s2"):
        expect(getattr(found, name), name).to_equal_checkpoint(checkpoints[f"heads_at_end_{name}"])

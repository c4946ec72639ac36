"""Signals: what must hold of any model."""

import torch

from autograder import exercise, expect, mistake


def variants(data):
    """Token, position and both flipped, made by hand."""
    rows, io, s = torch.arange(len(data.tokens)), data.answers[:, 0], data.answers[:, 1]
    token, position, both = (data.tokens.clone() for _ in range(3))
    for changed in (token, position):
        changed[rows, data.positions["IO"]] = s
        changed[rows, data.positions["S1"]] = io
    for changed in (token, both):
        changed[rows, data.positions["S2"]] = io
    return {"token": token, "position": position, "both": both}


def difference(logits, answers):
    return (logits[:, -1].gather(1, answers) @ torch.tensor([1.0, -1.0])).mean().item()


@exercise("04.position_and_token_signal")
def test_all_heads_at_end_are_the_whole_run(learner, random_model, task):
    model, data = random_model(), task()
    everything = torch.ones(3, 2, dtype=torch.bool)
    found = learner.signals.position_and_token_signal(model, data.tokens, data.answers, data.positions, everything)
    whole = {name: difference(model(tokens), data.answers) for name, tokens in variants(data).items()}
    expect(found.neither, "neither").to_equal(difference(model(data.tokens), data.answers), atol=1e-4)
    for name, expected in whole.items():
        expect(getattr(found, name), name).to_equal(
            expected,
            atol=1e-4,
            watch_for=[
                mistake(f"This is {other}: which variant flips what?", value)
                for other, value in whole.items()
                if other != name
            ]
            + [mistake("The answers stay as they are: IO − S of the original.", -expected)],
        )


@exercise("04.position_and_token_signal")
def test_no_heads_no_signal(learner, random_model, task):
    model, data = random_model(), task()
    nothing = torch.zeros(3, 2, dtype=torch.bool)
    found = learner.signals.position_and_token_signal(model, data.tokens, data.answers, data.positions, nothing)
    intact = difference(model(data.tokens), data.answers)
    expect(list(found), "neither, token, position, both").to_equal(
        [intact] * 4, atol=1e-4, parts=("neither", "token", "position", "both")
    )


@exercise("04.position_and_token_signal")
def test_the_given_prompts_stay_as_they_are(learner, random_model, task):
    model, data = random_model(), task()
    some = torch.tensor([[True, False], [False, True], [False, False]])
    given = data.tokens, data.answers, data.positions, some
    first, second = (learner.signals.position_and_token_signal(model, *given) for _ in range(2))
    expect(list(second), "a second call").to_equal(
        list(first), atol=1e-5, parts=("neither", "token", "position", "both")
    )


@exercise("04.compare_corruptions")
def test_two_sweeps_at_end(learner, random_model, task):
    model, data = random_model(layers=2), task()
    found = learner.signals.compare_corruptions(model, data.tokens, data.answers, data.positions)
    made = variants(data)
    for name, corrupted in (("swap_names", made["token"]), ("swap_s2", made["both"])):
        sweeps = {
            at: learner.patching.patch_heads(model, data.tokens, corrupted, data.answers, at and data.positions[at])
            for at in ("END", "S2", None)
        }
        expect(getattr(found, name), name).to_equal(
            sweeps["END"],
            atol=1e-3,
            watch_for=[
                mistake("Heads were patched at all positions, not at END.", sweeps[None]),
                mistake("Heads were patched at S2, not at END.", sweeps["S2"]),
            ],
        )

"""Patching untrained models, against a hook that changes one copy of the prompts for each patch."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


def difference(logits, answers):
    return (logits[:, -1].gather(1, answers) * torch.tensor([1.0, -1.0])).sum(1).mean()


class Patched:
    """Every patch a copy of the prompts, changed by a hook: change(value of this run, value of the other) in place."""

    def __init__(self, model, clean, corrupted, answers):
        self.model, self.clean, self.corrupted, self.answers = model, clean, corrupted, answers
        with torch.no_grad():
            self.caches = {id(tokens): model.run_with_cache(tokens)[1] for tokens in (clean, corrupted)}
            self.good, self.bad = (difference(model(tokens), answers) for tokens in (clean, corrupted))

    def recovery(self, metric):
        return (metric - self.bad) / (self.good - self.bad)

    def sweep(self, name, change, columns, into=None):
        """Metrics [layer, column] of name.format(layer), changed by change(value, other, column).

        They are of the corrupted prompts, or of `into`: a layer's columns run side by side, each a copy of the prompts.
        """
        into = self.corrupted if into is None else into
        layers = range(self.model.cfg.n_layers)
        return torch.stack([self._row(name.format(layer), change, columns, into) for layer in layers])

    @torch.no_grad()
    def _row(self, name, change, columns, into):
        other = self.caches[id(self.clean if into is self.corrupted else self.corrupted)][name]

        def hook(value, hook):
            value = value.clone()
            for column, copy in enumerate(value.split(len(into))):
                change(copy, other, column)
            return value

        logits = self.model.run_with_hooks(into.repeat(columns, 1), fwd_hooks=[(name, hook)])
        return torch.stack([difference(copy, self.answers) for copy in logits.split(len(into))])

    def mistakes(self, right, name, change, columns):
        """The sentences that fit every patch whose recovery is `right`."""
        return [
            mistake("The wrong way round: 0 must be the corrupted run, 1 the clean one.", 1 - right),
            mistake("This is the metric itself: turn it into recovery.", lambda: self.sweep(name, change, columns)),
            mistake("Patched into the wrong run: the clean activation goes into the corrupted run.",
                    lambda: self.recovery(self.sweep(name, change, columns, into=self.clean))),
            mistake("Patched into the wrong run, and its recovery counted from the clean one.",
                    lambda: 1 - self.recovery(self.sweep(name, change, columns, into=self.clean))),
            mistake("Nothing was patched: no hook changed anything.", torch.zeros_like(right)),
        ]  # fmt: skip


def position(value, other, place):
    value[:, place] = other[:, place]


def head(value, other, number):
    value[:, :, number] = other[:, :, number]


SHAPES = [{"layers": 3, "heads": 2, "width": 16}, {"layers": 1, "heads": 3, "width": 12}]


# ---------------------------------------------------------------- layers by positions


@exercise("04.patch_residual_stream")
@pytest.mark.parametrize("sizes", SHAPES)
def test_the_residual_stream(learner, draw, random_models, two_runs, sizes):
    layers_by_positions(
        learner.patching.patch_residual_stream, "resid_pre", random_models(draw.seed(), **sizes), two_runs
    )


@exercise("04.patch_attention_out")
@pytest.mark.parametrize("sizes", SHAPES)
def test_attention_layers(learner, draw, random_models, two_runs, sizes):
    layers_by_positions(learner.patching.patch_attention_out, "attn_out", random_models(draw.seed(), **sizes), two_runs)


@exercise("04.patch_mlp_out")
@pytest.mark.parametrize("sizes", SHAPES)
def test_mlps(learner, draw, random_models, two_runs, sizes):
    layers_by_positions(learner.patching.patch_mlp_out, "mlp_out", random_models(draw.seed(), **sizes), two_runs)


def layers_by_positions(function, name, models, two_runs):
    theirs, ours = models
    patched = Patched(ours, *two_runs(ours))

    def sweep(which, change=position):
        return patched.recovery(patched.sweep(f"blocks.{{}}.hook_{which}", change, 8))

    def everywhere(value, other, place):
        value[:] = other

    def all_but(value, other, place):
        kept = value[:, place].clone()
        value[:] = other
        value[:, place] = kept

    others = [n for n in ("resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out") if n != name]
    got = function(theirs, patched.clean, patched.corrupted, patched.answers)
    right = sweep(name)
    expect(got, "recovery [layer, position]").to_match(
        right,
        atol=2e-3,
        rtol=1e-3,
        watch_for=[
            *patched.mistakes(right, f"blocks.{{}}.hook_{name}", position, 8),
            *(mistake(f"This is hook_{n}'s recovery, not hook_{name}'s.", lambda n=n: sweep(n)) for n in others),
            mistake("All positions were patched at once.", lambda: sweep(name, everywhere)),
            mistake("All positions but the one asked for were patched.", lambda: sweep(name, all_but)),
        ],
    )


# ---------------------------------------------------------------- heads


@exercise("04.patch_heads", part="all_positions")
@pytest.mark.parametrize("sizes", SHAPES)
def test_heads_at_all_positions(learner, draw, random_models, two_runs, sizes):
    theirs, ours = random_models(draw.seed(), **sizes)
    patched = Patched(ours, *two_runs(ours))
    name, heads = "blocks.{}.attn.hook_z", sizes["heads"]

    def sweep(name, change):
        return patched.recovery(patched.sweep(name, change, heads))

    def whole_layer(value, other, number):
        value[:] = other

    def at_the_end(value, other, number):
        value[:, -1, number] = other[:, -1, number]

    got = learner.patching.patch_heads(theirs, patched.clean, patched.corrupted, patched.answers)
    right = sweep(name, head)
    expect(got, "recovery [layer, head]").to_match(
        right,
        atol=2e-3,
        rtol=1e-3,
        watch_for=[
            *patched.mistakes(right, name, head, heads),
            mistake("All heads of the layer were patched at once.", lambda: sweep(name, whole_layer)),
            mistake("Only the last position was patched.", lambda: sweep(name, at_the_end)),
            mistake("The head's result took the place of the layer's whole output: patch z of one head, and the "
                    "others keep theirs.", lambda: sweep("blocks.{}.hook_attn_out", _result_for_output(patched))),
            mistake("The head's values were patched, not z.", lambda: sweep("blocks.{}.attn.hook_v", head)),
        ],
    )  # fmt: skip


def _result_for_output(patched):
    """Overwrites a layer's output with one clean head's result."""
    cache, model = patched.caches[id(patched.clean)], patched.model

    def change(value, other, number):
        for layer in range(model.cfg.n_layers):
            if torch.equal(other, cache[f"blocks.{layer}.hook_attn_out"]):
                value[:] = cache[f"blocks.{layer}.attn.hook_z"][:, :, number] @ model.W_O[layer, number]

    return change


@exercise("04.patch_heads", part="all_positions")
@pytest.mark.parametrize("changed", [(0, 7), (6,)])
def test_heads_wherever_the_prompts_differ(learner, draw, random_models, two_runs, changed):
    theirs, ours = random_models(draw.seed(), layers=2, heads=2, width=16)
    patched = Patched(ours, *two_runs(ours, prompts=2, changed=changed))
    got = learner.patching.patch_heads(theirs, patched.clean, patched.corrupted, patched.answers)
    right = patched.recovery(patched.sweep("blocks.{}.attn.hook_z", head, 2))
    expect(got, f"recovery when prompts differ at {changed}").to_match(right, atol=2e-3, rtol=1e-3)


@exercise("04.patch_heads", part="at")
def test_heads_at_one_position_of_each_prompt(learner, draw, random_models, two_runs):
    theirs, ours = random_models(draw.seed(), layers=3, heads=2, width=16)
    patched, rows = Patched(ours, *two_runs(ours)), torch.arange(3)
    at = torch.tensor([7, 5, 6])[draw.permutation(3)]

    def sweep(places):
        def change(value, other, number):
            value[rows, places, number] = other[rows, places, number]

        return patched.recovery(patched.sweep("blocks.{}.attn.hook_z", change, 2))

    got = learner.patching.patch_heads(theirs, patched.clean, patched.corrupted, patched.answers, at)
    expect(got, "recovery [layer, head] at one position").to_match(
        sweep(at),
        atol=2e-3,
        rtol=1e-3,
        watch_for=[
            mistake("All positions were patched: `at` was ignored.",
                    lambda: patched.recovery(patched.sweep("blocks.{}.attn.hook_z", head, 2))),
            mistake("Every prompt was patched at the first prompt's position.", lambda: sweep(at[:1].expand(3))),
            mistake("Every prompt was patched at the last position.", lambda: sweep(torch.tensor([7, 7, 7]))),
            mistake("Every prompt was patched at every position of `at`.",
                    lambda: patched.recovery(patched.sweep("blocks.{}.attn.hook_z", _at_all_of(at), 2))),
        ],
    )  # fmt: skip


def _at_all_of(at):
    def change(value, other, number):
        value[:, at, number] = other[:, at, number]

    return change


@exercise("04.patch_head_inputs")
@pytest.mark.parametrize("which", ["q", "k", "v", "pattern", "z"])
def test_head_inputs(learner, draw, random_models, two_runs, which):
    theirs, ours = random_models(draw.seed(), layers=2, heads=3, width=12)
    patched = Patched(ours, *two_runs(ours))

    def pattern(value, other, number):
        value[:, number] = other[:, number]

    def sweep(which, change):
        return patched.recovery(patched.sweep(f"blocks.{{}}.attn.hook_{which}", change, 3))

    changes = dict.fromkeys("qkvz", head) | {"pattern": pattern}
    got = learner.patching.patch_head_inputs(theirs, patched.clean, patched.corrupted, patched.answers, which)
    right = sweep(which, changes[which])
    expect(got, f"recovery by {which}").to_match(
        right,
        atol=2e-3,
        rtol=1e-3,
        watch_for=[
            *patched.mistakes(right, f"blocks.{{}}.attn.hook_{which}", changes[which], 3),
            mistake("The head axis is the wrong one: patterns are [prompt, head, query, key], the others "
                    "[prompt, position, head, d_head].",
                    lambda: sweep(which, head if which == "pattern" else pattern)),
            *(mistake(f"This is hook_{n}'s recovery.", lambda n=n: sweep(n, changes[n]))
              for n in changes if n != which),
        ],
    )  # fmt: skip


@exercise("04.patch_head_inputs")
def test_unknown_inputs(learner, draw, random_models, two_runs):
    theirs, ours = random_models(draw.seed(), layers=1, heads=2, width=8)
    for which in ("", "Q", "attn_scores"):
        with expect_error(ValueError):
            learner.patching.patch_head_inputs(theirs, *two_runs(ours), which)


# ---------------------------------------------------------------- the model that comes with the course


@exercise("04.patch_residual_stream")
def test_the_answer_moves_from_s2_to_end(learner, small_models, small_runs, checkpoints):
    clean, corrupted, answers, positions = small_runs("swap_s2")
    rows = positions["S2"] == positions["S2"][0]
    recovery = learner.patching.patch_residual_stream(small_models[0], clean[rows], corrupted[rows], answers[rows])
    got = torch.stack([recovery[:, int(positions["S2"][0])], recovery[:, -1]]).flatten().tolist()
    expect(got, "recovery of the shipped model at S2 and END").to_equal_checkpoint(
        checkpoints["residual_stream_at_s2_and_end"]
    )


@exercise("04.patch_heads", part="all_positions")
def test_heads_of_the_shipped_model(learner, small_models, small_runs, checkpoints):
    recovery = learner.patching.patch_heads(small_models[0], *small_runs("swap_s2")[:3])
    expect(recovery.flatten().tolist(), "recovery by the shipped model's heads").to_equal_checkpoint(
        checkpoints["head_patching"]
    )


@exercise("04.patch_heads", part="at")
@pytest.mark.parametrize("role", ["S2", "END"])
def test_heads_of_the_shipped_model_at_one_position(learner, small_models, small_runs, checkpoints, role):
    clean, corrupted, answers, positions = small_runs("swap_s2")
    recovery = learner.patching.patch_heads(small_models[0], clean, corrupted, answers, positions[role])
    expect(recovery.flatten().tolist(), f"recovery by the shipped model's heads at {role}").to_equal_checkpoint(
        checkpoints[f"head_patching_at_{role.lower()}"]
    )

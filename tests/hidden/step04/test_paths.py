"""Path patching and its cheap cousin on untrained models, against a hook for everything."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


def difference(logits, answers):
    return (logits[:, -1].gather(1, answers) * torch.tensor([1.0, -1.0])).sum(1).mean()


@torch.no_grad()
def sender_by_sender(
    model, clean, corrupted, answers, receivers=None, through="q",
    freeze_heads=True, freeze_mlps=False, freeze_scale=False, only_end=False, hold_others=False,
):  # fmt: skip
    """Mean logit differences [layer, head], each sender with its own copy of the prompts; and the clean one."""
    layers, heads, prompts = model.cfg.n_layers, model.cfg.n_heads, len(clean)
    senders = torch.cartesian_prod(torch.arange(layers), torch.arange(heads)).tolist()
    logits = model(clean)
    copies = clean.repeat(len(senders), 1)
    _, cache = model.run_with_cache(copies)
    _, other = model.run_with_cache(corrupted)
    names = [f"blocks.{i}.attn.hook_{through}" for i in range(layers)]
    places = slice(-1, None) if only_end else slice(None)
    mlps = [f"blocks.{i}.hook_mlp_out" for i in range(layers)] if freeze_mlps else []
    scale = ["ln_final.hook_scale"] if freeze_scale else []

    def send(layer):
        """A hook: each copy's sender takes z of the corrupted prompts, and heads that are frozen the clean one."""
        name = f"blocks.{layer}.attn.hook_z"

        def hook(value, hook):
            value = (cache[name] if freeze_heads else value).clone()
            for copy, (sender, head) in zip(value.split(prompts), senders, strict=True):
                if sender == layer:
                    copy[:, places, head] = other[name][:, places, head]
            return value

        return name, hook

    heard = {}
    hooks = [send(layer) for layer in range(layers)]
    hooks += [overwrite(name, cache[name]) for name in mlps + scale]
    hooks += [(name, note(heard, name)) for name in names]
    patched = model.run_with_hooks(copies, fwd_hooks=hooks)
    if receivers is not None:
        put = [overwrite(name, torch.where(receivers[i][:, None], heard[name], cache[name]) if hold_others
                         else heard[name], slice(None) if hold_others else receivers[i])
               for i, name in enumerate(names) if receivers[i].any()]  # fmt: skip
        patched = model.run_with_hooks(copies, fwd_hooks=put)
    result = torch.stack([difference(copy, answers) for copy in patched.split(prompts)])
    return result.reshape(layers, heads), difference(logits, answers)


def overwrite(name, value, heads=None):
    """A hook that puts a value in, or some heads of it."""

    def hook(old, hook):
        if heads is None:
            return value
        old = old.clone()
        old[:, :, heads] = value[:, :, heads]
        return old

    return name, hook


def note(heard, name):
    def hook(value, hook):
        heard[name] = value.clone()

    return hook


def relative(pair):
    return (pair[0] - pair[1]) / pair[1]


def common(right, before, bad):
    return [
        mistake("The sign is wrong: it is (patched − clean) / clean.", -right),
        mistake("Divide by the clean difference.", right * before),
        mistake("This is the share that is left: subtract 1.", right + 1),
        mistake("This is recovery between the two runs: what is asked for is the change relative to the clean run.",
                right * before / (before - bad)),
        mistake("This is recovery between the two runs: what is asked for is the change relative to the clean run.",
                1 + right * before / (before - bad)),
        mistake("Nothing was patched: no hook changed anything.", torch.zeros_like(right)),
    ]  # fmt: skip


@exercise("04.path_patch", part="end")
@pytest.mark.parametrize("sizes", [{"layers": 3, "heads": 2, "width": 16}, {"layers": 1, "heads": 3, "width": 12}])
def test_to_the_end(learner, draw, random_models, two_runs, sizes):
    theirs, ours = random_models(draw.seed(), **sizes)
    runs = clean, corrupted, answers = two_runs(ours)
    pair = sender_by_sender(ours, *runs)
    right = relative(pair)
    expect(learner.paths.path_patch(theirs, *runs), "relative change [layer, head]").to_match(
        right,
        atol=2e-4,
        rtol=1e-3,
        watch_for=[
            *common(right, pair[1], difference(ours(corrupted), answers)),
            mistake("The other heads were not frozen: this is activation patching.",
                    lambda: relative(sender_by_sender(ours, *runs, freeze_heads=False))),
            mistake("The MLPs were frozen: they pass the change on.",
                    lambda: relative(sender_by_sender(ours, *runs, freeze_mlps=True))),
            mistake("The runs are swapped: `clean` is run, and one head comes from `corrupted`.",
                    lambda: relative(sender_by_sender(ours, corrupted, clean, answers))),
        ],
    )  # fmt: skip


@exercise("04.path_patch", part="end")
@pytest.mark.parametrize("frozen", [("mlps",), ("scale",), ("scale", "mlps")], ids="+".join)
def test_what_else_is_frozen(learner, draw, random_models, two_runs, frozen):
    theirs, ours = random_models(draw.seed(), layers=3, heads=2, width=16)
    runs = two_runs(ours)

    def change(*frozen):
        froze = {f"freeze_{name}": name in frozen for name in ("mlps", "scale")}
        return relative(sender_by_sender(ours, *runs, **froze))

    others = [other for other in ((), ("mlps",), ("scale",), ("mlps", "scale")) if set(other) != set(frozen)]
    expect(learner.paths.path_patch(theirs, *runs, frozen=frozen), "relative change [layer, head]").to_match(
        change(*frozen),
        atol=2e-4,
        rtol=1e-3,
        watch_for=[
            mistake(f"This is with {' and '.join(other) or 'nothing but heads'} frozen.", lambda o=other: change(*o))
            for other in others
        ],
    )


RECEIVERS = {
    "one head": [[2, 1]],
    "two of a layer": [[1, 0], [1, 2]],
    "in two layers": [[1, 1], [2, 0], [2, 2]],
    "with one in the first layer": [[0, 1], [2, 1]],
}


@exercise("04.path_patch", part="receivers")
@pytest.mark.parametrize("through", ["q", "k", "v"])
@pytest.mark.parametrize("which", list(RECEIVERS))
def test_to_receivers(learner, draw, random_models, two_runs, through, which):
    theirs, ours = random_models(draw.seed(), layers=3, heads=3, width=12)
    runs = clean, corrupted, answers = two_runs(ours, length=6, changed=range(5))
    receivers = torch.zeros(3, 3, dtype=torch.bool)
    for layer, head in RECEIVERS[which]:
        receivers[layer, head] = True

    def to(receivers=receivers, through=through, **options):
        return relative(sender_by_sender(ours, *runs, receivers, through, **options))

    pair = sender_by_sender(ours, *runs, receivers, through)
    right = relative(pair)
    whole_layers = receivers.any(1, keepdim=True).expand(3, 3)
    last_layer = receivers & (torch.arange(3) == receivers.any(1).nonzero().max())[:, None]
    expect(learner.paths.path_patch(theirs, *runs, receivers, through), f"change by {which}, {through}").to_match(
        right,
        atol=2e-4,
        rtol=1e-3,
        watch_for=[
            *common(right, pair[1], difference(ours(corrupted), answers)),
            mistake("The other heads were not frozen on the way to the receivers.", lambda: to(freeze_heads=False)),
            mistake("The MLPs were frozen: they pass the change on.", lambda: to(freeze_mlps=True)),
            mistake("All heads of the receivers' layers received.", lambda: to(whole_layers)),
            mistake("In the last run the other heads of the receivers' layers were held: only receivers are touched.",
                    lambda: to(hold_others=True)),
            mistake("Only the receivers of the last layer received.", lambda: to(last_layer)),
            mistake("The sender was patched at the last position only.", lambda: to(only_end=True)),
            mistake("This is the path to the end of the stream.", lambda: relative(sender_by_sender(ours, *runs))),
            *(mistake(f"This goes through the receivers' {other}, not their {through}.", lambda o=other: to(through=o))
              for other in "qkv" if other != through),
        ],
    )  # fmt: skip


@exercise("04.path_patch", part="receivers")
def test_to_receivers_past_frozen_mlps(learner, draw, random_models, two_runs):
    theirs, ours = random_models(draw.seed(), layers=3, heads=3, width=12)
    runs = two_runs(ours, length=6, changed=range(5))
    receivers = torch.zeros(3, 3, dtype=torch.bool)
    receivers[2, 1] = True
    right = relative(sender_by_sender(ours, *runs, receivers, "v", freeze_mlps=True))
    got = learner.paths.path_patch(theirs, *runs, receivers, "v", frozen=("mlps", "scale"))
    expect(got, "change by one head's values, MLPs frozen").to_match(
        right,
        atol=2e-4,
        rtol=1e-3,
        watch_for=[
            mistake("The MLPs were not frozen.", lambda: relative(sender_by_sender(ours, *runs, receivers, "v")))
        ],
    )


@exercise("04.path_patch", part="receivers")
def test_what_cannot_be(learner, draw, random_models, two_runs):
    theirs, ours = random_models(draw.seed(), layers=2, heads=2, width=8)
    runs, receivers = two_runs(ours), torch.tensor([[False, False], [True, False]])
    for through in ("", "z", "Q"):
        with expect_error(ValueError):
            learner.paths.path_patch(theirs, *runs, receivers, through)
    with expect_error(ValueError):
        learner.paths.path_patch(theirs, *runs, receivers & False)
    with expect_error(ValueError):
        learner.paths.path_patch(theirs, *runs, receivers, frozen=("mlps", "attention"))


@exercise("04.attribution_patching")
@pytest.mark.parametrize("sizes", [{"layers": 3, "heads": 2, "width": 16}, {"layers": 1, "heads": 3, "width": 12}])
def test_gradient_times_change(learner, draw, random_models, two_runs, sizes):
    theirs, ours = random_models(draw.seed(), **sizes)
    runs = clean, corrupted, answers = two_runs(ours)
    right, good, bad = by_gradient(ours, clean, corrupted, answers)
    expect(learner.paths.attribution_patching(theirs, *runs), "estimates [layer, head]").to_match(
        right,
        atol=2e-3,
        rtol=2e-3,
        watch_for=[
            mistake("The gradient was taken in the clean run.", lambda: by_gradient(ours, *runs, clean)[0]),
            mistake("The sign is wrong: gradient · (clean z − corrupted z).", -right),
            mistake("Not in units of recovery: divide by clean − corrupted.", right * (good - bad)),
            mistake("Divide by clean − corrupted, not by clean.", right * (good - bad) / good),
            mistake("The prompts were summed, but the metric is their mean.", right * len(clean)),
            mistake("The mean over prompts was taken twice.", right / len(clean)),
            mistake("Gradient times z: it must be times the difference of the two runs' z.",
                    lambda: by_gradient(ours, *runs, times_clean=True)[0]),
            mistake("The last position only.", lambda: by_gradient(ours, *runs, only_end=True)[0]),
        ],
    )  # fmt: skip


def by_gradient(model, clean, corrupted, answers, at=None, times_clean=False, only_end=False):
    """Estimates, and both metrics; each layer's gradient by a run of its own."""
    with torch.no_grad():
        logits, cache = model.run_with_cache(clean)
        bad_logits, other = model.run_with_cache(corrupted)
    good, bad = difference(logits, answers), difference(bad_logits, answers)
    into = corrupted if at is None else at
    rows = []
    for layer in range(model.cfg.n_layers):
        name, found = f"blocks.{layer}.attn.hook_z", []

        def leaf(z, hook, found=found):
            found.append(z.detach().clone().requires_grad_())
            return found[0]

        with torch.enable_grad():
            metric = difference(model.run_with_hooks(into, fwd_hooks=[(name, leaf)]), answers)
            (gradient,) = torch.autograd.grad(metric, found)
        change = cache[name] - (0 if times_clean else 1) * other[name]
        places = slice(-1, None) if only_end else slice(None)
        rows.append((gradient * change)[:, places].sum((0, 1, 3)))
    return torch.stack(rows) / (good - bad), good, bad


# ---------------------------------------------------------------- the model that comes with the course


@exercise("04.path_patch", part="end")
def test_paths_of_the_shipped_model(learner, small_models, small_runs, checkpoints):
    runs = small_runs("control")[:3]
    change = learner.paths.path_patch(small_models[0], *runs)
    expect(change.flatten().tolist(), "paths to the end in the shipped model").to_equal_checkpoint(
        checkpoints["path_patching_to_the_end"]
    )
    frozen = [learner.paths.path_patch(small_models[0], *runs, frozen=what) for what in (("scale",), ("mlps", "scale"))]
    expect(torch.stack(frozen).flatten().tolist(), "the same on the clean scale").to_equal_checkpoint(
        checkpoints["path_patching_to_the_end_on_the_clean_scale"]
    )


@exercise("04.path_patch", part="receivers")
def test_who_tells_the_name_movers(learner, small_models, small_runs, checkpoints):
    """The receivers are the heads of the last layer that look at IO."""
    receivers = torch.zeros(4, 4, dtype=torch.bool)
    receivers[3, 1:] = True
    change = learner.paths.path_patch(small_models[0], *small_runs("control")[:3], receivers, "q")
    expect(change.flatten().tolist(), "paths to the name movers' queries").to_equal_checkpoint(
        checkpoints["path_patching_to_the_name_movers_queries"]
    )


@exercise("04.attribution_patching")
def test_the_guess_for_the_shipped_model(learner, small_models, small_runs, checkpoints):
    guess = learner.paths.attribution_patching(small_models[0], *small_runs("swap_s2")[:3])
    expect(guess.flatten().tolist(), "guesses for the shipped model").to_equal_checkpoint(
        checkpoints["attribution_patching_guess"]
    )

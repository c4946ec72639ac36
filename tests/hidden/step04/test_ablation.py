"""Ablations of random models, against the reference and against the variants that are wrong."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake
from reference.step04_ioi import ablation, attribution


def score(own, data, means, keep):
    logits = ablation.mean_ablate(own, data.tokens, data.frames, means, keep)
    return attribution.logit_difference(logits, data.answers).item()


def some_heads(draw, layers=3, heads=2):
    """About half of the heads, one at least and not all."""
    chosen = draw.permutation(layers * heads) < layers * heads // 2
    return chosen.reshape(layers, heads)


@exercise("04.template_means")
@pytest.mark.parametrize("sizes", [{}, {"layers": 2, "heads": 4}])
def test_means_of_random_prompts(learner, setting, sizes):
    model, _, data, right = setting(**sizes)
    overall = right[data.frames].mean(0, keepdim=True).expand_as(right)
    expect(learner.ablation.template_means(model, data.abc, data.frames), "means").to_match(
        right,
        atol=1e-4,
        watch_for=[
            mistake("The mean was taken over all prompts: every frame has its own.", overall),
            mistake("The mean was taken over positions as well.", right.mean(2, keepdim=True).expand_as(right)),
            mistake("The axes are out of order: [frame, layer, position, head, d_head].", right.transpose(2, 3)),
            mistake("Layer and frame are swapped.", right.transpose(0, 1)),
        ],
    )


@exercise("04.template_means")
def test_a_frame_without_prompts(learner, random_models, task, draw):
    model, own = random_models(draw.seed())
    data = task(own.cfg.d_vocab)
    for frames in (data.frames + 1, data.frames * 2):
        with expect_error(ValueError):
            learner.ablation.template_means(model, data.abc, frames)


@exercise("04.mean_ablate", part="heads")
@pytest.mark.parametrize("sizes", [{}, {"layers": 2, "heads": 4}])
def test_only_some_heads(learner, setting, draw, sizes):
    model, own, data, means = setting(**sizes)
    keep = some_heads(draw, own.cfg.n_layers, own.cfg.n_heads)

    def wrong(means=means, keep=keep, frames=data.frames):
        return ablation.mean_ablate(own, data.tokens, frames, means, keep)

    def only_at_the_end():
        at = keep[..., None, None].repeat(1, 1, *data.tokens.shape)
        at[..., :-1] = True
        return wrong(keep=at)

    right = ablation.mean_ablate(own, data.tokens, data.frames, means, keep)
    expect(learner.ablation.mean_ablate(model, data.tokens, data.frames, means, keep), "logits").to_match(
        right,
        atol=2e-4,
        watch_for=[
            mistake("This is zero ablation: write the means.", lambda: wrong(means=torch.zeros_like(means))),
            mistake("The heads in `keep` were replaced, and the others left alone.", lambda: wrong(keep=~keep)),
            mistake("Every prompt got the means of frame 0.", lambda: wrong(frames=torch.zeros_like(data.frames))),
            mistake("The means were averaged over frames.", lambda: wrong(means=means.mean(0, True).expand_as(means))),
            mistake("Heads were replaced at the last position only.", only_at_the_end),
            mistake("The means are of these prompts, not the given ones.",
                    lambda: wrong(means=ablation.template_means(own, data.tokens, data.frames))),
        ],
    )  # fmt: skip


@exercise("04.mean_ablate", part="positions")
def test_heads_at_some_positions(learner, setting, draw):
    model, own, data, means = setting()
    keep = draw.uniform(own.cfg.n_layers, own.cfg.n_heads, *data.tokens.shape) < 0.6
    anywhere = keep.any(-1).any(-1)
    expect(learner.ablation.mean_ablate(model, data.tokens, data.frames, means, keep), "logits").to_match(
        ablation.mean_ablate(own, data.tokens, data.frames, means, keep),
        atol=2e-4,
        watch_for=[
            mistake("A head was kept at all positions because it is kept at one.",
                    lambda: ablation.mean_ablate(own, data.tokens, data.frames, means, anywhere)),
            mistake("`keep` was read the wrong way round.",
                    lambda: ablation.mean_ablate(own, data.tokens, data.frames, means, ~keep)),
        ],
    )  # fmt: skip


@exercise("04.knock_out")
@pytest.mark.parametrize("sizes", [{}, {"layers": 2, "heads": 4}])
def test_some_heads_silenced(learner, setting, draw, sizes):
    model, own, data, _ = setting(**sizes)
    heads = some_heads(draw, own.cfg.n_layers, own.cfg.n_heads)
    got = learner.ablation.knock_out(model, data.tokens, data.answers, heads)
    right = ablation.knock_out(own, data.tokens, data.answers, heads)
    direct = attribution.head_attribution(own, data.tokens, data.answers)
    zeros = torch.zeros(int(data.frames.max()) + 1, own.cfg.n_layers, 9, own.cfg.n_heads, own.cfg.d_head)

    def everywhere():
        return score(own, data, zeros, ~heads)

    def another_run(place):
        return lambda: ablation.knock_out(own, data.tokens, data.answers, place)

    expect(got.before, "before").to_match(right.before, atol=2e-4)
    expect(got.after, "after").to_match(
        right.after,
        atol=2e-4,
        watch_for=[
            mistake("The heads were silenced at every position, not at the last one.", everywhere),
            mistake("This only subtracts their attribution: run the model without them.",
                    right.before - direct[heads].sum().item()),
            mistake("All other heads were silenced.", lambda: another_run(~heads)().after),
        ],
    )  # fmt: skip
    expect(got.change, "change").to_match(
        right.change,
        atol=3e-4,
        watch_for=[
            mistake("Before minus after: the sign is wrong.", -right.change),
            mistake("This is the attribution after, not its change.", right.change + direct),
            mistake("Heads and layers are swapped.", right.change.T),
        ],
    )


@exercise("04.knock_out")
def test_nothing_stays_behind(learner, setting, draw):
    model, own, data, _ = setting()
    learner.ablation.knock_out(model, data.tokens, data.answers, some_heads(draw))
    expect(model(data.tokens), "logits of the model after a knockout").to_match(own(data.tokens), atol=1e-4)


@exercise("04.knock_out")
def test_the_shipped_models_strongest_head(learner, shipped, checkpoints):
    model, data = shipped
    strongest = learner.attribution.head_attribution(model, data.tokens, data.answers)
    found = learner.ablation.knock_out(model, data.tokens, data.answers, strongest == strongest.max())
    expect([found.before, found.after], "before and after").to_equal_checkpoint(checkpoints["knock_out_strongest"])

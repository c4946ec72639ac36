"""The k largest of other weights. Examples whose k-th and next value lie close together are not asked about."""

import pytest
import torch
from torch.nn.functional import pad

from autograder import exercise, expect, mistake

pytestmark = exercise("05.topk_encode")

# batch, instance, d, latent, k, and what is added to b_enc so that more are above zero
PROBLEMS = [(6, 3, 5, 11, 4, 0.0), (3, 3, 4, 7, 2, 2.0), (5, 1, 6, 9, 3, 3.0), (4, 2, 3, 6, 1, 1.0)]


def draw_problem(draw, batch, instances, d, latents, k, lift=0.0, bias=1.0):
    """Weights, examples whose choice is beyond doubt, and what (x − b_dec) W_enc + b_enc comes to before choosing."""
    W_enc, b_enc = draw.normal(instances, d, latents), bias * 2 * draw.normal(instances, latents) + lift
    W_dec, b_dec = draw.normal(instances, latents, d), bias * draw.normal(instances, d)
    x = 2 * draw.normal(40 * batch, instances, d)
    pre = torch.einsum("bid,idm->bim", x - b_dec, W_enc) + b_enc
    clear = (pre.abs() > 0.01).all(-1).all(-1)
    if k < latents:
        ordered = pre.sort(dim=-1, descending=True).values
        clear &= (ordered[..., k - 1] - ordered[..., k] > 0.02).all(-1)
    return (W_enc, b_enc, W_dec, b_dec), x[clear][:batch], pre[clear][:batch]


def keep(pre, choose_by, k):
    """What is kept of `pre` where `choose_by` is largest."""
    return torch.zeros_like(pre).scatter(-1, choose_by.topk(k, dim=-1).indices, 1.0) * pre


@pytest.mark.parametrize(("batch", "instances", "d", "latents", "k", "lift"), PROBLEMS)
def test_any_weights(learner, reference, draw, batch, instances, d, latents, k, lift):
    weights, x, pre = draw_problem(draw, batch, instances, d, latents, k, lift)
    W_enc, b_enc, _, b_dec = weights
    uncentred = pre + torch.einsum("id,idm->im", b_dec, W_enc)
    together = keep(pre.flatten(1), pre.flatten(1), k).view_as(pre)
    expect(learner.topk.TopKSparseAutoencoder(*weights, k).encode(x), "h").to_match(
        reference.topk.TopKSparseAutoencoder(*weights, k).encode(x),
        atol=1e-4,
        watch_for=[
            mistake("The ReLU is missing: negative ones among the k become 0.", keep(pre, pre, k)),
            mistake("Everything above zero was kept: keep the k largest.", pre.relu()),
            mistake("The largest in size were chosen: something very negative is small.",
                    keep(pre, pre.abs(), k).relu()),
            mistake("The sign was lost: something very negative is small.", keep(pre, pre.abs(), k).abs()),
            mistake("One too few is kept: k, not k − 1.", keep(pre, pre, k - 1).relu()),
            mistake("The smallest were kept.", keep(pre, -pre, k).relu()),
            mistake("One too many is kept: k, not k + 1.", keep(pre, pre, min(k + 1, latents)).relu()),
            mistake("b_enc came in after choosing.", keep(pre, pre - b_enc, k).relu()),
            mistake("b_dec was not taken away from x first.", keep(uncentred, uncentred, k).relu()),
            mistake("b_enc was left out.", keep(pre - b_enc, pre - b_enc, k).relu()),
            mistake("An example's instances had to share the k: each has its own.", together.relu()),
            mistake("Places were marked with 1: keep the values.", (keep(pre, pre, k) > 0).float()),
            mistake("The k largest came back in order of size: each belongs in its own place.",
                    pad(pre.topk(k, dim=-1).values.relu(), (0, latents - k))),
            mistake("The k largest alone came back: put them in their places, among zeros.",
                    pre.topk(k, dim=-1).values.relu()),
        ],
    )  # fmt: skip


def test_a_faint_example_keeps_its_k_among_strong_ones(learner, reference, draw):
    """Each example is four times as large as the one before."""
    weights, x, pre = draw_problem(draw, 5, 2, 4, 9, 3, bias=0.0)
    size = 4.0 ** torch.arange(5)[:, None, None]
    x, pre = x * size, pre * size
    shared = keep(pre.transpose(0, 1).flatten(1), pre.transpose(0, 1).flatten(1), 15).view(2, 5, 9).transpose(0, 1)
    expect(learner.topk.TopKSparseAutoencoder(*weights, 3).encode(x), "h").to_match(
        reference.topk.TopKSparseAutoencoder(*weights, 3).encode(x),
        watch_for=[mistake("The largest of the whole batch were kept: each example keeps its own k.", shared.relu())],
    )


def test_k_as_large_as_the_dictionary_keeps_all_above_zero(learner, draw):
    weights, x, pre = draw_problem(draw, 6, 2, 4, 5, 5)
    expect(learner.topk.TopKSparseAutoencoder(*weights, 5).encode(x), "h where k is the number of latents").to_match(
        pre.relu(), atol=1e-4, watch_for=[mistake("The ReLU is missing.", pre)]
    )


def test_gradients_flow_through_what_is_kept_alone(learner, reference, draw):
    weights, x, _ = draw_problem(draw, 6, 2, 3, 8, 2)
    mine, right = (side.topk.TopKSparseAutoencoder(*weights, 2) for side in (learner, reference))
    dense = reference.autoencoder.SparseAutoencoder(*weights)
    for side, sae in ((learner, mine), (reference, right), (reference, dense)):
        side.kit.step05.probes.run_backward(sae, "encode", x)
    for name in ("W_enc", "b_enc"):
        want = reference.kit.step05.probes.gradient(right, name)
        none = mistake(f"No gradient reaches {name} from h: it could not be trained.", torch.zeros_like(want))
        all_of_them = reference.kit.step05.probes.gradient(dense, name)
        dropped = mistake("Dropped features get a gradient too: it flows through what is kept.", all_of_them)
        expect(learner.kit.step05.probes.gradient(mine, name), f"the gradient of Σh for {name}").to_match(
            want, atol=1e-4, watch_for=[none, dropped]
        )

"""The k largest, and no others: an encoder that reads every dimension as a feature of its own."""

import torch
from torch import tensor
from torch.nn.functional import pad

from autograder import exercise, expect, mistake, with_arguments

pytestmark = exercise("05.topk_encode")


def reader(learner, k, d=4, b_enc=None, b_dec=None, instances=1):
    """Latent j reads dimension j. Biases are zero where none are given."""
    eye = torch.eye(d).expand(instances, d, d).clone()
    b_enc, b_dec = (torch.zeros(instances, d) if b is None else tensor([b]) for b in (b_enc, b_dec))
    return learner.topk.TopKSparseAutoencoder(eye, b_enc, eye.clone(), b_dec, k)


def test_the_largest_three_are_kept_and_all_else_is_zero(learner):
    """The largest, wherever they are. −5 and −4 are large in size, but small."""
    h = reader(learner, 3, d=7).encode(tensor([[[1.0, 3.0, -5.0, 2.0, -4.0, 0.5, 0.25]]]))
    right, ordered = tensor([[[1.0, 3.0, 0.0, 2.0, 0.0, 0.0, 0.0]]]), tensor([[[3.0, 2.0, 1.0]]])
    expect(h, "h").to_equal(
        right,
        watch_for=[
            mistake("Everything above zero was kept: keep the k largest.", right + tensor([0, 0, 0, 0, 0, 0.5, 0.25])),
            mistake("One too many is kept: k, not k + 1.", right + tensor([0, 0, 0, 0, 0, 0.5, 0])),
            mistake("One too few is kept: k, not k − 1.", right * tensor([0, 1, 0, 1, 0, 0, 0])),
            mistake("The largest in size were chosen: something very negative is small.",
                    tensor([[[0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0]]])),
            mistake("The sign was lost: something very negative is small.",
                    tensor([[[0.0, 3.0, 5.0, 0.0, 4.0, 0.0, 0.0]]])),
            mistake("The smallest were kept.", tensor([[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25]]])),
            mistake("The k largest came back in order of size: each belongs in its own place.", pad(ordered, (0, 4))),
            mistake("The k largest alone came back: put them in their places, among zeros.", ordered),
            mistake("Places were marked with 1: keep the values.", right.sign()),
        ],
    )  # fmt: skip


def at(h, first, second):
    """h of two examples at these places, and 0 elsewhere."""
    kept = torch.zeros_like(h)
    kept[0, 0, list(first)] = kept[1, 0, list(second)] = 1
    return h * kept


def test_three_of_eight_with_any_weights(learner):
    """Two examples of three dimensions; the decoder is not the encoder's transpose, and both biases matter."""
    generator = torch.Generator().manual_seed(638)
    W_enc, W_dec = torch.randn(1, 3, 8, generator=generator), torch.randn(1, 8, 3, generator=generator)
    b_enc, b_dec = 0.7 * torch.randn(1, 8, generator=generator), torch.randn(1, 3, generator=generator)
    x = 2 * torch.randn(2, 1, 3, generator=generator)
    sae = learner.topk.TopKSparseAutoencoder(W_enc, b_enc, W_dec, b_dec, 3)
    read, moved = x @ W_enc, b_dec @ W_enc  # for there is one instance
    pre, wrong = read - moved + b_enc, (x - b_dec) @ W_dec.mT + b_enc
    ordered = torch.stack([pre[0, :, [3, 6, 7]], pre[1, :, [0, 6, 4]]])
    expect(sae.encode(x), "h of two examples").to_equal(
        at(pre, (3, 6, 7), (0, 4, 6)),
        watch_for=[
            mistake("Everything above zero was kept: keep the k largest.", pre.relu()),
            mistake("One too many is kept: k, not k + 1.", at(pre, (0, 3, 6, 7), (0, 3, 4, 6))),
            mistake("One too few is kept: k, not k − 1.", at(pre, (3, 6), (0, 6))),
            mistake("The largest in size were chosen: something very negative is small.", at(pre, (3, 6), (0, 4, 6))),
            mistake("Both examples had to share one k: each keeps its own.", at(pre, (3,), (0, 6))),
            mistake("The 2 k largest of both examples together were kept: each keeps its own k.",
                    at(pre, (3,), (0, 2, 3, 4, 6))),
            mistake("The places of the first example were kept in both: each keeps its own.",
                    at(pre, (3, 6, 7), (3, 6, 7)).relu()),
            mistake("The sign was lost: something very negative is small.", at(pre.abs(), (2, 3, 6), (0, 4, 6))),
            mistake("The k largest came back in order of size: each belongs in its own place.", pad(ordered, (0, 5))),
            mistake("The k largest alone came back: put them in their places, among zeros.", ordered),
            mistake("Places were marked with 1: keep the values.", at(torch.ones(2, 1, 8), (3, 6, 7), (0, 4, 6))),
            mistake("The smallest were kept.", at(pre, (2, 4, 5), (1, 5, 7)).relu()),
            mistake("b_enc was left out.", at(read - moved, (3, 6, 7), (0, 4, 6))),
            mistake("b_enc was taken away: add it.", at(read - moved - b_enc, (3, 6, 7), (0, 4, 6))),
            mistake("b_dec was not taken away from x first.", at(read + b_enc, (0, 3, 6), (0, 3, 6))),
            mistake("b_dec was added to x: take it away.", at(read + moved + b_enc, (0, 3, 6), (0, 3, 6))),
            mistake("x was multiplied by W_dec's transpose: W_enc is the encoder.", at(wrong, (0, 7), (4, 5, 6))),
        ],
    )  # fmt: skip


def test_a_negative_one_among_the_k_is_zero_too(learner):
    """Only one is above zero: then only one is active, though k is 3."""
    h = reader(learner, 3).encode(tensor([[[-1.0, 2.0, -3.0, -2.0]]]))
    expect(h, "h").to_equal(
        tensor([[[0.0, 2.0, 0.0, 0.0]]]),
        watch_for=[mistake("The ReLU is missing.", tensor([[[-1.0, 2.0, 0.0, -2.0]]]))],
    )


def test_biases_count_before_choosing(learner):
    """b_dec takes the 9 away, and b_enc lifts 1 to 5 and 2 to 2½: the two largest are the last two."""
    sae = reader(learner, 2, b_enc=[0.0, 0.5, 4.0, 0.0], b_dec=[9.0, 0.0, 0.0, 0.0])
    expect(sae.encode(tensor([[[9.5, 2.0, 1.0, 3.0]]])), "h").to_equal(
        tensor([[[0.0, 0.0, 5.0, 3.0]]]),
        watch_for=[
            mistake("b_enc was left out.", tensor([[[0.0, 2.0, 0.0, 3.0]]])),
            mistake("b_enc came in after choosing.", tensor([[[0.0, 2.5, 0.0, 3.0]]])),
            mistake("b_enc came in after choosing.", tensor([[[0.0, 2.5, 4.0, 3.0]]])),
            mistake("b_dec was not taken away from x first.", tensor([[[9.5, 0.0, 5.0, 0.0]]])),
        ],
    )


def test_every_example_and_every_instance_has_its_own_k(learner):
    """k = 1, three examples, two instances: six are active, one in each row."""
    x = tensor(
        [
            [[4.0, 3.0, 2.0, 1.0], [1.0, 2.0, 3.0, 5.0]],
            [[8.0, 9.0, 7.0, 6.0], [0.1, 0.2, 0.4, 0.3]],
            [[0.5, 0.4, 0.3, 0.2], [7.5, 8.5, 6.5, 5.5]],
        ]
    )
    expect(reader(learner, 1, instances=2).encode(x), "h").to_equal(
        x.where(x == x.amax(-1, keepdim=True), 0),
        watch_for=[
            mistake("The largest of the batch were kept for each latent: each example keeps its own k.",
                    x.where(x == x.amax(0), 0)),
            mistake("The largest of the whole batch were kept: each example keeps its own k.",
                    x.where(x >= tensor([[7.0], [6.5]]), 0)),
            mistake("An example's instances had to share the k: each has its own.",
                    x.where(x == x.amax((1, 2), keepdim=True), 0)),
        ],
    )  # fmt: skip


def test_of_equal_ones_no_more_than_k(learner):
    """All four are equal, as four copies of one feature are. k is 2, so two stay; either two."""
    h = reader(learner, 2).encode(torch.ones(1, 1, 4))
    threshold = "All that are equal were kept, more than k: choose by place (topk's indices), not by a threshold."
    expect(int((h > 0).sum()), "active latents, where all four are equal and k is 2").to_equal(
        2, watch_for=[mistake(threshold, 4)]
    )


def test_what_is_kept_can_be_learned(learner):
    """The gradient of Σh for W_enc: x for the two features that are kept, nothing for the others."""
    sae = reader(learner, 2)
    learner.kit.step05.probes.run_backward(sae, "encode", tensor([[[1.0, 3.0, -5.0, 2.0]]]))
    x, kept, dropped = (
        tensor([1.0, 3.0, -5.0, 2.0])[:, None],
        tensor([0.0, 1.0, 0.0, 1.0]),
        tensor([1.0, 0.0, 0.0, 0.0]),
    )
    expect(learner.kit.step05.probes.gradient(sae, "W_enc"), "the gradient of Σh for W_enc").to_equal(
        (x * kept)[None],
        watch_for=[
            mistake("No gradient reaches W_enc from h: it could not be trained.", torch.zeros(1, 4, 4)),
            mistake(
                "Dropped features get a gradient too: it flows through what is kept.", (x * (kept + dropped))[None]
            ),
        ],
    )


def test_the_input_stays_as_it_is(learner):
    x = tensor([[[1.0, 3.0, -5.0, 2.0]]])
    sae = reader(learner, 2, b_dec=[1.0, 1.0, 1.0, 1.0])
    written = [mistake("x itself was changed: make a new tensor.", x - 1)]
    h, after = with_arguments(sae.encode, x)
    expect(after, "x after encode").to_equal(x, watch_for=written)
    expect(h, "h").to_equal(tensor([[[0.0, 2.0, 0.0, 1.0]]]))

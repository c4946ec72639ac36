"""Scores of heads on other models, other sentences, other tokens, and of the model that the course ships."""

import pytest
import torch

from autograder import exercise, expect, mistake
from exercises.kit.step04.sentences import repeated_names, standard_sentences
from exercises.kit.step04.words import NAMES

SIZES = [{"layers": 1, "heads": 3, "width": 12}, {"layers": 3, "heads": 2, "width": 24}]


@exercise("04.attention_to_names")
@pytest.mark.parametrize("sizes", SIZES, ids=["one layer", "three layers"])
def test_attention_of_any_model(learner, solution, random_models, sentences, draw, sizes):
    theirs, ours = random_models(draw.seed(), **sizes)
    prompts = solution.prompts.make_prompts(ours, *sentences(7))
    right = solution.heads.attention_to_names(ours, *prompts).attention
    found = learner.heads.attention_to_names(theirs, *prompts).attention
    _, cache = ours.run_with_cache(prompts.tokens)
    patterns = torch.stack([cache[f"blocks.{layer}.attn.hook_pattern"] for layer in range(sizes["layers"])])
    keys = torch.stack([prompts.positions[role] for role in ("IO", "S1", "S2")])
    first = patterns[:, :, :, -1][..., keys[:, 0]].transpose(1, 2)
    from_names = torch.stack([patterns[:, i, :, keys[:, i], -1] for i in range(7)], 2)
    expect(found, "attention").to_match(
        right,
        atol=1e-5,
        watch_for=[
            mistake("The positions of the first prompt were used for all.", first),
            mistake("This is attention from the names: a pattern is [query, key].", from_names),
            mistake("The order is IO, S1, S2.", right.flip(-1)),
        ],
    )


@exercise("04.attention_to_names")
@pytest.mark.parametrize("sizes", SIZES, ids=["one layer", "three layers"])
def test_words_of_any_model(learner, solution, random_models, sentences, draw, sizes):
    theirs, ours = random_models(draw.seed(), **sizes)
    prompts = solution.prompts.make_prompts(ours, *sentences(7))
    right = solution.heads.attention_to_names(ours, *prompts).logits
    _, cache = ours.run_with_cache(prompts.tokens)
    scale = cache["ln_final.hook_scale"][:, -1]
    bias = (ours.b_O[:, None] @ ours.W_U)[:, 0][:, prompts.answers] / scale  # [layer, prompt, 2]
    expect(learner.heads.attention_to_names(theirs, *prompts).logits, "logits").to_match(
        right,
        atol=2e-4,
        rtol=1e-4,
        watch_for=[
            mistake("LayerNorm's scale was forgotten.", right * scale),
            mistake("b_O was added: it belongs to no head.", right + bias[:, None]),
            mistake("b_U was added: no head wrote it.", right + ours.b_U[prompts.answers]),
            mistake("The order is IO, S.", right.flip(-1)),
        ],
    )


@exercise("04.name_writers")
@pytest.mark.parametrize(("layers", "heads", "prompts"), [(3, 4, 5), (1, 6, 1), (4, 2, 7)])
def test_any_heads(learner, solution, draw, layers, heads, prompts):
    attention = draw.uniform(layers, heads, prompts, 4).softmax(-1)[..., :3] + 0.4 * draw.uniform(layers, heads, 1, 3)
    logits = draw.normal(layers, heads, prompts, 2) + draw.normal(layers, heads, 1, 2)
    wrote, looked = (logits[..., 0] - logits[..., 1]).mean(2), attention[..., 0].mean(2)
    least, share = between(wrote.abs()), between(looked)
    right = solution.heads.name_writers(attention, logits, least, share)
    found = learner.heads.name_writers(attention, logits, least, share)
    places = [(one.layer, one.head) for one in right]
    expect([(one.layer, one.head) for one in found], "heads, the one that writes most first").to_match(
        places,
        watch_for=[
            mistake("They are in the order of layers: the one that writes most comes first.", sorted(places)),
            mistake("The order is by size: the sign does not count.",
                    [(one.layer, one.head) for one in sorted(right, key=lambda one: -one.wrote)]),
            mistake("Heads that write against the answer are left out.",
                    [(one.layer, one.head) for one in right if one.wrote > 0]),
        ],
    )  # fmt: skip
    expect([one.role for one in found], "their roles").to_match([one.role for one in right])
    for name, values in (("wrote", wrote), ("looked", looked)):
        expect([getattr(one, name) for one in found], name).to_match([float(values[place]) for place in places])


def between(values):
    """A number in the widest gap between the values but the lowest and the highest tenth: rounding decides nothing."""
    ordered = values.flatten().sort().values
    at = int(ordered.diff()[1:-1].argmax()) + 1
    return float((ordered[at] + ordered[at + 1]) / 2)


@exercise("04.name_writers")
def test_the_writers_of_the_shipped_model(learner, checkpoints, draw):
    """From its recorded attention and attribution, spread over prompts in another way each time."""
    attention = torch.tensor(checkpoints["small_model_name_attention"].value).view(4, 4, 1, 3).expand(-1, -1, 6, -1)
    written = torch.tensor(checkpoints["small_model_head_attribution"].value).view(4, 4, 1)
    noise = draw.normal(4, 4, 6)
    logits = torch.stack([written + noise - noise.mean(2, keepdim=True), torch.zeros(4, 4, 6)], -1)
    found = learner.heads.name_writers(attention, logits + draw.normal(4, 4, 6, 1))
    right = [(3, 1, "name mover"), (3, 3, "name mover"), (3, 2, "name mover"), (2, 2, "other")]
    expect([(one.layer, one.head, one.role) for one in found], "writers of the shipped model").to_match(right)


@exercise("04.copying_score")
@pytest.mark.parametrize("negative", [False, True], ids=["copying", "suppressing"])
@pytest.mark.parametrize("top", [1, 5, 40])
def test_scores_of_any_model(learner, solution, random_models, draw, top, negative):
    """A name whose rank two right ways of computing might not agree on is left out."""
    theirs, ours = random_models(draw.seed(), layers=3, heads=2, width=24)
    names = clear_names(ours, draw.permutation(ours.cfg.d_vocab - 2)[:60] + 2, top)
    right = solution.heads.copying_score(ours, names, top, negative)
    expect(learner.heads.copying_score(theirs, names, top, negative), "scores").to_match(
        right,
        atol=1e-5,
        watch_for=[
            mistake("The sign of `negative` is wrong.",
                    lambda: solution.heads.copying_score(ours, names, top, not negative)),
            mistake("The MLP of the first layer was left out.",
                    lambda: ranks(said(ours, ours.W_E[names], negative), names, top)),
            mistake("The MLP's output was taken alone: it is added to the embedding.",
                    lambda: ranks(said(ours, after_mlp(ours, names) - ours.W_E[names], negative), names, top)),
            mistake("The MLP reads the embedding as it is: it stands behind a LayerNorm.",
                    lambda: ranks(said(ours, without_norm(ours, names), negative), names, top)),
        ],
    )  # fmt: skip


def after_mlp(model, names):
    embedding = model.W_E[names][None]
    return (embedding + model.blocks[0].mlp(model.blocks[0].ln2(embedding)))[0]


def without_norm(model, names):
    embedding = model.W_E[names][None]
    return (embedding + model.blocks[0].mlp(embedding))[0]


def said(model, seen, negative=False):
    out = torch.einsum("nd,lhde,lhef->lhnf", seen, model.W_V, model.W_O) @ model.W_U
    return -out if negative else out


def ranks(logits, names, top):
    own = logits.gather(-1, names[:, None].expand(*logits.shape[:-1], 1))
    return ((logits > own).sum(-1) < top).float().mean(-1)


def clear_names(model, names, top):
    """Those names for which the logits around the border of the first `top` are well apart, in every head."""
    keep = torch.ones(len(names), dtype=torch.bool)
    for negative in (False, True):
        logits = said(model, after_mlp(model, names), negative)
        own = logits.gather(-1, names[:, None].expand(*logits.shape[:-1], 1))
        border = logits.topk(top + 1, dim=-1).values[..., -2:]
        keep &= ((own - border).abs().where(own != border, torch.inf) > 1e-3).all(-1).all(0).all(0)
    return names[keep]


@exercise("04.copying_score")
def test_copying_of_the_small_model(learner, small_models, checkpoints):
    theirs, ours = small_models
    names = torch.tensor([ours.to_single_token(f" {name}") for name in NAMES])
    for negative in (False, True):
        found = learner.heads.copying_score(theirs, names, negative=negative)
        expect(found.flatten().tolist(), "share of names").to_equal_checkpoint(
            checkpoints[f"small_model_{'negative_' * negative}copying_score"]
        )


@exercise("04.attention_to_names")
def test_name_attention_of_the_small_model(learner, solution, small_models, checkpoints):
    theirs, ours = small_models
    prompts = solution.prompts.make_prompts(ours, *standard_sentences())
    found = learner.heads.attention_to_names(theirs, *prompts).attention.mean(2)
    expect(found.flatten().tolist(), "mean attention of every head to IO, S1 and S2").to_equal_checkpoint(
        checkpoints["small_model_name_attention"]
    )


@exercise("04.duplicate_previous_induction_scores")
@pytest.mark.parametrize("half", [3, 8, 13])
def test_scores_on_any_repeats(learner, solution, random_models, draw, half):
    theirs, ours = random_models(draw.seed(), layers=2, heads=3, width=24)
    once = torch.stack([draw.permutation(100)[:half] for _ in range(4)]) + 3
    tokens = torch.cat([torch.zeros(4, 1, dtype=torch.int64), once, once], 1)
    right = solution.heads.duplicate_previous_induction_scores(ours, tokens)
    found = learner.heads.duplicate_previous_induction_scores(theirs, tokens)
    _, cache = ours.run_with_cache(tokens)
    each = torch.stack([cache[f"blocks.{layer}.attn.hook_pattern"] for layer in range(2)])
    patterns = each.mean(1)
    back = {"duplicate": half, "previous": 1, "induction": half - 1}
    for name, value in right._asdict().items():
        stripe = patterns.diagonal(offset=-back[name], dim1=-2, dim2=-1)
        transposed = patterns.diagonal(offset=back[name], dim1=-2, dim2=-1)
        watch = [
            mistake("Queries and keys are exchanged: a pattern is [query, key].", transposed.mean(-1)),
            mistake("The token after is asked for, one to the right.",
                    patterns.diagonal(offset=-back[name] - 1, dim1=-2, dim2=-1)[..., -half:].mean(-1)),
        ]  # fmt: skip
        queries = 2 * half if name == "previous" else half
        one = each[:, 0].diagonal(offset=-back[name], dim1=-2, dim2=-1)[..., -queries:].mean(-1)
        watch.append(mistake("The average runs over the first prompt of the batch alone.", one))
        if name != "previous":
            watch.append(
                mistake("The whole stripe was averaged: only queries of the second half count.", stripe.mean(-1))
            )
        else:
            watch.append(mistake("Only the second half was averaged.", stripe[..., -half:].mean(-1)))
        expect(getattr(found, name), f"{name} score").to_match(value, atol=1e-5, watch_for=watch)


@exercise("04.duplicate_previous_induction_scores")
def test_duplicate_tokens_in_the_small_model(learner, small_models, checkpoints):
    theirs, ours = small_models
    found = learner.heads.duplicate_previous_induction_scores(theirs, repeated_names(ours))
    scores = [score.flatten().tolist() for score in found]
    expect(scores, "scores of every head").to_equal_checkpoint(checkpoints["small_model_head_scores"])

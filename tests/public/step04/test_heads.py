"""What heads do: where they look, what they say, and what they do on random tokens that come twice."""

import torch

from autograder import exercise, expect, mistake


@exercise("04.attention_to_names")
def test_attention_is_that_of_the_last_row(learner, random_models, ioi):
    theirs, ours = random_models(0, layers=3, heads=2)
    tokens, answers, positions = ioi(ours, 5)
    found = learner.heads.attention_to_names(theirs, tokens, answers, positions)
    expect(found.attention, "attention").to_have_shape(3, 2, 5, 3)
    _, cache = ours.run_with_cache(tokens)
    for prompt in range(5):
        keys = [positions[role][prompt] for role in ("IO", "S1", "S2")]
        right = torch.stack([cache[f"blocks.{layer}.attn.hook_pattern"][prompt, :, -1][:, keys] for layer in range(3)])
        transposed = torch.stack(
            [cache[f"blocks.{layer}.attn.hook_pattern"][prompt, :, keys][..., -1] for layer in range(3)]
        )
        expect(found.attention[:, :, prompt], f"attention in prompt {prompt}").to_equal(
            right,
            atol=1e-5,
            parts=("to IO", "to S1", "to S2"),
            watch_for=[mistake("This is attention from the names: a pattern is [query, key].", transposed)],
        )


@exercise("04.attention_to_names")
def test_what_is_said_makes_the_attribution(learner, random_models, ioi):
    """IO's logit minus S's, averaged over prompts, is the head's attribution."""
    theirs, ours = random_models(1, layers=2, heads=3, width=24)
    tokens, answers, positions = ioi(ours)
    logits = learner.heads.attention_to_names(theirs, tokens, answers, positions).logits
    expect(logits, "logits").to_have_shape(2, 3, len(tokens), 2)
    _, cache = ours.run_with_cache(tokens)
    z = torch.stack([cache[f"blocks.{layer}.attn.hook_z"][:, -1] for layer in range(2)])
    vectors = (ours.W_U[:, answers[:, 0]] - ours.W_U[:, answers[:, 1]]).T / cache["ln_final.hook_scale"][:, -1]
    right = torch.einsum("lphe,lhed,pd->lhp", z, ours.W_O, vectors).mean(-1)
    expect((logits[..., 0] - logits[..., 1]).mean(-1), "IO minus S").to_equal(right, atol=1e-4)


@exercise("04.attention_to_names")
def test_one_head_by_hand(learner, random_models, ioi):
    theirs, ours = random_models(2, layers=1, heads=1, width=8)
    tokens, answers, positions = ioi(ours)
    _, cache = ours.run_with_cache(tokens)
    written = cache["blocks.0.attn.hook_z"][2, -1, 0] @ ours.W_O[0, 0]
    unscaled = written @ ours.W_U[:, answers[2]]
    found = learner.heads.attention_to_names(theirs, tokens, answers, positions).logits[0, 0, 2]
    expect(found, "what the head adds to the logits of IO and S").to_equal(
        unscaled / cache["ln_final.hook_scale"][2, -1],
        atol=1e-4,
        parts=("IO", "S"),
        watch_for=[mistake("LayerNorm's scale was forgotten.", unscaled)],
    )


def looks_and_words(heads):
    """Attention and logits of heads that look and write as said, {(layer, head): (to IO, to S2, IO minus S)}.

    Prompts differ: what a head writes is its mean and −1/4, −1/8, 1/8 or 1/4 more, what it looks at likewise.
    """
    attention, logits = torch.zeros(2, 3, 4, 3), torch.zeros(2, 3, 4, 2)  # two layers of three heads, four prompts
    steps = torch.tensor([-0.25, -0.125, 0.125, 0.25])
    for (layer, head), (io, s2, wrote) in heads.items():
        attention[layer, head, :, 0], attention[layer, head, :, 2] = io + steps / 8, s2
        logits[layer, head, :, 0], logits[layer, head, :, 1] = wrote + 1 + steps, 1.0
    return attention, logits


@exercise("04.name_writers")
def test_who_looks_at_the_answer_and_who_does_not(learner):
    given = looks_and_words(
        {(0, 1): (0.0, 0.9, 1.0), (1, 0): (0.8, 0.1, 1.5), (1, 1): (0.9, 0.0, -2.0), (1, 2): (0.7, 0.1, 0.1)}
    )
    found = learner.heads.name_writers(*given)
    expect([(one.layer, one.head) for one in found], "heads, the one that writes most first").to_equal(
        [(1, 1), (1, 0), (0, 1)],
        watch_for=[
            mistake("The order is by size: the sign does not count.", [(1, 0), (0, 1), (1, 1)]),
            mistake("They are in the order of layers: the one that writes most comes first.", [(0, 1), (1, 0), (1, 1)]),
            mistake("What writes against the answer is left out: the size counts.", [(1, 0), (0, 1)]),
            mistake("Heads that look elsewhere are left out: they write, too.", [(1, 1), (1, 0)]),
            mistake("S is left out: what counts is IO's logit less S's.", [(1, 0), (0, 1), (1, 2), (1, 1)]),
        ],
    )
    expect([one.role for one in found], "their roles").to_equal(
        ["negative name mover", "name mover", "other"], parts=NAMED
    )
    expect([one.wrote for one in found], "what they wrote").to_equal([-2.0, 1.5, 1.0], atol=1e-5, parts=NAMED)
    looked = "how much they looked at IO"
    expect([one.looked for one in found], looked).to_equal([0.9, 0.8, 0.0], atol=1e-5, parts=NAMED)


NAMED = ("head 1.1", "head 1.0", "head 0.1")


@exercise("04.name_writers")
def test_what_is_written_is_io_less_s(learner):
    """One head raises both names alike, another S: the first writes nothing, the second against the answer."""
    attention, logits = looks_and_words({(0, 0): (0.9, 0.0, 0.0), (1, 2): (0.9, 0.0, 0.0)})
    logits[0, 0] += 5
    logits[1, 2, :, 1] += 3
    found = learner.heads.name_writers(attention, logits)
    expect([tuple(one[:3]) for one in found], "heads and roles").to_equal([(1, 2, "negative name mover")])


@exercise("04.name_writers")
def test_least_and_share(learner):
    """Who is there, and as what, for five pairs of bounds; what equals a bound is enough."""
    given = looks_and_words({(0, 0): (0.25, 0.5, 0.75), (0, 2): (0.625, 0.0, -0.5), (1, 1): (0.5, 0.0, 0.25)})
    for least, share, right in (
        (0.5, 0.5, [(0, 0, "other"), (0, 2, "negative name mover")]),
        (0.25, 0.5, [(0, 0, "other"), (0, 2, "negative name mover"), (1, 1, "name mover")]),
        (0.5, 0.25, [(0, 0, "name mover"), (0, 2, "negative name mover")]),
        (0.7, 0.7, [(0, 0, "other")]),
        (2.0, 0.5, []),
    ):
        found = learner.heads.name_writers(*given, least, share)
        said = sorted((one.layer, one.head, one.role) for one in found)
        expect(said, f"heads and roles, for {least} and {share}").to_equal(right)


@exercise("04.copying_score")
def test_every_token_is_among_all_tokens(learner, random_models):
    theirs, ours = random_models(3, layers=2, heads=3, width=24)
    scores = learner.heads.copying_score(theirs, torch.arange(4, 20), top=ours.cfg.d_vocab)
    expect(scores, "scores among all tokens").to_equal(torch.ones(2, 3))


@exercise("04.copying_score")
def test_last_is_not_first(learner, random_models):
    """A name is among the lowest n of V exactly when it is not among the highest V − n."""
    theirs, ours = random_models(4, layers=2, heads=2)
    names = torch.arange(4, 40)
    vocab = ours.cfg.d_vocab
    low = learner.heads.copying_score(theirs, names, top=30, negative=True)
    high = learner.heads.copying_score(theirs, names, top=vocab - 30)
    expect(low + high, "both shares").to_equal(torch.ones(2, 2), atol=0.03)


@exercise("04.copying_score")
def test_six_heads_and_36_names(learner, random_models):
    theirs, _ = random_models(3, layers=2, heads=3, width=24)
    names = torch.arange(4, 40)
    found = [learner.heads.copying_score(theirs, names, top=30, negative=sign) for sign in (False, True)]
    # by the course's solution, and by the mistakes that are named: of 36 names
    raised, lowered = [2, 12, 7, 7, 10, 11], [11, 4, 8, 14, 5, 2]
    sentences = {
        "These are the lowest tokens: the highest are asked.": [*lowered, *raised],
        "Both are scores of what a head raises: `negative` turns its sign.": [*raised, *raised],
        "The name is seen as its embedding alone: the first layer's MLP adds to it.":
            [0, 5, 9, 8, 6, 7, 10, 7, 5, 1, 9, 9],
        "The MLP reads the embedding as it is: LayerNorm comes first.": [2, 13, 9, 5, 11, 9, 12, 6, 7, 8, 3, 3],
        "W_Q was taken for W_O.": [9, 10, 8, 9, 4, 9, 12, 6, 4, 8, 13, 11],
        "Names are ranked among themselves: all tokens count.":
            [26, 32, 30, 24, 32, 34, 34, 27, 27, 33, 27, 28],
        "The first five were taken, whatever `top` is.": [0, 2, 0, 0, 5, 0, 2, 1, 2, 2, 1, 0],
    }  # fmt: skip
    expect(torch.cat([scores.flatten() for scores in found]), "copying scores, then negative ones").to_equal(
        torch.tensor([*raised, *lowered]) / 36,
        atol=0.04,
        rtol=0,
        watch_for=[mistake(sentence, torch.tensor(names) / 36) for sentence, names in sentences.items()],
    )


@exercise("04.copying_score")
def test_one_name_by_hand(learner, random_models):
    theirs, ours = random_models(5, layers=1, heads=1, width=16)
    block, name = ours.blocks[0], 9
    seen = ours.W_E[name] + block.mlp(block.ln2(ours.W_E[name][None, None]))[0, 0]
    said = seen @ ours.W_V[0, 0] @ ours.W_O[0, 0] @ ours.W_U
    place = int((said > said[name]).sum())  # how many tokens are raised more
    for top, right in ((place, 0.0), (place + 1, 1.0)):
        if top > 0:
            found = learner.heads.copying_score(theirs, torch.tensor([name]), top=top)
            expect(found, f"whether the name is among the first {top}").to_equal(torch.tensor([[right]]))


def twice(half, batch=4, bos=0):
    generator = torch.Generator().manual_seed(half)
    once = 3 + torch.rand(batch, 100, generator=generator).argsort(1)[:, :half]
    return torch.cat([torch.full((batch, 1), bos), once, once], 1)


@exercise("04.duplicate_previous_induction_scores")
def test_one_pattern_entry_by_entry(learner, random_models):
    theirs, ours = random_models(6, layers=2, heads=3, width=24)
    tokens, half = twice(5), 5
    _, cache = ours.run_with_cache(tokens)
    scores = learner.heads.duplicate_previous_induction_scores(theirs, tokens)
    second, all_queries = range(half + 1, 2 * half + 1), range(1, 2 * half + 1)
    patterns = torch.stack([cache[f"blocks.{layer}.attn.hook_pattern"] for layer in (0, 1)])

    def seen(back, queries, rows=slice(None)):
        """[layer, head]: the mean attention to the key so far back."""
        return torch.stack([patterns[:, rows, :, q, q - back].mean(1) for q in queries]).mean(0)

    all_right = {"duplicate": seen(half, second), "previous": seen(1, all_queries), "induction": seen(half - 1, second)}
    for name, back in (("duplicate", half), ("previous", 1), ("induction", half - 1)):
        wrong = [mistake(f"This is the {other} score.", all_right[other]) for other in all_right if other != name]
        wrong += [
            mistake("Queries and keys are exchanged: a pattern is [query, key].", torch.zeros(2, 3)),
            mistake(
                "The average runs over the first prompt of the batch alone.",
                lambda back=back, name=name: seen(back, all_queries if name == "previous" else second, slice(1)),
            ),
        ]
        if name == "previous":
            wrong.append(mistake("Only the second half was averaged.", lambda: seen(1, second)))
        else:
            wrong.append(
                mistake("This is attention to the key before that one.", lambda back=back: seen(back + 1, second))
            )
            wrong.append(
                mistake(
                    "The whole stripe was averaged: only queries of the second half count.",
                    lambda back=back: seen(back, range(back, 2 * half + 1)),
                ),
            )
        expect(getattr(scores, name), f"{name} scores [layer, head]").to_equal(
            all_right[name], atol=1e-5, parts=("head 0 of both layers", "head 1", "head 2"), watch_for=wrong
        )
    pattern = cache["blocks.1.attn.hook_pattern"][:, 1].mean(0)
    right = {
        "duplicate": [pattern[q, q - half] for q in second],
        "previous": [pattern[q, q - 1] for q in all_queries],
        "induction": [pattern[q, q - half + 1] for q in second],
    }
    right = {name: torch.stack(entries).mean() for name, entries in right.items()}
    for name, value in right.items():
        others = [mistake(f"This is the {other} score.", right[other][None]) for other in right if other != name]
        found = getattr(scores, name)[1, 1:]
        expect(found[:1], f"{name} score of head 1.1").to_equal(value[None], atol=1e-5, watch_for=others)


@exercise("04.duplicate_previous_induction_scores")
def test_scores_have_layers_and_heads(learner, random_models):
    theirs, _ = random_models(7, layers=3, heads=2)
    for score in learner.heads.duplicate_previous_induction_scores(theirs, twice(6)):
        expect(score, "scores").to_have_shape(3, 2)
        expect(score, "scores").to_be_within(0, 1)
